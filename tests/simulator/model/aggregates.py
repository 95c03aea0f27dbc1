# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/storage/aggregates: where they are, and where they belong, and how full their volumes make them.

The collection has data aggregates only; root aggregates of nodes are not listed (source: API reference, overview of the
aggregates endpoint). One that is asked for by its uuid is shown (choice). In takeover `node` differs from `home_node`;
`state` is `relocating` while an aggregate changes hands (source: API reference, aggregate). Not simulated: creating,
changing and deleting aggregates, relocation on request, disks, tiers.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..store import Row
from . import space
from .family import Family, Outcome
from .refusal import Refusal
from .world import World


class Aggregates(Family):
    """/storage/aggregates: GET; a PATCH is refused in words that say why."""

    path = "/storage/aggregates"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every data aggregate."""
        loads = space.loads(world)
        data = [row for row in world.store.table("aggregates").values() if not row["sim"]["root"]]
        return (self._view(row, loads.get(row["uuid"], space.Load())) for row in data)

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One aggregate by its uuid."""
        row = world.store.table("aggregates").get(keys["uuid"])
        return None if row is None else self._view(row, space.loads(world).get(row["uuid"], space.Load()))

    @staticmethod
    def _view(row: Row, load: space.Load) -> Row:
        view = {name: value for name, value in row.items() if name != "sim"}
        view["volume-count"] = load.volumes
        view["space"] = space.aggregate_space(row, load)
        return view

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Refuse. Source for the codes: API reference, aggregate; 786447 stands for what is not simulated (choice)."""
        if len(body) > 1:
            raise Refusal(400, "787169", "Only one property can be changed at a time.")
        if not body:
            raise Refusal(400, "786447", "Nothing to change.")
        name = next(iter(body))
        what = "Relocation of an aggregate" if name == "node" else f"Changing {name} of an aggregate"
        raise Refusal(400, "786447", f"{what} is not simulated.", name)
