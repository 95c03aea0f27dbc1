# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What integration targets share: simulated clusters, and playbooks that are run on them, to their end or until they are killed.

The simulators live in the process of the tests, so that a test sees every request, the model and the ledger. A target puts the root of the
collections on sys.path, and has what is special to it in a file of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, Callable

import requests

from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock
from ansible_collections.ndo.ontap.tests.simulator.model.ha import TRIGGERS
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator

GIB = 1024**3
LIMIT = 180
"""Seconds of real time after which a playbook counts as hung, where a target does not say less."""

STILL = 0.001
"""A pace at which nothing happens on a cluster: what is under way is still so when Ansible, which may take long to start, comes to it."""

CALLBACKS = Path(__file__).resolve().parent / "targets" / "node_maintenance" / "callback"
QUIET = {
    "ANSIBLE_NOCOLOR": "1",
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    "ANSIBLE_SHOW_CUSTOM_STATS": "true",
}

FAILURE = re.compile(r"^fatal: \[(\S+)\]: FAILED! => (?=\{)", re.MULTILINE)
READER = json.JSONDecoder()
STATS = re.compile(r"^CUSTOM STATS: \*+\s+RUN: (?=\{)", re.MULTILINE)
RECAP = re.compile(r"^(\S+) +: ok=(\d+) +changed=(\d+) +unreachable=\d+ +failed=(\d+)", re.MULTILINE)


class Cluster:
    """A simulated cluster."""

    def __init__(self, simulator: Any) -> None:
        self.simulator = simulator
        self.world = simulator.world

    @property
    def connection(self) -> dict[str, Any]:
        """How to reach it."""
        one = self.simulator
        return {"hostname": one.host, "port": one.port, "username": one.username, "password": one.password, "ca_path": one.ca_path}

    @property
    def credentials(self) -> dict[str, str]:
        """The same as AWX would inject it."""
        return {f"ONTAP_{name.upper()}": str(value) for name, value in self.connection.items()}

    def rows(self, table: str, **equals: Any) -> list[dict[str, Any]]:
        """Rows of the model."""
        with self.simulator.app.lock:
            self.world.settle()
            return list(self.world.store.each(table, **equals))

    def row(self, table: str, name: str, svm: str = "") -> dict[str, Any]:
        """The row of this name; with an SVM, of an object that is in it or that no SVM has."""
        (found,) = [one for one in self.rows(table, name=name) if not svm or one.get("svm", {}).get("name", svm) == svm]
        return found

    def writes(self) -> list[str]:
        """Method and path of everything that was neither a read nor a validation."""
        sent = self.simulator.log.writes()
        return [f"{one['method']} {one['path']}" for one in sent if "validate_only=true" not in one["query"]]

    def bodies(self, method: str, path: str) -> list[dict[str, Any]]:
        """What was sent in the writes to paths that contain this text, without validations."""
        sent = self.simulator.log.sent(method, path)
        return [one["body"] for one in sent if "validate_only=true" not in one["query"]]

    def fault(self, method: str, path: str, kind: str = "error", **rule: Any) -> Any:
        """Let a request below /api go wrong; returns the cluster."""
        self.simulator.faults.on(method, f"/api/{path}", kind, **rule)
        return self

    def api(self, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        """Change something as an administrator would."""
        one = self.simulator
        url = f"https://{one.host}:{one.port}/api/{path}?return_timeout=30"
        answer = requests.request(method, url, json=body, auth=(one.username, one.password), verify=one.ca_path, timeout=LIMIT)
        assert answer.ok, answer.text

    def trigger(self, what: str, *args: Any, **options: Any) -> Any:
        """Have somebody do something now; returns the cluster."""
        with self.simulator.app.lock:
            self.world.settle()
            TRIGGERS[what](self.world, *args, **options)
        return self

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.world.clock.advance(seconds)

    def pace(self, scale: float) -> None:
        """From now on, so many simulated seconds are a second."""
        self.world.clock.pace(scale)

    def verdict(self) -> dict[str, Any]:
        """What hosts noticed."""
        with self.simulator.app.lock:
            self.world.settle()
            return self.world.ledger.verdict()

    def undisturbed(self) -> bool:
        """Whether hosts and users noticed nothing but short pauses."""
        verdict = self.verdict()
        assert verdict["non_disruptive"], verdict
        return True


class Site(Cluster):
    """A cluster with a name, the variables of its operator, and a folder for reports."""

    def __init__(self, name: str, folder: Path, simulator: Any) -> None:
        super().__init__(simulator)
        self.name = name
        self.folder = folder
        self.variables: dict[str, Any] = {}

    def set(self, **variables: Any) -> Any:
        """Give it variables, beside those that it has; returns the site."""
        self.variables.update(variables)
        return self

    def host(self) -> dict[str, Any]:
        """What the inventory says of it."""
        return {"ontap_connection": self.connection, **self.variables}

    def files(self) -> list[str]:
        """What roles have left in the folder for reports: files, and folders with a report or a forecast."""
        reports = {path.parent.name for path in self.folder.glob("*/*.html")}
        return sorted(path.name for path in self.folder.iterdir() if path.is_file() or path.name in reports)

    def file(self, kind: str) -> dict[str, Any]:
        """What a role says itself in its report, of its use with these variables."""
        return result_in(self.folder, f"*.{kind}")


def result_in(folder: Path, name: str, what: str = "report") -> dict[str, Any]:
    """What a runbook says itself in the report, or the forecast, of which the folder has such a name."""
    (found,) = folder.glob(f"{name}/{what}.json")
    return json.loads(found.read_text(encoding="utf-8"))["result"]


class Run:
    """A finished run of a playbook: the message of each host that failed, how many tasks changed something, and what AWX gets."""

    def __init__(self, code: int, output: str) -> None:
        self.code = code
        self.output = output
        # The last failure of a host is the one with which the role ends.
        self.failures = {found.group(1): str(READER.raw_decode(output, found.end())[0].get("msg")) for found in FAILURE.finditer(output)}
        self.changed = {name: int(changed) for name, _ok, changed, _failed in RECAP.findall(output)}
        self.failed = {name for name, _ok, _changed, failed in RECAP.findall(output) if failed != "0"}
        begin = STATS.search(output)
        self.stats: dict[str, Any] = READER.raw_decode(output, begin.end())[0] if begin else {}

    def good(self) -> Any:
        """The run, which has gone well."""
        assert self.code == 0, self.output
        return self


class SitesRun(Run):
    """A run on sites."""

    def report(self, place: Site, role: str = "", use: str = "") -> dict[str, Any]:
        """The one report on a site: of any role, or of this one; of its use with any variables, or of one whose name begins like this."""
        begin = f"{place.name}-{use}"
        (found,) = [one for by, uses in self.stats.items() if role in ("", by) for name, one in uses.items() if name.startswith(begin)]
        return found


class Player:
    """Runs playbooks, one after the other, whose output comes into its folder."""

    LIMIT: float = LIMIT
    ENVIRONMENT: dict[str, str] = {}
    RUN: type[Any] = Run

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, command: list[str], **environment: str) -> subprocess.Popen:
        """Start a playbook, in a process group of its own."""
        surroundings = {**os.environ, **QUIET, **self.ENVIRONMENT, **environment}
        with open(self.folder / "output.txt", "w", encoding="utf-8") as output:
            how: dict[str, Any] = {"stdout": output, "stderr": subprocess.STDOUT, "start_new_session": True, "cwd": self.folder}
            return subprocess.Popen(["ansible-playbook", *command], env=surroundings, **how)

    def output(self) -> str:
        """What the last run has said."""
        return (self.folder / "output.txt").read_text(encoding="utf-8")

    def finish(self, process: subprocess.Popen) -> Any:
        """Wait for the end of a run."""
        code = process.wait(timeout=self.LIMIT)
        return self.RUN(code, self.output())

    def wait_for(self, what: Callable[[], bool], process: subprocess.Popen) -> None:
        """Wait in real time until something is so, while a playbook runs."""
        until = time.monotonic() + self.LIMIT
        while not what():
            assert process.poll() is None and time.monotonic() < until, self.output()
            time.sleep(0.005)

    def kill(self, process: subprocess.Popen) -> None:
        """Kill a run with its workers: they have sessions of their own, and would finish their task."""
        for pid in (process.pid, *descendants(process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert process.wait(timeout=self.LIMIT) == -signal.SIGKILL


def descendants(pid: int) -> list[int]:
    """The processes below a process."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in map(int, children.read_text(encoding="utf-8").split()):
                found += [child, *descendants(child)]
    return found


def kill_at(task: str) -> dict[str, str]:
    """The environment of a run that is killed, as by a crash, when a task of this name begins."""
    return {"NDO_KILL_AT": task, "ANSIBLE_CALLBACKS_ENABLED": "kill_at", "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS)}


class Playground(Player):
    """Makes sites, and plays on them."""

    SCENARIO: Any = "ha_pair"
    SCALE: float = 60
    """Simulated seconds per second."""

    SETTINGS: dict[str, Any] = {}
    """What is different in the worlds of the sites."""

    NEW_LOGS = True
    """Whether the log of the requests begins with each run."""

    SITE: type[Any] = Site
    RUN: type[Any] = SitesRun

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.started: list[Any] = []
        self.role = ""

    def site(self, name: str = "site", scenario: Any = None, settings: dict[str, Any] | None = None, **options: Any) -> Any:
        """A cluster with a name that its host in the inventory has."""
        simulator = Simulator(scenario=scenario or self.SCENARIO, clock=ScaledClock(self.SCALE), **options).start()
        simulator.world.settings.update({**self.SETTINGS, **(settings or {})})
        self.started.append(simulator)
        place = self.folder / name
        place.mkdir()
        return self.SITE(name, place, simulator)

    def start(self, playbook: str, *flags: str, sites: list[Any], **environment: str) -> subprocess.Popen:
        """Start a playbook on these sites."""
        self.role = playbook.rpartition(".")[2]
        if self.NEW_LOGS:
            for one in sites:
                one.simulator.log.clear()
        inventory = self.folder / "inventory.yml"
        inventory.write_text(json.dumps({"all": {"hosts": {one.name: one.host() for one in sites}}}), encoding="utf-8")
        hosts = json.dumps({f"{self.role}_hosts": "all"})
        return self.begin(["-i", str(inventory), playbook, "-e", hosts, "--forks", "8", *flags], **environment)

    def play(self, playbook: str, *flags: str, sites: list[Any], **environment: str) -> Any:
        """Run a playbook to its end on these sites."""
        return self.finish(self.start(playbook, *flags, sites=sites, **environment))

    def killed(self, playbook: str, task: str, sites: list[Any]) -> None:
        """Run a playbook that is killed, as by a crash, when a task of this name begins."""
        run = self.finish(self.start(playbook, sites=sites, **kill_at(task)))
        assert run.code == -signal.SIGKILL, run.output

    def interrupted(self, playbook: str, when: Callable[[], bool], sites: list[Any]) -> str:
        """Run a playbook that is killed as soon as something is so on the cluster; what it has said."""
        process = self.start(playbook, sites=sites)
        self.wait_for(when, process)
        self.kill(process)
        return self.output()

    def stop(self) -> None:
        """End the simulators."""
        for simulator in self.started:
            simulator.stop()
