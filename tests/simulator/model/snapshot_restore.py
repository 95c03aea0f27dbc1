# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restoring a volume, or a single LUN, from a snapshot: a PATCH of the volume with restore_to, in the query or the body.

Sources: API reference (parameters, codes), CLI manual, volume snapshot restore and restore-file (newer snapshots are deleted;
force passes over snapshots that SnapMirror refers to; without preserved LUN identities hosts are disrupted). Choices: the
volume keeps its size and its settings, and gets its data and LUNs back. Not simulated: files, parts of files.
"""

from __future__ import annotations

import copy

from ..reach_san import lun_path
from ..store import Row
from . import flexclone, jobs, lun_transfer, snapshot_rules, snapshots, volume_move_rules
from .family import flag
from .refusal import Refusal
from .world import World, handler

PREFIX = "restore_to."
PARAMETERS = (
    "restore_to.snapshot.name",
    "restore_to.snapshot.uuid",
    "restore_to.snapshot.force",
    "restore_to.path",
    "restore_to.restore_path",
    "restore_to.start_byte",
    "restore_to.byte_count",
    "preserve_lun_ids",
)


def options(body: Row, query: dict[str, str]) -> dict[str, str]:
    """What a PATCH says about a restore, by names without their prefix; empty when it is about something else."""
    given = {name: value for name, value in query.items() if name.startswith(PREFIX)}
    asked = body.get("restore_to") or {}
    given.update({f"{PREFIX}{name}": str(value) for name, value in asked.items() if name != "snapshot"})
    given.update({f"{PREFIX}snapshot.{name}": str(value) for name, value in asked.get("snapshot", {}).items()})
    if given and "preserve_lun_ids" in query:
        given["preserve_lun_ids"] = query["preserve_lun_ids"]
    return {name.replace(PREFIX, "", 1): value for name, value in given.items()}


def start(world: World, volume: Row, body: Row, wanted: dict[str, str], seconds: float) -> str:
    """Check, and start the job that restores."""
    others = set(body) - {"restore_to"}
    if others:
        raise Refusal(400, "918251", f'The field "{sorted(others)[0]}" cannot be changed together with a restore.', sorted(others)[0])
    for name in ("start_byte", "byte_count"):
        if name in wanted:
            raise Refusal(400, "262196", f"Restoring a part of a file ({name}) is not simulated.", f"{PREFIX}{name}")
    check(world, volume, wanted)
    title = f"PATCH /api/storage/volumes/{volume['uuid']}"
    return jobs.start(world, title, seconds, "snapshot_restore.restore", volume=volume["uuid"], wanted=wanted)


def check(world: World, volume: Row, wanted: dict[str, str]) -> Row:
    """The snapshot to go back to, or a refusal."""
    if volume["state"] != "online":
        raise Refusal(400, "9437885", f'Volume "{volume["name"]}" is not online.')
    volume_move_rules.check_idle(volume, "restore")
    lun_transfer.check_volume(world, volume["uuid"], "restore")
    row = _snapshot(world, volume, wanted)
    if "path" in wanted:
        _lun(volume, row, wanted["path"])
        return row
    newer = [one for one in snapshots.of_volume(world, volume["uuid"]) if one["sim"]["order"] > row["sim"]["order"]]
    busy = flexclone.busy(world)
    for one in newer:
        if snapshot_rules.locked(world, one) or one["uuid"] in busy or snapshot_rules.split_from(one):
            raise Refusal(400, "9437886", f'The newer snapshot "{one["name"]}" is locked.', "restore_to.snapshot")
        if one.get("owners") and not flag(wanted, "snapshot.force"):
            text = f'The newer snapshot "{one["name"]}" is in use by {", ".join(one["owners"])}.'
            raise Refusal(400, "1638480", text, "restore_to.snapshot")
    return row


def _snapshot(world: World, volume: Row, wanted: dict[str, str]) -> Row:
    uuid, name = wanted.get("snapshot.uuid"), wanted.get("snapshot.name")
    for row in snapshots.of_volume(world, volume["uuid"]):
        if (uuid is None or row["uuid"] == uuid) and (name is None or row["name"] == name) and (uuid or name):
            return row
    raise Refusal(400, "524511", f'Volume "{volume["name"]}" has no snapshot "{name or uuid}".', "restore_to.snapshot")


def _lun(volume: Row, snapshot: Row, path: str) -> Row:
    """The LUN of a snapshot by its path, in the volume or in the SVM."""
    full = _full(volume, path)
    for lun in snapshot["sim"]["luns"]:
        if lun_path(lun) == full:
            return lun
    # Choice: of what is in a volume only LUNs are simulated.
    raise Refusal(400, "542797", f'Snapshot "{snapshot["name"]}" has no LUN "{path}" (files are not simulated).', "restore_to.path")


def _full(volume: Row, path: str) -> str:
    head = f"/vol/{volume['name']}/"
    return path if path.startswith(head) else head + path.lstrip("/")


@handler
def restore(world: World, volume: str, wanted: dict[str, str]) -> None:
    """The job ends: the volume, or one of its LUNs, is what it was."""
    from . import luns

    row = world.store.table("volumes").get(volume)
    if row is None:
        raise Refusal(404, "4", "entry doesn't exist")
    snapshot = check(world, row, wanted)
    world.ledger.catch_up()
    if "path" in wanted:
        luns.restore_one(world, row, snapshot["sim"]["luns"], wanted["path"], wanted.get("restore_path"))
        world.ledger.observe(f"a LUN of volume {row['name']} was restored")
        return
    if not flag(wanted, "preserve_lun_ids"):
        _disrupt(world, row)
    for one in snapshots.of_volume(world, volume):
        if one["sim"]["order"] > snapshot["sim"]["order"]:
            snapshots.drop(world, one)
    snapshot["sim"]["changed"] = 0
    row.setdefault("sim", {})["data"] = snapshot["sim"]["volume"]["data"]
    luns.put_back(world, row, copy.deepcopy(snapshot["sim"]["luns"]))
    world.ledger.observe(f"volume {row['name']} was restored")


def _disrupt(world: World, volume: Row) -> None:
    """Hosts lose their LUNs for a moment. Source: CLI manual, preserve-lun-ids: only that keeps the connection of hosts."""
    mapped = {entry["lun"]["uuid"] for entry in world.store.table("lun_maps").values()}
    mine = [lun for lun in world.store.table("luns").values() if lun["location"]["volume"]["uuid"] == volume["uuid"]]
    if not any(lun["uuid"] in mapped for lun in mine):
        return
    volume["state"] = "restricted"
    world.ledger.observe(f"volume {volume['name']} was restored without preserving its LUNs")
    volume["state"] = "online"
