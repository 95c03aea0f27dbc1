# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is before a consistency group is restored: how its volumes stand to the snapshot, and what a restore would hit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .client import Client
from .consistency_snapshots import parts_of
from .group_members import Group
from .moments import moment
from .safety_copy import FIELDS, Objection
from .snapshot_restore import SHOWN, changed_since
from .snapshots import LOCKS, VOLUMES, names, why_kept
from .volume_users import Users


class Scene:
    """What there is: the group snapshot, how far each volume is from it, and what a restore would hit."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record
        self.parts = parts_of(record)
        self.changed: dict[str, int | None] = {}
        """By volumes (uuids): the bytes that have changed since; None where that is not told."""
        self.newer: dict[str, list[dict[str, Any]]] = {}
        """By volumes (uuids): their newer snapshots, newest first, without those under the safety copy."""
        self.volumes: dict[str, dict[str, Any]] = {}
        self.group: Group | None = None
        self.copy: Group | None = None
        self.base: dict[str, Any] | None = None
        """The group snapshot under the safety copy."""
        self.base_changed: int | None = 0

    @property
    def back(self) -> bool | None:
        """Whether all volumes are as they were; None where that is not told."""
        values = [self.changed.get(part["volume_uuid"]) for part in self.parts]
        return False if any(values) else (None if None in values else True)


def read_snapshots(client: Client, pairs: list[tuple[Any, Scene]]) -> None:
    """The newer snapshots of all volumes (one read), and how far these are from theirs (one for each volume)."""
    parts = [(goal, scene, part) for goal, scene in pairs for part in scene.parts]
    svms = {scene.record["svm"]["name"] for _goal, scene in pairs}
    terms = {"svm.name": svms, "volume.name": {part["volume"] for _goal, _scene, part in parts}}
    found: dict[str, list[dict[str, Any]]] = {}
    for one in client.select(f"{VOLUMES}/*/snapshots", ["name", "uuid", "volume.uuid", "create_time", *LOCKS], terms, {"svm.name": svms}):
        found.setdefault(one["volume"]["uuid"], []).append(one)
    for goal, scene, part in parts:
        uuid = part["volume_uuid"]
        mine = sorted(found.get(uuid, []), key=lambda one: (moment(one["create_time"]), one["name"]), reverse=True)
        then = next((one for one in mine if one["uuid"] == part["uuid"]), None)
        since = moment(then["create_time"] if then else scene.record["create_time"])
        under = goal.copy.name if goal.copy and scene.base else None
        newer = [one for one in mine if one is not then and moment(one["create_time"]) >= since]
        scene.newer[uuid] = [one for one in newer if one["name"] != under]
        scene.changed[uuid] = changed_since(client, then) if then else None


def read_volumes(client: Client, scenes: list[Scene]) -> None:
    """The volumes of these scenes; one read."""
    wanted = {part["volume_uuid"] for scene in scenes for part in scene.parts}
    if wanted:
        svms = {scene.record["svm"]["name"] for scene in scenes}
        fields = ["uuid", "svm.name", *FIELDS]
        found = {one["uuid"]: one for one in client.select(VOLUMES, fields, {"uuid": wanted}, {"svm.name": svms})}
        for scene in scenes:
            uuids = [part["volume_uuid"] for part in scene.parts]
            scene.volumes = {uuid: found[uuid] for uuid in uuids if uuid in found}


# -- what speaks against a restore -----------------------------------------------------------------------------------------


def facts(scene: Scene) -> list[Objection]:
    """What nobody can accept."""
    found = []
    if scene.record.get("is_partial"):
        missing = ", ".join(sorted(one["name"] for one in scene.record.get("missing_volumes") or [])) or "a volume"
        text = f"the snapshot is partial: {missing} is not in it, so that the group would not be of one point in time"
        found.append((text, "Restore the volumes one by one with ndo.ontap.snapshot, or take the volume out of the group if it is new."))
    members = set(scene.group.volumes.values()) if scene.group else set()
    strangers = [part["volume"] for part in scene.parts if part["volume_uuid"] not in members]
    if strangers:
        text = f"it would restore {', '.join(strangers)} too, which left the group after the snapshot"
        found.append((text, "Let the volume join again, or restore the volumes one by one with ndo.ontap.snapshot."))
    for part in scene.parts:
        volume = scene.volumes.get(part["volume_uuid"])
        if volume is None:
            found.append((f"volume {part['volume']} does not exist any more", "Recover it first."))
        elif volume.get("state", "online") != "online":
            found.append((f"volume {part['volume']} is {volume['state']}", "Bring it online first."))
        elif volume.get("type", "rw") != "rw":
            found.append((f"volume {part['volume']} is of type {volume['type']}", "Only read-write volumes can be restored."))
        kept = [one for one in scene.newer[part["volume_uuid"]] if why_kept(one)]
        if kept:
            text = f"a restore deletes the newer snapshots of volume {part['volume']}, and these cannot be deleted: {names(kept)}"
            found.append((text, "Release them first, restore single LUNs with ndo.ontap.lun, or clone the group from the snapshot."))
    return found


def losses(scene: Scene, users: Iterable[Users], params: dict[str, Any]) -> list[Objection]:
    """What a task can accept by name."""
    found = []
    newer = sorted({one["name"] for mine in scene.newer.values() for one in mine})
    if newer and not params["allow_newer"]:
        more = f" and {len(newer) - SHOWN} more" if len(newer) > SHOWN else ""
        found.append((f"it would delete the newer snapshots {', '.join(newer[:SHOWN])}{more}", "Set allow_newer to lose them."))
    used = [one.sentence() for one in users if one.sentence()]
    if used and not params["allow_in_use"]:
        more = f"; and users of {len(used) - SHOWN} more volumes" if len(used) > SHOWN else ""
        text = f"the data would change under {'; '.join(used[:SHOWN])}{more}"
        found.append((text, "Stop what uses the group, or set allow_in_use."))
    return found
