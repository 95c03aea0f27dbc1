# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One law row."""

from __future__ import annotations

from typing import Any, Callable

Given = Callable[[Any], None]


def nothing(lab: Any) -> None:
    """The cluster as the scenario has it."""


class Row:
    """What a task does to a cluster.

    name: unique among the rows; task: the module's options, or what gives them for a lab; actions: the steps that it takes; given: brings
    the lab into the state before; calls: requests of the run that changes something, and noop: of the run that does not; polls: it goes on
    looking after its last write until the goal is reached, and those looks are not counted.
    """

    def __init__(
        self,
        name: str,
        module: str,
        task: dict[str, Any] | Callable[[Any], dict[str, Any]],
        actions: list[str],
        *,
        given: Given = nothing,
        scenario: str = "ha_pair",
        calls: int = 2,
        noop: int = 1,
        polls: bool = False,
    ) -> None:
        self.name = name
        self.module = module
        self.task = task
        self.actions = actions
        self.given = given
        self.scenario = scenario
        self.calls = calls
        self.noop = noop
        self.polls = polls

    def options(self, lab: Any) -> dict[str, Any]:
        """The module's options."""
        return self.task(lab) if callable(self.task) else self.task


def done(lab: Any, module: str, **task: Any) -> dict[str, Any]:
    """Run a task that brings about the state before; it must succeed."""
    result = lab.run(module, **task)
    assert not result.get("failed"), result
    return result
