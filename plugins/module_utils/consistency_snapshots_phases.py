# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of consistency groups in two tasks: one starts them, the other commits them.

What the start returns is enough for the commit. Between the two, the site does what it wants to do inside the fence. The fence ends with
the commit, with state absent, or by itself; a start or commit whose answer was lost is found by reading.
"""

from __future__ import annotations

from typing import Any

from . import waiting
from .client import Client
from .consistency_snapshots import FAILED, GroupSnapshotGoal, commit_of, pending
from .errors import OntapError, OperationFailed
from .group_fence import NOTHING_STARTED, check_timeout
from .group_members import GROUPS
from .plan import Plan


class StartGoal(GroupSnapshotGoal):
    """The goal that a snapshot is started, or taken already: writes to the volumes of the group wait."""

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        self.timeout: int = params["fence_timeout"]
        check_timeout(self.timeout)

    def plan(self, state: Any) -> Plan:
        """One request; what is started already is joined, and what is taken already stays."""
        if pending(state):
            return Plan(after=self.view(state))
        return super().plan(state)

    def created(self) -> Plan:
        """The same request, as a start."""
        plan = super().created()
        step = plan.steps[0]
        step.name = "start"
        step.query = {**(step.query or {}), "action": "start", "action_timeout": self.timeout}
        after = plan.after or {}
        plan.after = {**after, "committed": False}
        return plan

    def settle(self, state: Any, deadline: waiting.Deadline) -> Any:
        """Read what is needed for the commit, unless the answer told."""
        return None if self._answer.get("uuid") else super().settle(state, deadline)

    def finish(self, after: dict[str, Any]) -> dict[str, Any]:
        """What the commit needs, from the answer."""
        told = super().finish(after)
        return {**told, "group_uuid": told["group_uuid"] or self.home.uuid}

    def explain(self, error: OntapError) -> OntapError:
        """Say that nothing stays fenced."""
        error.hint = f"{error.hint} If writes were stopped, they go on after {self.timeout} seconds at most, or with state absent.".strip()
        return error


class CommitGoal(GroupSnapshotGoal):
    """The goal that a snapshot which was started is taken. `started` is what the start returned; without it, the name must do."""

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        self.token: dict[str, Any] = params.get("started") or {}
        known = {name: self.token.get(name) for name in ("svm", "group", "group_uuid", "name")}
        if self.token.get("group_uuid"):
            params = {**params, "group": None, "volumes": None}
        given = {name: value for name, value in params.items() if value is not None}
        super().__init__(client, {**params, **{name: value for name, value in known.items() if name not in given}})

    def paths(self) -> tuple[str, ...]:
        """The snapshot itself, when the start told it."""
        return (*self.home.paths(), "uuid") if self.token.get("uuid") else super().paths()

    def keys(self) -> list[tuple[str, ...]]:
        """The snapshot itself, when the start told it."""
        return [(*self.home.key(), self.token["uuid"])] if self.token.get("uuid") else super().keys()

    @classmethod
    def look_around(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """Nothing more: a fence is up, and every read makes it longer."""

    def plan(self, state: Any) -> Plan:
        """One request; what is committed already stays."""
        if state is not None and not pending(state):
            return Plan(after=self.view(state))
        forecast = {**self.forecast(), "committed": True}
        if state is not None:
            return Plan([commit_of(self.path_of(state))], {**(self.view(state) or {}), **forecast, "uuid": state["uuid"]})
        if not self.token:
            raise self._nothing()
        # In check mode, what the start would have begun is not there.
        return Plan([commit_of(self._told_path)], forecast)

    def _told_path(self) -> str:
        """The path that the start told."""
        if not (self.home.uuid and self.token.get("uuid")):
            raise self._nothing()
        return f"{GROUPS}/{self.home.uuid}/snapshots/{self.token['uuid']}"

    def _nothing(self) -> OntapError:
        return OperationFailed(f"{self.what}: nothing was started, or its time is over. There is no snapshot.", hint="Start it again.")

    def explain(self, error: OntapError) -> OntapError:
        """Say that a commit which came too late has left nothing."""
        if error.code in (NOTHING_STARTED, FAILED):
            error.message = f"{self.what}: the commit failed, and no snapshot was taken; writes go on. {error.message}"
            error.hint = "Start it again, with a longer fence_timeout if what is done in between takes longer."
        return error
