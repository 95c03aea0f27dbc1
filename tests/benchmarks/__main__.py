# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: tests/benchmarks/run [--rounds N]

Exit status 0 when all could be measured, whether or not a goal was met: a busy machine is no fault of the code.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import signal
import sys
import tempfile
import time

from tests.simulator.scenarios import presets

from . import cases, evacuation, fleet, report, san, san_report, simulation


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="tests/benchmarks/run", description="Measure tasks beside the vendor's, and the simulator.")
    parser.add_argument("--rounds", type=int, default=3, help="how often each case is measured; the cases take turns (%(default)s)")
    return parser.parse_args()


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    print(text, flush=True)


def scenario(folder: pathlib.Path) -> str:
    """An HA pair whose node stays taken over until somebody gives it back; the path of its description."""
    path = folder / "scenario.json"
    path.write_text(json.dumps({**presets.ha_pair(), "ha": {"auto_giveback": False}}), encoding="utf-8")
    return str(path)


def tasks(bench: cases.Bench, folder: pathlib.Path, rounds: int) -> dict[str, report.Row]:
    """Measure the cases, in turns so that a slow minute hits all of them, and each round the other way round."""
    with simulation.cluster(scenario(folder), folder) as running:
        running.take_over(cases.TAKEN_OVER)
        rows = {case.name: report.Row(case) for case in cases.cases(running.facts)}
        for row in rows.values():
            _look(bench, running, row)
        for number in range(rounds):
            say(f"Round {number + 1} of {rounds}")
            for row in list(rows.values())[:: -1 if number % 2 else 1]:
                row.rounds.append(bench.per_task(row.case))
    return rows


def _look(bench: cases.Bench, running: simulation.Cluster, row: report.Row, count: int = 5) -> None:
    """Memory and traffic, apart from the times because looking costs; this also warms up the caches for the first round."""
    running.clear_log()
    row.memory = bench.memory(row.case, count)
    requests, connections = running.traffic()
    row.requests, row.connections = requests / count, connections / count


def main() -> int:
    """Measure and print."""
    options = arguments()
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    started = time.monotonic()
    say(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}")
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            bench = cases.Bench(folder)
            rows = tasks(bench, folder, options.rounds)
            say("Volumes and LUNs")
            costs, memory = san.measure(bench, folder)
            say("The simulator, with the scenario large")
            with simulation.cluster("large", folder) as running:
                found = simulation.speed(running)
                costs.update(san.read(bench, running))
                say("Plans of evacuations")
                plans = evacuation.measure(bench, running, folder)
            say("Fleets")
            fleets = fleet.measure(bench, folder)
    except (RuntimeError, OSError, LookupError) as problem:
        say(f"Not measured: {problem}")
        return 1
    say("\nNo-op tasks: medians per task, the start of ansible-playbook subtracted; MiB is the peak of any process of a task")
    say(report.table(rows))
    say("\nVolumes and LUNs: per stack, per LUN of many in one task, per read of 5,000 volumes; ratios are the vendor's by ours")
    say(san_report.table(costs))
    say("\nPlans of evacuations: 5,000 volumes over 50 aggregates; a bound is what no plan can do better")
    say(evacuation.table(plans))
    say("\nFleets: a takeover and a giveback on each cluster, with a fork for each; seconds of a cluster are those of its tasks")
    say(fleet.table(fleets))
    say("\nGoals")
    goals = [*report.task_goals(rows), *report.simulator_goals(found), *san_report.goals(costs, memory), *evacuation.goals(plans)]
    for goal in [*goals, *fleet.goals(fleets)]:
        say(str(goal))
    say(f"\nMeasured in {time.monotonic() - started:.0f} s, load {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
