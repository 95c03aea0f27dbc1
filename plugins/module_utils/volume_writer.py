# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a task about volumes runs: what it adds to the engine and to the writer of many objects."""

from __future__ import annotations

from typing import Any

from . import volume_delete, waiting
from .bulk import Writer
from .client import Client
from .errors import ApiError
from .plan import Step
from .resource import PatientWork, Work
from .volumes import VolumeGoal

BEING_CREATED = "13107405"
"""ONTAP's code for a name that a creation under way has taken. Source: API reference, volume."""


class VolumeWork(PatientWork):
    """A run that says how a deleted volume comes back."""

    goal: VolumeGoal

    def _being_made(self, step: Step, error: ApiError) -> bool:
        return error.code == BEING_CREATED

    def carry_out(self, check_mode: bool) -> dict[str, Any]:
        """The result, with `recovery` when the volume was, or would be, deleted."""
        result = super().carry_out(check_mode)
        if "delete" in result["actions"]:
            params = self.goal.params
            result["recovery"] = volume_delete.recovery(params["svm"], params["name"], params["purge"])
        return result


class VolumeWriter(Writer):
    """A module that brings volumes to a state."""

    def _work(self, client: Client, item: dict[str, Any], params: dict[str, Any]) -> Work:
        goal = VolumeGoal(client, item)
        goal.wait = params["wait"]
        return VolumeWork(client, goal, waiting.Deadline(params["wait_timeout"]), params["wait"])
