# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one engine: read what is, plan what differs, apply, and read again whenever anything is in doubt.

The engine is level-triggered. A write whose answer was lost, a job whose record is gone, and a refusal because somebody
else was faster are all resolved the same way: by reading the object and planning anew. Only what is still needed then is
sent (again). A goal can be an object with attributes (objects.py) or a state that takes time (takeover.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import plan as plans
from . import waiting
from .client import Answer, Client
from .errors import (
    ApiError,
    AuthenticationFailed,
    Busy,
    InputError,
    JobVanished,
    LostAnswer,
    MethodNotSupported,
    NotAuthorized,
    OntapError,
    PartlyDone,
    Unreachable,
    UnsupportedRelease,
)
from .plan import Plan, Step

ROUNDS = 5
"""How often a plan is made anew because a write was in doubt, before its error is the result."""

UNCERTAIN = (LostAnswer, JobVanished, PartlyDone)
"""Errors after which only the object can tell whether the write took effect."""

RETURN_TIMEOUT = 15
"""Seconds that ONTAP may hold a write open to save us a look at its job (0..120 are allowed)."""


class Goal:
    """What a task wants, in three questions. `what`: its object, in words; `grace`: seconds until a write that took effect is visible."""

    grace = 0.0
    what = ""

    def read(self) -> Any:
        """What is there now, as the API tells it."""
        raise NotImplementedError

    def plan(self, state: Any) -> Plan:
        """The steps from this state to the goal; raises Refused when they must not be taken."""
        raise NotImplementedError

    def view(self, state: Any) -> dict[str, Any] | None:
        """The state in playbook words."""
        raise NotImplementedError

    def settle(self, state: Any, deadline: waiting.Deadline) -> Any:
        """Wait until the goal is reached and return the final state; None means that the plan's forecast is exact."""
        return None

    def learn(self, step: Step, answer: Answer) -> None:
        """Take note of what ONTAP answered to a step that it accepted."""

    def finish(self, after: dict[str, Any]) -> dict[str, Any]:
        """The forecast of a plan that was carried out, with what only ONTAP's answers could add."""
        return after

    def explain(self, error: OntapError) -> OntapError:
        """The error with whatever the user should know about the object now."""
        return error


class Work:
    """One run of the engine towards a goal."""

    def __init__(self, client: Client, goal: Goal, deadline: waiting.Deadline, wait: bool = True) -> None:
        self.client = client
        self.goal = goal
        self.deadline = deadline
        self.wait = wait
        self.done: list[str] = []
        self.jobs: list[str] = []
        self.joined = False
        self._in_doubt: set[str] = set()
        self._state: Any = None
        self._before: dict[str, Any] | None = None
        self._plan = Plan()
        client.transport.limit(deadline)

    def run(self, check_mode: bool) -> dict[str, Any]:
        """Read, plan, apply, and return what every writer returns."""
        self.look()
        return self.carry_out(check_mode)

    def look(self) -> None:
        """Read the object and make the plan; nothing is changed, and what must not be done is refused."""
        self._state = self.goal.read()
        self._before = self.goal.view(self._state)
        self._plan = self.goal.plan(self._state)

    def carry_out(self, check_mode: bool) -> dict[str, Any]:
        """Apply the plan that look() made; in check mode only foretell what it would lead to."""
        before, plan = self._before, self._plan
        if check_mode:
            return self._result(before, plan.after if plan.steps else before, plan.actions)
        try:
            state, plan = self._apply(self._state, plan)
            final = self.goal.settle(state, self.deadline) if self.wait and (self.done or plan.pending) else None
        except OntapError as error:
            error.facts.setdefault("actions_done", list(self.done))
            raise self.goal.explain(error) from error
        self.joined = plan.pending and not self.done
        if final is not None:
            after = self.goal.view(final)
        elif self.done:
            after = plan.after and self.goal.finish(plan.after)
        else:
            # Somebody else may have reached the goal meanwhile; then this is not what was there before.
            after = self.goal.view(state)
        return self._result(before, after, self.done)

    def _result(self, before: Any, after: Any, actions: list[str]) -> dict[str, Any]:
        result = {"changed": bool(actions), "actions": actions, "record": after, "diff": plans.diff(before, after)}
        if self.goal.grace:
            result["joined"] = self.joined
        if self.jobs and not self.wait:
            result["job"] = {"uuid": self.jobs[-1]}
        return result

    def _apply(self, state: Any, plan: Plan) -> tuple[Any, Plan]:
        """Carry out the plan; returns the last state read and the last plan that had steps (or none)."""
        forecast = plan
        for attempt in range(ROUNDS):
            step, doubt = self._carry_out(plan)
            if doubt is None or step is None:
                return state, forecast
            state, plan = self._look_again(step, doubt)
            still_needed = step.name in plan.actions
            if isinstance(doubt, UNCERTAIN):
                self._in_doubt.add(step.name)
            # Also after a refusal: the step that was sent again may have met the job of the one whose answer was lost.
            if not still_needed and step.name in self._in_doubt:
                self.done.append(step.name)
            if still_needed and (attempt == ROUNDS - 1 or not isinstance(doubt, (*UNCERTAIN, Busy))):
                raise doubt
            if not plan.steps:
                return state, plan if plan.pending or not self.done else forecast
            forecast = plan
            waiting.backoff(attempt)
        raise AssertionError("the last round returns or raises")

    def _carry_out(self, plan: Plan) -> tuple[Step | None, OntapError | None]:
        """Send the steps in order; the first whose outcome is in doubt is returned with the reason."""
        for step in plan.steps:
            if step.ready and not step.ready(self.deadline):
                # Somebody has taken this step: we did, if we sent it before and never heard of it again.
                if step.name in self._in_doubt:
                    self.done.append(step.name)
                continue
            try:
                self._send(step)
            except (ApiError, LostAnswer, JobVanished) as doubt:
                return step, doubt
            self.done.append(step.name)
        return None, None

    def _send(self, step: Step) -> None:
        answer = answered(step, self._call)
        self.jobs.extend(answer.jobs)
        self.goal.learn(step, answer)
        # An answer below 202 says that the job has ended within return_timeout, and well: no look at it is needed.
        if self.wait and answer.status == 202:
            for job in answer.jobs:
                self.client.follow(job, self.deadline, step.name)

    def _call(self, step: Step) -> Answer:
        if step.send:
            return step.send()
        query = dict(step.query or {})
        if step.asynchronous:
            query["return_timeout"] = min(RETURN_TIMEOUT, int(self.deadline.left())) if self.wait else 0
        return self.client.call(step.method, step.address(), query=query, body=step.body)

    def _look_again(self, step: Step, doubt: OntapError) -> tuple[Any, Plan]:
        """Read the object again; after a lost answer give ONTAP its grace to show the effect."""
        grace = waiting.Deadline(self.goal.grace if isinstance(doubt, UNCERTAIN) else 0.0)
        try:
            while True:
                state = self.goal.read()
                plan = self.goal.plan(state)
                if step.name not in plan.actions or grace.left() <= 0:
                    return state, plan
                waiting.pause(1.0)
        except OntapError as error:
            # After an uncertain write, what the object says now is the better reason; after a refusal, ONTAP's own words are.
            if isinstance(doubt, UNCERTAIN) and not isinstance(error, Unreachable):
                raise
            raise doubt from error


class PatientWork(Work):
    """A run that waits while somebody else, or an earlier run, is making the object that it is to make.

    The object is then there (ONTAP says so, and the engine looks again), or that creation has failed and ours goes through.
    """

    def _being_made(self, step: Step, error: ApiError) -> bool:
        """Whether ONTAP has refused the step for that reason."""
        raise NotImplementedError

    def _send(self, step: Step) -> None:
        if not self._sent(step).done:
            waiting.wait(lambda: self._sent(step), self.deadline, f"Creation of {self.goal.what}", report=self.client.report)

    def _sent(self, step: Step) -> waiting.Progress:
        try:
            super()._send(step)
        except ApiError as error:
            if not self._being_made(step, error):
                raise
            return waiting.Progress(False, "somebody else is creating it")
        return waiting.Progress(True, "")


def answered(step: Step, call: Callable[[Step], Answer]) -> Answer:
    """Send a step, or the other form of it, when ONTAP does not take this one or the account may not use it."""
    try:
        return call(step)
    except NotAuthorized as error:
        if step.closed is None:
            raise
        try:
            return answered(step.closed, call)
        except OntapError as other:
            if not _is_closed(other):
                raise
            error.hint = f"{error.hint} The other way is closed too: {other.message} {other.hint}"
            raise error from other
    except ApiError as error:
        if step.fallback is None or not (isinstance(error, MethodNotSupported) or error.code in step.refused_by):
            raise
        return answered(step.fallback, call)


def _is_closed(error: OntapError) -> bool:
    """Whether a way is not there at all: a library, a login, a right, a call, or the whole API is missing. Refusals have codes."""
    nothing_there = type(error) in (ApiError, OntapError) and not error.code
    return nothing_there or isinstance(error, (InputError, NotAuthorized, AuthenticationFailed, UnsupportedRelease))
