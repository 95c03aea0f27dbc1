# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters with 50 LUNs that one application writes to, and playbooks that are run on several of them at once.

The simulators live in this process, so that a test sees every request, the model and the ledger. Each cluster has variables of its own.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable

import requests

HERE = Path(__file__).resolve().parent
# ansible-test runs targets in a copy that has no collection around it; the collection is where Ansible finds it.
ROOTS = [root for root in os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":") if root]
PLACES = [HERE.parents[3], *(Path(root) / "ansible_collections" / "ndo" / "ontap" for root in ROOTS)]
COLLECTION = next(place for place in PLACES if place.parts[-3:-2] == ("ansible_collections",) and (place / "tests" / "simulator").is_dir())
sys.path.insert(0, str(COLLECTION.parents[2]))

from ansible_collections.ndo.ontap.tests.simulator import write_order  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.model.ha import TRIGGERS  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator  # noqa: E402

SCALE = 2
"""Simulated seconds per second: with more, a busy machine could let a fence end before the commit."""
LIMIT = 180
"""Seconds of real time after which a playbook counts as hung."""

GIB = 1024**3
QUICK = {"group_job": 0.1, "snapshot_job": 0.1, "volume_job": 0.1, "lun_job": 0, "lun_clone_split": 1, "auto_giveback_delay": 864000}
"""Jobs that do not take long; and nothing is given back behind the back of a test."""

FAILURE = re.compile(r"^fatal: \[(\S+)\]: FAILED! => (?=\{)", re.MULTILINE)
READER = json.JSONDecoder()
STATS = re.compile(r"^CUSTOM STATS: \*+\s+RUN: (?=\{)", re.MULTILINE)
RECAP = re.compile(r"^(\S+) +: ok=(\d+) +changed=(\d+) +unreachable=\d+ +failed=(\d+)", re.MULTILINE)


class Site:
    """A cluster, the variables of its operator, and a folder for reports."""

    def __init__(self, name: str, folder: Path, simulator: Any) -> None:
        self.name = name
        self.folder = folder
        self.simulator = simulator
        self.world = simulator.world
        self.variables: dict[str, Any] = {}

    def set(self, **variables: Any) -> Site:
        """Give it variables, beside those that it has."""
        self.variables.update(variables)
        return self

    def host(self) -> dict[str, Any]:
        """What the inventory says of it."""
        one = self.simulator
        login = {"hostname": one.host, "port": one.port, "username": one.username, "password": one.password, "ca_path": one.ca_path}
        return {"ontap_connection": login, **self.variables}

    def rows(self, table: str, **equals: Any) -> list[dict[str, Any]]:
        """Rows of the model."""
        with self.simulator.app.lock:
            self.world.settle()
            return list(self.world.store.each(table, **equals))

    def row(self, table: str, name: str, svm: str) -> dict[str, Any]:
        """The row of this name in an SVM."""
        (found,) = [one for one in self.rows(table, name=name) if one["svm"]["name"] == svm]
        return found

    def writes(self) -> list[str]:
        """Method and path of everything that was neither a read nor a validation."""
        sent = self.simulator.log.writes()
        return [f"{one['method']} {one['path']}" for one in sent if "validate_only=true" not in one["query"]]

    def bodies(self, method: str, path: str) -> list[dict[str, Any]]:
        """What was sent in the writes to paths that contain this text, without validations."""
        sent = self.simulator.log.sent(method, path)
        return [one["body"] for one in sent if "validate_only=true" not in one["query"]]

    def fault(self, method: str, path: str, kind: str = "error", **rule: Any) -> Site:
        """Let a request below /api go wrong."""
        self.simulator.faults.on(method, f"/api/{path}", kind, **rule)
        return self

    def api(self, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        """Change something as an administrator would."""
        one = self.simulator
        url = f"https://{one.host}:{one.port}/api/{path}?return_timeout=30"
        answer = requests.request(method, url, json=body, auth=(one.username, one.password), verify=one.ca_path, timeout=LIMIT)
        assert answer.ok, answer.text

    def trigger(self, what: str, *args: Any, **options: Any) -> Site:
        """Have somebody do something now."""
        with self.simulator.app.lock:
            self.world.settle()
            TRIGGERS[what](self.world, *args, **options)
        return self

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.world.clock.advance(seconds)

    def lun(self, path: str) -> dict[str, Any]:
        """The row of a LUN of san1."""
        return self.luns()[path]

    def luns(self) -> dict[str, dict[str, Any]]:
        """The rows of all LUNs by their paths."""
        return {one["name"]: one for one in self.rows("luns")}

    def consistent(self, paths: list[str]) -> bool:
        """Whether these LUNs are together what a host could have left at one moment."""
        with self.simulator.app.lock:
            self.world.ledger.catch_up()
            found = write_order.check([row for row in self.world.store.each("luns") if row["name"] in paths])
        assert found["writers"]["database"]["newest"] > 0
        return bool(found["consistent"])

    def snapshots(self) -> list[str]:
        """The names of all snapshots, by volume."""
        return sorted(f"{row['volume']['name']}:{row['name']}" for row in self.rows("snapshots"))

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

    def files(self) -> list[str]:
        """What roles have left in the folder for reports."""
        return sorted(path.name for path in self.folder.iterdir())

    def file(self, kind: str) -> dict[str, Any]:
        """What a role has written into a file, of its use with these variables."""
        (found,) = self.folder.glob(f"*.{kind}.json")
        return json.loads(found.read_text(encoding="utf-8"))


class Run:
    """A finished run of a playbook: the message of each host that failed, how many tasks changed something, and the reports."""

    def __init__(self, code: int, output: str, role: str) -> None:
        self.code = code
        self.role = role
        self.output = output
        # The last failure of a host is the one with which the role ends.
        self.failures = {found.group(1): str(READER.raw_decode(output, found.end())[0].get("msg")) for found in FAILURE.finditer(output)}
        self.changed = {name: int(changed) for name, _ok, changed, _failed in RECAP.findall(output)}
        self.failed = {name for name, _ok, _changed, failed in RECAP.findall(output) if failed != "0"}
        begin = STATS.search(output)
        self.stats: dict[str, Any] = READER.raw_decode(output, begin.end())[0] if begin else {}

    def report(self, place: Site) -> dict[str, Any]:
        """The report of the role on a site, as AWX gets it."""
        (found,) = [one for name, one in self.stats[self.role].items() if name.startswith(f"{place.name}-")]
        return found

    def good(self) -> Run:
        """The run, which has gone well."""
        assert self.code == 0, self.output
        return self


class Playground:
    """Makes sites, and plays on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[Any] = []
        self.role = ""

    def site(self, name: str = "site", scenario: Any = "groups", **options: Any) -> Site:
        """A cluster with a name that its host in the inventory has."""
        simulator = Simulator(scenario=scenario, clock=ScaledClock(SCALE), **options)
        simulator.__enter__()
        simulator.world.settings.update(QUICK)
        self.started.append(simulator)
        place = self.folder / name
        place.mkdir()
        return Site(name, place, simulator)

    def start(self, playbook: str, *flags: str, sites: list[Site], **environment: str) -> subprocess.Popen:
        """Start a playbook, in a process group of its own; the log of the requests begins with it."""
        self.role = playbook.rpartition(".")[2]
        for one in sites:
            one.simulator.log.clear()
        inventory = self.folder / "inventory.yml"
        inventory.write_text(json.dumps({"all": {"hosts": {one.name: one.host() for one in sites}}}), encoding="utf-8")
        hosts = json.dumps({f"{self.role}_hosts": "all"})
        command = ["ansible-playbook", "-i", str(inventory), playbook, "-e", hosts, "--forks", "8", *flags]
        quiet = {
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_SHOW_CUSTOM_STATS": "true",
            "ANSIBLE_PIPELINING": "true",
        }
        with open(self.folder / "output.txt", "w", encoding="utf-8") as output:
            surroundings = {**os.environ, **quiet, **environment}
            return subprocess.Popen(command, env=surroundings, stdout=output, stderr=subprocess.STDOUT, start_new_session=True, cwd=HERE)

    def finish(self, process: subprocess.Popen) -> Run:
        """Wait for the end of a run."""
        code = process.wait(timeout=LIMIT)
        return Run(code, (self.folder / "output.txt").read_text(encoding="utf-8"), self.role)

    def play(self, playbook: str, *flags: str, sites: list[Site], **environment: str) -> Run:
        """Run a playbook to its end on these sites."""
        return self.finish(self.start(playbook, *flags, sites=sites, **environment))

    def killed(self, playbook: str, task: str, sites: list[Site]) -> None:
        """Run a playbook that is killed, as by a crash, when a task of this name begins."""
        callbacks = COLLECTION / "tests" / "integration" / "targets" / "node_maintenance" / "callback"
        crash = {"NDO_KILL_AT": task, "ANSIBLE_CALLBACKS_ENABLED": "kill_at", "ANSIBLE_CALLBACK_PLUGINS": str(callbacks)}
        run = self.play(playbook, sites=sites, **crash)
        assert run.code == -signal.SIGKILL, run.output

    def interrupted(self, playbook: str, when: Callable[[], bool], sites: list[Site]) -> None:
        """Run a playbook that is killed as soon as something is so on the cluster."""
        process = self.start(playbook, sites=sites)
        wait_for(when, process)
        # Workers have sessions of their own: without this they would finish their task.
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8").split()
        for pid in (process.pid, *map(int, workers)):
            os.kill(pid, signal.SIGKILL)
        assert process.wait(timeout=LIMIT) == -signal.SIGKILL

    def stop(self) -> None:
        """End the simulators."""
        for simulator in self.started:
            simulator.__exit__(None, None, None)


def wait_for(what: Callable[[], bool], process: subprocess.Popen) -> None:
    """Wait in real time until something is so, while a playbook runs."""
    while not what():
        assert process.poll() is None, "the run is over"
        time.sleep(0.005)
