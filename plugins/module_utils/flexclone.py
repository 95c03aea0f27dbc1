# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FlexClones: writable copies of volumes that share the blocks of their parent until they are split.

Source of fields and rules: API reference, volume.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from . import states, waiting
from .client import Answer, Client, dig, job_failed
from .errors import InputError, JobVanished, OperationFailed, Refused
from .objects import ObjectGoal
from .plan import Step
from .volume_fields import VOLUMES, same_size

SPLIT_FIELDS = ("clone.is_flexclone", "clone.split_initiated", "clone.split_complete_percent")
PARENT_FIELDS = ("aggregates.name", "size")
START = 20.0
"""Seconds until a split that ONTAP accepted must show at the volume. Choice: no source gives a figure."""

Parent = tuple[str, str]


def parent_of(params: dict[str, Any]) -> Parent:
    """SVM and name of the parent that a task names."""
    clone = params["clone"]
    return clone.get("parent_svm") or params["svm"], clone["parent_volume"]


def body_of(params: dict[str, Any]) -> dict[str, Any]:
    """The part of a POST that makes the new volume a clone."""
    svm, volume = parent_of(params)
    body: dict[str, Any] = {"is_flexclone": True, "parent_volume": {"name": volume}}
    if svm != params["svm"]:
        body["parent_svm"] = {"name": svm}
    if params["clone"].get("parent_snapshot"):
        body["parent_snapshot"] = {"name": params["clone"]["parent_snapshot"]}
    return body


def read_parents(client: Client, parents: Iterable[Parent]) -> dict[Parent, dict[str, Any]]:
    """The parents that exist, in one read."""
    wanted = set(parents)
    values: dict[str, Iterable[str]] = {"svm.name": [svm for svm, _name in wanted], "name": [name for _svm, name in wanted]}
    found = {(dig(one, "svm.name"), one["name"]): one for one in client.select(VOLUMES, PARENT_FIELDS, values)}
    return {parent: found[parent] for parent in wanted if parent in found}


def check_parent(what: str, parent: Parent, record: dict[str, Any] | None, desired: dict[str, Any]) -> None:
    """Refuse a clone that could not be where, or as, the task wants it; nothing has been sent then."""
    name = ":".join(parent)
    if record is None:
        raise InputError(f"{what}: the parent volume {name} does not exist.", hint="Check its name and its SVM (clone.parent_svm).")
    here = [one["name"] for one in record.get("aggregates") or []]
    if "aggregate" in desired and desired["aggregate"] not in here:
        raise Refused(
            f"{what}: a clone is in the aggregate of its parent {name}, {', '.join(here)}, not in {desired['aggregate']}.",
            hint="Leave aggregate out; a clone that has been split can be moved with ndo.ontap.volume_move.",
            target="aggregate",
        )


def must_resize(what: str, now: int, wanted: int, allow_shrink: bool) -> bool:
    """Whether a clone, which has its parent's size, must get another one."""
    if wanted < now and not same_size(now, wanted) and not allow_shrink:
        raise Refused(
            f"{what}: the parent has {now} bytes, and so would the clone; {wanted} were asked for.",
            hint="Leave size out, ask for at least the parent's, or set allow_shrink.",
            target="size",
        )
    return not same_size(now, wanted)


# -- splitting -------------------------------------------------------------------------------------------------------------


def split_state(record: dict[str, Any]) -> str:
    """none: the volume is a clone; running: it is being split; done: it shares nothing with a parent."""
    if not dig(record, "clone.is_flexclone"):
        return "done"
    return "running" if dig(record, "clone.split_initiated") else "none"


class Split:
    """A split that is under way: somebody else's, or our own with the job that ONTAP gave it."""

    def __init__(self, client: Client, what: str, read: Callable[[], Any]) -> None:
        self.client = client
        self.what = what
        self.read = read
        self.job: str | None = None
        self._start = waiting.Deadline(START)

    def wait(self, deadline: waiting.Deadline) -> dict[str, Any]:
        """Look until the volume is no clone any more, and return its record."""
        self._start = waiting.Deadline(START)
        record: dict[str, Any] = waiting.wait(self._look, deadline, f"Split of {self.what}", report=self.client.report)
        return record

    def _look(self) -> waiting.Progress:
        record = self.read()
        if record is None:
            raise OperationFailed(f"{self.what} is gone: somebody has deleted or renamed it while it was being split.")
        state = split_state(record)
        if state == "none":
            return waiting.Progress(False, self._not_seen(), record)
        percent = dig(record, "clone.split_complete_percent")
        text = "done" if state == "done" else "running" if percent is None else f"{percent} % done"
        return waiting.Progress(state == "done", text, record, percent=percent)

    def _not_seen(self) -> str:
        """The volume says nothing of a split: it has not begun yet, has failed, or was stopped."""
        state, record = self._job()
        if state == states.FAILED:
            raise job_failed(str(self.job), record, f"Split of {self.what}")
        if state == states.DONE and self._start.left() <= 0:
            raise OperationFailed(
                f"The split of {self.what} has ended, and the volume is still a clone: somebody stopped it, or there is no room.",
                hint="See the event log, and the free space of the aggregate; run the task again to split it.",
            )
        return "not begun yet"

    def _job(self) -> tuple[str, dict[str, Any]]:
        if self.job is None:
            return states.DONE, {}
        try:
            record = self.client.job(self.job)
        except JobVanished:
            return states.DONE, {}
        return states.meaning(states.JOB, record.get("state"), f"job {self.job}"), record


class SplitGoal(ObjectGoal):
    """A goal of which a split may be a part, and whose steps may have to wait for the job of the one before."""

    wait = True

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        self.split: Split | None = None
        self._running: list[str] = []

    def learn(self, step: Step, answer: Answer) -> None:
        """Remember the job that works on a step; a split is followed at its object, which shows how far it is."""
        super().learn(step, answer)
        self._running = answer.jobs if answer.status == 202 else []
        if step.name == "split" and self.split is not None:
            self.split.job = next(iter(answer.jobs), None)
            answer.body = {}

    def _after_the_last(self, deadline: waiting.Deadline) -> bool:
        """A step is taken when the one before it is done, also in a task that does not wait for the end."""
        if not self.wait:
            for job in self._running:
                self.client.follow(job, deadline, self.what)
        return True

    def settle(self, state: Any, deadline: waiting.Deadline) -> Any:
        """Wait for a split, and read what ONTAP assigned to a new object."""
        return super().settle(state, deadline) if self.split is None else self.split.wait(deadline)

    def finish(self, after: dict[str, Any]) -> dict[str, Any]:
        """The forecast with what ONTAP assigned, and a split that nobody waited for."""
        found = super().finish(after)
        return {**found, "split": "running"} if self.split is not None and not self.wait else found
