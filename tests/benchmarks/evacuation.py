# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What plans of evacuations cost, and how good they are: beside what no plan can do better, and beside greedy packings.

Run as a program it makes the plans of one case and prints its figures, so that CPU and memory are those of a process of its own.
"""

from __future__ import annotations

import json
import os
import pathlib
import random
import sys
import time
from typing import Any

from plugins.module_utils import packing
from plugins.module_utils.evacuation import plan_moves
from plugins.module_utils.evacuation_report import report
from plugins.module_utils.evacuation_rules import Aggregate, Volume, Wishes
from plugins.module_utils.packing import Box, Packing, Piece
from plugins.module_utils.placement import place

from . import san, simulation
from .cases import Bench
from .processes import peak_memory, run
from .report import Goal, columns

GIB = 1024**3
VOLUMES, TARGETS, SOURCES, NODES = 5000, 50, 10, 12
FILLS = (0.3, 0.6, 0.9, 0.97, 0.99, 1.1)
"""What the volumes take of the room that there is, of case to case; in the last one not all can have a place."""

CPU, MEMORY = 5.0, 300.0
TIGHT = ((3, 3), (5, 4), (8, 8), (20, 5), (20, 20))
SHARES = (0.93, 0.97, 0.99)
SAMPLES = 40
HEADINGS = ("room used", "CPU s", "MiB", "placed", "of", "copied/bound", "highest %", "bound", "path changes", "bound", "hours", "bound")

Figures = dict[str, Any]


# -- large clusters --------------------------------------------------------------------------------------------------------


def large(fill: float) -> tuple[list[Volume], list[Aggregate], Wishes]:
    """A cluster whose first aggregates are to be left by 5,000 volumes, most of them small: half of them in SVMs that may not use every
    aggregate, a third with mapped LUNs."""
    chance = random.Random(7)
    there = []
    for number in range(SOURCES + TARGETS):
        size, node = chance.choice([20, 40, 40, 80]) * 1024 * GIB, number % NODES
        used = 0 if number < SOURCES else int(size * chance.uniform(0.05, 0.5))
        there.append(Aggregate(f"aggr{number:02d}", f"n{node:02d}", size, used, pair=f"pair{node // 2}", media=("solid_state", "ssd")))
    targets = [one.name for one in there[SOURCES:]]
    lists = {f"svm{number}": frozenset(name for name in targets if chance.random() < 0.6) for number in range(5)}
    wishes = Wishes(targets, emptied=[one.name for one in there[:SOURCES]], lists=lists, per_node=4, in_all=32)
    weights = [min(40.0, chance.paretovariate(1.3)) for _volume in range(VOLUMES)]
    unit = sum(wishes.ceiling(one) - one.used for one in there[SOURCES:]) * fill / sum(weights)
    volumes = []
    for number, weight in enumerate(weights):
        svm, source = f"svm{number % 10}", there[number % SOURCES].name
        more = {"mapped": chance.random() < 0.33, "bytes": int(weight * unit * chance.uniform(0.5, 1))}
        volumes.append(Volume(svm, f"v{number:04d}", f"uuid{number}", source, int(weight * unit), **more))
    return volumes, there, wishes


def figures(fill: float) -> Figures:
    """What a plan of a large cluster takes, and what it reaches."""
    volumes, there, wishes = large(fill)
    started = time.process_time()
    found = report(plan_moves(volumes, there, wishes), wishes)
    cpu = time.process_time() - started
    # Every volume has to be copied once, and no plan that leaves none behind copies less.
    least = sum(one.bytes for one in volumes)
    more = {"fill": fill, "cpu": cpu, "memory": peak_memory(os.getpid()), "unplaced": len(found["unplaced"]), "bytes_bound": least}
    return {**found["totals"], **more}


# -- scarce room -----------------------------------------------------------------------------------------------------------


def scarce(chance: random.Random, boxes: int, each: int, share: float) -> tuple[list[Piece], list[Box]]:
    """Boxes that a known way fills to a share, cut into pieces at random; half of the pieces may not go everywhere."""
    pieces, rooms = [], [chance.randint(500, 2000) * 1000 for _box in range(boxes)]
    for box, room in enumerate(rooms):
        cuts = sorted(chance.sample(range(1, int(room * share)), each - 1))
        for low, high in zip([0, *cuts], [*cuts, int(room * share)]):
            some = {box} | {other for other in range(boxes) if chance.random() < 0.3}
            pieces.append(Piece(high - low, frozenset(range(boxes) if chance.random() < 0.5 else some)))
    chance.shuffle(pieces)
    return pieces, [Box(room, 0, room) for room in rooms]


def first_fit(now: Packing, order: list[int]) -> None:
    """Each piece into the first box that has room, to compare with."""
    for one in order:
        box = next((box for box in now.pieces[one].choices if now.fits(one, box)), None)
        if box is not None:
            now.put(one, box)


def complete(share: float) -> dict[str, float]:
    """In how many cases, all of which can be solved, everything finds a place: in percent, by way of placing."""
    count = {"first fit": 0, "best fit": 0, "ours": 0}
    for boxes, each in TIGHT:
        for seed in range(SAMPLES):
            pieces, there = scarce(random.Random(f"{boxes} {each} {seed}"), boxes, each, share)
            order = sorted(range(len(pieces)), key=lambda one: (-pieces[one].size, one))
            for name, way in (("first fit", first_fit), ("best fit", packing.tight)):
                now = Packing(pieces, there)
                way(now, order)
                count[name] += not now.out()
            count["ours"] += not place(pieces, there).out()
    return {name: found * 100 / (SAMPLES * len(TIGHT)) for name, found in count.items()}


# -- in the benchmark ------------------------------------------------------------------------------------------------------


class Found:
    """All figures: of large clusters, of scarce room by share, and of the module on the simulator."""

    def __init__(self, plans: list[Figures], scarce: dict[float, dict[str, float]], task: san.Cost, memory: float) -> None:
        self.plans = plans
        self.scarce = scarce
        self.task = task
        self.memory = memory


def measure(bench: Bench, running: simulation.Cluster, folder: pathlib.Path) -> Found:
    """Make all plans, each large one in a process of its own."""
    plans = []
    for fill in FILLS:
        _usage, text = run([sys.executable, "-B", "-m", __name__, str(fill)], dict(os.environ, PYTHONPATH=str(simulation.ROOT)), folder)
        plans.append(json.loads(text))
    names = sorted(
        one["name"] for one in running.ask("GET", "/api/storage/aggregates?max_records=1000")["records"] if "aggr0" not in one["name"]
    )
    tasks = [{"ndo.ontap.evacuation_plan": {"aggregates": names[TARGETS:], "candidates": names[:TARGETS]}}]
    taken = san.Measure(bench, running)
    return Found(plans, {share: complete(share) for share in SHARES}, taken.cost(1, tasks, 0), taken.memory(tasks))


def table(found: Found) -> str:
    """Large clusters, then scarce room."""
    lines = [HEADINGS]
    for one in found.plans:
        cells = [f"{one['fill']:.0%}", f"{one['cpu']:.2f}", f"{one['memory']:.0f}", str(one["volumes"]), str(VOLUMES)]
        cells += [f"{one['bytes'] / one['bytes_bound']:.2f}", f"{one['highest_percent']:.1f}", f"{one['highest_percent_bound']:.1f}"]
        cells += [str(one["path_changes"]), str(one["path_changes_bound"])]
        lines.append((*cells, *(f"{one[word] / 3600:.0f}" for word in ("seconds", "seconds_bound"))))
    text = columns(lines)
    for share, ways in found.scarce.items():
        rates = ", ".join(f"{name} {percent:.0f} %" for name, percent in ways.items())
        text += f"\nroom that a known way fills to {share:.0%}: everything has a place in {rates} of {SAMPLES * len(TIGHT)} cases"
    seconds, calls = found.task.cpu / 1000, found.task.requests
    return f"{text}\nthe module on the simulator, with 5,000 volumes: {seconds:.1f} s CPU, {calls:.0f} calls, {found.memory:.0f} MiB"


def goals(found: Found) -> list[Goal]:
    """What is wanted of plans."""
    even = [one for one in found.plans if one["fill"] < 1]
    size = f"{VOLUMES} volumes over {TARGETS} aggregates"
    return [
        Goal(f"plan of {size}: CPU", max(one["cpu"] for one in found.plans), CPU, " s"),
        Goal(f"plan of {size}: memory", max(one["memory"] for one in found.plans), MEMORY, " MiB"),
        Goal("plan as a task, reading included: CPU", found.task.cpu / 1000, CPU, " s"),
        Goal("plan as a task: memory", found.memory, MEMORY, " MiB"),
        Goal("plan as a task: requests", found.task.requests, 6, ""),
        Goal("plans that leave out a volume, while there is room", sum(bool(one["unplaced"]) for one in even), 0, ""),
        Goal("bytes copied by the bound", max(one["bytes"] / one["bytes_bound"] for one in even), 1, ""),
        Goal("path changes above the bound", max(one["path_changes"] - one["path_changes_bound"] for one in even), 0, ""),
        Goal("cases of 97 % with volumes left out", 100 - found.scarce[0.97]["ours"], 5, " %"),
    ]


if __name__ == "__main__":
    print(json.dumps(figures(float(sys.argv[1]))))
