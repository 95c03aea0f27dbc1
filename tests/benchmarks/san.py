# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What volumes and LUNs cost: the same work by our modules and by the vendor's, one after the other on one simulator."""

from __future__ import annotations

import pathlib
from typing import Any

from . import san_tasks, simulation
from .cases import Bench, connections, playbook, vendors_trust
from .processes import MemoryWatch, Usage
from .san_tasks import OURS, VENDORS

TIME_SCALE = 200.0
"""Simulated seconds per second, so that the jobs of the simulator, which take seconds, take no time that could be measured."""

STACKS = {OURS: 10, VENDORS: 2}
LUNS = {OURS: 1000, VENDORS: 15}
RERUNS = {OURS: 5, VENDORS: 1}
READS = {OURS: 3, VENDORS: 2}
"""How often a piece of work is done: so often that it outweighs the start of ansible-playbook, and no more."""

CREATE, RERUN, DELETE = "stack: create", "stack: rerun", "stack: delete"
LUN_CREATE, LUN_RERUN = "LUN of many: create", "LUN of many: rerun"
READ = "all volumes: read"


class Cost:
    """What one piece of work takes, in ms, requests and connections; `count` pieces were measured together."""

    def __init__(self, count: int, used: Usage, traffic: tuple[int, int]) -> None:
        self.count = count
        self.wall = used.wall / count * 1000
        self.cpu = used.cpu / count * 1000
        self.requests, self.connections = traffic[0] / count, traffic[1] / count


Costs = dict[str, dict[str, Cost]]
"""By piece of work, and by side."""


class Measure:
    """Runs playbooks against a simulator, and subtracts what the start of ansible-playbook takes."""

    def __init__(self, bench: Bench, running: simulation.Cluster) -> None:
        self._bench = bench
        self._running = running
        ours, vendors = connections(running.facts)
        self._defaults = {"group/ndo.ontap.ontap": ours, "group/netapp.ontap.netapp_ontap": vendors}
        floors = [self._play([{"bench.floor.empty": {}}], 0) for _run in range(3)]
        self._start = sorted(floors, key=lambda one: one.cpu)[1]

    def _play(self, tasks: list[dict[str, Any]], changed: int) -> Usage:
        plays = playbook(tasks, module_defaults=self._defaults)
        return self._bench.execute("san", plays, changed, vendors_trust(self._running.facts))

    def cost(self, count: int, tasks: list[dict[str, Any]], changed: int) -> Cost:
        """Run the tasks for so many pieces of work; `changed` of the tasks change something."""
        self._running.clear_log()
        # A run may take longer than the simulator keeps a silent connection open.
        self._running.close()
        used = self._play(tasks, changed)
        return Cost(count, Usage(used.wall - self._start.wall, used.cpu - self._start.cpu), self._running.traffic())

    def memory(self, tasks: list[dict[str, Any]]) -> float:
        """The most memory, in MiB, of any process of tasks that change nothing; in a run of its own, because looking costs."""
        with MemoryWatch() as watch:
            self._play(tasks, 0)
        return watch.peak


def measure(bench: Bench, folder: pathlib.Path) -> tuple[Costs, float]:
    """Stacks and many LUNs on a cluster of their own; the costs, and the memory of a rerun over many LUNs."""
    with simulation.cluster("ha_pair", folder, TIME_SCALE) as running:
        taken = Measure(bench, running)
        costs = {**_stacks(taken), **_luns(taken)}
        return costs, taken.memory([san_tasks.luns(OURS, LUNS[OURS])])


def _stacks(taken: Measure) -> Costs:
    found: Costs = {}
    for what, absent in ((CREATE, False), (RERUN, False), (DELETE, True)):
        found[what] = {}
        for side, count in STACKS.items():
            tasks = [task for number in range(count) for task in san_tasks.stack(side, number, absent)]
            found[what][side] = taken.cost(count, tasks, 0 if what == RERUN else len(tasks))
    return found


def _luns(taken: Measure) -> Costs:
    found: Costs = {LUN_CREATE: {}, LUN_RERUN: {}}
    for side, count in LUNS.items():
        task = san_tasks.luns(side, count)
        found[LUN_CREATE][side] = taken.cost(count, [task], 1)
        found[LUN_RERUN][side] = taken.cost(count * RERUNS[side], [task] * RERUNS[side], 0)
    return found


def read(bench: Bench, running: simulation.Cluster) -> Costs:
    """Reading all volumes of a large cluster."""
    taken = Measure(bench, running)
    return {READ: {side: taken.cost(count, [san_tasks.info(side)] * count, 0) for side, count in READS.items()}}
