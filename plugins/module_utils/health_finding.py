# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a health check says about one object."""

from __future__ import annotations

from typing import Any

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
