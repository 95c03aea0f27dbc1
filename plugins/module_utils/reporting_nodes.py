# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reporting nodes of a LUN map: which nodes are wanted, and by which requests the map gets there. Pure, but for Pairs.read.

Source: API reference, lun_map_reporting_node: a node comes and goes together with its HA partner, and the last of them stay; a
map without reporting nodes reports all nodes. So every set here is made of whole HA pairs.
"""

from __future__ import annotations

from collections.abc import Iterable

from .client import Client, dig
from .errors import InputError, Refused

NODES = "/cluster/nodes"
Names = frozenset[str]


class Pairs:
    """The nodes of the cluster and their HA partners."""

    def __init__(self, partners: dict[str, Names]) -> None:
        self._pairs = {name: frozenset({name}) | others for name, others in partners.items()}

    @classmethod
    def read(cls, client: Client) -> Pairs:
        """All nodes, in one read."""
        records = client.records(NODES, ["name", "ha.partners.name"])
        return cls({record["name"]: frozenset(one["name"] for one in dig(record, "ha.partners") or []) for record in records})

    def of(self, name: str) -> Names:
        """The HA pair of a node; a node that does not exist is an InputError."""
        if name not in self._pairs:
            raise InputError(
                f"There is no node {name} in the cluster.",
                hint=f"The nodes are {', '.join(sorted(self._pairs))}.",
                target="reporting_nodes",
            )
        return self._pairs[name]

    def closed(self, names: Iterable[str]) -> Names:
        """The nodes and their partners."""
        return frozenset().union(*(self.of(name) for name in names))

    def split(self, names: Iterable[str]) -> list[Names]:
        """The pairs that nodes belong to, in order of their names."""
        return sorted({self.of(name) for name in names}, key=sorted)


def settled(mode: str, asked: Names, current: Names, owner: str | None) -> bool:
    """Whether the map surely is as wanted already, as far as that can be told without knowing the pairs.

    `current` consists of whole pairs, so what is left of it without the asked nodes tells who their partners are.
    """
    if mode == "add":
        return asked <= current or not current
    if not current or not asked <= current:
        return False
    rest = current - asked
    if mode == "trim":
        return owner in current and (rest <= {owner} or (owner in rest and len(rest) == 2))
    return not rest or (len(current) == 2 and bool(asked))


def aim(mode: str, asked: Names, current: Names, owner: str, pairs: Pairs) -> Names:
    """The nodes that the map is to have: `exact`ly these pairs, these `add`ed, or `trim`med to the LUN's own pair and these."""
    wanted = pairs.closed(asked)
    if mode == "add":
        return current | wanted
    if mode == "trim":
        return pairs.of(owner) | (wanted & current if current else wanted)
    if not pairs.of(owner) <= wanted:
        own = " and ".join(sorted(pairs.of(owner)))
        raise Refused(
            f"{own}, the HA pair that has the LUN, would not report it any more: hosts would lose their optimized paths.",
            hint=f"Name {own} too, or move the volume first.",
        )
    return wanted
