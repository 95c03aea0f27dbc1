# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves of volumes: by PATCH of /storage/volumes/{uuid} with movement. What happens when is in volume_move_steps.py.

Sources: the SDK's description of movement, API reference (202 with a job, validation), CLI manual, volume move abort and trigger-cutover.
Choices: what is refused is refused at once, and once more when the job ends; commands that come too late have no effect.
"""

from __future__ import annotations

from typing import Any

from ..clock import iso
from ..store import Row
from . import jobs, space, volume_move_rules, volume_move_state, volume_move_steps
from .family import Outcome
from .references import ref
from .refusal import Refusal
from .volume_move_state import CLEANUP, COPYING, CUTOVER, DEFERRED, HELD, PAUSED, QUEUED, WAITING, setting
from .world import World, handler

# -- requests --------------------------------------------------------------------------------------------------------------


def request(world: World, volume: Row, body: Row, validate: bool) -> Outcome:
    """Carry out a PATCH with movement: check, and start the job that starts or steers the move; or only validate.

    Source: API reference: 202 with a job whose end means that the move has started.
    """
    data: dict[str, Any] = {"volume": volume["uuid"]}
    if volume_move_rules.TARGET.partition(".")[2] in body["movement"]:
        data["wanted"] = volume_move_rules.options(world, volume, body)
        work = "validate" if validate else "begin"
    else:
        volume_move_rules.check_command(volume, body)
        data["movement"] = body["movement"]
        work = "steer"
    title = f"PATCH /api/storage/volumes/{volume['uuid']}"
    if validate and work == "steer":
        return Outcome(job=jobs.start(world, title, float(setting(world, "move_job")), "jobs.nothing"))
    return Outcome(job=jobs.start(world, title, float(setting(world, "move_job")), f"volume_move.{work}", **data))


def _volume(world: World, uuid: str) -> Row:
    row = world.store.table("volumes").get(uuid)
    if row is None:
        raise Refusal(404, "4", "entry doesn't exist")
    return row


@handler
def validate(world: World, volume: str, wanted: Row) -> None:
    """The job of a validation ends: it changes nothing."""
    volume_move_rules.check(world, _volume(world, volume), wanted)


@handler
def begin(world: World, volume: str, wanted: Row) -> None:
    """The job of a PATCH with a destination ends: the move has started."""
    row = _volume(world, volume)
    aggregate = volume_move_rules.check(world, row, wanted)
    movement: Row = {"destination_aggregate": ref(aggregate), "percent_complete": 0, "cutover_window": wanted["window"]}
    movement.update(start_time=iso(world.now()), state="queued")
    movement.update({"tiering_policy": wanted["tiering"]} if wanted["tiering"] else {})
    movement.update({"capacity_tier_optimized": wanted["optimized"]} if wanted["optimized"] is not None else {})
    row["movement"] = movement
    volume_move_steps.register(world, row, QUEUED, wanted)
    volume_move_steps.admit(world)


# -- steering --------------------------------------------------------------------------------------------------------------


def adopt(world: World, volume: Row) -> None:
    """Bring a movement to life that a scenario has put into a state, and that somebody steers."""
    phases = {"queued": QUEUED, "replicating": COPYING, "paused": PAUSED, "cutover_wait": HELD, "cutover_pending": HELD}
    movement = volume.get("movement", {})
    phase = phases.get(movement.get("state"))
    if volume_move_state.under_way(volume) or phase is None:
        return
    now = space.figures(world, volume)
    wanted = {"hold": False, "action": volume_move_rules.DEFAULT_ACTION, "encrypt": None}
    move = volume_move_steps.register(world, volume, phase, {**wanted, "attempts": int(setting(world, "move_attempts"))})
    done = now.physical * movement.get("percent_complete", 0) // 100
    move.update(copied=now.physical, sent=done, left=now.physical - done, resume=COPYING if phase == PAUSED else None)


@handler
def steer(world: World, volume: str, movement: Row) -> None:
    """The job of a PATCH that steers a move ends."""
    row = _volume(world, volume)
    volume_move_rules.check_command(row, {"movement": movement})
    adopt(world, row)
    if not volume_move_state.under_way(row):
        return
    row["movement"]["cutover_window"] = movement.get("cutover_window", row["movement"].get("cutover_window", volume_move_rules.WINDOW))
    state = movement.get("state")
    if state:
        COMMANDS[state](world, row)


def abort(world: World, volume: Row) -> None:
    """End a move. Source: CLI manual, volume move abort: ignored while it cuts over or cleans up."""
    if volume["sim"]["move"]["phase"] not in (CUTOVER, CLEANUP):
        volume_move_steps.give_up(world, volume, "aborted", "The move was aborted.")


def pause(world: World, volume: Row) -> None:
    """Stop for a while. Choice: ignored while it cuts over or cleans up, like an abort."""
    move = volume["sim"]["move"]
    if move["phase"] in (CUTOVER, CLEANUP, PAUSED):
        return
    volume_move_steps.forget(world, move)
    move["resume"] = move["phase"]
    volume_move_steps.enter(world, volume, PAUSED)
    volume_move_steps.admit(world)


def resume(world: World, volume: Row) -> None:
    """Go on after a pause. Choice: without effect on a move that is not paused."""
    move = volume["sim"]["move"]
    if move["phase"] != PAUSED:
        return
    phase, move["resume"] = move["resume"], None
    volume_move_steps.enter(world, volume, phase)
    if phase == WAITING:
        volume_move_steps.later(world, volume, 0.0, "again")
    volume_move_steps.admit(world)


def hold(world: World, volume: Row) -> None:
    """Have a move wait for a trigger before it cuts over."""
    move = volume["sim"]["move"]
    move["hold"] = True
    if move["phase"] == WAITING:
        volume_move_steps.forget(world, move)
        volume_move_steps.enter(world, volume, HELD)


def trigger(world: World, volume: Row, force: bool = False) -> None:
    """Have a move cut over: at once when it waits, else as soon as what it copies fits into the window.

    Source: CLI manual, volume move trigger-cutover: a cutover is not guaranteed unless it is forced; after a trigger the action wait
    is defer_on_failure. Choice: a paused move goes on.
    """
    resume(world, volume)
    move = volume["sim"]["move"]
    if move["phase"] in (CUTOVER, CLEANUP):
        return
    move.update(hold=False, tried=0, forced=force, action="defer_on_failure" if move["action"] == "wait" else move["action"])
    if move["phase"] in (HELD, DEFERRED, WAITING):
        volume_move_steps.forget(world, move)
        volume_move_steps.attempt(world, volume)


COMMANDS = {"aborted": abort, "paused": pause, "replicating": resume, "cutover_wait": hold, "cutover": trigger}
"""What the states of a PATCH do."""


# -- from outside ----------------------------------------------------------------------------------------------------------


def fail_cutovers(world: World, volume: str, times: int = 1, svm: str | None = None) -> None:
    """The next attempts of a volume to cut over, also of a move that is still to come, do not end within their window."""
    rows = [row for row in world.store.each("volumes", name=volume) if svm in (None, row["svm"]["name"])]
    if len(rows) != 1:
        raise ValueError(f"there is no volume {volume}" if not rows else f"several SVMs have a volume {volume}; name one")
    rows[0]["sim"] = {**(rows[0].get("sim") or {}), "fail_cutovers": times}


def fill_aggregate(world: World, aggregate: str, bytes: int | None = None) -> None:  # noqa: A002 - the name of the argument for users
    """Something else takes so many bytes of an aggregate (all that are free unless given; a negative number gives back)."""
    row = world.store.find("aggregates", name=aggregate)
    if row is None:
        raise ValueError(f"no aggregate is called {aggregate}")
    amount = space.aggregate_available(world, row) if bytes is None else int(bytes)
    row["sim"]["filled"] = max(0, row["sim"].get("filled", 0) + amount)
    volume_move_steps.admit(world)


TRIGGERS = {one.__name__: one for one in (fail_cutovers, fill_aggregate)}
