# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one engine: read what is, plan what differs, apply, and read again whenever anything is in doubt.

The engine is level-triggered. A write whose answer was lost, a job whose record is gone, and a refusal because somebody
else was faster are all resolved the same way: by reading the object and planning anew. Only what is still needed then is
sent (again). A goal can be an object with attributes (Resource, ensure) or a state that takes time (ha.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import plan as plans
from . import waiting
from .client import Answer, Client, dig
from .errors import ApiError, Busy, JobVanished, LostAnswer, MethodNotSupported, OntapError, Unreachable
from .fields import Field
from .plan import Plan, Step
from .version import require

ROUNDS = 5
"""How often a plan is made anew because a write was in doubt, before its error is the result."""

UNCERTAIN = (LostAnswer, JobVanished)
"""Errors after which only the object can tell whether the write took effect."""

RETURN_TIMEOUT = 15
"""Seconds that ONTAP may hold a write open to save us a look at its job (0..120 are allowed)."""


class Goal:
    """What a task wants, in three questions. `grace`: seconds until a write that took effect is surely visible."""

    grace = 0.0

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
        client.transport.limit(deadline)

    def run(self, check_mode: bool) -> dict[str, Any]:
        """Read, plan, apply, and return what every writer returns."""
        state = self.goal.read()
        before = self.goal.view(state)
        plan = self.goal.plan(state)
        if check_mode:
            return self._result(before, plan.after if plan.steps else before, plan.actions)
        try:
            state, plan = self._apply(state, plan)
            final = self.goal.settle(state, self.deadline) if self.wait and (self.done or plan.pending) else None
        except OntapError as error:
            error.facts.setdefault("actions_done", list(self.done))
            raise self.goal.explain(error) from error
        self.joined = plan.pending and not self.done
        if final is not None:
            after = self.goal.view(final)
        else:
            after = plan.after if self.done else before
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
                if not still_needed:
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
        try:
            answer = self._call(step)
        except MethodNotSupported:
            if step.fallback is None:
                raise
            answer = self._call(step.fallback)
        self.jobs.extend(answer.jobs)
        # An answer below 202 says that the job has ended within return_timeout, and well: no look at it is needed.
        if self.wait and answer.status == 202:
            for job in answer.jobs:
                self.client.follow(job, self.deadline, step.name)

    def _call(self, step: Step) -> Answer:
        query = dict(step.query or {})
        if step.asynchronous:
            query["return_timeout"] = min(RETURN_TIMEOUT, int(self.deadline.left())) if self.wait else 0
        return self.client.call(step.method, step.path, query=query, body=step.body)

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


Planner = Callable[[dict, dict, list], list]


class Resource:
    """A kind of object: where it lives, what identifies it, its fields, and whether its writes may become jobs.

    A singleton has a path and no identity. `planner(record, after, steps)` may rearrange or extend the steps.
    """

    def __init__(
        self,
        noun: str,
        path: str,
        identity: tuple[Field, ...],
        fields: tuple[Field, ...],
        *,
        asynchronous: bool = False,
        key: tuple[str, ...] = ("uuid",),
        planner: Planner | None = None,
    ) -> None:
        self.noun = noun
        self.path = path
        self.identity = identity
        self.fields = fields
        self.asynchronous = asynchronous
        self.key = key
        self.planner = planner

    @property
    def everything(self) -> tuple[Field, ...]:
        """Identity and other fields together."""
        return self.identity + self.fields


class _Ensured(Goal):
    """The goal that one object of a resource has these attributes, or is absent."""

    def __init__(self, client: Client, resource: Resource, params: dict[str, Any], present: bool) -> None:
        self.client = client
        self.resource = resource
        self.desired = plans.wanted(resource.everything, params)
        self.present = present
        self.what = " ".join([resource.noun, *(str(self.desired[field.option]) for field in resource.identity[:1])])

    def read(self) -> Any:
        asked = [field.path for field in self.resource.everything if field.option in self.desired and not field.secret]
        if not self.resource.identity:
            return self.client.get(self.resource.path, asked)
        identity = {field.path: field.codec.encode(self.desired[field.option]) for field in self.resource.identity}
        return self.client.one(self.resource.path, identity, [*asked, *self.resource.key])

    def view(self, state: Any) -> dict[str, Any] | None:
        known = [field for field in self.resource.everything if field.option in self.desired]
        return plans.view(known, state)

    def plan(self, state: Any) -> Plan:
        if not self.present:
            return self._without(state)
        if state is None:
            return self._created()
        before = self.view(state) or {}
        differing = plans.changes(self.resource.fields, before, self.desired, self.what)
        if not differing:
            return Plan(after=before)
        steps = [
            Step("modify", "PATCH", self._path(state), body=plans.body_of(differing, self.desired), asynchronous=self.resource.asynchronous)
        ]
        after = {**before, **{field.option: self.desired[field.option] for field in differing}}
        return self._rearranged(state, after, steps)

    def _created(self) -> Plan:
        body = plans.body_of(self.resource.everything, self.desired)
        return self._rearranged(
            None, self.desired, [Step("create", "POST", self.resource.path, body=body, asynchronous=self.resource.asynchronous)]
        )

    def _without(self, state: Any) -> Plan:
        if state is None:
            return Plan()
        return self._rearranged(state, None, [Step("delete", "DELETE", self._path(state), asynchronous=self.resource.asynchronous)])

    def _rearranged(self, record: Any, after: Any, steps: list[Step]) -> Plan:
        if self.resource.planner:
            steps = self.resource.planner(record, after, steps)
        shown = None if after is None else {option: value for option, value in after.items() if not self._secret(option)}
        return Plan(steps, shown)

    def _secret(self, option: str) -> bool:
        return any(field.secret and field.option == option for field in self.resource.everything)

    def _path(self, record: dict[str, Any]) -> str:
        if not self.resource.identity:
            return self.resource.path
        return "/".join([self.resource.path, *(str(dig(record, key)) for key in self.resource.key)])


def ensure(
    client: Client, resource: Resource, params: dict[str, Any], check_mode: bool, *, timeout: float = 300.0, wait: bool = True
) -> dict[str, Any]:
    """Bring one object to what the task asks for; params["state"] is present (default) or absent."""
    needs = {f"option {field.option}": field.since for field in resource.everything if field.since and params.get(field.option) is not None}
    if needs:
        require(client.release(), needs)
    goal = _Ensured(client, resource, params, params.get("state") != "absent")
    return Work(client, goal, waiting.Deadline(timeout), wait).run(check_mode)
