# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How tasks that move or copy LUNs run: begun one after the other, so many at a time, and watched together by one read.

ONTAP has places for 50 moves and copies of LUNs and files in all; a task that gets none waits for its turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import waiting
from .arguments import Arguments
from .bulk import Several, Writer, prepare
from .client import Client
from .errors import ApiError, AuthenticationFailed, InputError, OntapError, Unreachable, WaitTimeout
from .lun_transfer import TransferGoal
from .plan import Plan, Step
from .resource import Work
from .waiting import Deadline, Pace, Progress, Telling

IN_TURN = {
    "7018877": "ONTAP carries out 50 copies and moves of files and LUNs at a time",
    "5374053": "the LUN is being restored",
    "5374316": "the LUN is being moved or copied",
    "5702832": "a LUN of this name is being created",
}
"""Codes of what passes by itself, and what they mean. Source: API reference, lun and lun_map."""

MORE = Arguments({"concurrency": {"type": "int", "default": 8}, "progress": {"type": "bool", "default": True}})
"""Options of a task, not of one LUN."""


class TransferWork(Work):
    """One LUN of a task: look, begin, be watched, and come to an end: a result, or an error."""

    goal: TransferGoal

    def __init__(self, client: Client, goal: TransferGoal, deadline: Deadline, wait: bool = True) -> None:
        super().__init__(client, goal, deadline, wait)
        self.result: dict[str, Any] | None = None
        self.error: OntapError | None = None
        self.is_watched = False
        self._last = Plan()
        self._begun = 0.0
        self._telling = Telling("", None)

    def carry_out(self, check_mode: bool) -> dict[str, Any]:
        """The run of a task with this LUN only."""
        if check_mode:
            return self.forecast()
        Crowd(self.client, [self], self.deadline).run()
        return self.outcome()

    def forecast(self) -> dict[str, Any]:
        """What would be done."""
        plan = self._plan
        return self.finished(self._before, plan.after if plan.steps else self._before, plan.actions)

    def outcome(self) -> dict[str, Any]:
        """The result of a run that is over."""
        if self.error is not None:
            raise self.error
        if self.result is None:
            raise AssertionError("there is no result yet")
        return self.result

    @property
    def is_over(self) -> bool:
        """Whether there is a result or an error."""
        return self.result is not None or self.error is not None

    # -- the course ----------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """What has to be done before the transfer begins."""

    def close(self) -> None:
        """What has to be done after its end."""

    def finished(self, before: Any, after: Any, actions: list[str]) -> dict[str, Any]:
        """The result, with what the goal knows of the transfer."""
        return {**self._result(before, after, actions), **self.goal.told()}

    def begin(self) -> None:
        """Send what is needed; afterwards there is something to watch, a result, or an error."""
        self._begun = waiting.clock.now()
        self._telling = Telling(self.goal.what, self.client.report)
        try:
            self.prepare()
            self._state, self._last = self._apply(self._state, self._plan)
            self.is_watched = self.wait and self.goal.is_watched and bool(self.done or self._last.pending)
            if not self.is_watched:
                self._finish(None)
        except OntapError as error:
            self.fail(error)

    def see(self, state: Any) -> None:
        """Take note of a look."""
        try:
            progress = self.goal.judge(state)
            self._telling.see(progress)
            if progress.done:
                self._finish(progress.value)
        except OntapError as error:
            self.fail(error)

    def _finish(self, final: Any) -> None:
        self.is_watched = False
        if final is not None:
            after = self.goal.view(final)
        elif self.done:
            after = self._last.after and self.goal.finish(self._last.after)
        else:
            after = self.goal.view(self._state)
        self.close()
        self.result = self.finished(self._before, after, self.done)

    def fail(self, error: OntapError) -> None:
        """The run is over, and this is why."""
        self.is_watched = False
        error.facts["actions_done"] = [*self.done]
        self.error = self.goal.explain(error)

    def time_out(self) -> None:
        """It goes on in ONTAP, and nobody waits for it any more."""
        seen = self.goal.transfer.sentence
        text = f"{self.goal.what}: the {self.goal.noun} is not done after {self.deadline.seconds:.0f} seconds; last seen: {seen}."
        hint = "It goes on in ONTAP: run the same task again to join it, or raise wait_timeout."
        self.fail(WaitTimeout(text, hint=hint, state=self.goal.transfer.state))

    def pause(self, pace: Pace) -> float:
        """Seconds until it is to be looked at again."""
        return pace.after(waiting.clock.now() - self._begun)

    # -- a place in the queue ------------------------------------------------------------------------------------------

    def _send(self, step: Step) -> None:
        """Send a step; what is refused only for the moment is sent again until it is taken or the time is over."""
        try:
            super()._send(step)
        except ApiError as error:
            if error.code not in IN_TURN or not self.wait:
                raise
            self._queue(step, error)

    def _queue(self, step: Step, refusal: ApiError) -> None:
        last = [refusal]

        def again() -> Progress:
            try:
                super(TransferWork, self)._send(step)
            except ApiError as error:
                if error.code not in IN_TURN:
                    raise
                last[0] = error
                return Progress(False, f"waits, because {IN_TURN[error.code]}")
            return Progress(True, "its turn has come")

        waiting.pause(1.0)
        try:
            waiting.wait(again, self.deadline, self.goal.what, report=self.client.report)
        except WaitTimeout as error:
            raise WaitTimeout(
                f"{self.goal.what}: the {self.goal.noun} has not begun after {self.deadline.seconds:.0f} seconds, because "
                f"{IN_TURN[last[0].code]}. {last[0].message}",
                hint="Run the task again later, or raise wait_timeout.",
                code=last[0].code,
            ) from error


class Crowd:
    """The LUNs of a task whose plans are made. `concurrency`: how many are under way at a time, unless nobody waits for them."""

    def __init__(
        self, client: Client, works: list[TransferWork], deadline: Deadline, concurrency: int | None = None, go_on: bool = True
    ) -> None:
        self.client = client
        self.works = works
        self.deadline = deadline
        self.concurrency = concurrency if concurrency and all(work.wait for work in works) else len(works)
        self.go_on = go_on
        self._next = 0
        self._telling = Telling("The cluster", client.report)

    @property
    def watched(self) -> list[TransferWork]:
        """Those that are under way."""
        return [work for work in self.works if work.is_watched]

    def run(self) -> None:
        """Begin all, and watch them until each has a result or an error; one that was never begun has neither."""
        try:
            waiting.wait(self._look, self.deadline, "the LUNs", pace=self)  # type: ignore[arg-type]
        except WaitTimeout:
            for work in self.watched:
                work.time_out()
            for work in self.works[self._next :]:
                text = f"{work.goal.what} was not begun within {self.deadline.seconds:.0f} seconds; nothing was changed."
                work.error = WaitTimeout(text, hint="Raise wait_timeout, or concurrency; run the task again to go on.")

    def pauses(self) -> Iterator[float]:
        """The pauses between two looks: as the one that wants to be looked at soonest needs it."""
        pace = Pace()
        while True:
            yield min((work.pause(pace) for work in self.watched), default=pace.first)

    def _look(self) -> Progress:
        before = self.watched
        if before:
            for work, state in zip(before, self._read(before)):
                work.see(state)
        self._begin_more()
        return Progress(self._next >= len(self.works) and not self.watched, "")

    def _read(self, works: list[TransferWork]) -> list[Any]:
        goals = [work.goal for work in works]
        try:
            return goals[0].look_up(self.client, goals)
        except Unreachable as error:
            self._telling.see(Progress(False, f"the management address does not answer ({error.message})"))
            raise

    def _begin_more(self) -> None:
        while self._next < len(self.works) and len(self.watched) < self.concurrency:
            if self._over():
                self._next = len(self.works)
            if self._next == len(self.works) or (self._next and self.deadline.left() <= 0):
                return
            self._next += 1
            self.works[self._next - 1].begin()

    def _over(self) -> bool:
        """Whether no more are begun; those that are under way are watched to their end."""
        errors = [work.error for work in self.works if work.error is not None]
        return any(not self.go_on or isinstance(error, (Unreachable, AuthenticationFailed)) for error in errors)


class SeveralTransfers(Several):
    """The run of a task with items."""

    def __init__(self, client: Client, works: list[TransferWork], params: dict[str, Any]) -> None:
        super().__init__(client, list(works), params["on_error"] == "continue")
        self.transfers = works
        self.concurrency: int = params["concurrency"]

    def run(self, check_mode: bool) -> dict[str, Any]:
        """Read and plan everything; then begin, watch, and tell."""
        self._refuse_twins()
        prepare(self.client, self.goals)
        for number, work in enumerate(self.transfers):
            self._try(number, work.look)
        going = {number: work for number, work in enumerate(self.transfers) if number not in self.failed}
        if going and (self.go_on or not self.failed):
            self._carry_out(going, check_mode)
        return self._result()

    def _carry_out(self, going: dict[int, TransferWork], check_mode: bool) -> None:
        if not check_mode:
            deadline = next(iter(going.values())).deadline
            Crowd(self.client, list(going.values()), deadline, self.concurrency, self.go_on).run()
        for number, work in going.items():
            if check_mode or work.is_over:
                self._try(number, work.forecast if check_mode else work.outcome)
            if work.error is not None:
                self.results[number].update(work.error.more)


class TransferWriter(Writer):
    """A module that moves or copies LUNs."""

    work: type[TransferWork] = TransferWork

    def __init__(self, options: Arguments, goal: type[TransferGoal], timeout: int) -> None:
        super().__init__(options, goal, timeout)
        self.arguments = self.arguments.merge(MORE)

    def body(self, params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
        """Carry out the task."""
        if not params["progress"]:
            client.report = None
        if params["concurrency"] < 1:
            raise InputError(f"concurrency is {params['concurrency']}; at least one LUN at a time is needed.", target="concurrency")
        if params["items"] is None:
            return super().body(params, check_mode, client)
        own = {name: params[name] for name in self.options.options}
        works = [self._work(client, item, params) for item in self._checked([{**own, **item} for item in params["items"]], True)]
        return SeveralTransfers(client, works, params).run(check_mode)

    def _work(self, client: Client, item: dict[str, Any], params: dict[str, Any]) -> TransferWork:
        goal: Any = self.goal(client, item)
        goal.wait = params["wait"]
        return self.work(client, goal, Deadline(params["wait_timeout"]), params["wait"])
