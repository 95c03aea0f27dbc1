# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What health rules work on, and what they say about one object."""

from __future__ import annotations

from typing import Any

from .errors import OntapError

CRITICAL, WARNING, INFO = "critical", "warning", "info"
RANK = {INFO: 0, WARNING: 1, CRITICAL: 2}


def problem(check: str, name: str, detail: str, remedy: str, severity: str = CRITICAL) -> dict[str, Any]:
    """Something is not as it should be; `name` tells it from other problems of the check, now and in a later look."""
    return {"check": check, "ok": False, "severity": severity, "object": name, "detail": detail, "remedy": remedy}


def fine(check: str, detail: str) -> dict[str, Any]:
    """A check found nothing."""
    return {"check": check, "ok": True, "severity": INFO, "object": None, "detail": detail, "remedy": ""}


def objects(number: int, word: str) -> str:
    """A number with its word: 1 job, 2 jobs."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


class Facts:
    """What was read of a cluster.

    nodes: every node by name; scope: the names of those that are looked at; found: records by family;
    unread: the error of a family that could not be read.
    """

    def __init__(
        self, nodes: dict[str, dict], scope: list[str], found: dict[str, list], unread: dict[str, OntapError] | None = None
    ) -> None:
        self.nodes = nodes
        self.scope = scope
        self.found = found
        self.unread = unread or {}

    def inside(self) -> list[dict[str, Any]]:
        """The nodes that are looked at."""
        return [self.nodes[name] for name in self.scope]

    def covers(self, name: str | None) -> bool:
        """Whether something on this node counts; what names no node always does."""
        return name is None or name in self.scope

    def whole(self) -> bool:
        """Whether all nodes are looked at."""
        return len(self.scope) == len(self.nodes)
