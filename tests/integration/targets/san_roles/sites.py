# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters whose time runs fast, and playbooks that are run on several of them at once, each with variables of its own.

The simulators live in this process, so that a test sees every request, the model and the ledger.
"""

from __future__ import annotations

import json
import os
import re
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

from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.model.ha import TRIGGERS  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator  # noqa: E402

SCALE = 60
"""Simulated seconds per second; the 12 hours of the recovery queue must outlast a test on a busy machine."""
LIMIT = 120
"""Seconds of real time after which a playbook counts as hung."""

GIB = 1024**3
SAN = ("volumes", "luns", "igroups", "lun_maps", "snapshots")
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

    def row(self, table: str, name: str) -> dict[str, Any]:
        """The row of this name in the SVM san1, or of an object that no SVM has."""
        (found,) = [one for one in self.rows(table, name=name) if one.get("svm", {}).get("name", "san1") == "san1"]
        return found

    def objects(self) -> dict[str, set[str]]:
        """The names of everything that the roles make."""
        maps = {f"{row['lun']['name']} {row['igroup']['name']} {row['logical_unit_number']}" for row in self.rows("lun_maps")}
        plain = {table: {f"{row['svm']['name']} {row['name']}" for row in self.rows(table)} for table in SAN if table != "lun_maps"}
        return {**plain, "lun_maps": maps}

    def writes(self) -> list[str]:
        """Method and path of everything that was no read."""
        return [f"{one['method']} {one['path']}" for one in self.simulator.log.writes()]

    def fault(self, method: str, path: str, kind: str = "error", **rule: Any) -> None:
        """Let a request below /api go wrong."""
        self.simulator.faults.on(method, f"/api/{path}", kind, **rule)

    def api(self, method: str, path: str, body: dict[str, Any]) -> None:
        """Change something as an administrator would."""
        one = self.simulator
        url = f"https://{one.host}:{one.port}/api/{path}?return_timeout=30"
        answer = requests.request(method, url, json=body, auth=(one.username, one.password), verify=one.ca_path, timeout=LIMIT)
        assert answer.ok, answer.text

    def trigger(self, what: str, *args: Any, **options: Any) -> None:
        """Have somebody do something now."""
        with self.simulator.app.lock:
            self.world.settle()
            TRIGGERS[what](self.world, *args, **options)

    def verdict(self) -> dict[str, Any]:
        """What hosts noticed."""
        with self.simulator.app.lock:
            self.world.settle()
            return self.world.ledger.verdict()

    def file(self, kind: str) -> Path:
        """A file that a role has written, of its use with these variables."""
        (found,) = self.folder.glob(f"{self.name}-*.{kind}")
        return found


class Run:
    """A finished run of a playbook: the message of each host that failed, how many tasks changed something, and the results."""

    def __init__(self, code: int, output: str) -> None:
        self.code = code
        self.output = output
        # The last failure of a host is the one with which the role ends.
        self.failures = {found.group(1): str(READER.raw_decode(output, found.end())[0].get("msg")) for found in FAILURE.finditer(output)}
        self.changed = {name: int(changed) for name, _ok, changed, _failed in RECAP.findall(output)}
        self.failed = {name for name, _ok, _changed, failed in RECAP.findall(output) if failed != "0"}
        begin = STATS.search(output)
        self.stats: dict[str, Any] = READER.raw_decode(output, begin.end())[0] if begin else {}

    def result(self, place: Site) -> dict[str, Any]:
        """The result of a role on a site, as AWX gets it."""
        (found,) = [one for uses in self.stats.values() for name, one in uses.items() if name.startswith(f"{place.name}-san1")]
        return found


class Playground:
    """Makes sites, and plays on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[Any] = []

    def site(self, name: str = "site", scenario: str = "ha_pair", **options: Any) -> Site:
        """A cluster with a name that its host in the inventory has."""
        simulator = Simulator(scenario=scenario, clock=ScaledClock(SCALE), **options)
        simulator.__enter__()
        self.started.append(simulator)
        place = self.folder / name
        place.mkdir()
        return Site(name, place, simulator)

    def start(self, playbook: str, *flags: str, sites: list[Site], **environment: str) -> subprocess.Popen:
        """Start a playbook, in a process group of its own."""
        inventory = self.folder / "inventory.yml"
        inventory.write_text(json.dumps({"all": {"hosts": {one.name: one.host() for one in sites}}}), encoding="utf-8")
        hosts = json.dumps({"san_provision_hosts": "all", "san_decommission_hosts": "all"})
        command = ["ansible-playbook", "-i", str(inventory), playbook, "-e", hosts, "--forks", "8", *flags]
        quiet = {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_SHOW_CUSTOM_STATS": "true"}
        with open(self.folder / "output.txt", "w", encoding="utf-8") as output:
            surroundings = {**os.environ, **quiet, **environment}
            return subprocess.Popen(command, env=surroundings, stdout=output, stderr=subprocess.STDOUT, start_new_session=True, cwd=HERE)

    def play(self, playbook: str, *flags: str, sites: list[Site], **environment: str) -> Run:
        """Run a playbook to its end on these sites; the log of their requests begins with it."""
        for one in sites:
            one.simulator.log.clear()
        code = self.start(playbook, *flags, sites=sites, **environment).wait(timeout=LIMIT)
        return Run(code, (self.folder / "output.txt").read_text(encoding="utf-8"))

    def stop(self) -> None:
        """End the simulators."""
        for simulator in self.started:
            simulator.__exit__(None, None, None)


def kill_at(task: str) -> dict[str, str]:
    """The environment of a run that is killed, as by a crash, when a task of this name begins."""
    callbacks = COLLECTION / "tests" / "integration" / "targets" / "node_maintenance" / "callback"
    return {"NDO_KILL_AT": task, "ANSIBLE_CALLBACKS_ENABLED": "kill_at", "ANSIBLE_CALLBACK_PLUGINS": str(callbacks)}


def wait_for(what: Callable[[], bool]) -> None:
    """Wait in real time until something is so."""
    until = time.monotonic() + LIMIT
    while not what():
        assert time.monotonic() < until
        time.sleep(0.005)
