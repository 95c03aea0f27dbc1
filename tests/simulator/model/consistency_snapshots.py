# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/application/consistency-groups/{consistency_group.uuid}/snapshots: in one step, in two (start and commit), and their end.

Source: API reference and the SDK's description, consistency_group_snapshot: the fence, the internal limit of seven seconds, action and
action_timeout (default 7, 5 to 120; 1 to 90 in the reference of 9.12 and 9.13), commit answers {} at once, codes. A group snapshot that
has lost a snapshot of a volume is partial and no base for a restore; one that is older than a member is partial too. Choices: two-phase
snapshots need 9.12.1, where the SDK has them (the reference names 9.11 and 9.13); start answers at once (setting fence_job: seconds of a
job that does it); one that was started shows without create_time and snapshot_volumes and can be committed only (there is no abort); one
step takes snapshot_fence (0.5) seconds; without write_fence the volumes get their snapshots one after another; DELETE deletes all or
nothing. Status: choice.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..clock import duration, iso
from ..store import Row
from . import consistency_members as members
from . import fences, jobs, snapshot_rules, snapshots
from .family import DONE, Family, Outcome
from .references import only, ref
from .refusal import Refusal
from .world import World, handler

TABLE = "consistency_snapshots"
SETTABLE = frozenset({"name", "comment", "consistency_type", "snapmirror_label", "write_fence", "snaplock.expiry_time"})
OF_VOLUMES = ("name", "comment", "snapmirror_label", "snaplock")
NOT_PERMITTED = "53411918"
DEFAULT_FENCE = 7


def find(world: World, group: str, name: str) -> Row | None:
    """The snapshot of a group that has this name."""
    return next((row for row in world.store.each(TABLE, name=name) if row["consistency_group"]["uuid"] == group), None)


def pick(world: World, group: Row, wanted: Row, field: str) -> Row:
    """The snapshot of a group that a reference means. Source of the code: API reference, snapshot."""
    for row in world.store.table(TABLE).values():
        if row["consistency_group"]["uuid"] == group["uuid"] and all(row.get(key) == value for key, value in wanted.items()):
            return row
    named = wanted.get("name") or wanted.get("uuid")
    raise Refusal(400, "1638600", f'Consistency group "{group["name"]}" has no snapshot "{named}".', field)


def lost(world: World, row: Row) -> list[Row]:
    """References to the volumes whose snapshot is gone."""
    table = world.store.table("snapshots")
    return [dict(one["volume"]) for one in row["members"] if one["snapshot"]["uuid"] not in table]


def check_whole(world: World, row: Row) -> None:
    """Refuse to use a group snapshot that has lost a part. Source: SDK's description: it is invalid. Choice of the code."""
    gone = lost(world, row)
    if gone:
        text = f'Snapshot "{row["name"]}" is partial: the snapshot of volume "{gone[0]["name"]}" is gone.'
        raise Refusal(400, "53411921", text, "restore_to.snapshot")


def volumes_in(world: World, row: Row) -> list[Row]:
    """The volumes that a group snapshot has, as far as they exist."""
    table = world.store.table("volumes")
    return [table[one["volume"]["uuid"]] for one in row["members"] if one["volume"]["uuid"] in table]


# -- taking ----------------------------------------------------------------------------------------------------------------


def check(world: World, group: Row, body: Row) -> list[Row]:
    """The volumes of a group, when a snapshot of all of them can be taken."""
    volumes = members.all_volumes(world, group["uuid"])
    if not body.get("name"):
        raise Refusal(400, "262245", 'The field "name" is required.', "name")
    if find(world, group["uuid"], body["name"]):
        raise Refusal(409, fences.FAILED, f'A snapshot "{body["name"]}" exists already.', "name")
    try:
        fences.check(world, volumes, _of_volumes(body))
    except Refusal as refusal:
        code = NOT_PERMITTED if refusal.code == fences.FENCED else fences.FAILED
        text = f'Snapshot "{body["name"]}" of consistency group "{group["name"]}" cannot be taken: {refusal.message}'
        raise Refusal(refusal.status, code, text, refusal.target) from refusal
    return volumes


def _of_volumes(body: Row) -> Row:
    return {name: body[name] for name in OF_VOLUMES if name in body}


def fence(world: World, group: Row, uuid: str, body: Row, seconds: float) -> Row:
    """Begin: writes to the volumes of a group wait from now on."""
    volumes = check(world, group, body)
    pending = fences.start(world, volumes, body["name"], seconds, body=_of_volumes(body), tag=group["uuid"])
    pending["group"] = {"uuid": uuid, "body": body}
    return pending


def finish(world: World, group: Row, pending: Row) -> Row:
    """End: every volume has its snapshot."""
    rows = fences.commit(world, pending)
    return _insert(world, group, pending["group"], rows)


def _insert(world: World, group: Row, asked: Row, rows: list[Row]) -> Row:
    body = asked["body"]
    row: Row = {
        "uuid": asked["uuid"],
        "name": body["name"],
        "consistency_group": ref(group),
        "svm": dict(group["svm"]),
        "consistency_type": body.get("consistency_type", "crash"),
        "comment": body.get("comment", ""),
        "create_time": iso(world.now()),
        "write_fence": asked.get("fenced", True),
        "members": [{"volume": dict(one["volume"]), "snapshot": ref(one)} for one in rows],
    }
    for name in ("snapmirror_label", "snaplock"):
        if body.get(name):
            row[name] = body[name]
    return world.store.insert(TABLE, row)


def _group(world: World, uuid: str) -> Row:
    row = world.store.table(members.TABLE).get(uuid)
    if row is None:
        raise Refusal(404, "53411843", "The consistency group does not exist.")
    return row


@handler
def begin(world: World, group: str, uuid: str, body: Row, timeout: float) -> None:
    """The job of a start ends: the fence is up."""
    fence(world, _group(world, group), uuid, body, timeout)


@handler
def complete(world: World, group: str, pending: str) -> None:
    """The job of a snapshot in one step ends."""
    row = fences.find(world, uuid=pending)
    if row is None:
        # Source: SDK's description: it is aborted when it does not complete within seven seconds.
        raise Refusal(400, fences.FAILED, "The snapshot was not completed in time.")
    finish(world, _group(world, group), row)


@handler
def take_unfenced(world: World, group: str, uuid: str, body: Row) -> None:
    """The job of a snapshot without a fence ends."""
    row = _group(world, group)
    volumes = check(world, row, body)
    rows = [snapshots.take(world, volume, _of_volumes(body)) for volume in volumes]
    _insert(world, row, {"uuid": uuid, "body": body, "fenced": False}, rows)


# -- ending ----------------------------------------------------------------------------------------------------------------


@handler
def remove(world: World, snapshot: str) -> None:
    """The job of a DELETE ends. Choice of the code: what holds one of the snapshots is told with 53412007."""
    row = world.store.table(TABLE).get(snapshot)
    if row is None:
        raise Refusal(404, "1638600", "The snapshot does not exist.")
    table, volumes = world.store.table("snapshots"), world.store.table("volumes")
    pairs = [(volumes[one["volume"]["uuid"]], table[one["snapshot"]["uuid"]]) for one in row["members"] if one["snapshot"]["uuid"] in table]
    for volume, mine in pairs:
        try:
            snapshot_rules.check_delete(world, volume, mine)
        except Refusal as refusal:
            raise Refusal(refusal.status, "53412007", refusal.message) from refusal
    for _volume, mine in pairs:
        snapshots.drop(world, mine)
    world.store.remove(TABLE, snapshot)


def forget_lost(world: World, groups: list[Row]) -> None:
    """After a restore: snapshots of these groups of which nothing is left are gone. Source: newer snapshots are deleted by a restore."""
    table, uuids = world.store.table(TABLE), {group["uuid"] for group in groups}
    for uuid in [uuid for uuid, row in table.items() if row["consistency_group"]["uuid"] in uuids]:
        if len(lost(world, table[uuid])) == len(table[uuid]["members"]):
            world.store.remove(TABLE, uuid)


# -- the API ---------------------------------------------------------------------------------------------------------------


def _timeout(world: World, query: dict[str, str]) -> int:
    low, high = (5, 120) if world.version >= (9, 14, 1) else (1, 90)
    given = query.get("action_timeout", str(DEFAULT_FENCE))
    if not given.isdigit() or not low <= int(given) <= high:
        raise Refusal(400, "262247", f'Invalid value "{given}" for field "action_timeout" ({low} to {high}).', "action_timeout")
    return int(given)


class ConsistencyGroupSnapshots(Family):
    """/application/consistency-groups/{consistency_group.uuid}/snapshots: GET, POST, PATCH (action=commit), DELETE."""

    path = "/application/consistency-groups/{consistency_group.uuid}/snapshots"
    parents = {"consistency_group.uuid": members.TABLE}

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """The snapshots of a group, or of all groups, and those that were started."""
        group = parents.get("consistency_group.uuid")
        found = [self._view(world, row) for row in world.store.table(TABLE).values() if group in (None, row["consistency_group"]["uuid"])]
        started = [row for row in world.store.table(fences.PENDING).values() if "group" in row and group in (None, row["tag"])]
        return [*found, *(self._pending(world, row) for row in started)]

    def absent(self, world: World, method: str, keys: dict[str, str]) -> None:
        """A commit that comes too late. Source: API reference, codes of PATCH."""
        if method == "PATCH" and world.version >= (9, 12, 1):
            raise Refusal(400, fences.NOTHING, "No two-phase snapshot operation was started, or it has ended.")

    @staticmethod
    def _pending(world: World, row: Row) -> Row:
        body, group = row["group"]["body"], world.store.table(members.TABLE)[row["tag"]]
        found = {"uuid": row["group"]["uuid"], "name": row["name"], "svm": dict(row["svm"]), "consistency_group": ref(group)}
        found.update(consistency_type=body.get("consistency_type", "crash"), comment=body.get("comment", ""), write_fence=True)
        return found

    @staticmethod
    def _view(world: World, row: Row) -> Row:
        found = {name: value for name, value in row.items() if name != "members"}
        table, luns = world.store.table("snapshots"), world.store.table("luns")
        there = [one for one in row["members"] if one["snapshot"]["uuid"] in table]
        found["snapshot_volumes"] = [{"volume": dict(one["volume"]), "snapshot": ref(table[one["snapshot"]["uuid"]])} for one in there]
        found["luns"] = [ref(lun) for one in there for lun in table[one["snapshot"]["uuid"]]["sim"]["luns"]]
        held = {one["volume"]["uuid"] for one in there}
        now = [ref(volume) for volume in members.all_volumes(world, row["consistency_group"]["uuid"])]
        missing = {one["uuid"]: one for one in [*lost(world, row), *now] if one["uuid"] not in held}
        found["is_partial"] = bool(missing)
        if missing:
            found["missing_volumes"] = list(missing.values())
            gone = [ref(lun) for lun in luns.values() if lun["location"]["volume"]["uuid"] in missing]
            found.update({"missing_luns": gone} if gone else {})
        mine = [table[one["snapshot"]["uuid"]] for one in there]
        found["reclaimable_space"] = sum(one["sim"]["changed"] for one in mine)
        found["restore_size"] = sum(one["logical_size"] for one in mine)
        if row.get("snaplock"):
            left = max(0.0, snapshot_rules.moment(row["snaplock"]["expiry_time"]) - world.now())
            found["snaplock"] = {**row["snaplock"], "expired": not left, "time_until_expiry": duration(left)}
        return found

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Take a snapshot, or start one."""
        group = _group(world, parents["consistency_group.uuid"])
        body = {name: value for name, value in body.items() if name != "svm"}
        only(body, SETTABLE, "a snapshot of a consistency group")
        action, uuid = query.get("action"), world.store.uuid()
        title = f"POST /api/application/consistency-groups/{group['uuid']}/snapshots/{uuid}"
        if action is not None:
            return self._start(world, group, {"uuid": uuid, "body": body}, query, title)
        if "action_timeout" in query:
            raise Refusal(400, "262247", 'The parameter "action_timeout" needs an action.', "action_timeout")
        volumes = check(world, group, body)
        seconds = float(world.settings.get("snapshot_fence", 0.5))
        if not body.get("write_fence", len(volumes) > 1):
            job = jobs.start(world, title, seconds, "consistency_snapshots.take_unfenced", group=group["uuid"], uuid=uuid, body=body)
            return Outcome(key=uuid, job=job)
        pending = fence(world, group, uuid, body, fences.INTERNAL)
        job = jobs.start(world, title, seconds, "consistency_snapshots.complete", group=group["uuid"], pending=pending["uuid"])
        return Outcome(key=uuid, job=job)

    @staticmethod
    def _start(world: World, group: Row, asked: Row, query: dict[str, str], title: str) -> Outcome:
        uuid, body = asked["uuid"], asked["body"]
        if world.version < (9, 12, 1):
            raise Refusal(400, "262197", 'The parameter "action" is unknown.', "action")
        if query["action"] != "start":
            raise Refusal(400, "262247", f'Invalid value "{query["action"]}" for field "action".', "action")
        if body.get("write_fence") is False:
            # Choice: the two phases are about the fence.
            raise Refusal(400, NOT_PERMITTED, "A snapshot in two phases has a write fence.", "write_fence")
        timeout = _timeout(world, query)
        check(world, group, body)
        seconds = float(world.settings.get("fence_job", 0))
        if not seconds:
            fence(world, group, uuid, body, timeout)
            return Outcome(key=uuid)
        data = {"group": group["uuid"], "uuid": uuid, "body": body, "timeout": timeout}
        return Outcome(key=uuid, job=jobs.start(world, title, seconds, "consistency_snapshots.begin", **data))

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Commit what was started."""
        if world.version < (9, 12, 1):
            raise Refusal(405, "3", "The method PATCH is not supported on this resource.")
        if body:
            raise Refusal(400, "262196", "Changing a snapshot of a consistency group is not simulated.", min(body))
        if query.get("action") != "commit":
            raise Refusal(400, "262247", f'Invalid value "{query.get("action")}" for field "action".', "action")
        for pending in world.store.table(fences.PENDING).values():
            if pending.get("group", {}).get("uuid") == record["uuid"]:
                finish(world, _group(world, pending["tag"]), pending)
                return DONE
        raise Refusal(400, fences.NOTHING, "No two-phase snapshot operation was started, or it has ended.")

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Start the job that deletes a snapshot in all volumes."""
        if record["uuid"] not in world.store.table(TABLE):
            raise Refusal(400, NOT_PERMITTED, f'Snapshot "{record["name"]}" was started and is not committed.')
        title = f"DELETE /api/application/consistency-groups/{record['consistency_group']['uuid']}/snapshots/{record['uuid']}"
        return Outcome(job=jobs.start(world, title, snapshots.job_seconds(world), "consistency_snapshots.remove", snapshot=record["uuid"]))
