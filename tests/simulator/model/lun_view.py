# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a LUN looks in the API: the row, and what is derived from volumes, aggregates, igroups and maps."""

from __future__ import annotations

from ..store import Row
from . import lun_rules, lun_transfer
from .world import World

Maps = dict[str, list[Row]]
DIRECT = ("uuid", "name", "svm", "os_type", "class", "create_time", "enabled", "serial_number", "auto_delete", "qos_policy", "attributes")


def maps_by_lun(world: World) -> Maps:
    """The rows of the LUN maps by the uuid of their LUN."""
    found: Maps = {}
    for row in world.store.table("lun_maps").values():
        found.setdefault(row["lun"]["uuid"], []).append(row)
    return found


def node_of(world: World, volume: Row | None) -> Row | None:
    """A reference to the node that serves a volume at the moment."""
    aggregate = world.store.table("aggregates").get(volume["aggregates"][0]["uuid"]) if volume else None
    return dict(aggregate["node"]) if aggregate else None


class Views:
    """The views of one moment: what the LUNs of a volume, or the maps of an igroup, have in common is worked out once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._containers: dict[str, Row] = {}
        self._igroups: dict[str, Row] = {}

    def lun(self, row: Row, maps: list[Row]) -> Row:
        """The API record of a LUN; `maps` are its LUN maps."""
        around = self._container(row["location"]["volume"]["uuid"])
        found = {name: row[name] for name in DIRECT if name in row}
        if row.get("comment"):
            # Source: the SDK's examples: a LUN without a comment has no such field.
            found["comment"] = row["comment"]
        found.update(lun_transfer.shown(self.world, row))
        found.update(around["group"])
        found["serial_number_hex"] = row["serial_number"].encode().hex()
        found["clone"] = {"created_as_clone": row["sim"].get("clone", False)}
        found["location"] = {**row["location"], **around["location"]}
        requested = row["space"]["guarantee"]["requested"]
        found["space"] = {**row["space"], "guarantee": {"requested": requested, "reserved": requested and around["reserves"]}}
        state = "online" if row["enabled"] else row["sim"].get("error", "offline")
        found["status"] = {**around["status"], "state": state, "mapped": bool(maps)}
        if maps:
            found["lun_maps"] = [{"logical_unit_number": one["logical_unit_number"], "igroup": self._igroup(one)} for one in maps]
        return found

    def _container(self, uuid: str) -> Row:
        if uuid not in self._containers:
            volume = self.world.store.table("volumes").get(uuid)
            node = node_of(self.world, volume)
            group = (volume or {}).get("consistency_group")
            self._containers[uuid] = {
                "group": {"consistency_group": dict(group)} if group else {},
                "location": {"node": node} if node else {},
                "reserves": lun_rules.reserved(volume, True),
                "status": {
                    "container_state": lun_rules.container_state(self.world, volume),
                    "read_only": volume is not None and volume.get("type") == "dp",
                },
            }
        return self._containers[uuid]

    def _igroup(self, row: Row) -> Row:
        uuid = row["igroup"]["uuid"]
        if uuid not in self._igroups:
            igroup = self.world.store.table("igroups").get(uuid, {})
            shown = {**row["igroup"], **{name: igroup[name] for name in ("os_type", "protocol") if name in igroup}}
            shown.update({name: igroup[name] for name in ("comment", "initiators", "igroups") if igroup.get(name)})
            self._igroups[uuid] = shown
        return self._igroups[uuid]
