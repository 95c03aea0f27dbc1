# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One volume of a task that moves volumes: all of its steps, from the first look to the result."""

from __future__ import annotations

import contextlib
from typing import Any

from . import move_course as course
from . import waiting
from .client import BUSY, Client, dig
from .errors import (
    AuthenticationFailed,
    Busy,
    InputError,
    JobFailed,
    JobVanished,
    LostAnswer,
    NotAuthorized,
    OntapError,
    UnknownState,
    Unreachable,
    WaitTimeout,
)
from .move_course import Course
from .move_result import told, word_for
from .movement import CUTTING, LOOK, Movement, place_of_data
from .plan import Plan, Step
from .resource import Work
from .volume_fields import VOLUMES
from .volume_move import TRIES, MoveGoal
from .waiting import Deadline, Pace, Progress, Telling

BEGIN = 60.0
"""Seconds for which a task without wait waits until the move has begun. Choice."""

CLEANUP = 180.0
"""Seconds that are left for an abort, and for putting reporting nodes back, after a failure or a timeout. Choice."""


class MoveWork(Work):
    """One volume of a task: look, begin, be watched, and come to an end."""

    goal: MoveGoal

    def __init__(self, client: Client, goal: MoveGoal, deadline: Deadline, wait: bool = True) -> None:
        super().__init__(client, goal, deadline, wait)
        self.actions: list[str] = []
        self.warnings: list[str] = []
        self.course: Course | None = None
        self.result: dict[str, Any] | None = None
        self.error: OntapError | None = None
        self._telling: Telling | None = None

    @property
    def state(self) -> dict[str, Any]:
        """The volume's record at the first look."""
        found: dict[str, Any] = self._state
        return found

    @property
    def before(self) -> dict[str, Any]:
        """The same in playbook words."""
        return self._before or {}

    # -- before anything is changed ------------------------------------------------------------------------------------

    def look(self) -> None:
        """Plan, refuse what must not be done, and have ONTAP itself check the move that is to begin.

        What ONTAP has just been asked for by somebody else may not show yet, and makes it busy: so a check that fails for that, or
        whose answer was lost, is repeated together with the look.
        """
        for attempt in range(TRIES):
            self._look_once()
            try:
                if "move" in self._plan.actions and self.goal.until_free is None:
                    self.goal.validate(self.state, tries=1)
                return
            except (LostAnswer, Busy, JobVanished, JobFailed) as error:
                if attempt == TRIES - 1 or (isinstance(error, JobFailed) and error.code not in BUSY):
                    raise self.goal.explain(error) from error
                waiting.backoff(attempt)
            except OntapError as error:
                raise self.goal.explain(error) from error

    def _look_once(self) -> None:
        super().look()
        before, self.goal.sign = self.goal.sign, Movement(self.state).sign
        if before not in (None, self.goal.sign):
            self.goal.survey(self.client, [(self.goal, self.state)])
        if self._plan.steps or self._plan.pending:
            self.goal.follower.check()
        actions = self._plan.actions
        waits = "move" in actions and ("abort" in actions or dig(self.state, "clone.split_initiated"))
        self.goal.until_free = self._until_free if waits else None
        if waits and not self.wait:
            raise InputError(f"{self.goal.what}: what goes on with the volume has to be waited for.", hint="Use wait: true.")

    def outcome(self) -> dict[str, Any]:
        """The result, once there is one."""
        if self.error is not None:
            raise self.error
        if self.result is None:
            raise AssertionError("there is no result yet")
        return self.result

    def forecast(self) -> dict[str, Any]:
        """What would be done, for check mode."""
        follower, plan = self.goal.follower, self._plan
        moves, ends = self._brings_there(plan), "abort" in plan.actions and "move" not in plan.actions
        before = follower.prepare(self.deadline, True) if moves else []
        after: list[str] = []
        if moves and follower.late:
            follower.look_late(self.state)
            follower.check()
            after = follower.prepare(self.deadline, True)
        if moves and self._aim(plan) == course.ARRIVE:
            after += follower.arrived(self.deadline, True)
        elif ends:
            after += follower.came_to_nothing(self.deadline, False, True)
        elif not plan.steps and not plan.pending:
            after += follower.tidy(self.deadline, True)
        self.actions = [*before, *plan.actions, *after]
        record = plan.after if plan.steps or plan.pending else self.before
        return told(self, record, "foretold" if self.actions else "unchanged")

    # -- the begin -----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Do what comes before the watching; afterwards there is a course to watch, a result, or an error."""
        self._telling = Telling(self.label, self.client.report)
        try:
            self._begin()
        except OntapError as error:
            error.facts["actions_done"] = [*self.actions, *self.done]
            self.fail(self.goal.explain(error))

    def _send(self, step: Step) -> None:
        """Send a step; what its job reports is told with the name of the volume."""
        report = self.client.report
        if report is not None:
            self.client.report = lambda text: report(f"{self.label}: {text}")
        try:
            super()._send(step)
        finally:
            self.client.report = report

    def _begin(self) -> None:
        plan, follower = self._plan, self.goal.follower
        if self._brings_there(plan):
            self.actions += self._noting(follower.prepare)
        joined = plan.pending or bool(plan.steps and "move" not in plan.actions and self.goal.action == "move")
        state, last = self._apply(self.state, plan)
        self.actions += self.done
        ours = "move" in self.done
        self.joined = joined and not ours
        if not plan.steps and not last.steps and not last.pending:
            self._finish(state)
            return
        # Also where somebody else has meanwhile done what was to be done: a look tells what came of it.
        self.course = Course(self.goal, self._aim(plan), self.state, ours)
        self.course.triggers = int("cutover" in self.done)
        if follower.late:
            self._look_late()
        if not self.wait:
            self._await_begin()
            self._finish(self.client.get(f"{VOLUMES}/{self.goal.uuid}", LOOK))

    def _await_begin(self) -> None:
        """A move that nobody waits for has at least begun, so that the next task finds it."""
        with contextlib.suppress(JobVanished, WaitTimeout):
            for job in self.jobs:
                self.client.follow(job, Deadline(BEGIN), f"begin of the move of {self.goal.what}")

    def _noting(self, step: Any) -> list[str]:
        """Steps on the maps; those that were taken before one failed are remembered."""
        try:
            found: list[str] = step(self.deadline)
        except OntapError as error:
            self.actions += error.facts.get("actions_done") or []
            raise
        return found

    def _look_late(self) -> None:
        """See to the LUNs of a mounted volume; when a host would be cut off, the move that has just begun is ended."""
        follower = self.goal.follower
        way = self._way
        try:
            follower.look_late(self.state)
            follower.check()
            self.actions += self._noting(follower.prepare)
        except NotAuthorized as error:
            self.warnings.append(
                f"{self.goal.what}: whether LUNs of it are mapped could not be read, so no reporting nodes follow: {error.message}"
            )
        except (Unreachable, AuthenticationFailed):
            # The next run joins the move, and looks first.
            raise
        except OntapError as error:
            if way.ours:
                way.end_by_force(Deadline(CLEANUP))
                self.actions.append("abort")
                error.message += f" The move that had begun was ended; the volume is on {place_of_data(way.record)}."
            raise

    def _until_free(self, deadline: Deadline) -> dict[str, Any]:
        """Wait until the move that is aborted for ours is over, and until the volume is split from its parent."""
        aborted = Course(self.goal, course.IDLE, self.state, False) if "abort" in self._plan.actions else None

        def probe() -> Progress:
            record = self.goal.read()
            progress = aborted.see(record) if aborted else Progress(not Movement(record).active, "is moved by somebody")
            if progress.done and dig(record, "clone.split_initiated"):
                percent = dig(record, "clone.split_complete_percent")
                progress = Progress(False, f"waits for the split of the clone, {percent} % done", percent=percent)
            progress.value = record
            return progress

        found: dict[str, Any] = waiting.wait(probe, deadline, self.label, report=self.client.report)
        return found

    def _aim(self, plan: Plan) -> str:
        action = self.goal.action
        if action == "move" and "abort" in plan.actions and "move" not in plan.actions:
            return course.IDLE
        if action == "move":
            return course.HOLD if self.goal.manual else course.ARRIVE
        return {"cutover": course.ARRIVE, "pause": course.PAUSE, "resume": course.RESUME, "abort": course.IDLE}[action]

    def _brings_there(self, plan: Plan) -> bool:
        return (bool(plan.steps) or plan.pending) and self._aim(plan) in (course.ARRIVE, course.HOLD)

    # -- watched -------------------------------------------------------------------------------------------------------

    @property
    def label(self) -> str:
        """The volume and where it goes, for people who watch several at once."""
        there = self.goal.destination or Movement(self.state).destination
        return f"{dig(self.state, 'svm.name')}:{self.state['name']}" + (f" to {there}" if there else "")

    @property
    def _way(self) -> Course:
        """The course of a move that is watched."""
        if self.course is None:
            raise AssertionError("no move is watched")
        return self.course

    @property
    def is_to_move(self) -> bool:
        """Whether the plan has anything to do, or to wait for."""
        return bool(self._plan.steps) or self._plan.pending

    @property
    def is_under_way(self) -> bool:
        """Whether the volume was being moved at the first look."""
        return Movement(self.state).active

    @property
    def is_watched(self) -> bool:
        """Whether its move is under way."""
        return self.course is not None and self.result is None and self.error is None

    @property
    def is_over(self) -> bool:
        """Whether it has a result or an error."""
        return self.result is not None or self.error is not None

    def pause(self, pace: Pace) -> float:
        """Seconds until the next look: a cutover is short, so that it is looked at often, and what comes before it, too."""
        way = self._way
        now = waiting.clock.now()
        if way.first is None:
            way.first = now
            return pace.first
        soon = way.track.phase in CUTTING or way.track.nearly_done
        return pace.least if soon else pace.after(now - way.first)

    def see(self, record: dict[str, Any] | None) -> None:
        """Take a look at the volume; at the end, tidy up and make the result."""
        way = self._way
        telling = self._telling or Telling(self.label, self.client.report)
        triggers = way.triggers
        try:
            progress = way.see(record)
            telling.see(progress)
            self.actions += ["cutover"] * (way.triggers - triggers)
            if progress.done:
                self._finish(way.record)
        except OntapError as error:
            self.fail(error)

    def time_out(self) -> None:
        """The time is up: leave the move alone, or end it."""
        way = self._way
        seconds, seen, there = f"{self.deadline.seconds:.0f} seconds", way.last or "nothing yet", way.destination
        if self.goal.params["on_timeout"] == "abort" and way.aim in (course.ARRIVE, course.HOLD):
            aim, way.aim = way.aim, course.IDLE
            way.end_by_force(Deadline(CLEANUP))
            self.actions.append("abort")
            if way.arrived:
                way.aim = aim
                self._finish(way.record)
                return
            where = place_of_data(way.record)
            text = (
                f"The move of {self.goal.what} to {there} was not done after {seconds} ({seen}), and was aborted. The volume is on {where}."
            )
            self.fail(WaitTimeout(text, hint="Raise wait_timeout; running the task again starts anew.", state=seen))
            return
        text = f"The move of {self.goal.what} to {there} is not done after {seconds}; last seen: {seen}. It goes on in ONTAP."
        self.fail(WaitTimeout(text, hint="Run the same task again to join it, or raise wait_timeout.", state=seen))

    def leave(self) -> None:
        """Leave the move, which is under way, to ONTAP."""
        way = self._way
        self._warn_of_paths()
        self.result = told(self, self.goal.view(way.record), "moving")

    # -- the end -------------------------------------------------------------------------------------------------------

    def _finish(self, record: dict[str, Any]) -> None:
        follower, moved = self.goal.follower, self.course
        if not self.wait and moved is not None:
            self._warn_of_paths()
        elif moved is None:
            self.actions += self._noting(lambda deadline: follower.tidy(deadline, False))
        elif moved.aim in (course.ARRIVE, course.HOLD) and moved.arrived:
            self.actions += self._noting(follower.arrived)
        elif moved.aim == course.IDLE and place_of_data(record) == moved.destination:
            self.warnings.append(f"{self.goal.what}: the abort came too late, the move to {moved.destination} has ended.")
        elif moved.aim == course.IDLE:
            self.actions += self._noting(lambda deadline: follower.came_to_nothing(deadline, False))
        self.warnings += [f"{self.goal.what}: {words}." for words in follower.notes]
        self.warnings += [f"{self.goal.what}: these nodes go on reporting its LUNs: {words}." for words in follower.kept]
        self.result = told(self, self.goal.view(record), word_for(self, record))

    def _warn_of_paths(self) -> None:
        paths = self.goal.follower.paths
        if paths is not None and paths.maps:
            self.warnings.append(f"{self.goal.what}: reporting nodes are trimmed by the run that finds the move done.")

    def fail(self, error: OntapError) -> None:
        """Put back what this run added to the maps when the move is over, and tell how far it came."""
        if self._came_to_nothing(error):
            try:
                ours = self.course is None or self.course.ours
                self.actions += self.goal.follower.came_to_nothing(Deadline(CLEANUP), ours)
            except OntapError as trouble:
                error.hint = f"{error.hint} Reporting nodes that were added have not been removed: {trouble.message}".strip()
        error.facts["actions_done"] = list(dict.fromkeys([*self.actions, *(error.facts.get("actions_done") or [])]))
        track = self.course.track if self.course else None
        error.more = {"joined": self.joined, "phases": track.phases if track else [], "percent": track.percent if track else None}
        if not isinstance(error, UnknownState):
            error.more["record"] = self.goal.view(self.course.record if self.course else self.state)
        self.error = error

    def _came_to_nothing(self, error: OntapError) -> bool:
        """Whether the volume surely is where it was, and nothing goes on: else the paths to its destination stay."""
        if isinstance(error, (Unreachable, AuthenticationFailed, UnknownState)):
            return False
        if self.course is None:
            return "move" not in self.done and not self._in_doubt and not self._plan.pending
        return not Movement(self.course.record).active and place_of_data(self.course.record) != self.course.destination
