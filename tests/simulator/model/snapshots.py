# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/storage/volumes/{volume.uuid}/snapshots: GET, POST, PATCH, DELETE, also for every volume at once; always by way of jobs.

Source: API reference and SDK description, snapshot: fields, codes, rules; HTTP status of the codes and how long jobs run
(setting snapshot_job) are choices. A snapshot holds what clients overwrite or delete after it: `sim.changed` bytes; hold()
adds to them. Not simulated: schedules, autodelete, tags, savings, SnapLock beyond an expiry time.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from .. import write_order
from ..clock import duration, iso
from ..store import Row
from . import flexclone, jobs, space
from . import snapshot_rules as rules
from .family import Family, Outcome
from .references import only, ref
from .refusal import Refusal
from .snapshot_rules import find, of_volume
from .world import World, handler

SETTABLE = frozenset({"name", "comment", "snapmirror_label", "expiry_time", "snaplock_expiry_time", "snaplock.expiry_time"})

__all__ = ["Snapshots", "drop", "find", "hold", "of_volume", "take"]


def job_seconds(world: World) -> float:
    """How long the jobs of snapshots run: the setting snapshot_job."""
    return float(world.settings.get("snapshot_job", 1))


# -- taking, holding, dropping ---------------------------------------------------------------------------------------------


def take(world: World, volume: Row, body: Row, uuid: str | None = None) -> Row:
    """Make a snapshot of a volume as it is now. Unless a fence holds it together with others, writers go on meanwhile."""
    world.ledger.catch_up()
    counter = world.store.table("counters").setdefault("snapshots", {"value": 0})
    counter["value"] += 1
    now = space.figures(world, volume)
    luns = _luns(world, volume)
    row: Row = {
        "uuid": uuid,
        "name": body["name"],
        "svm": dict(volume["svm"]),
        "volume": ref(volume),
        "create_time": iso(world.now()),
        "comment": body.get("comment", ""),
        "size": now.by_files,
        "logical_size": now.physical - now.held,
        "version_uuid": world.store.uuid(),
        "provenance_volume": {"uuid": volume["uuid"]},
        "sim": {
            "order": counter["value"],
            "changed": 0,
            "luns": copy.deepcopy(luns),
            "volume": {"data": now.data, "physical": now.physical - now.held},
        },
    }
    _set(row, body)
    world.store.insert("snapshots", row)
    write_order.between(world.store, volume["uuid"])
    return row


def _set(row: Row, body: Row) -> None:
    """Write what a body says. Choice: an empty label or comment clears it; the two names of the lock mean the same."""
    for name in ("name", "comment", "snapmirror_label", "expiry_time"):
        if name in body:
            row[name] = body[name]
    if row.get("snapmirror_label") == "":
        del row["snapmirror_label"]
    lock = body.get("snaplock", {}).get("expiry_time", body.get("snaplock_expiry_time"))
    if lock:
        row["snaplock"] = {"expiry_time": lock}
        row["snaplock_expiry_time"] = lock


def _luns(world: World, volume: Row) -> list[Row]:
    return [row for row in world.store.table("luns").values() if row["location"]["volume"]["uuid"] == volume["uuid"]]


def hold(world: World, volume_uuid: str, amount: int) -> None:
    """Clients have overwritten or deleted so many bytes: the newest snapshot goes on holding them."""
    mine = of_volume(world, volume_uuid)
    if mine:
        mine[-1]["sim"]["changed"] += amount


BLOCK = 4096
"""Bytes that a change of metadata alone takes (choice: one block)."""


def drift(world: World, snapshot: Row) -> int:
    """Bytes by which a volume differs from its snapshot, beside what only snapshots hold.

    Source: SDK's description of delta: the space that has changed between two file systems. Choice: a LUN that is new, gone or different
    counts with what it has written, at least a block.
    """
    world.ledger.catch_up()
    volume = world.store.table("volumes")[snapshot["volume"]["uuid"]]
    then = {row["uuid"]: row for row in snapshot["sim"]["luns"]}
    now = {row["uuid"]: row for row in _luns(world, volume)}
    total = abs((volume.get("sim") or {}).get("data", snapshot["sim"]["volume"]["data"]) - snapshot["sim"]["volume"]["data"])
    for uuid in {*then, *now}:
        one, other = then.get(uuid), now.get(uuid)
        if one is None or other is None or _contents(one) != _contents(other):
            total += max(BLOCK, abs((one or {"space": {"used": 0}})["space"]["used"] - (other or {"space": {"used": 0}})["space"]["used"]))
    return total


def _contents(lun: Row) -> tuple[Any, ...]:
    """What a host would read from a LUN, with the records of its writers."""
    return (lun["name"], lun["space"]["size"], lun["sim"]["content"], lun["sim"].get("records", {}))


def drop(world: World, row: Row) -> None:
    """Forget a snapshot, and with it the blocks that only it holds (choice: none of them passes to an older one)."""
    world.store.remove("snapshots", row["uuid"])


# -- jobs ------------------------------------------------------------------------------------------------------------------


def _volume(world: World, uuid: str) -> Row:
    row = world.store.table("volumes").get(uuid)
    if row is None:
        raise Refusal(404, "4", "entry doesn't exist")
    return row


def _both(world: World, snapshot: str) -> tuple[Row, Row]:
    row = world.store.table("snapshots").get(snapshot)
    if row is None:
        raise Refusal(404, "1638600", "The snapshot does not exist.")
    return _volume(world, row["volume"]["uuid"]), row


@handler
def create(world: World, volume: str, uuid: str, body: Row) -> None:
    """The job of a POST ends: the snapshot is there."""
    row = _volume(world, volume)
    rules.check_create(world, row, body)
    take(world, row, body, uuid)


@handler
def change(world: World, snapshot: str, body: Row) -> None:
    """The job of a PATCH ends."""
    volume, row = _both(world, snapshot)
    rules.check_change(world, volume, row, body)
    _set(row, body)
    for clone in world.store.table("volumes").values():
        base = clone["clone"].get("parent_snapshot")
        if base and base["uuid"] == snapshot:
            base["name"] = row["name"]


@handler
def remove(world: World, snapshot: str) -> None:
    """The job of a DELETE ends. Source: a real job that failed: what protects a snapshot is told by the job."""
    volume, row = _both(world, snapshot)
    rules.check_delete(world, volume, row)
    drop(world, row)


def _about(body: Row, record: Row) -> Row:
    """The body without the SVM and the volume that it may name; they are never changed. Choice of the code."""
    for name in ("svm", "volume"):
        for key, value in body.get(name, {}).items():
            if record.get(name, {}).get(key) != value:
                raise Refusal(400, "262247", f'Invalid value "{value}" for field "{name}.{key}".', f"{name}.{key}")
    return {name: value for name, value in body.items() if name not in ("svm", "volume")}


class Snapshots(Family):
    """/storage/volumes/{volume.uuid}/snapshots: GET, POST, PATCH, DELETE."""

    path = "/storage/volumes/{volume.uuid}/snapshots"
    parents = {"volume.uuid": "volumes"}

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """The snapshots of a volume, or of all, oldest first."""
        volume = parents.get("volume.uuid")
        held: dict[str, int] = {}
        found = []
        mine = world.store.table("snapshots").values() if volume is None else of_volume(world, volume)
        busy = flexclone.busy(world)
        for row in sorted(mine, key=lambda one: -one["sim"]["order"]):
            uuid = row["volume"]["uuid"]
            held[uuid] = held.get(uuid, 0) + row["sim"]["changed"]
            found.append(self._view(world, row, busy, held[uuid]))
        return list(reversed(found))

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One snapshot by its uuid, and that of its volume where it is given."""
        row = world.store.table("snapshots").get(keys["uuid"])
        if row is None or keys.get("volume.uuid", row["volume"]["uuid"]) != row["volume"]["uuid"]:
            return None
        newer = [one for one in of_volume(world, row["volume"]["uuid"]) if one["sim"]["order"] >= row["sim"]["order"]]
        return self._view(world, row, flexclone.busy(world), sum(one["sim"]["changed"] for one in newer))

    @staticmethod
    def _view(world: World, row: Row, busy: set[str], since: int) -> Row:
        found: Row = {name: value for name, value in row.items() if name != "sim"}
        names = rules.owners(row, busy)
        if names:
            found["owners"] = names
        found["reclaimable_space"] = row["sim"]["changed"]
        age = world.now() - rules.moment(row["create_time"])
        found["delta"] = {"size_consumed": since + drift(world, row), "time_elapsed": duration(age)}
        if row.get("snaplock"):
            left = max(0.0, rules.moment(row["snaplock"]["expiry_time"]) - world.now())
            found["snaplock"] = {**row["snaplock"], "expired": not left, "time_until_expiry": duration(left)}
        return found

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Check, and start the job that takes the snapshot."""
        volume = _volume(world, parents["volume.uuid"])
        body = _about(body, {"svm": volume["svm"]})
        only(body, SETTABLE, "a snapshot")
        if not body.get("name"):
            # Source: SDK description: the name is required.
            raise Refusal(400, "262245", 'The field "name" is required.', "name")
        rules.check_create(world, volume, body)
        uuid = world.store.uuid()
        title = f"POST /api/storage/volumes/{volume['uuid']}/snapshots/{uuid}"
        job = jobs.start(world, title, job_seconds(world), "snapshots.create", volume=volume["uuid"], uuid=uuid, body=body)
        return Outcome(key=uuid, job=job)

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Check, and start the job that changes the snapshot."""
        body = _about(body, record)
        only(body, SETTABLE, "a snapshot")
        volume, row = _both(world, record["uuid"])
        rules.check_change(world, volume, row, body)
        return self._job(world, "PATCH", row, "snapshots.change", body=body)

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Start the job that deletes the snapshot."""
        _volume_row, row = _both(world, record["uuid"])
        return self._job(world, "DELETE", row, "snapshots.remove")

    @staticmethod
    def _job(world: World, method: str, row: Row, work: str, **data: Any) -> Outcome:
        title = f"{method} /api/storage/volumes/{row['volume']['uuid']}/snapshots/{row['uuid']}"
        return Outcome(job=jobs.start(world, title, job_seconds(world), work, snapshot=row["uuid"], **data))
