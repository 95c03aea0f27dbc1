# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a consistency group looks in the API: the row, and what is derived from its volumes and LUNs.

Source: API reference, consistency_group: what differs between the volumes is not shown for the group; `replicated` not for children.
"""

from __future__ import annotations

from typing import Any

from ..store import Row
from . import consistency_members, flexclone, lun_view, space
from .family import value_at
from .world import World

STORED = ("uuid", "name", "svm", "parent_consistency_group", "snapshot_policy", "application", "_tags")
SPACE = ("size", "available", "used")
OF_LUN = ("uuid", "name", "os_type", "serial_number", "create_time", "enabled", "comment", "space", "lun_maps")


class Views:
    """The views of one moment."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._totals: space.Totals | None = None
        self._luns: dict[str, list[Row]] | None = None
        self._members: dict[str, list[Row]] = {}
        self._children: dict[str, list[Row]] = {}
        for volume in world.store.table("volumes").values():
            if "consistency_group" in volume:
                self._members.setdefault(volume["consistency_group"]["uuid"], []).append(volume)
        for row in world.store.table(consistency_members.TABLE).values():
            if "parent_consistency_group" in row:
                self._children.setdefault(row["parent_consistency_group"]["uuid"], []).append(row)

    def group(self, row: Row) -> Row:
        """The API record of a group."""
        found = self._common(row)
        if "parent_consistency_group" not in row:
            found["replicated"] = False
        children = self._children.get(row["uuid"], [])
        if children:
            found["consistency_groups"] = [self._child(child) for child in children]
        volumes = [volume for one in (row, *children) for volume in self._members.get(one["uuid"], ())]
        found["space"] = self._space(volumes)
        found.update(self._shared(volumes))
        clone = self._clone(row, volumes)
        if clone:
            found["clone"] = clone
        return found

    def _common(self, row: Row) -> Row:
        found = {name: row[name] for name in STORED if name in row}
        volumes = self._members.get(row["uuid"], [])
        if volumes:
            found["volumes"] = [self._volume(volume) for volume in volumes]
        luns = [lun for volume in volumes for lun in self._of_volume(volume["uuid"])]
        if luns:
            found["luns"] = luns
        return found

    def _child(self, row: Row) -> Row:
        found = self._common(row)
        volumes = self._members.get(row["uuid"], [])
        found["space"] = self._space(volumes)
        found.update({name: value for name, value in self._shared(volumes).items() if name == "qos"})
        return found

    def _volume(self, volume: Row) -> Row:
        found: Row = {"uuid": volume["uuid"], "name": volume["name"], "comment": volume.get("comment", "")}
        found["space"] = self._space([volume])
        found["snapshot_policy"] = dict(volume["snapshot_policy"])
        found["tiering"] = {"policy": volume["tiering"]["policy"]}
        if volume.get("qos", {}).get("policy"):
            found["qos"] = {"policy": dict(volume["qos"]["policy"])}
        if volume["nas"].get("path"):
            found["nas"] = {"path": volume["nas"]["path"]}
        return found

    def _space(self, volumes: list[Row]) -> Row:
        if self._totals is None:
            self._totals = space.Totals(self.world)
        parts = [space.view(volume, self._totals) for volume in volumes]
        return {name: sum(int(part.get(name, 0)) for part in parts) for name in SPACE}

    @staticmethod
    def _shared(volumes: list[Row]) -> Row:
        """What all volumes have in common."""
        found: Row = {}
        policies = [value_at(volume, "qos.policy") for volume in volumes]
        if policies and policies[0] and all(one == policies[0] for one in policies):
            found["qos"] = {"policy": dict(policies[0])}
        tiers = {volume["tiering"]["policy"] for volume in volumes}
        if len(tiers) == 1:
            found["tiering"] = {"policy": tiers.pop()}
        return found

    def _of_volume(self, volume: str) -> list[Row]:
        if self._luns is None:
            self._luns = {}
            maps, views = lun_view.maps_by_lun(self.world), lun_view.Views(self.world)
            for row in self.world.store.table("luns").values():
                shown = views.lun(row, maps.get(row["uuid"], []))
                shown["space"] = {name: shown["space"][name] for name in ("size", "used", "guarantee")}
                for one in shown.get("lun_maps", ()):
                    one["igroup"] = {name: value for name, value in one["igroup"].items() if name not in ("igroups", "comment")}
                    if "initiators" in one["igroup"]:
                        one["igroup"]["initiators"] = [{"name": initiator["name"]} for initiator in one["igroup"]["initiators"]]
                record = {name: shown[name] for name in OF_LUN if name in shown}
                self._luns.setdefault(row["location"]["volume"]["uuid"], []).append(record)
        return self._luns.get(volume, [])

    def _clone(self, row: Row, volumes: list[Row]) -> Row:
        """Choice: a group is a clone as long as one of its volumes is; the share of a split is the mean of its volumes."""
        stored: Row = dict(row.get("clone", {}))
        if not stored:
            return {}
        assert self._totals is not None
        views: list[dict[str, Any]] = [flexclone.view(self.world, volume, self._totals) for volume in volumes]
        left = [view for view in views if view["is_flexclone"]]
        stored["is_flexclone"] = bool(left)
        stored["split_initiated"] = any(view.get("split_initiated") for view in left)
        if left:
            stored["split_estimate"] = sum(view["split_estimate"] for view in left)
        if stored["split_initiated"]:
            done = [view.get("split_complete_percent", 0) if view["is_flexclone"] else 100 for view in views]
            stored["split_complete_percent"] = sum(done) // len(done)
        return stored
