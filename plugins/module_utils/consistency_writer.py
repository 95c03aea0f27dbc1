# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a task about consistency groups runs: what it adds to the engine and to the writer of many objects."""

from __future__ import annotations

from typing import Any

from . import consistency_delete, waiting
from .bulk import Writer
from .client import Client
from .consistency_groups import GroupGoal
from .errors import ApiError
from .group_members import GROUPS
from .plan import Step
from .resource import PatientWork, Work

TAKEN = ("53411852", "53411860")
"""ONTAP's codes for a name that a group has, or one that is being made. Source: API reference, consistency_group."""


class GroupWork(PatientWork):
    """A run that says how deleted volumes come back."""

    goal: GroupGoal

    def _being_made(self, step: Step, error: ApiError) -> bool:
        """A group of the name may also be there, so that there is nothing to wait for."""
        if error.code not in TAKEN or step.path != GROUPS:
            return False
        names = {"svm.name": self.goal.params["svm"], "name": step.body["name"]}
        return self.client.one(GROUPS, names, ["uuid"]) is None

    def carry_out(self, check_mode: bool) -> dict[str, Any]:
        """The result, with `recovery` when volumes were, or would be, deleted."""
        result = super().carry_out(check_mode)
        found = consistency_delete.recovery(self.goal.params["svm"], result["actions"])
        return {**result, "recovery": found} if found else result


class GroupWriter(Writer):
    """A module that brings consistency groups to a state."""

    def _work(self, client: Client, item: dict[str, Any], params: dict[str, Any]) -> Work:
        goal = GroupGoal(client, item)
        goal.wait = params["wait"]
        return GroupWork(client, goal, waiting.Deadline(params["wait_timeout"]), params["wait"])

    def _checked(self, items: list[dict[str, Any]], listed: bool) -> list[dict[str, Any]]:
        """Lists of dictionaries are validated a second time too, and take the null of what was not given for a value."""
        return super()._checked([_given(item) for item in items], listed)


def _given(value: Any) -> Any:
    """Options without those that were not given, in lists too."""
    if isinstance(value, list):
        return [_given(one) for one in value]
    if isinstance(value, dict):
        return {name: _given(inner) for name, inner in value.items() if inner is not None}
    return value
