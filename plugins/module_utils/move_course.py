# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches one volume until its move is where a task wants it: what each look means, and what is asked for on the way.

A move is a success when the volume is on the aggregate and nothing is under way any more; a word of a state is not enough. A cutover that
does not end within its window is no failure: ONTAP goes back to replicating and tries again. Sources: SDK's description,
volume.movement.state; CLI manual, volume move (cutover actions: three attempts, then an hour, or until a trigger); documentation, how
moving a volume works.
"""

from __future__ import annotations

import contextlib
from typing import Any

from . import states, waiting
from .client import job_failed
from .errors import ApiError, JobVanished, LostAnswer, OntapError, OperationFailed
from .move_follow import shown
from .move_progress import Track
from .movement import CUTTING, HELD, LOOK, Movement, place_of_data
from .volume_fields import VOLUMES
from .volume_move import WORDS, MoveGoal
from .waiting import Deadline, Progress

ARRIVE, HOLD, PAUSE, RESUME, IDLE = "arrive", "hold", "pause", "resume", "idle"
"""What is waited for: the volume on its aggregate, a move that waits for its trigger, is paused, goes on, or is over."""

START = 20.0
"""Seconds until a move that ONTAP accepted must show at the volume. Choice: no source gives a figure."""

AGAIN = 3600.0
"""Seconds after which a move that waits for a cutover is triggered again. Source: CLI manual: ONTAP's own pause is an hour."""

INSIST = 30.0
"""Seconds after which an abort is sent again that ONTAP has ignored. Choice."""

TEXTS = {"queued": "queued, waits for its turn", "cutover": "cuts over", "paused": "paused"}


class Course:
    """The move of one volume from its begin, or from the moment when it was joined, to its end."""

    def __init__(self, goal: MoveGoal, aim: str, record: dict[str, Any], ours: bool) -> None:
        self.goal = goal
        self.client = goal.client
        self.aim = aim
        self.ours = ours
        self.record = record
        there = Movement(record).destination
        self.destination = there if aim == IDLE else goal.destination or there
        self.track = Track((record.get("space") or {}).get("used"))
        self.last = ""
        self.failed_cutovers = 0
        self.triggers = 0
        self.first: float | None = None
        """When the first look was taken."""
        self._start = Deadline(START)
        self._asked: Deadline | None = None
        """Since when a trigger, or an abort, has been on its way."""

    # -- looks ---------------------------------------------------------------------------------------------------------

    def see(self, record: dict[str, Any] | None) -> Progress:
        """What a look at the volume means; the end of a move that came to nothing raises OperationFailed."""
        if record is None:
            raise OperationFailed(f"{self.goal.what} is gone: somebody has deleted it while it was moved.")
        self.record = record
        move, before = Movement(record), self.track.phase
        if not move.active and self._is_stale(move):
            return self._told(self.track.progress(False, self._not_begun()))
        self.track.see(move.state, move.percent)
        if before in CUTTING and move.state not in (*CUTTING, "success"):
            self.failed_cutovers += move.active
        progress = self._judge(move)
        if progress.done:
            self.track.end()
        return self._told(progress)

    def _told(self, progress: Progress) -> Progress:
        if self.failed_cutovers and not progress.done:
            progress.text += f" ({self.failed_cutovers} cutover{'s' * (self.failed_cutovers > 1)} did not end in time, ONTAP tries again)"
        self.last = progress.text
        return progress

    @property
    def arrived(self) -> bool:
        """Whether the volume is where its move leads, and nothing goes on."""
        return place_of_data(self.record) == self.destination and not Movement(self.record).active

    def _judge(self, move: Movement) -> Progress:
        if self.aim == IDLE:
            return self._ending(move)
        if self.arrived and self.aim in (ARRIVE, HOLD):
            return Progress(True, f"is on {self.destination}", phase="there")
        if not move.active:
            return self._ended(move)
        if self.aim != RESUME and move.destination != self.destination:
            raise OperationFailed(f"{self.goal.what}: the move to {self.destination} is over, and somebody moves it to {move.destination}.")
        if self.aim in (PAUSE, RESUME):
            return Progress((move.state == "paused") == (self.aim == PAUSE), f"is {move.state}")
        if move.state in HELD:
            return self._held()
        self._asked = self._asked if move.state in CUTTING else None
        return self.track.progress(False, TEXTS.get(move.state, move.state))

    # -- the begin -----------------------------------------------------------------------------------------------------

    def _is_stale(self, move: Movement) -> bool:
        """Whether the volume still shows what was there before our move."""
        return self.ours and self.aim in (ARRIVE, HOLD) and move.sign == self.goal.sign and not self.arrived

    def _not_begun(self) -> str:
        state, record = self._job()
        if state == states.FAILED:
            raise job_failed(str(self.goal.job), record, f"The move of {self.goal.what} to {self.destination}")
        if state == states.DONE and self._start.left() <= 0:
            raise OperationFailed(
                f"ONTAP accepted the move of {self.goal.what} to {self.destination}, and the volume shows nothing of it.",
                hint="See the event log, and 'volume move show'; run the task again to move it.",
            )
        return "begins"

    def _job(self) -> tuple[str, dict[str, Any]]:
        if self.goal.job is None:
            return states.DONE, {}
        try:
            record = self.client.job(self.goal.job)
        except JobVanished:
            return states.DONE, {}
        return states.meaning(states.JOB, record.get("state"), f"job {self.goal.job}"), record

    # -- the cutover ---------------------------------------------------------------------------------------------------

    def _held(self) -> Progress:
        """A move that waits to cut over: wanted, or triggered where nobody else does it.

        A move of this run goes on by itself when ONTAP's pause is over. One that was joined may have been told to wait.
        """
        if self.aim == HOLD:
            return Progress(True, "waits for its cutover to be triggered", phase="held")
        told_to_wait = not self.ours and not self.triggers and not self.failed_cutovers
        if self._asked is None:
            self._asked = Deadline(0.0 if told_to_wait else AGAIN)
        if self._asked.left() <= 0:
            self._asked = Deadline(AGAIN)
            if self._send("cutover"):
                self.triggers += 1
        return Progress(False, "waits for its next attempt to cut over", phase="held")

    def _send(self, verb: str) -> bool:
        """Ask for something on the way; refused, or lost, the next look tells."""
        with contextlib.suppress(ApiError, LostAnswer):
            path = f"{VOLUMES}/{self.goal.uuid}"
            self.client.call("PATCH", path, query={"return_timeout": 0}, body={"movement": {"state": WORDS[verb]}})
            return True
        return False

    # -- the end -------------------------------------------------------------------------------------------------------

    def _ending(self, move: Movement) -> Progress:
        """An abort is under way; ONTAP ignores one that comes while it cuts over."""
        if not move.active:
            return Progress(True, f"is over, {self.goal.what} is on {place_of_data(self.record)}", phase="over")
        self._asked = self._asked or Deadline(INSIST)
        if self._asked.left() <= 0 and move.state not in CUTTING:
            self._asked = Deadline(INSIST)
            self._send("abort")
        return Progress(False, "cuts over, the abort may have come too late" if move.state in CUTTING else "is being aborted")

    def _ended(self, move: Movement) -> Progress:
        """The move is over, and the volume is not where it should be."""
        here = place_of_data(self.record)
        if move.state == "success" and self._start_of_end().left() > 0:
            return Progress(False, f"ONTAP says success, and the volume is on {here}")
        if self.aim in (PAUSE, RESUME):
            raise OperationFailed(f"The move of {self.goal.what} ended before; the volume is on {here}.")
        words = {"aborted": "was aborted", "failed": "failed"}.get(move.state, "is over, and came to nothing")
        found = shown(self.client, self.record, "details", "prior_issues")
        reasons = " ".join(str(found[name]).strip() for name in ("details", "prior_issues") if found.get(name))
        raise OperationFailed(
            f"The move of {self.goal.what} to {self.destination} {words}. The volume is on {here}."
            + (f" ONTAP says: {reasons}" if reasons else ""),
            hint="When the cause is gone, run the task again: it starts anew."
            + ("" if reasons else " 'volume move show' may tell the cause."),
            state=move.state,
        )

    def _start_of_end(self) -> Deadline:
        self._asked = self._asked or Deadline(START)
        return self._asked

    def end_by_force(self, deadline: Deadline) -> None:
        """Abort the move, and wait until it is over, whichever way it ended."""
        self.aim = IDLE
        self._asked = Deadline(INSIST)
        self._send("abort")

        def probe() -> Progress:
            return self.see(self.client.get(f"{VOLUMES}/{self.goal.uuid}", LOOK))

        with contextlib.suppress(OntapError):
            waiting.wait(probe, deadline, f"Abort of the move of {self.goal.what}", report=self.client.report)
