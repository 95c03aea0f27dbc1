# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator of its own process, and what the benchmarks ask of it: its log, its memory, its answers."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import pathlib
import ssl
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from .processes import peak_memory

ROOT = pathlib.Path(__file__).resolve().parents[2]
SINGLE_READS = 300
MANY_READS = 15
RECORDS = 1000
FIELDS = "size,state,svm.name"


class Cluster:
    """A running simulator, asked over one kept-alive connection."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        login = base64.b64encode(f"{facts['username']}:{facts['password']}".encode()).decode()
        self._headers = {"Authorization": f"Basic {login}", "Accept": "application/json", "Content-Type": "application/json"}
        context = ssl.create_default_context(cafile=facts["ca_path"])
        self._connection = http.client.HTTPSConnection(facts["host"], facts["port"], timeout=60, context=context)

    def fetch(self, method: str, path: str, body: Any = None) -> bytes:
        """The body of an answer, which must be a success."""
        self._connection.request(method, path, None if body is None else json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        payload = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: HTTP {answer.status} {payload[:300]!r}")
        return payload

    def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """The parsed answer."""
        return json.loads(self.fetch(method, path, body) or b"{}")

    def close(self) -> None:
        """Close the connection; the next request opens a new one."""
        self._connection.close()

    def take_over(self, node: str) -> None:
        """Bring a node to where its partner has taken it over and it waits for giveback."""
        self.ask("POST", "/api/private/cli/storage/failover/takeover", {"ofnode": node})
        for _look in range(100):
            self.ask("POST", "/simulator/advance", {"seconds": 30})
            if self.ask("GET", f"/api/cluster/nodes?name={node}&fields=state")["records"][0]["state"] == "waiting_for_giveback":
                return
        raise RuntimeError(f"{node} was not taken over")

    def clear_log(self) -> None:
        """Forget the requests so far."""
        self.ask("DELETE", "/simulator/log")

    def traffic(self) -> tuple[int, int]:
        """Requests and connections since the log was cleared; what goes to the control paths is not in it."""
        log = self.ask("GET", "/simulator/log")
        return len(log["requests"]), log["connections"]


@contextlib.contextmanager
def cluster(scenario: str, folder: pathlib.Path, time_scale: float = 1.0) -> Iterator[Cluster]:
    """Start a simulator, and stop it at the end whatever happens."""
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "tests.simulator", "--scenario", scenario, "--control", "--ready-file", str(ready)]
    command += ["--time-scale", str(time_scale)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        running = Cluster(_facts(server, ready))
        try:
            yield running
        finally:
            running.close()
    finally:
        server.terminate()
        server.wait(30)


def _facts(server: subprocess.Popen[bytes], ready: pathlib.Path) -> dict[str, Any]:
    end = time.monotonic() + 60
    while not ready.exists():
        if server.poll() is not None or time.monotonic() > end:
            raise RuntimeError("the simulator does not start")
        time.sleep(0.02)
    return json.loads(ready.read_text(encoding="utf-8"))


def speed(running: Cluster) -> dict[str, float]:
    """Medians of milliseconds per answer, and the peak of the simulator's memory in MiB."""
    first = running.ask("GET", f"/api/storage/volumes?max_records={RECORDS}")["records"]
    if len(first) != RECORDS:
        raise RuntimeError(f"the scenario has {len(first)} volumes instead of at least {RECORDS}")
    single = f"/api/storage/volumes/{first[RECORDS // 2]['uuid']}"
    node = running.ask("GET", "/api/cluster/nodes")["records"][0]["uuid"]
    return {
        "volume": _median(running, single, SINGLE_READS),
        "node": _median(running, f"/api/cluster/nodes/{node}?fields=**", SINGLE_READS),
        "thousand": _median(running, f"/api/storage/volumes?max_records={RECORDS}&fields={FIELDS}", MANY_READS),
        "memory": peak_memory(running.facts["pid"]),
    }


def _median(running: Cluster, path: str, times: int) -> float:
    samples = []
    for _read in range(times):
        started = time.perf_counter()
        running.fetch("GET", path)
        samples.append((time.perf_counter() - started) * 1000)
    return statistics.median(samples)
