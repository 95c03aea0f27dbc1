# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs make targets one after the other, all of them even when one fails, and tells how long each took.

python tools/suite.py lint sanity units@2.16    target@release gives the release of ansible-core to test with
"""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import time
import typing as t


class Outcome(t.NamedTuple):
    """How one part ended."""

    part: str
    passed: bool
    seconds: float


def run(part: str) -> Outcome:
    """Run one part with make, its output going straight to the terminal."""
    target, core = (part.split("@") + [""])[:2]
    command = [os.environ.get("MAKE", "make"), "--no-print-directory", target] + ([f"CORE={core}"] if core else [])
    print(f"\n==== {part}", flush=True)
    started = time.monotonic()
    code = subprocess.call(command, cwd=pathlib.Path(__file__).resolve().parent.parent)
    return Outcome(part, code == 0, time.monotonic() - started)


def report(outcomes: t.Sequence[Outcome]) -> str:
    """The table of parts and the summary line."""
    rows = [f"{outcome.part:<20} {'passed' if outcome.passed else 'FAILED'} {outcome.seconds:7.0f} s" for outcome in outcomes]
    passed = sum(outcome.passed for outcome in outcomes)
    total = sum(outcome.seconds for outcome in outcomes)
    return "\n".join(["", *rows, f"{'together':<20}        {total:7.0f} s", f"{passed} passed, {len(outcomes) - passed} failed"])


def main() -> int:
    """Run the parts that the command line names."""
    outcomes = [run(part) for part in sys.argv[1:]]
    print(report(outcomes), flush=True)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
