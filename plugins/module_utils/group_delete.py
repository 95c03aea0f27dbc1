# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a group snapshot: it is deleted in all volumes by one request; snapshots that are in use are renamed, to be reaped later.

A request names snapshots by their uuids, never by a pattern. One that meets a snapshot which somebody has begun to use meanwhile leaves the
rest to a second look; the goal is what the volumes have in the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import states, waiting
from .client import ABSENT, Client, api_error, dig, job_failed
from .errors import ApiError, Busy, JobFailed, JobVanished, LostAnswer, NotAuthorized, NotFound, OntapError, PartlyDone, Refused
from .group_fence import GROUPS
from .group_point import FIELDS, SNAPSHOTS
from .group_scene import Scene
from .snapshots import HELD, LOCKED, holders, remedy, why_kept

ROUNDS = 5
MANY = 50
"""Snapshots that one request names; their uuids have to fit into an address."""

HOLD = 15
"""Seconds that ONTAP may hold a write open to save us a look at its jobs."""


def delete_snapshots(client: Client, records: Iterable[dict[str, Any]], deadline: waiting.Deadline) -> None:
    """Delete these snapshots, those of many volumes by one request."""
    _write(client, "DELETE", [one["uuid"] for one in records], deadline)


def rename_snapshots(client: Client, records: Iterable[dict[str, Any]], name: str, deadline: waiting.Deadline) -> None:
    """Give these snapshots of several volumes another name, by one request."""
    _write(client, "PATCH", [one["uuid"] for one in records], deadline, {"name": name})


def _write(client: Client, method: str, uuids: list[str], deadline: waiting.Deadline, body: Any = None) -> None:
    """One request for so many snapshots, to the end of its jobs. Source: API documentation, a query selects what a write is about."""
    what = "deleting snapshots" if method == "DELETE" else "renaming snapshots"
    failed: list[OntapError] = []
    for start in range(0, len(uuids), MANY):
        query = {"uuid": "|".join(uuids[start : start + MANY]), "continue_on_failure": True, "return_timeout": HOLD}
        answer = client.call(method, SNAPSHOTS, query=query, body=body)
        if answer.status == 202 and answer.jobs:
            failed += follow_all(client, answer.jobs, deadline, what)
        failed += [api_error(400, one, method, SNAPSHOTS) for one in answer.body.get("errors") or []]
    if failed:
        raise failed[0]


def follow_all(client: Client, jobs: list[str], deadline: waiting.Deadline, what: str) -> list[OntapError]:
    """Wait for jobs to end, by one read for all of them at each look; what became of those that failed."""

    def probe() -> waiting.Progress:
        records = list(client.select("/cluster/jobs", ("state", "message", "error", "code"), {"uuid": jobs}))
        meanings = [(one, states.meaning(states.JOB, one.get("state"), f"job {one['uuid']}")) for one in records]
        # A job whose record is gone has ended; the snapshots say how.
        over = all(meaning in (states.DONE, states.FAILED) for _one, meaning in meanings)
        return waiting.Progress(over, f"{what}, {len(jobs)} jobs", [one for one, meaning in meanings if meaning == states.FAILED])

    try:
        return [job_failed(one["uuid"], one, what) for one in waiting.wait(probe, deadline, what, report=client.report)]
    except NotAuthorized:
        # The account of an SVM reads its jobs only one by one.
        return [error for error in (_failure(client, job, deadline, what) for job in jobs) if error is not None]


def _failure(client: Client, job: str, deadline: waiting.Deadline, what: str) -> OntapError | None:
    try:
        client.follow(job, deadline, what)
    except JobFailed as error:
        return error
    except JobVanished:
        return None
    return None


class Removal:
    """Takes the snapshots of a group away. `busy_prefix`: those that are in use get it before their names; None: they are refused."""

    def __init__(self, scene: Scene, busy_prefix: str | None, deadline: waiting.Deadline) -> None:
        self.scene = scene
        self.client = scene.client
        self.busy_prefix = busy_prefix
        self.deadline = deadline
        self.renamed: list[dict[str, Any]] = []
        self.foretold: list[dict[str, Any]] = []
        self.actions: list[str] = []
        self._held: set[str] = set()
        self._taken: set[str] = set()
        self._recorded: str | None = None
        self._underway: tuple[str, list[dict[str, Any]]] = ("", [])

    def look(self) -> list[str]:
        """Find out what is to be done, and refuse what cannot be; returns the actions to come."""
        records = list(self.scene.instant.records.values())
        locked = [one for one in records if why_kept(one) and not holders(one)]
        if locked:
            raise self._refused(locked)
        busy = [one for one in records if self._busy(one)]
        if busy and self.busy_prefix is None:
            raise self._refused(busy)
        if busy:
            self._read_taken()
        elif records and self.scene.members.exact is not None:
            group = self.scene.members.exact
            found = self.scene.record_of(group)
            self._recorded = f"{GROUPS}/{group.uuid}/snapshots/{found['uuid']}" if found else None
        self.foretold = [self._renamed(one) for one in busy]
        names = {one["name"] for one in self.foretold}
        return [*(["rename"] * len(names)), *(["delete"] if len(busy) < len(records) else [])]

    def run(self) -> None:
        """Do it; what is in doubt is decided by another look."""
        doubt: OntapError | None = None
        for _round in range(ROUNDS):
            records = list(self.scene.instant.records.values())
            self._count()
            if not records:
                return
            try:
                self._apply(records)
                return
            except (LostAnswer, JobVanished, Busy, PartlyDone) as error:
                doubt = error
            except (ApiError, JobFailed) as error:
                if error.code not in (HELD, LOCKED, *ABSENT) and not isinstance(error, NotFound):
                    raise
                doubt = error
                self._one_by_one()
            waiting.pause(1.0)
            self.scene.look_again()
        if self.scene.instant.records and doubt is not None:
            raise doubt

    # -- one round -----------------------------------------------------------------------------------------------------

    def _apply(self, records: list[dict[str, Any]]) -> None:
        self._rename([one for one in records if self._busy(one)])
        free = [one for one in records if not self._busy(one)]
        if not free:
            return
        self._underway = ("delete", free)
        if self._recorded is not None and len(free) == len(self.scene.volumes):
            path, self._recorded = self._recorded, None
            answer = self.client.call("DELETE", path, query={"return_timeout": HOLD})
            for job in answer.jobs:
                self.client.follow(job, self.deadline, "deleting the snapshot of the group")
        else:
            delete_snapshots(self.client, free, self.deadline)
        self._count(True)

    def _rename(self, busy: list[dict[str, Any]]) -> None:
        if busy and self.busy_prefix is None:
            raise self._refused(busy)
        by_name: dict[str, list[dict[str, Any]]] = {}
        for one in busy:
            by_name.setdefault(self._other_name(one), []).append(one)
        for name, several in by_name.items():
            self._underway = ("rename", several)
            rename_snapshots(self.client, several, name, self.deadline)
            self._count(True)

    def _count(self, sure: bool = False) -> None:
        """Take note of a request that was carried out, also of one whose answer was lost."""
        action, records = self._underway
        left = set() if sure else {one["uuid"] for one in self.scene.instant.records.values()}
        gone = [one for one in records if one["uuid"] not in left]
        if gone and (action != "delete" or action not in self.actions):
            self.actions.append(action)
        if action == "rename":
            self.renamed += [self._renamed(one) for one in gone]
        self._underway = ("", [])

    def _renamed(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"volume": dig(record, "volume.name"), "name": self._other_name(record), "uuid": record["uuid"]}

    def _one_by_one(self) -> None:
        """Find those that ONTAP does not let go, where it does not show why; what is free goes."""
        self.scene.look_again()
        for one in self.scene.instant.records.values():
            if self._busy(one):
                continue
            try:
                self._underway = ("delete", [one])
                delete_snapshots(self.client, [one], self.deadline)
                self._count(True)
            except (ApiError, JobFailed) as error:
                if error.code in ABSENT:
                    continue
                if error.code not in (HELD, LOCKED):
                    raise
                self._held.add(one["uuid"])

    # -- what is in use ------------------------------------------------------------------------------------------------

    def _busy(self, record: dict[str, Any]) -> bool:
        return bool(holders(record)) or record["uuid"] in self._held

    def _other_name(self, record: dict[str, Any]) -> str:
        """The name for the time until it is free; one that the volume has already gets a part of the uuid."""
        name = f"{self.busy_prefix}{record['name']}"
        return f"{name}_{record['uuid'][:8]}" if str(dig(record, "volume.name")) in self._taken else name

    def _read_taken(self) -> None:
        """The volumes that have a snapshot of the other name, of an earlier run."""
        name = f"{self.busy_prefix}{self.scene.name}"
        terms = {"svm.name": [self.scene.svm], "name": [name], "volume.name": self.scene.volumes}
        self._taken = {str(dig(one, "volume.name")) for one in self.client.select(SNAPSHOTS, FIELDS, terms)}

    def _refused(self, kept: list[dict[str, Any]]) -> Refused:
        reasons = ", ".join(f"{dig(one, 'volume.name')} ({why_kept(one) or 'in use'})" for one in kept)
        hint = remedy(why_kept(kept[0])) or "End what uses them."
        if any(self._busy(one) for one in kept):
            hint = "Have those that are in use renamed with busy: rename, and reaped later."
        return Refused(f"The {self.scene.what} cannot be deleted, because of {reasons}.", hint=hint)
