# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When each move of a plan runs: waves, and an estimate of times. Pure.

A node shares its rate among the moves that read from it or write to it, so a move runs as fast as the busier of its two nodes lets it.
Source: knowledge base, how many volume moves can be active: all moves of a node share its resources.
"""

from __future__ import annotations

from collections import Counter, deque

NOTHING = 1e-6
"""Bytes below which nothing is left, given that numbers with a decimal point are never exact."""


class Job:
    """A move as the schedule sees it: its nodes and bytes; `start`, `end` (seconds from now) and `wave` (from 1) are filled in."""

    __slots__ = ("bytes", "end", "nodes", "start", "wave")

    def __init__(self, source: str, destination: str, size: int) -> None:
        self.nodes = tuple(sorted({source, destination}))
        self.bytes = size
        self.wave = 0
        self.start = self.end = 0.0


class Slots:
    """How many moves may run at once: per node, and in all."""

    def __init__(self, per_node: int, total: int) -> None:
        self.per_node = per_node
        self.total = total

    def open(self, nodes: tuple[str, ...], count: Counter[str], running: int) -> bool:
        """Whether one more may start at these nodes."""
        return running < self.total and all(count[node] < self.per_node for node in nodes)


def waves(jobs: list[Job], running: list[Job], slots: Slots) -> int:
    """Put jobs into waves, each into the first that has slots for it; returns how many waves there are.

    All moves of a wave may run at once, and a wave begins when the one before is over. What is running already is in the first.
    """
    counts: list[Counter[str]] = []
    sizes: list[int] = []
    earliest: dict[tuple[str, ...], int] = {}

    def take(job: Job, wave: int) -> None:
        if wave == len(counts):
            counts.append(Counter())
            sizes.append(0)
        counts[wave].update(job.nodes)
        sizes[wave] += 1
        job.wave = wave + 1

    for job in running:
        take(job, 0)
    for job in jobs:
        wave = earliest.get(job.nodes, 0)
        while wave < len(counts) and not slots.open(job.nodes, counts[wave], sizes[wave]):
            wave += 1
        earliest[job.nodes] = wave
        take(job, wave)
    return len(counts)


def timetable(jobs: list[Job], running: list[Job], slots: Slots, rate: int) -> float:
    """Fill in when each job starts and ends if the next one starts as soon as it may; returns when all is over.

    Jobs start in their order, but one that has to wait for a node does not hold up others.
    """
    run = _Run(jobs, slots)
    for job in running:
        run.begin(job)
    while True:
        run.start_all()
        if not run.left:
            return run.now
        run.step(rate)


class _Run:
    """The jobs that run at one moment, and those that wait."""

    def __init__(self, jobs: list[Job], slots: Slots) -> None:
        self.now = 0.0
        self.left: dict[Job, float] = {}
        self._jobs = jobs
        self._slots = slots
        self._count: Counter[str] = Counter()
        self._waiting: dict[tuple[str, ...], deque[int]] = {}
        for number, job in enumerate(jobs):
            self._waiting.setdefault(job.nodes, deque()).append(number)

    def begin(self, job: Job) -> None:
        """A job starts now."""
        job.start = self.now
        self.left[job] = float(job.bytes)
        self._count.update(job.nodes)

    def start_all(self) -> None:
        """Start what may start, the first in the order first."""
        while True:
            heads = [(queue[0], nodes) for nodes, queue in self._waiting.items() if self._slots.open(nodes, self._count, len(self.left))]
            if not heads:
                return
            number, nodes = min(heads)
            self._waiting[nodes].popleft()
            if not self._waiting[nodes]:
                del self._waiting[nodes]
            self.begin(self._jobs[number])

    def step(self, rate: int) -> None:
        """Let time pass until a job ends."""
        speed = {job: rate / max(self._count[node] for node in job.nodes) for job in self.left}
        seconds = min(left / speed[job] for job, left in self.left.items())
        self.now += seconds
        for job in list(self.left):
            self.left[job] -= seconds * speed[job]
            if self.left[job] <= NOTHING * max(1, job.bytes):
                job.end = self.now
                del self.left[job]
                self._count.subtract(job.nodes)


def time_bound(jobs: list[Job], rate: int) -> float:
    """Seconds that no order can stay below: what the busiest node has to read and write."""
    count: Counter[str] = Counter()
    for job in jobs:
        for node in job.nodes:
            count[node] += job.bytes
    return max(count.values(), default=0) / rate
