# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was measured as a table, and beside it what was wanted."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from . import cases
from .processes import Usage

VENDOR_SHARE = 1 / 10
ABOVE_EMPTY = 30.0
TASK_MEMORY = 80.0
SINGLE_ANSWER = 5.0
THOUSAND_RECORDS = 150.0
SIMULATOR_MEMORY = 300.0
HEADINGS = ("task", "N", "wall ms", "[min..max]", "CPU ms", "[min..max]", "CPU/ping", "CPU/vendor", "MiB", "calls", "TLS")


class Row:
    """What one case gave: a Usage (in ms per task) per round, peak memory, requests and connections per task."""

    def __init__(self, case: cases.Case) -> None:
        self.case = case
        self.rounds: list[Usage] = []
        self.memory = 0.0
        self.requests = 0.0
        self.connections = 0.0


class Goal:
    """One thing that is wanted, and whether it is so."""

    def __init__(self, text: str, measured: float, limit: float, unit: str) -> None:
        self.text = text
        self.measured = measured
        self.limit = limit
        self.unit = unit

    def __str__(self) -> str:
        mark = "pass" if self.measured <= self.limit else "FAIL"
        return f"  {mark}  {self.text}: {self.measured:.3g}{self.unit} (at most {self.limit:.3g}{self.unit})"


def ratio(rows: dict[str, Row], one: str, other: str) -> float:
    """CPU of one case by that of another: the median of the rounds' own ratios, because rounds may differ in speed."""
    pairs = zip(rows[one].rounds, rows[other].rounds)
    return statistics.median(first.cpu / second.cpu for first, second in pairs)


def above_empty(rows: dict[str, Row], name: str, what: str) -> float:
    """Milliseconds above the empty action plugin: the median of the rounds' own differences."""
    pairs = zip(rows[name].rounds, rows[cases.EMPTY].rounds)
    return statistics.median(getattr(first, what) - getattr(second, what) for first, second in pairs)


def table(rows: dict[str, Row]) -> str:
    """All cases, in columns."""
    lines: list[Sequence[str]] = [HEADINGS]
    for row in rows.values():
        times = [text for what in ("wall", "cpu") for text in spread([getattr(one, what) for one in row.rounds])]
        shares = [f"{ratio(rows, row.case.name, other):.2f}" for other in (cases.PING, cases.VENDOR)]
        traffic = [f"{row.requests:.3g}", f"{row.connections:.3g}"] if row.case.connects else ["-", "-"]
        lines.append([row.case.title, str(row.case.count), *times, *shares, f"{row.memory:.0f}", *traffic])
    return columns(lines)


def columns(lines: Sequence[Sequence[str]], left: int = 1) -> str:
    """Lines of cells as a table; the first columns are set left, numbers right."""
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join(
        "  ".join(text.ljust(width) if at < left else text.rjust(width) for at, (text, width) in enumerate(zip(line, widths)))
        for line in lines
    )


def spread(values: list[float]) -> list[str]:
    """Median and range."""
    return [f"{statistics.median(values):.1f}", f"[{min(values):.1f}..{max(values):.1f}]"]


def task_goals(rows: dict[str, Row]) -> list[Goal]:
    """What is wanted of our tasks."""
    goals = []
    for name in (cases.WRITER, cases.READER):
        short = rows[name].case.title.partition(",")[0]
        goals.append(Goal(f"{short}: CPU as a share of the vendor's", ratio(rows, name, cases.VENDOR), VENDOR_SHARE, ""))
        for what, word in (("wall", "time"), ("cpu", "CPU")):
            goals.append(Goal(f"{short}: {word} above an empty action plugin", above_empty(rows, name, what), ABOVE_EMPTY, " ms"))
        goals.append(Goal(f"{short}: TLS connections of a task", rows[name].connections, 1, ""))
    memory = max(row.memory for row in rows.values() if row.case.name in (cases.WRITER, cases.READER, cases.ORDINARY))
    return [*goals, Goal("memory of a task of ours, either way", memory, TASK_MEMORY, " MiB")]


def simulator_goals(found: dict[str, float]) -> list[Goal]:
    """What is wanted of the simulator."""
    return [
        Goal("simulator: one volume of 5,000", found["volume"], SINGLE_ANSWER, " ms"),
        Goal("simulator: one node of 8, all fields", found["node"], SINGLE_ANSWER, " ms"),
        Goal("simulator: 1,000 volumes", found["thousand"], THOUSAND_RECORDS, " ms"),
        Goal("simulator: peak memory with 5,000 volumes", found["memory"], SIMULATOR_MEMORY, " MiB"),
    ]
