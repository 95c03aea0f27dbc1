# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/network/ethernet/ports: what there is for LIFs to be on.

Source: API reference and the SDK's description, port. Not simulated: changing ports, VLANs, interface groups, broadcast domains
that are made or changed, reachability scans.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from .. import reach
from ..store import Row
from .family import Family
from .ha_state import ref
from .world import World


def usable(port: Row) -> bool:
    """Whether the port carries LIFs: it is not disabled, and its link is up."""
    return bool(port.get("enabled", True)) and bool(port["state"] == "up")


def chosen(world: World, node: Row, like: Row | None) -> Row | None:
    """The port of a node that ONTAP selects for a LIF whose home port is `like`.

    Source: SDK's description, ip_interface.location: specifying a node allows an appropriate port to be selected. Choice: one in the
    same broadcast domain that is up; of several, the one with the same name, else the first by name.
    """
    if like is None:
        return None
    domain = like["broadcast_domain"]["name"]
    ports = [one for one in world.store.each("ports", node=ref(node)) if one["broadcast_domain"]["name"] == domain and usable(one)]
    return min(ports, key=lambda one: (one["name"] != like["name"], one["name"]), default=None)


class EthernetPorts(Family):
    """/network/ethernet/ports: GET."""

    path = "/network/ethernet/ports"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every port, with the number of LIFs that are on it."""
        lifs: dict[str, int] = {}
        for row in world.store.table("interfaces").values():
            here = row["location"]["port"].get("uuid", "")
            lifs[here] = lifs.get(here, 0) + 1
        for row in list(world.store.table("ports").values()):
            yield view(world, row, lifs.get(row["uuid"], 0))


def view(world: World, row: Row, lifs: int) -> Row:
    """The full API record of a port. Choice: the ports of a node that does not serve are down."""
    node = world.store.table("nodes").get(row["node"]["uuid"])
    up = usable(row) and reach.serves(node)
    ipspace = {"name": "Default"}
    name = row["broadcast_domain"]["name"]
    known: Row = {"enabled": True, "type": "physical", "mtu": 1500, "reachability": "ok", **row}
    domain = {"name": name, "uuid": str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{ipspace['name']}/{name}")), "ipspace": ipspace}
    return {
        **known,
        "state": "up" if up else "down",
        "broadcast_domain": domain,
        "interface_count": lifs,
        **({"speed": 10000} if up else {}),
    }
