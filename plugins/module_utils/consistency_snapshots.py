# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of consistency groups: taken in one step, or started and committed in two, and deleted.

Sources: API reference and the SDK's description, consistency_group_snapshot: the path with `*` lists the snapshots of all groups; a POST
needs the uuid of the group; action=start stops writes for action_timeout seconds at most, then ONTAP takes it back; action=commit takes
the snapshot; nothing else ends what was started, and a commit that finds nothing is refused with 53411925. What was started is listed
without create_time. A snapshot in one step has seven seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import plan as plans
from . import waiting
from .client import Answer, Client, dig
from .consistency_snapshots_home import Home
from .errors import OntapError, OperationFailed, Refused
from .fields import Codec, Field
from .group_members import GROUPS
from .group_point import point_of
from .moments import TIME_CODEC, utc
from .objects import KindredGoal, Resource
from .plan import Plan, Step
from .snapshots import LOCKS, remedy, why_kept

SNAPSHOTS = f"{GROUPS}/*/snapshots"
ONCE = "ONTAP sets it when the snapshot is taken. Delete the snapshot, or take one of another name."
FAILED, KEPT = "53411921", ("53412007", "53412008", "1638543", "1638555")
"""Codes. Source: API reference, consistency group snapshot POST and DELETE; snapshot DELETE."""


def parts_of(record: dict[str, Any]) -> list[dict[str, str]]:
    """The snapshots of volumes that a group snapshot is made of."""
    found = record.get("snapshot_volumes") or []
    parts = [
        {"volume": dig(one, "volume.name"), "volume_uuid": dig(one, "volume.uuid"), "uuid": dig(one, "snapshot.uuid")} for one in found
    ]
    return sorted(parts, key=lambda one: one["volume"])


def _parts(found: Any) -> list[dict[str, str]]:
    return parts_of({"snapshot_volumes": found})


def _point(found: Any) -> str:
    return point_of([(one["volume_uuid"], one["uuid"]) for one in _parts(found)])


SNAPSHOT = Resource(
    "snapshot",
    SNAPSHOTS,
    (Field("svm", "svm.name"), Field("group", "consistency_group.name"), Field("name")),
    (
        Field("comment", unset="", immutable=ONCE),
        Field("snapmirror_label", unset="", immutable=ONCE),
        Field("consistency_type", immutable=ONCE),
        Field("expiry_time", "snaplock.expiry_time", TIME_CODEC, unset="", immutable=ONCE, since="9.16.1"),
    ),
    assigned=(
        Field("uuid"),
        Field("group_uuid", "consistency_group.uuid"),
        Field("create_time", codec=Codec(decode=utc)),
        Field("committed", "create_time", Codec(decode=bool), unset=False),
        Field("snapshots", "snapshot_volumes", Codec(decode=_parts)),
        Field("point", "snapshot_volumes", Codec(decode=_point)),
    ),
    asynchronous=True,
    key=("consistency_group.uuid", "uuid"),
)


def pending(record: dict[str, Any] | None) -> bool:
    """Whether a snapshot was started, and is neither committed nor over: it has no time, or nothing in any volume, and misses nothing.

    Choice: no source shows such a record; what is taken has both.
    """
    if record is None:
        return False
    return not record.get("create_time") or not (record.get("snapshot_volumes") or record.get("is_partial"))


class AnyGroupSnapshotGoal(KindredGoal):
    """What all goals about snapshots of groups share."""

    resource = SNAPSHOT

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        self.home = Home(client, params)
        super().__init__(client, params)
        self.what = f"snapshot {params.get('name')} of {self.home.what}"

    def paths(self) -> tuple[str, ...]:
        """The group, and the name."""
        return (*self.home.paths(), "name")

    def keys(self) -> list[tuple[str, ...]]:
        """The group, and the name."""
        return [(*self.home.key(), self.params["name"])]

    def choose(self, index: dict[tuple[str, ...], list[dict[str, Any]]]) -> Any:
        """The snapshot, if there is one; a group that cannot be found by its volumes is told here, where it belongs to one item."""
        self.home.check(self.present)
        return super().choose(index)

    def needs(self) -> dict[str, str]:
        """Two phases, and the list of the volumes of a snapshot, are there since 9.12.1."""
        return {"consistency_group_snapshot": "9.12.1", **super().needs()}

    def path_of(self, record: dict[str, Any]) -> str:
        """The path of a snapshot, below its group."""
        return f"{GROUPS}/{dig(record, 'consistency_group.uuid')}/snapshots/{record['uuid']}"


def keepers(client: Client, records: list[dict[str, Any]]) -> dict[str, str]:
    """What keeps group snapshots from being deleted, by their uuids: what keeps one of their snapshots of volumes; one read.

    Those that nothing keeps are not in the answer.
    """
    owners = {part["uuid"]: (record["uuid"], part["volume"]) for record in records for part in parts_of(record)}
    terms = {"svm.name": {dig(one, "svm.name") for one in records}, "name": {one["name"] for one in records}}
    found: dict[str, str] = {}
    if owners:
        for one in client.select("/storage/volumes/*/snapshots", ["uuid", *LOCKS], terms, {"svm.name": terms["svm.name"]}):
            reason = why_kept(one)
            if reason and one["uuid"] in owners:
                group, volume = owners[one["uuid"]]
                found.setdefault(group, f"{reason} in volume {volume}")
    return found


def commit_of(path: str | Callable[[], str]) -> Step:
    """The step that ends what was started, with a snapshot."""
    return Step("commit", "PATCH", path, body={}, query={"action": "commit"})


class GroupSnapshotGoal(AnyGroupSnapshotGoal):
    """The goal that a group snapshot is there, or absent."""

    @classmethod
    def look_around(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """Read the uuids of the groups of new snapshots, unless they are known."""
        Home.resolve(client, [goal.home for goal, record in found if record is None and goal.present])

    def asked(self) -> list[str]:
        """What was asked for, and whether the snapshot is whole."""
        return [*super().asked(), "is_partial", *(("missing_volumes",) if self.present else ())]

    def plan(self, state: Any) -> Plan:
        """Take or delete it; a snapshot that somebody has started is waited for, or ended."""
        if not self.present or state is None:
            return super().plan(state)
        if pending(state):
            plan = self.created()
            plan.pending = True
            plan.steps[0].ready = self._until_ended
            return plan
        self._refuse_partial(state)
        return super().plan(state)

    def created(self) -> Plan:
        """One request: the snapshot in all volumes at one instant."""
        plan = super().created()
        given = {field.option: self.desired[field.option] for field in SNAPSHOT.fields if self.desired.get(field.option) not in (None, "")}
        step = plan.steps[0]
        step.body = plans.body_of(SNAPSHOT.fields, given)
        step.body["name"] = self.params["name"]
        step.path = f"{GROUPS}/{self.home.known_uuid()}/snapshots"
        plan.after = self.forecast()
        return plan

    def forecast(self) -> dict[str, Any]:
        """What there will be, as far as it can be known."""
        assigned = {field.option: None for field in SNAPSHOT.assigned}
        return {**self.desired, "svm": self.home.svm, "group": self.home.name, **assigned}

    def without(self, state: Any) -> Plan:
        """Delete it. What was started cannot be deleted: it is committed first, which lets the writes go on at once."""
        plan = super().without(state)
        if pending(state):
            plan.steps.insert(0, commit_of(self.path_of(state)))
        return plan

    def _refuse_partial(self, state: dict[str, Any]) -> None:
        if state.get("is_partial"):
            missing = ", ".join(sorted(one["name"] for one in state.get("missing_volumes") or [])) or "a volume"
            raise Refused(
                f"{self.what} is there and is partial: {missing} is not in it.",
                hint="Its snapshot was deleted, or the volume has joined the group since. Take one of another name, or delete this one.",
            )

    def _until_ended(self, deadline: waiting.Deadline) -> bool:
        """Wait until what was started has ended; whether a snapshot is still to be taken."""

        def probe() -> waiting.Progress:
            record = self.read()
            return waiting.Progress(not pending(record), "started, and not committed yet", record)

        return waiting.wait(probe, deadline, self.what, report=self.client.report) is None

    # -- after a write -------------------------------------------------------------------------------------------------

    def learn(self, step: Step, answer: Answer) -> None:
        """Keep what ONTAP tells about a new snapshot."""
        if step.name in ("create", "start") and answer.records:
            self._answer = answer.records[0]

    def finish(self, after: dict[str, Any]) -> dict[str, Any]:
        """The forecast with what the answer told: what was assigned, and the names of a group that was given by its uuid."""
        told = plans.view(SNAPSHOT.identity, self._answer) or {}
        return {**super().finish(after), **{option: value for option, value in told.items() if value is not None}}

    def settle(self, state: Any, deadline: waiting.Deadline) -> Any:
        """Read what ONTAP assigned, unless its answer told all of it."""
        if not self.present or (self._answer.get("create_time") and self._answer.get("snapshot_volumes")):
            return None
        record = self.read()
        if record is None:
            raise OperationFailed(f"{self.what}: ONTAP reported no failure, and the snapshot is not there.", hint="Look at ONTAP's events.")
        return record

    def explain(self, error: OntapError) -> OntapError:
        """Say what ONTAP's words leave open: what keeps a snapshot, and that a failure left none."""
        if error.code == FAILED:
            error.hint = error.hint or (
                "No snapshot was taken. If seven seconds are too short for so many volumes, start and commit it in two tasks."
            )
        elif error.code in KEPT and not self.present:
            self._explain_kept(error)
        return error

    def _explain_kept(self, error: OntapError) -> None:
        try:
            state = self.read()
            reason = keepers(self.client, [state]).get(state["uuid"], "") if state else ""
        except OntapError:
            return
        if reason:
            error.message, error.hint = f"{self.what} cannot be deleted: it is {reason}. {error.message}", remedy(reason)
