# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One object or many in one task: the options of a writer, its list `items`, and what became of each object.

All objects are read together and all plans are made before the first write, so that a refusal of one object stops the task
while nothing has been changed. The task's own options are the defaults of each item.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from . import waiting
from .arguments import CONNECTION, Arguments, wait_arguments
from .client import Client
from .errors import AuthenticationFailed, InputError, OntapError, SomeFailed, Unreachable
from .objects import ObjectGoal, read_index
from .resource import Work

SHOWN_FAILURES = 10
"""Objects that a message names; the results have all."""


class Writer:
    """A module that brings objects to a state: its options, its kind of goal, and its ARGUMENTS and body for module.run.

    `options` are those of one object, with the constraints between them; `timeout` is the default of wait_timeout, in seconds.
    """

    def __init__(self, options: Arguments, goal: Callable[[Client, dict[str, Any]], ObjectGoal], timeout: int = 300) -> None:
        self.options = options
        self.goal = goal
        plain = {name: {key: value for key, value in spec.items() if key != "required"} for name, spec in options.options.items()}
        several = {
            "items": {"type": "list", "elements": "dict"},
            "on_error": {"type": "str", "choices": ["stop", "continue"], "default": "stop"},
        }
        self.arguments = CONNECTION.merge(Arguments(plain), Arguments(several), wait_arguments(timeout))

    def body(self, params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
        """Carry out the task."""
        own = {name: params[name] for name in self.options.options}
        items = [own] if params["items"] is None else [{**own, **item} for item in params["items"]]
        works = [self._work(client, item, params) for item in self._checked(items, params["items"] is not None)]
        if params["items"] is None:
            prepare(client, [works[0].goal])
            return works[0].run(check_mode)
        return Several(client, works, params["on_error"] == "continue").run(check_mode)

    def _work(self, client: Client, item: dict[str, Any], params: dict[str, Any]) -> Work:
        return Work(client, self.goal(client, item), waiting.Deadline(params["wait_timeout"]), params["wait"])

    def _checked(self, items: list[dict[str, Any]], listed: bool) -> list[dict[str, Any]]:
        validator = ArgumentSpecValidator(self.options.options, **self.options.constraints)
        found = []
        for number, item in enumerate(items, 1):
            checked = validator.validate(given(item))
            if checked.error_messages:
                where = f"items, entry {number}: " if listed else ""
                raise InputError(where + "; ".join(checked.error_messages) + ".")
            found.append(checked.validated_parameters)
        return found


def given(value: Any) -> Any:
    """Options without those that were not given, at every level: a second validation takes their null for a value."""
    if isinstance(value, dict):
        return {name: given(inner) for name, inner in value.items() if inner is not None}
    return value


def prepare(client: Client, goals: list[Any]) -> None:
    """Read all objects at once, and what their plans must know besides."""
    indexes = read_index(client, goals)
    if goals:
        goals[0].survey(client, [(goal, goal.know_from(indexes[goal.paths()])) for goal in goals])


class Several:
    """The run of a task with items."""

    def __init__(self, client: Client, works: list[Work], go_on: bool) -> None:
        self.client = client
        self.works = works
        self.goals: list[Any] = [work.goal for work in works]
        self.go_on = go_on
        self.results: list[dict[str, Any]] = [{"object": goal.what, "changed": False, "actions": []} for goal in self.goals]
        self.failed: dict[int, OntapError] = {}

    def run(self, check_mode: bool) -> dict[str, Any]:
        """Read and plan everything, then carry it out in order."""
        self._refuse_twins()
        prepare(self.client, self.goals)
        for number, work in enumerate(self.works):
            self._try(number, work.look)
        if not self.failed or self.go_on:
            for number, work in enumerate(self.works):
                if number not in self.failed and not self._over():
                    self._try(number, lambda work=work: work.carry_out(check_mode))
        return self._result()

    def _refuse_twins(self) -> None:
        seen: dict[Any, int] = {}
        for number, goal in enumerate(self.goals, 1):
            key = (goal.paths(), goal.keys()[0])
            if key in seen:
                raise InputError(f"items, entries {seen[key]} and {number} are the same object: {goal.what}.")
            seen[key] = number

    def _over(self) -> bool:
        """Whether the rest is left alone: after a failure, or when the cluster cannot be reached at all."""
        return any(not self.go_on or isinstance(error, (Unreachable, AuthenticationFailed)) for error in self.failed.values())

    def _try(self, number: int, part: Any) -> None:
        result = self.results[number]
        try:
            found = part()
        except OntapError as error:
            self.failed[number] = error
            done = error.facts.get("actions_done") or []
            fail = error.to_fail()
            result.update(changed=bool(done), actions=done, error=fail["error"], msg=fail["msg"], status="failed")
        else:
            result.update(found or {}, status="ok" if found else "skipped")

    def _result(self) -> dict[str, Any]:
        actions = [f"{action} {result['object']}" for result in self.results for action in result["actions"]]
        if self.failed:
            raise self._failure(actions)
        differing = [result for result in self.results if result["changed"]]
        diff = [{**result["diff"], "before_header": result["object"], "after_header": result["object"]} for result in differing]
        return {"changed": bool(actions), "actions": actions, "results": self.results, "diff": diff}

    def _failure(self, actions: list[str]) -> SomeFailed:
        shown = [f"{self.results[number]['object']}: {error.message}" for number, error in list(self.failed.items())[:SHOWN_FAILURES]]
        more = len(self.failed) - len(shown)
        text = f"{len(self.failed)} of {len(self.works)} objects failed. " + " ".join(shown) + (f" And {more} more." if more else "")
        skipped = sum(result["status"] == "skipped" for result in self.results)
        hint = next(iter(self.failed.values())).hint + (f" {skipped} others were not changed." if skipped else "")
        error = SomeFailed(text, hint=hint.strip(), actions_done=actions)
        error.results = self.results
        return error
