# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of volumes: their fields, how one is made without knowing its volume, and what keeps one from being deleted.

Source of paths, fields and codes: API reference and the SDK's description, snapshot. The path with `*` in the place of the volume's
uuid reads, and makes, snapshots of volumes that are named.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import plan as plans
from . import waiting
from .client import Client, dig, literal
from .errors import ApiError, InputError, JobFailed, OntapError, OperationFailed, Refused
from .fields import Codec, Field
from .moments import TIME_CODEC, moment, utc
from .objects import KindredGoal, Resource
from .plan import Plan, Step

VOLUMES = "/storage/volumes"
CLI = "/private/cli/volume/snapshot"
"""Source: CLI manual, volume snapshot modify: an expiry time of 0 takes the time away. The REST interface has no value for that."""

LOCKS = ("owners", "expiry_time", "snaplock_expiry_time")
TEXTS = ("comment", "snapmirror_label", "expiry_time")
ALONE = ("comment", "expiry_time")
"""What the form that names the volume cannot set. Source: SDK's description: it supports only SnapMirror labels."""

NO_BULK = ("2", "3", "4")
"""Codes with which a release that lacks the form may refuse its path (bad value, no such path, no such entry)."""

HELD, LOCKED = "1638543", "1638555"
"""Codes. Source: API reference, snapshot DELETE."""

SNAPSHOT = Resource(
    "snapshot",
    "/storage/volumes/*/snapshots",
    (Field("svm", "svm.name"), Field("volume", "volume.name"), Field("name")),
    (Field("comment"), Field("snapmirror_label"), Field("expiry_time", codec=TIME_CODEC)),
    assigned=(Field("uuid"), Field("create_time", codec=Codec(decode=utc))),
    asynchronous=True,
    key=("volume.uuid", "uuid"),
)


# -- what keeps a snapshot -------------------------------------------------------------------------------------------------


def holders(record: dict[str, Any]) -> list[str]:
    """The owners that do not let a snapshot go.

    Sources: ONTAP documentation, FlexClone: the snapshot under a clone cannot be deleted. A public client of the vendor: other owners
    whose names end in "dependent" do not keep a snapshot.
    """
    return [owner for owner in record.get("owners") or [] if not owner.endswith("dependent") or "volume" in owner]


def why_kept(record: dict[str, Any]) -> str:
    """Why ONTAP would not delete a snapshot, in a few words; empty when nothing is known that keeps it."""
    owners = holders(record)
    if owners:
        return f"in use by {', '.join(owners)}"
    for field in ("expiry_time", "snaplock_expiry_time"):
        text = record.get(field)
        try:
            if text and moment(text) > waiting.clock.wall():
                return f"locked until {utc(text)}"
        except InputError:
            return f"locked, {field} {text}"
    return ""


def names(records: Iterable[dict[str, Any]]) -> str:
    """The names of snapshots, with what keeps them, for a sentence."""
    return ", ".join(f"{record['name']} ({why_kept(record)})" if why_kept(record) else str(record["name"]) for record in records)


REMEDIES = {
    "in use": "End what uses it first: split or delete the clone, or release the mirror.",
    "locked": "Wait until then, or, where it has an expiry_time that is no SnapLock, change that.",
}


def remedy(reason: str) -> str:
    """What to do about a snapshot that is kept."""
    return next((text for words, text in REMEDIES.items() if reason.startswith(words)), "")


# -- goals -----------------------------------------------------------------------------------------------------------------


class AnySnapshotGoal(KindredGoal):
    """What all goals about snapshots share."""

    resource = SNAPSHOT

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        self.svm: str = params["svm"]
        self.volume: str = params["volume"]
        self.what = f"snapshot {params.get('name')} of volume {self.volume}"

    def path_of(self, record: dict[str, Any]) -> str:
        """The path of a snapshot, below its volume."""
        return f"{VOLUMES}/{dig(record, 'volume.uuid')}/snapshots/{record['uuid']}"


def read_volumes(client: Client, places: Iterable[tuple[str, str]], fields: Iterable[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """The volumes of these names, by SVM and name; one read."""
    wanted = set(places)
    terms = {"svm.name": {svm for svm, _name in wanted}, "name": {name for _svm, name in wanted}}
    found = client.select(VOLUMES, ["uuid", *fields], terms, {"svm.name": terms["svm.name"]})
    return {(dig(record, "svm.name"), record["name"]): record for record in found}


class SnapshotGoal(AnySnapshotGoal):
    """The goal that a snapshot is there with these attributes, or is absent."""

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        self._home: dict[str, Any] | None = None

    @classmethod
    def look_around(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """Read the volumes of new snapshots that cannot be made without their volume's uuid."""
        needing = [goal for goal, record in found if record is None and goal.present and goal.needs_volume()]
        if needing:
            volumes = read_volumes(client, [(goal.svm, goal.volume) for goal in needing], ("state", "type"))
            for goal in needing:
                goal._home = volumes.get((goal.svm, goal.volume))

    def needs_volume(self) -> bool:
        """Whether a new snapshot has what only the path of its own volume can set."""
        return any(self.desired.get(option) for option in ALONE)

    def asked(self) -> list[str]:
        """What was asked for, and, before a deletion, what keeps the snapshot."""
        return [*super().asked(), *(() if self.present else LOCKS)]

    def view(self, state: Any) -> dict[str, Any] | None:
        """The snapshot in playbook words; a text that ONTAP does not show is empty."""
        seen = super().view(state)
        return seen and {option: "" if value is None and option in TEXTS else value for option, value in seen.items()}

    # -- plans ---------------------------------------------------------------------------------------------------------

    def created(self) -> Plan:
        """A new snapshot: by the name of its volume, or, with more than a label, by its uuid."""
        plan = super().created()
        given = {option: value for option, value in self.desired.items() if value != ""}
        own = {option: value for option, value in given.items() if option not in ("svm", "volume")}
        step = plan.steps[0]
        body = plans.body_of(SNAPSHOT.everything, own)
        direct = Step("create", "POST", self._snapshots_of_volume, body=body, query=step.query, asynchronous=True)
        if self.needs_volume():
            plan.steps[0] = direct
            self._volume_uuid()
        else:
            step.body = {"records": [plans.body_of(SNAPSHOT.everything, given)]}
            step.fallback, step.refused_by = direct, NO_BULK
        return plan

    def _snapshots_of_volume(self) -> str:
        return f"{VOLUMES}/{self._volume_uuid()}/snapshots"

    def _volume_uuid(self) -> str:
        """The volume's uuid; raises InputError when a snapshot of it cannot be taken."""
        if self._home is None:
            self._home = read_volumes(self.client, [(self.svm, self.volume)], ("state", "type")).get((self.svm, self.volume))
        objection = self._objection(self._home)
        if objection:
            raise InputError(objection)
        return str((self._home or {}).get("uuid"))

    def _objection(self, volume: dict[str, Any] | None) -> str:
        """Why no snapshot of the volume can be taken, in a sentence."""
        if volume is None:
            return f"{self.what}: there is no volume {self.volume} in the SVM {self.svm}."
        if volume.get("state", "online") != "online":
            return f"{self.what}: volume {self.volume} is {volume['state']}, and snapshots are taken of volumes that are online."
        if volume.get("type", "rw") != "rw":
            return f"{self.what}: volume {self.volume} is of type {volume['type']}, and snapshots are taken of read-write volumes."
        return ""

    def changed(self, state: dict[str, Any]) -> Plan:
        """One request for what differs; an expiry time is taken away by another."""
        plan = super().changed(state)
        body = plan.steps[0].body if plan.steps else {}
        if body.get("expiry_time") == "":
            del body["expiry_time"]
            plan.steps = [*(plan.steps if body else []), self._clear_expiry()]
        return plan

    def _clear_expiry(self) -> Step:
        query = {"vserver": literal(self.svm), "volume": literal(self.volume), "snapshot": literal(self.desired["name"])}
        return Step("clear_expiry", "PATCH", CLI, query=query, body={"expiry_time": "0"})

    def without(self, state: Any) -> Plan:
        """Delete, unless something is known to keep the snapshot."""
        reason = why_kept(state) if state else ""
        if reason:
            raise Refused(f"{self.what} cannot be deleted: it is {reason}.", hint=remedy(reason))
        return super().without(state)

    # -- after a write -------------------------------------------------------------------------------------------------

    def settle(self, state: Any, deadline: waiting.Deadline) -> Any:
        """Read what ONTAP assigned to a new snapshot, unless its answer told."""
        if not self._creating or self._answer.get("uuid"):
            return None
        record = self.read()
        if record is None:
            raise OperationFailed(f"{self.what}: ONTAP reported no failure, and the snapshot is not there.", hint="Look at ONTAP's events.")
        return record

    def explain(self, error: OntapError) -> OntapError:
        """Say what is wrong with the volume, or what keeps the snapshot, where ONTAP's words leave it open."""
        if not isinstance(error, (ApiError, JobFailed)):
            return error
        try:
            if self._creating:
                volume = read_volumes(self.client, [(self.svm, self.volume)], ("state", "type")).get((self.svm, self.volume))
                told, hint = self._objection(volume), error.hint
            else:
                told, hint = self._kept(error)
        except OntapError:
            return error
        if told:
            error.message, error.hint = f"{told} {error.message}", hint
        return error

    def _kept(self, error: OntapError) -> tuple[str, str]:
        if error.code not in (HELD, LOCKED):
            return "", error.hint
        state = self.read() or {}
        owners = ", ".join(state.get("owners") or [])
        reason = why_kept(state) or (f"in use by {owners}" if owners else "in use or locked")
        return f"{self.what} cannot be deleted: it is {reason}.", remedy(reason)


class VolumeSnapshotsGoal(AnySnapshotGoal):
    """A goal about the snapshots of a volume, all of which it reads; its state is their list."""

    fields: tuple[str, ...] = ("name", "uuid", "volume.uuid", "create_time", *LOCKS)

    def wish(self) -> dict[str, Any]:
        """Which volume is meant."""
        return {"svm": self.params["svm"], "volume": self.params["volume"]}

    def paths(self) -> tuple[str, ...]:
        """The volume."""
        return ("svm.name", "volume.name")

    def keys(self) -> list[tuple[str, ...]]:
        """The volume."""
        return [(self.params["svm"], self.params["volume"])]

    def asked(self) -> list[str]:
        """What decides about each snapshot."""
        return list(self.fields)

    def choose(self, index: dict[tuple[str, ...], list[dict[str, Any]]]) -> Any:
        """All snapshots of the volume, newest first."""
        return sorted(index.get(self.keys()[0], []), key=age_key, reverse=True)


def age_key(record: dict[str, Any]) -> tuple[float, str]:
    """By which snapshots are in the order of their age; the name decides between those of one second."""
    return (moment(record["create_time"]), record["name"])
