# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs make targets one after the other, all of them even when one fails, and tells how long each took.

python tools/suite.py lint,dist+sanity units@2.16    target@release gives the release of ansible-core to test with; the plus stands
between lists of targets that use one processor each, and run at the same time
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

PRINTING = threading.Lock()
"""Held by the part whose output is shown."""


class Outcome(t.NamedTuple):
    """How one part ended."""

    part: str
    passed: bool
    seconds: float


def command(part: str) -> list[str]:
    """How a part is run."""
    target, core = (part.split("@") + [""])[:2]
    return [os.environ.get("MAKE", "make"), "--no-print-directory", target] + ([f"CORE={core}"] if core else [])


def run(part: str, output: t.IO[bytes] | None = None) -> Outcome:
    """Run one part with make, its output going straight to the terminal, or into a file."""
    started = time.monotonic()
    code = subprocess.call(command(part), cwd=pathlib.Path(__file__).resolve().parent.parent, stdout=output, stderr=subprocess.STDOUT)
    return Outcome(part, code == 0, time.monotonic() - started)


def run_one(part: str) -> list[Outcome]:
    """Run one part."""
    print(f"\n==== {part}", flush=True)
    return [run(part)]


def run_together(lanes: t.Sequence[t.Sequence[str]]) -> list[Outcome]:
    """Run lists of parts at the same time. Their seconds overlap."""
    print(f"\n==== {' and '.join(', '.join(lane) for lane in lanes)}, at the same time", flush=True)
    with ThreadPoolExecutor(len(lanes)) as pool:
        pending = [pool.submit(run_lane, lane) for lane in lanes]
    return [outcome for one in pending for outcome in one.result()]


def run_lane(parts: t.Sequence[str]) -> list[Outcome]:
    """Run parts one after the other, beside other lanes."""
    return [run_aside(part) for part in parts]


def run_aside(part: str) -> Outcome:
    """Run one part; its output comes in one piece, when it has ended."""
    with tempfile.TemporaryFile() as output:
        outcome = run(part, output)
        output.seek(0)
        with PRINTING:
            print(f"\n==== {part}", flush=True)
            shutil.copyfileobj(output, sys.stdout.buffer)
            sys.stdout.flush()
    return outcome


def report(outcomes: t.Sequence[Outcome], seconds: float) -> str:
    """The table of parts and the summary line. `seconds`: the time that all took."""
    rows = [f"{outcome.part:<20} {'passed' if outcome.passed else 'FAILED'} {outcome.seconds:7.0f} s" for outcome in outcomes]
    passed = sum(outcome.passed for outcome in outcomes)
    return "\n".join(["", *rows, f"{'together':<20}        {seconds:7.0f} s", f"{passed} passed, {len(outcomes) - passed} failed"])


def main() -> int:
    """Run the parts that the command line names."""
    started = time.monotonic()
    outcomes = []
    for group in sys.argv[1:]:
        lanes = [lane.split(",") for lane in group.split("+")]
        outcomes += run_together(lanes) if len(lanes) > 1 else run_one(group)
    print(report(outcomes, time.monotonic() - started), flush=True)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
