# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Background jobs: they run by the clock, take effect when they end, and are forgotten a while later.

Other parts of the model start one with start() and give it the name of a handler that does the work at the end.
Source: API reference, job: states, codes of PATCH, the error object of a failed job, records kept for 300 seconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from ..clock import iso
from ..store import Row
from .family import DONE, Family, Outcome
from .refusal import Refusal
from .world import HANDLERS, World, handler

KEPT = 300.0
"""Seconds for which the record of a finished job stays. Source: API reference, job."""

RUNNING, PAUSED, SUCCESS, FAILURE = "running", "paused", "success", "failure"


def start(world: World, description: str, seconds: float, handler_name: str, **data: Any) -> str:
    """Start a job that runs for so many simulated seconds and then calls a handler; returns the uuid of the job."""
    if handler_name not in HANDLERS:
        raise KeyError(f"no handler is called {handler_name}")
    job = world.store.insert(
        "jobs",
        {
            "description": description,
            "state": RUNNING,
            "message": "",
            "code": 0,
            "started": world.now(),
            "ended": None,
            "handler": handler_name,
            "data": data,
            "hidden": False,
            "doom": None,
        },
    )
    _schedule(world, job, seconds)
    return job["uuid"]


def doom(world: World, uuid: str, fate: str, code: str = "460770", message: str = "The job failed.") -> None:
    """Decide the end of a job that runs: "failure" without effect, "vanish" (the effect comes, the record is gone), "pause"."""
    job = world.store.table("jobs")[uuid]
    if fate == "failure":
        job["doom"] = {"code": code, "message": message}
    elif fate == "vanish":
        job["hidden"] = True
    elif fate == "pause":
        _pause(world, job)
    else:
        raise ValueError(f"a job cannot end in {fate}")


def remaining(world: World, uuids: list[str]) -> float | None:
    """Simulated seconds until the first of those jobs that have not ended yet is due (a paused one has no end); None when all have."""
    rows = [world.store.table("jobs").get(uuid) for uuid in uuids]
    going = [job for job in rows if job is not None and job["state"] not in (SUCCESS, FAILURE)]
    if not going:
        return None
    return min((max(0.0, job["due"] - world.now()) for job in going if job["state"] == RUNNING), default=math.inf)


def _schedule(world: World, job: Row, seconds: float) -> None:
    event = world.later(seconds, "jobs.finish", job=job["uuid"])
    job.update(state=RUNNING, due=event["due"], event=event["uuid"])


def _pause(world: World, job: Row) -> None:
    event = world.store.table("events").get(job["event"])
    if event:
        world.forget(event)
    job.update(state=PAUSED, remaining=max(0.0, job["due"] - world.now()))


def _end(world: World, job: Row, code: str, message: str) -> None:
    job.update(state=FAILURE if int(code) else SUCCESS, code=int(code), message=message, ended=world.now())
    world.later(KEPT, "jobs.forget", job=job["uuid"])


@handler
def finish(world: World, job: str) -> None:
    """The time of a job is over: let it take effect, or fail with the refusal that the effect meets."""
    row = world.store.table("jobs")[job]
    if row["doom"]:
        _end(world, row, row["doom"]["code"], row["doom"]["message"])
        return
    try:
        HANDLERS[row["handler"]](world, **row["data"])
    except Refusal as refusal:
        _end(world, row, refusal.code, refusal.message)
    else:
        _end(world, row, "0", "success")


@handler
def forget(world: World, job: str) -> None:
    """The record of a job that ended a while ago is dropped."""
    world.store.table("jobs").pop(job, None)


@handler
def nothing(world: World) -> None:
    """What a job calls that only has to last a while."""


class Jobs(Family):
    """/cluster/jobs: GET, and PATCH with an action."""

    path = "/cluster/jobs"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every job whose record has not vanished."""
        return (self._view(job) for job in list(world.store.table("jobs").values()) if not job["hidden"])

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One job by its uuid."""
        job = world.store.table("jobs").get(keys["uuid"])
        return self._view(job) if job and not job["hidden"] else None

    @staticmethod
    def _view(job: Row) -> Row:
        view = {name: job[name] for name in ("uuid", "description", "state", "message", "code")}
        view["start_time"] = iso(job["started"])
        if job["ended"] is not None:
            view["end_time"] = iso(job["ended"])
        if job["state"] == FAILURE:
            view["error"] = {"code": str(job["code"]), "message": job["message"]}
        return view

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Pause, resume or cancel a job, by the query parameter action; the body says nothing."""
        job = world.store.table("jobs")[record["uuid"]]
        action = query.get("action")
        if job["state"] in (SUCCESS, FAILURE):
            # Source: API reference, job PATCH codes. Status: choice, no source decides.
            raise Refusal(400, "458762", "The job is already in a terminal state.")
        if action == "pause":
            if job["state"] == PAUSED:
                raise Refusal(400, "458776", "The job is not running.")
            _pause(world, job)
        elif action == "resume":
            if job["state"] == RUNNING:
                raise Refusal(400, "458771", "The job is already running.")
            _schedule(world, job, job.pop("remaining"))
        elif action == "cancel":
            self._cancel(world, job)
        else:
            raise Refusal(400, "262247", f'Invalid value "{action}" for field "action".', "action")
        return DONE

    @staticmethod
    def _cancel(world: World, job: Row) -> None:
        # Source: API reference: a cancelled job ends as success or failure. Choice: failure, code 460770, no effect.
        _pause(world, job)
        _end(world, job, "460770", "The job was cancelled.")
