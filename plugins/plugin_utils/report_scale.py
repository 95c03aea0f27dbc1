# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time in a report: moments and spans for people, and where a moment is on the timeline. Gaps between two runs are cut out of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

GAP, GAPS = 6.0, 50.0
"""Percent of the width of the timeline that stands for a time in which no run was under way, and that all such times take at the most."""
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
"""Seconds between two marks."""
MARKS = 4
"""Marks that a narrow page has room for."""
ROOM = 17.0
"""Percent of the width of a narrow page that the text of a mark takes."""


def parse(moment: Any) -> float | None:
    """Seconds since the epoch of a moment in a report."""
    if not moment:
        return None
    return datetime.strptime(str(moment), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc).timestamp()


def _local(at: float) -> datetime:
    return datetime.fromtimestamp(at, timezone.utc).astimezone()


def when(moment: Any, form: str = "%H:%M:%S") -> str:
    """A moment of a report in the controller's time zone; nothing for a moment that nobody knows."""
    at = parse(moment)
    return "" if at is None else _local(at).strftime(form)


def window(begun: Any, ended: Any) -> list[str]:
    """A span between two moments, in parts that stay together: one moment, where they are in the same second."""
    first, last = when(begun), when(ended)
    return [first] if first == last else [first, f"to {last}"]


def span(seconds: Any) -> str:
    """A span of time in a few words."""
    if not isinstance(seconds, (int, float)):
        return ""
    if seconds < 100:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s" if seconds >= 0.1 else "< 0.1 s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24} d {hours % 24} h"


class Scale:
    """Where moments are between 0 and 100. Each run has its part by its length; what is between two runs is narrow, however long it was."""

    def __init__(self, runs: list[dict[str, Any]]) -> None:
        spans = [(parse(run["begun"]) or 0.0, parse(run["ended"]) or 0.0) for run in runs]
        self.gaps: list[dict[str, Any]] = []
        self._parts: list[tuple[float, float, float, float]] = []
        total = sum(end - begin for begin, end in spans) or 1.0
        gap = min(GAP, GAPS / max(1, len(spans) - 1))
        room = 100.0 - gap * max(0, len(spans) - 1)
        left = 0.0
        for number, (begin, end) in enumerate(spans):
            width = room * (end - begin) / total
            self._parts.append((begin, end, left, left + width))
            if number + 1 < len(spans):
                following = spans[number + 1][0]
                self._parts.append((end, following, left + width, left + width + gap))
                self.gaps.append({"left": round(left + width, 2), "width": gap, "seconds": following - end})
            left += width + gap
        self._step = next((step for step in STEPS if total / step <= MARKS), STEPS[-1])

    def at(self, moment: Any) -> float:
        """The place of a moment of the report, in percent."""
        at = parse(moment)
        if at is None or not self._parts:
            return 100.0
        for begin, end, left, right in self._parts:
            if at <= end:
                return left + (right - left) * max(0.0, at - begin) / (end - begin) if end > begin else left
        return 100.0

    def marks(self) -> list[dict[str, Any]]:
        """The marks of the axis that have room: the begin of each run, and round times. The text of a late one is left of it."""
        found: list[dict[str, Any]] = []
        for mark in [*self._begins(), *self._round_times()]:
            if all(abs(_left_edge(mark) - _left_edge(one)) >= ROOM for one in found):
                found.append(mark)
        return sorted(found, key=lambda mark: mark["left"])

    def _begins(self) -> Iterator[dict[str, Any]]:
        for begin, _end, left, _right in self._parts[::2]:
            yield {"left": round(left, 2), "text": _local(begin).strftime("%H:%M:%S"), "late": left > 100 - ROOM}

    def _round_times(self) -> Iterator[dict[str, Any]]:
        form = "%H:%M:%S" if self._step < 60 else "%H:%M"
        for begin, end, left, right in self._parts[::2]:
            at = (begin // self._step + 1) * self._step
            while at < end:
                place = left + (right - left) * (at - begin) / (end - begin)
                if place <= 100 - ROOM:
                    yield {"left": round(place, 2), "text": _local(at).strftime(form), "late": False}
                at += self._step


def _left_edge(mark: dict[str, Any]) -> float:
    """Where the text of a mark begins."""
    return float(mark["left"]) - (ROOM if mark["late"] else 0.0)
