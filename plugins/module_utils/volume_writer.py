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
from .resource import Work
from .volumes import VolumeGoal

BEING_CREATED = "13107405"
"""ONTAP's code for a name that a creation under way has taken. Source: API reference, volume."""


class VolumeWork(Work):
    """A run that says how a deleted volume comes back."""

    goal: VolumeGoal

    def _send(self, step: Step) -> None:
        """Send a step; a volume of this name that is being made by somebody else, or by an earlier run, is waited for.

        It is then there (ONTAP says so, and the engine looks again), or its creation has failed and ours goes through.
        """
        try:
            super()._send(step)
        except ApiError as error:
            if error.code != BEING_CREATED:
                raise
            waiting.wait(lambda: self._sent(step), self.deadline, f"Creation of {self.goal.what}", report=self.client.report)

    def _sent(self, step: Step) -> waiting.Progress:
        try:
            super()._send(step)
        except ApiError as error:
            if error.code != BEING_CREATED:
                raise
            return waiting.Progress(False, "somebody else is creating it")
        return waiting.Progress(True, "")

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
