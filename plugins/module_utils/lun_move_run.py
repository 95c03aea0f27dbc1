# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One LUN of a task that moves LUNs: the nodes that report it come before the move, and go after it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from . import waiting
from .errors import Busy, OntapError
from .lun_move import LunMoveGoal
from .lun_move_paths import CLEANUP
from .lun_transfer_run import TransferWork, TransferWriter


class LunMoveWork(TransferWork):
    """A run of up to three parts: nodes are added, the LUN moves, nodes are removed."""

    goal: LunMoveGoal

    @property
    def _moves(self) -> bool:
        return bool(self._plan.steps or self._plan.pending)

    def forecast(self) -> dict[str, Any]:
        """What would be done, with the nodes."""
        follow = self.goal.follow
        if follow:
            if self._moves:
                follow.add(self.deadline, check_mode=True)
            if self.wait or not self._moves:
                follow.remove(self.deadline, check_mode=True)
        return super().forecast()

    def prepare(self) -> None:
        """The nodes of the destination report the LUN, too."""
        follow = self.goal.follow
        if follow is None or not self._moves:
            return
        try:
            follow.add(self.deadline)
        except Busy:
            # A move that runs already may keep its maps from being changed; whoever began it has added nodes, or they come at its end.
            if not self.goal.joined:
                raise

    def close(self) -> None:
        """The nodes where the LUN was stop to report it; also those that a run has left over which was killed, or did not wait."""
        follow = self.goal.follow
        if follow is None or not (self.wait or not self._moves):
            return
        try:
            follow.remove(waiting.Deadline(max(self.deadline.left(), CLEANUP)))
        except OntapError as error:
            error.message = f"{self.goal.what} has arrived, and reporting nodes are left that are not needed. {error.message}"
            raise

    def finished(self, before: Any, after: Any, actions: list[str]) -> dict[str, Any]:
        """The result of all parts."""
        follow = self.goal.follow
        if follow is None:
            return super().finished(before, after, actions)
        result = super().finished(before, after, [*follow.told["added"], *actions, *follow.told["removed"]])
        if follow.before != follow.after:
            result["diff"]["before"] = {**result["diff"]["before"], "reporting_nodes": follow.before}
            result["diff"]["after"] = {**result["diff"]["after"], "reporting_nodes": follow.after}
        return result

    def fail(self, error: OntapError) -> None:
        """Say what was done with the nodes, and take away those that were added for a move that came to nothing."""
        taken = error.facts.get("actions_done") or []
        super().fail(error)
        follow = self.goal.follow
        if follow is None:
            return
        done = [*follow.told["added"], *self.done]
        error.facts["actions_done"] = [*done, *(name for name in taken if name not in done)]
        with suppress(OntapError):
            if self.goal.came_to_nothing():
                error.message += follow.undo()


class LunMoveWriter(TransferWriter):
    """The module lun_move."""

    work = LunMoveWork
