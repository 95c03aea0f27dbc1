# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of moves and copies of LUNs share."""

from __future__ import annotations

from typing import Any, Callable

from ansible_collections.ndo.ontap.plugins.module_utils import waiting

MIB = 1024**2


def row_of(cluster: Any, path: str, svm: str = "san1") -> Any:
    """The simulator's own row of a LUN, or None."""
    return next((row for row in cluster.world.store.each("luns", name=path) if row["svm"]["name"] == svm), None)


def after_looks(monkeypatch: Any, number: int, happens: Callable[[], Any]) -> None:
    """Let something happen on the cluster when the task has paused so many times."""
    clock, sleep = waiting.clock, waiting.clock.sleep

    def sleeping(seconds: float) -> None:
        sleep(seconds)
        if len(clock.slept) == number:
            happens()

    monkeypatch.setattr(clock, "sleep", sleeping)
