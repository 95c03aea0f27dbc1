# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How igroups and initiators look in the API: members of nested groups, maps, parents, and who is logged in.

Source: SDK's description, igroup: what is listed where; connectivity_tracking: its states, and that every node of a mapped LUN and its
HA partner should be connected. Choice of what the states mean: an initiator is `full` when it is logged in to a LIF of each of these
nodes, an igroup when all of its initiators are.
"""

from __future__ import annotations

from ..reach_san import San
from ..store import Row
from .lun_view import node_of
from .references import ref
from .world import World


class Views:
    """The views of one moment: what many igroups need is worked out once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._san = San(world.store)
        self._maps: dict[str, list[Row]] = {}
        for row in world.store.table("lun_maps").values():
            self._maps.setdefault(row["igroup"]["uuid"], []).append(row)
        self._parents: dict[str, list[Row]] = {}
        for row in world.store.table("igroups").values():
            for child in row["igroups"]:
                self._parents.setdefault(child["uuid"], []).append(row)

    def igroup(self, row: Row) -> Row:
        """The API record of an igroup."""
        found = {name: row[name] for name in ("uuid", "name", "svm", "os_type", "protocol", "delete_on_unmap")}
        found["supports_igroups"] = not row["initiators"]
        for name in ("comment", "portset"):
            if row.get(name):
                found[name] = row[name]
        initiators = self._initiators(row, row["uuid"])
        if initiators:
            found["initiators"] = initiators
        if row["igroups"]:
            found["igroups"] = [self._child(one["uuid"]) for one in row["igroups"]]
        parents = self._parents.get(row["uuid"])
        if parents:
            found["parent_igroups"] = [self._parent(one) for one in parents]
        maps = self._maps.get(row["uuid"])
        if maps:
            found["lun_maps"] = [self._map(one) for one in maps]
        found["connectivity_tracking"] = self._tracking(row, initiators)
        return found

    def _child(self, uuid: str) -> Row:
        row = self.world.store.table("igroups")[uuid]
        found = self._named(row)
        if row["igroups"]:
            found["igroups"] = [dict(one) for one in row["igroups"]]
        return found

    def _parent(self, row: Row) -> Row:
        found = self._named(row)
        above = self._parents.get(row["uuid"])
        if above:
            found["parent_igroups"] = [ref(one) for one in above]
        return found

    @staticmethod
    def _named(row: Row) -> Row:
        found = ref(row)
        if row.get("comment"):
            found["comment"] = row["comment"]
        return found

    def _initiators(self, row: Row, asked: str) -> list[Row]:
        """Those of the igroup, and those of nested igroups with the igroup that has them."""
        found = []
        for one in row["initiators"]:
            shown = dict(one, connectivity_tracking={"connection_state": self.state(one["name"], asked, row["svm"]["uuid"])})
            if row["uuid"] != asked:
                shown["igroup"] = ref(row)
            found.append(shown)
        for child in row["igroups"]:
            found += self._initiators(self.world.store.table("igroups")[child["uuid"]], asked)
        return found

    def _map(self, row: Row) -> Row:
        lun = self.world.store.table("luns").get(row["lun"]["uuid"])
        volume = self.world.store.table("volumes").get(lun["location"]["volume"]["uuid"]) if lun else None
        node = node_of(self.world, volume)
        return {"logical_unit_number": row["logical_unit_number"], "lun": {**row["lun"], "node": node} if node else row["lun"]}

    def _mapped(self, igroup: str) -> list[Row]:
        """The maps of an igroup and of those above it."""
        found = list(self._maps.get(igroup, ()))
        for parent in self._parents.get(igroup, ()):
            found += self._mapped(parent["uuid"])
        return found

    def required(self, igroup: str) -> list[Row]:
        """The nodes to which the initiators of an igroup should be connected."""
        found: dict[str, Row] = {}
        for row in self._mapped(igroup):
            lun = self.world.store.table("luns").get(row["lun"]["uuid"])
            volume = self.world.store.table("volumes").get(lun["location"]["volume"]["uuid"]) if lun else None
            node = node_of(self.world, volume)
            for one in pair_of(self.world, node["uuid"]) if node else ():
                found[one["uuid"]] = one
        return list(found.values())

    def state(self, initiator: str, igroup: str, svm: str) -> str:
        """The connection state of an initiator as a member of an igroup."""
        required = {node["uuid"] for node in self.required(igroup)}
        if not required:
            return "no_lun_maps"
        connected = self._san.logins(initiator, svm)
        if required <= connected:
            return "full"
        return "partial" if connected else "none"

    def _tracking(self, row: Row, initiators: list[Row]) -> Row:
        required = self.required(row["uuid"])
        states = {one["connectivity_tracking"]["connection_state"] for one in initiators}
        if not initiators:
            state = "no_initiators"
        elif not required:
            state = "no_lun_maps"
        else:
            state = states.pop() if len(states) == 1 else "partial"
        return {"connection_state": state, "required_nodes": required}


def pair_of(world: World, uuid: str) -> list[Row]:
    """References to a node and its HA partner."""
    node = world.store.table("nodes")[uuid]
    return [ref(node), *(dict(one) for one in node.get("ha", {}).get("partners", [])[:1])]
