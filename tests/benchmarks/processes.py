# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes and what they use: time from the kernel's accounts, memory from its high-water marks."""

from __future__ import annotations

import os
import pathlib
import subprocess
import threading
import time
from typing import Any

PROC = pathlib.Path("/proc")
LOOK = 0.002
"""Seconds between two looks at the memory of all processes below a run."""


class Usage:
    """Seconds on the clock, and seconds of CPU of a process and all its descendants that were waited for."""

    def __init__(self, wall: float, cpu: float) -> None:
        self.wall = wall
        self.cpu = cpu


def run(command: list[str], environment: dict[str, str], folder: pathlib.Path) -> tuple[Usage, str]:
    """Run a command; returns what it used and what it printed. A failure is an error."""
    output = folder / "output.txt"
    with output.open("wb") as stream:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT)
        try:
            usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(usage[1])
    text = output.read_text(encoding="utf-8", errors="replace")
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{text[-3000:]}")
    return Usage(wall, usage[2].ru_utime + usage[2].ru_stime), text


def peak_memory(pid: int) -> float:
    """The most memory (resident, in MiB) that a process had since it began to run its program; 0 when it is gone.

    The kernel's accounts (ru_maxrss) will not do here: they start with what the parent had when it started the process.
    """
    try:
        status = (PROC / str(pid) / "status").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    marks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(marks[0]) / 1024 if marks else 0.0


def children(pid: int) -> list[int]:
    """The processes that any thread of a process has started."""
    found: list[int] = []
    for path in PROC.glob(f"{pid}/task/*/children"):
        try:
            found += map(int, path.read_text(encoding="ascii").split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


class MemoryWatch:
    """Sees the highest peak of the processes below a run of ansible-playbook: its workers, and what they start.

    A look reads high-water marks, so only growth in the last moment of a process can be missed. A worker is a fork, so its
    memory includes the pages that it shares with ansible-playbook.
    """

    def __init__(self) -> None:
        self.peak = 0.0
        self._others = set(children(os.getpid()))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *_exception: Any) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOK):
            for playbook in set(children(os.getpid())) - self._others:
                self._descend(playbook)

    def _descend(self, pid: int) -> None:
        for started in children(pid):
            self.peak = max(self.peak, peak_memory(started))
            self._descend(started)
