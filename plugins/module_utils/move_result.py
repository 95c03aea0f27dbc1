# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task that moves volumes tells of one of them: facts for programs, and a sentence for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import move_course as course
from . import plan as plans
from .client import dig
from .movement import HELD, Movement, place_of_data

if TYPE_CHECKING:
    from .move_run import MoveWork

OUTCOMES = {"move": "moved", "cutover": "moved", "pause": "paused", "resume": "resumed", "abort": "aborted"}


def word_for(work: MoveWork, record: dict[str, Any]) -> str:
    """What became of the volume, in a word."""
    move, here, way = Movement(record), place_of_data(record), work.course
    if way is None:
        held = work.goal.manual and move.state in HELD and move.destination == work.goal.destination
        return "waiting_for_cutover" if held else "unchanged"
    if way.aim == course.IDLE:
        return "moved" if here == way.destination else "aborted"
    if way.aim == course.HOLD and move.active:
        return "waiting_for_cutover" if move.state in HELD else "moving"
    if way.aim == course.ARRIVE and not way.arrived:
        return "moving"
    return OUTCOMES[work.goal.action]


def told(work: MoveWork, record: dict[str, Any] | None, outcome: str) -> dict[str, Any]:
    """What a task returns for the volume."""
    way = work.course
    found = {
        "changed": bool(work.actions),
        "actions": work.actions,
        "record": record,
        "diff": _diff(work, record),
        "joined": work.joined,
        "outcome": outcome,
        "message": _sentence(work, outcome, record),
        "bytes": dig(work.state, "space.used"),
        "phases": way.track.phases if way else [],
        "cutover_seconds": (way.track.seconds("cutover") or None) if way else None,
        "failed_cutovers": way.failed_cutovers if way else 0,
    }
    found.update({"warnings": work.warnings} if work.warnings else {})
    found.update({"job": {"uuid": work.jobs[-1]}} if work.jobs and not work.wait else {})
    return found


def _diff(work: MoveWork, record: dict[str, Any] | None) -> dict[str, Any]:
    """The volume before and after, with the nodes that report its LUNs where they change."""
    before, after = work.goal.follower.diff()
    return plans.diff({**work.before, **before}, {**(record or {}), **after})


def _sentence(work: MoveWork, outcome: str, record: dict[str, Any] | None) -> str:
    there = work.course.destination if work.course else work.goal.destination
    here = (record or {}).get("aggregate")
    ends = {
        "moved": f"is on {here}",
        "moving": f"moves to {there}; run the task again to join it",
        "waiting_for_cutover": f"waits on {here} for its cutover to {there}; action: cutover triggers it",
        "foretold": f"would take these steps: {', '.join(work.actions)}{_unchecked(work)}",
        "unchanged": f"is on {here}",
    }
    what = work.goal.what
    return f"{what[0].upper()}{what[1:]} {ends.get(outcome, f'is on {here}; its move is {outcome}')}."


def _unchecked(work: MoveWork) -> str:
    return "; ONTAP can check the move only when what goes on with the volume is over" if work.goal.until_free else ""
