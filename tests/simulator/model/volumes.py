# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/storage/volumes: FlexVols with plain properties, always by way of jobs that take effect when they end.

Source: API reference, volume: fields, defaults, codes; HTTP status of the codes and how long jobs run are choices.
Not simulated: starting and steering a move, clones, FlexGroups, snapshots, efficiency, quality of service, autosize, growth
of what is used, space accounting of aggregates, the recovery queue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..clock import iso
from ..store import Row
from . import jobs
from .family import Family, Outcome
from .references import only, pick, pick_svm, ref, rename
from .refusal import Refusal
from .world import World, handler

MINIMUM = 20 * 1024 * 1024
"""Bytes: the smallest FlexVol, and the size of one whose size is not given. Source: API reference, volume."""

CHANGEABLE = frozenset(
    {
        "name",
        "size",
        "space.size",
        "comment",
        "state",
        "nas.path",
        "nas.export_policy.name",
        "snapshot_policy.name",
        "guarantee.type",
        "tiering.policy",
    }
)
CREATABLE = CHANGEABLE | {"svm", "aggregates", "type", "style", "language", "nas.security_style"}
NAMED_BY_VOLUME = ("volumes", "shares", "cifs_sessions", "nfs_clients", "san_hosts")


def job_seconds(world: World) -> float:
    """How long the jobs of volumes run: the setting volume_job."""
    return float(world.settings.get("volume_job", 2))


def check_name(world: World, svm: str, name: str) -> None:
    """Refuse a name that the rules do not allow, or that the SVM has already."""
    if len(name) > 203:
        raise Refusal(400, "917886", "The volume name is longer than 203 characters.", "name")
    if not re.match(r"[A-Za-z_]", name):
        raise Refusal(400, "917887", f'The volume name "{name}" must start with a letter or "_".', "name")
    if not re.fullmatch(r"\w+", name, re.ASCII):
        raise Refusal(400, "917888", f'The volume name "{name}" has a character that is not allowed.', "name")
    if any(row["svm"]["uuid"] == svm for row in world.store.each("volumes", name=name)):
        raise Refusal(409, "917526", f'Duplicate volume name "{name}".', "name")


def check_path(world: World, svm: str, path: str) -> None:
    """Refuse a junction path that is none, or that another volume of the SVM has (source: case does not matter)."""
    if path and not re.fullmatch(r"/[^/].*|/", path):
        raise Refusal(400, "918252", f'Invalid junction path "{path}".', "nas.path")
    taken = (row.get("nas", {}).get("path") or "" for row in world.store.each("volumes") if row["svm"]["uuid"] == svm)
    if path and path.lower() in (one.lower() for one in taken):
        raise Refusal(409, "918252", f'The junction path "{path}" is in use.', "nas.path")


def wanted_size(body: Row, default: int) -> int:
    """The size that a body asks for, under either of its names."""
    size = body.get("size", body.get("space", {}).get("size", default))
    if size < MINIMUM:
        raise Refusal(400, "917534", f"The size {size} is below the minimum of {MINIMUM} bytes.", "size")
    return int(size)


@handler
def create(world: World, uuid: str, body: Row) -> None:
    """The job of a POST ends: the volume is there."""
    svm = pick_svm(world, body)
    check_name(world, svm["uuid"], body["name"])
    size = wanted_size(body, MINIMUM)
    row: Row = {
        "uuid": uuid,
        "name": body["name"],
        "svm": ref(svm),
        "aggregates": body["aggregates"],
        "size": size,
        "space": {"size": size, "used": 0, "available": size},
        "state": body.get("state", "online"),
        "type": body.get("type", "rw"),
        "style": "flexvol",
        "language": body.get("language", "c.utf_8"),
        "comment": body.get("comment", ""),
        "is_svm_root": False,
        "create_time": iso(world.now()),
        "tiering": {"policy": "none", **body.get("tiering", {})},
        "snapshot_policy": {"name": "default", **body.get("snapshot_policy", {})},
        "snapshot_count": 0,
        "clone": {"is_flexclone": False},
        "guarantee": {"type": "volume", **body.get("guarantee", {}), "honored": True},
        "nas": {"export_policy": {"name": "default"}, "security_style": "unix", **body.get("nas", {})},
    }
    world.store.insert("volumes", row)


@handler
def change(world: World, volume: str, body: Row) -> None:
    """The job of a PATCH ends."""
    row = world.store.table("volumes").get(volume)
    if row is None:
        raise Refusal(404, "4", "entry doesn't exist")
    if body.get("name", row["name"]) != row["name"]:
        check_name(world, row["svm"]["uuid"], body["name"])
        rename(world, NAMED_BY_VOLUME, volume, body["name"])
    size = wanted_size(body, row["size"])
    row["space"].update(size=size, available=size - row["space"]["used"])
    row.update(size=size, comment=body.get("comment", row["comment"]), state=body.get("state", row["state"]))
    for part in ("nas", "snapshot_policy", "guarantee", "tiering"):
        row.setdefault(part, {}).update(body.get(part, {}))
    if row["nas"].get("path") == "" or row["state"] == "offline":
        # Source: API reference: an empty path unmounts, and taking a volume offline removes its junction.
        row["nas"].pop("path", None)
    world.ledger.observe(f"volume {row['name']} was changed")


@handler
def remove(world: World, volume: str) -> None:
    """The job of a DELETE ends. Source: API reference: an online volume is taken offline by the call itself."""
    row = world.store.table("volumes").get(volume)
    if row is None:
        raise Refusal(404, "4", "entry doesn't exist")
    row["state"] = "offline"
    world.ledger.observe(f"volume {row['name']} was deleted")
    world.store.remove("volumes", volume)


class Volumes(Family):
    """/storage/volumes: GET, POST, PATCH, DELETE."""

    path = "/storage/volumes"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every volume."""
        return list(world.store.table("volumes").values())

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One volume by its uuid."""
        return world.store.table("volumes").get(keys["uuid"])

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Check what can be checked at once, and start the job that makes the volume."""
        only(body, CREATABLE, "a volume")
        svm = pick_svm(world, body)
        if not body.get("name"):
            raise Refusal(400, "918232", 'The field "name" is required.', "name")
        check_name(world, svm["uuid"], body["name"])
        check_path(world, svm["uuid"], body.get("nas", {}).get("path", ""))
        wanted_size(body, MINIMUM)
        aggregate = self._aggregate(world, body)
        self._check_state(body)
        uuid = world.store.uuid()
        body = dict(body, svm=ref(svm), aggregates=[ref(aggregate)])
        job = jobs.start(world, f"POST /api/storage/volumes/{uuid}", job_seconds(world), "volumes.create", uuid=uuid, body=body)
        return Outcome(key=uuid, job=job)

    @staticmethod
    def _aggregate(world: World, body: Row) -> Row:
        wanted = body.get("aggregates", [])
        if not wanted:
            raise Refusal(400, "787140", "One of aggregates.uuid, aggregates.name, or style must be provided.", "aggregates")
        if body.get("style", "flexvol") != "flexvol" or len(wanted) != 1:
            raise Refusal(400, "918242", "A FlexVol has exactly one aggregate, and other styles are not simulated.", "aggregates")
        name = wanted[0].get("name") or wanted[0].get("uuid")
        missing = Refusal(400, "917508", f'Aggregate "{name}" does not exist.', "aggregates")
        mismatch = Refusal(400, "787141", "aggregates.uuid and aggregates.name refer to different aggregates.", "aggregates")
        row = pick(world, "aggregates", wanted[0], missing, mismatch)
        if row["sim"]["root"]:
            raise Refusal(400, "917597", f'Aggregate "{row["name"]}" is a root aggregate.', "aggregates")
        return row

    @staticmethod
    def _check_state(body: Row) -> None:
        if body.get("state") in ("error", "mixed"):
            raise Refusal(400, "918652", f'The state "{body["state"]}" cannot be set.', "state")

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Check, and start the job that changes the volume."""
        only(body, CHANGEABLE, "a volume")
        svm, uuid = record["svm"]["uuid"], record["uuid"]
        if body.get("name", record["name"]) != record["name"]:
            check_name(world, svm, body["name"])
        path = body.get("nas", {}).get("path", "")
        if path and path != record["nas"].get("path"):
            check_path(world, svm, path)
        if wanted_size(body, record["size"]) < record["space"]["used"]:
            raise Refusal(400, "917534", "The size is below what is used.", "size")
        self._check_state(body)
        job = jobs.start(world, f"PATCH /api/storage/volumes/{uuid}", job_seconds(world), "volumes.change", volume=uuid, body=body)
        return Outcome(job=job)

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Start the job that removes the volume; an SVM root volume goes last."""
        others = [row for row in world.store.each("volumes") if row["svm"]["uuid"] == record["svm"]["uuid"] and row is not record]
        if record.get("is_svm_root") and others:
            raise Refusal(400, "917531", f'Volume "{record["name"]}" is the root of an SVM that has other volumes.')
        uuid = record["uuid"]
        job = jobs.start(world, f"DELETE /api/storage/volumes/{uuid}", job_seconds(world), "volumes.remove", volume=uuid)
        return Outcome(job=job)
