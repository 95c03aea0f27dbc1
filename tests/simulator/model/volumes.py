# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/storage/volumes: FlexVols, always by way of jobs that take effect when they end.

Source: API reference, volume: fields, defaults, codes; HTTP status of the codes and how long jobs run are choices.
Not simulated: FlexGroups, growth of what is used.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..clock import iso
from ..store import Row
from . import (
    flexclone,
    jobs,
    lun_transfer,
    recovery_queue,
    snapshot_restore,
    snapshot_rules,
    space,
    volume_change,
    volume_move,
    volume_move_rules,
    volume_rules,
    volume_view,
)
from .family import Family, Outcome, flag
from .references import only, pick, pick_svm, ref
from .refusal import Refusal
from .world import World, handler

CREATABLE = volume_change.CHANGEABLE - {"clone.split_initiated"}
CREATABLE |= {"svm", "aggregates", "type", "style", "language"}


def job_seconds(world: World) -> float:
    """How long the jobs of volumes run: the setting volume_job."""
    return float(world.settings.get("volume_job", 2))


def insert(world: World, row: Row) -> None:
    """Put a new volume into its table, with a number."""
    world.store.insert("volumes", row)
    volume_view.msid(world, row)


@handler
def create(world: World, uuid: str, body: Row) -> None:
    """The job of a POST ends: the volume is there."""
    svm = pick_svm(world, body)
    volume_rules.check_name(world, svm["uuid"], body["name"])
    row = _fresh(world, uuid, svm, body)
    volume_rules.check_path(world, svm["uuid"], body.get("nas", {}).get("path", ""))
    if row["guarantee"]["type"] == "volume":
        aggregate = space.aggregate_of(world, row)
        space.require_aggregate(world, aggregate, row["size"], "aggregates", f'create volume "{row["name"]}"')
    insert(world, row)
    volume_change.apply(world, row, body)


def _fresh(world: World, uuid: str, svm: Row, body: Row) -> Row:
    """A volume with the values that it has if a body says nothing."""
    size = volume_rules.wanted_size(body, volume_rules.MINIMUM)
    dp = body.get("type") == "dp"
    style = body.get("nas", {}).get("security_style", "unix")
    aggregate = world.store.table("aggregates")[body["aggregates"][0]["uuid"]]
    node = world.store.table("nodes")[aggregate["home_node"]["uuid"]]
    # Source: SDK description: permissions are 0755, or 0 with the style ntfs.
    snapshots_by, exports_by = volume_rules.standard(world, svm["uuid"], "none" if dp else "default")
    nas = {"export_policy": exports_by, "security_style": style, "uid": 0, "gid": 0}
    return {
        "uuid": uuid,
        "name": body["name"],
        "svm": ref(svm),
        "aggregates": body["aggregates"],
        "size": size,
        "space": {"size": size, "snapshot": {"reserve_percent": 0 if dp else space.RESERVE}},
        "state": "online",
        "type": body.get("type", "rw"),
        "style": "flexvol",
        "language": body.get("language", svm.get("language", "c.utf_8")),
        "comment": "",
        "is_svm_root": False,
        "create_time": iso(world.now()),
        "tiering": {"policy": "none"},
        "snapshot_policy": snapshots_by,
        "clone": {"is_flexclone": False},
        "guarantee": {"type": body.get("guarantee", {}).get("type", "volume")},
        "efficiency": volume_rules.default_efficiency(str(node["model"]).startswith(("AFF", "ASA"))),
        "nas": {**nas, "unix_permissions": 0 if style == "ntfs" else 755},
        "sim": {"data": 0},
    }


@handler
def remove(world: World, volume: str, force: bool) -> None:
    """The job of a DELETE ends. Source: API reference: an online volume is taken offline by the call itself."""
    row = world.store.table("volumes").get(volume)
    if row is None:
        raise Refusal(404, "4", "entry doesn't exist")
    if flexclone.has_clones(world, volume):
        # Source for words and job: seen on a public system; for the code: API reference.
        text = f'Failed to delete volume "{row["name"]}" in Vserver "{row["svm"]["name"]}" because it has one or more clones.'
        raise Refusal(400, "524615", text)
    snapshot_rules.check_locked(world, row)
    volume_move_rules.check_idle(row, "delete")
    lun_transfer.check_volume(world, row["uuid"], "delete")
    row["state"] = "offline"
    row["nas"] = volume_change.mounted(world, row, row["nas"], None)
    flexclone.follow_state(world, row)
    world.ledger.observe(f"volume {row['name']} was deleted")
    recovery_queue.take_in(world, row, force)


class Volumes(Family):
    """/storage/volumes: GET, POST, PATCH, DELETE."""

    path = "/storage/volumes"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every volume."""
        totals = space.Totals(world)
        return [volume_view.view(world, row, totals) for row in world.store.table("volumes").values()]

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One volume by its uuid."""
        row = world.store.table("volumes").get(keys["uuid"])
        return None if row is None else volume_view.view(world, row, space.Totals(world, row["uuid"]))

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Check what can be checked at once, and start the job that makes the volume."""
        svm = pick_svm(world, body)
        if not body.get("name"):
            raise Refusal(400, "918232", 'The field "name" is required.', "name")
        volume_rules.check_name(world, svm["uuid"], body["name"])
        volume_rules.check_pending(world, svm["uuid"], body["name"])
        volume_rules.check_path(world, svm["uuid"], body.get("nas", {}).get("path", ""))
        volume_rules.check_type(body)
        body = dict(body, svm=ref(svm))
        if "clone" in body:
            flexclone.check(world, body)
            work = "flexclone.create"
        else:
            body["aggregates"] = [ref(self._check(world, svm, body))]
            work = "volumes.create"
        uuid = world.store.uuid()
        job = jobs.start(world, f"POST /api/storage/volumes/{uuid}", job_seconds(world), work, uuid=uuid, body=body)
        return Outcome(key=uuid, job=job)

    def _check(self, world: World, svm: Row, body: Row) -> Row:
        """The aggregate of a volume that is no clone, when all of its values are good."""
        only(body, CREATABLE, "a volume")
        volume_rules.check_largest(body, {}, volume_rules.wanted_size(body, volume_rules.MINIMUM))
        aggregate = self._aggregate(world, body)
        volume_rules.check_reserve(body.get("space", {}).get("snapshot", {}).get("reserve_percent"), creating=True)
        row = _fresh(world, "", svm, dict(body, aggregates=[ref(aggregate)]))
        volume_change.check(world, row, {name: value for name, value in body.items() if name not in ("name", "size")})
        return aggregate

    @staticmethod
    def _aggregate(world: World, body: Row) -> Row:
        wanted = body.get("aggregates", [])
        if not wanted and not body.get("style"):
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

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Check, and start the job that changes the volume."""
        row = world.store.table("volumes")[record["uuid"]]
        for name in ("nvfail", "sizing_method"):
            if query.get(name, "false") != "false":
                raise Refusal(400, "262196", f"The parameter {name} is not simulated.", name)
        validate = body.get("validate_only", False) or flag(query, "validate_only")
        if "movement" in body:
            return volume_move.request(world, row, body, validate)
        if validate:
            # Source: SDK's description: it is for moves and conversions.
            raise Refusal(400, "262196", "Validating anything but a move is not simulated.", "validate_only")
        seconds = job_seconds(world)
        wanted = snapshot_restore.options(body, query)
        if wanted:
            return Outcome(job=snapshot_restore.start(world, row, body, wanted, seconds))
        if "split_initiated" in body.get("clone", {}):
            flexclone.check_split(row, body)
            return Outcome(job=flexclone.start_job(world, row, body["clone"]["split_initiated"], seconds))
        only(body, volume_change.CHANGEABLE | {"validate_only"}, "a volume")
        volume_change.check(world, row, body)
        title = f"PATCH /api/storage/volumes/{row['uuid']}"
        return Outcome(job=jobs.start(world, title, seconds, "volume_change.change", volume=row["uuid"], body=body))

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Start the job that removes the volume; an SVM root volume goes last."""
        row = world.store.table("volumes")[record["uuid"]]
        others = [one for one in world.store.table("volumes").values() if one["svm"]["uuid"] == row["svm"]["uuid"] and one is not row]
        if row.get("is_svm_root") and others:
            raise Refusal(400, "917531", f'Volume "{row["name"]}" is the root of an SVM that has other volumes.')
        volume_move_rules.check_idle(row, "delete")
        lun_transfer.check_volume(world, row["uuid"], "delete")
        volume_change.check_unmounted(world, row, {"state": "offline"})
        title = f"DELETE /api/storage/volumes/{row['uuid']}"
        force = flag(query, "force")
        job = jobs.start(world, title, job_seconds(world), "volumes.remove", volume=row["uuid"], force=force)
        return Outcome(job=job)
