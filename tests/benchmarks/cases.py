# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks that are compared. Each changes nothing: this is what a second run of a playbook is made of."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import sys
from typing import Any

from .processes import MemoryWatch, Usage, run

TAKEN_OVER = "ndo-02"
IN_SERVICE = "ndo-01"
QUICK = 100
SLOW = 10
"""Tasks per run: many where a task is quick, so that they outweigh the start of ansible-playbook."""

EMPTY, PING, WRITER, READER, ORDINARY, VENDOR = "empty", "ping", "writer", "reader", "ordinary", "vendor"


def playbook(tasks: list[dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
    """A playbook of these tasks on this machine, for all hosts unless it is said."""
    variables = {"ansible_python_interpreter": sys.executable, **more.pop("vars", {})}
    named = [{"name": f"Task {number}", **task} for number, task in enumerate(tasks)]
    return [{"hosts": "all", "connection": "local", "gather_facts": False, "vars": variables, "tasks": named, **more}]


class Case:
    """One kind of task. `connects`: it talks to the cluster."""

    def __init__(self, name: str, title: str, action: str, arguments: dict[str, Any], count: int, **more: Any) -> None:
        self.name = name
        self.title = title
        self.count = count
        self.connects: bool = more.pop("connects", True)
        self.variables: dict[str, Any] = more.pop("variables", {})
        self.environment: dict[str, str] = more.pop("environment", {})
        self._task = {action: {**arguments, **more.pop("connection", {})}}

    def play(self, tasks: int) -> list[dict[str, Any]]:
        """A playbook of so many equal tasks."""
        return playbook([self._task] * tasks, vars=self.variables)


def connections(facts: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """How our modules, and the vendor's, reach the simulator that a ready file describes."""
    login = {"hostname": facts["host"], "username": facts["username"], "password": facts["password"]}
    ours = {**login, "port": facts["port"], "ca_path": facts["ca_path"]}
    return ours, {**login, "http_port": facts["port"], "https": True, "validate_certs": True, "use_rest": "always"}


def vendors_trust(facts: dict[str, Any]) -> dict[str, str]:
    """The vendor's modules take their authorities from the environment only."""
    return {"REQUESTS_CA_BUNDLE": facts["ca_path"]}


def cases(facts: dict[str, Any]) -> list[Case]:
    """All cases, against the simulator that a ready file describes."""
    ours, vendors = connections(facts)
    takeover, failover = "ndo.ontap.ha_takeover", "netapp.ontap.na_ontap_storage_failover"
    node = {"node": TAKEN_OVER}
    trust = vendors_trust(facts)
    outside = {"ndo_ontap_in_worker": False}
    return [
        Case(EMPTY, "empty action plugin", "bench.floor.empty", {}, QUICK, connects=False),
        Case(PING, "ansible.builtin.ping", "ansible.builtin.ping", {}, SLOW, connects=False),
        Case(WRITER, f"{takeover}, in the worker", takeover, node, QUICK, connection=ours),
        Case(READER, "ndo.ontap.ha_info, in the worker", "ndo.ontap.ha_info", {}, QUICK, connection=ours),
        Case(ORDINARY, f"{takeover}, the ordinary way", takeover, node, SLOW, connection=ours, variables=outside),
        Case(VENDOR, failover, failover, {"node_name": IN_SERVICE}, SLOW, connection=vendors, environment=trust),
    ]


class Bench:
    """Runs cases in a folder of its own, with no settings but these."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder
        collections = folder / "collections"
        actions = collections / "ansible_collections" / "bench" / "floor" / "plugins" / "action"
        actions.mkdir(parents=True)
        shutil.copy(pathlib.Path(__file__).with_name("empty_action.py"), actions / "empty.py")
        settings = folder / "ansible.cfg"
        settings.touch()
        paths = [str(collections), *filter(None, [os.environ.get("ANSIBLE_COLLECTIONS_PATH")])]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "ONTAP_"))}
        self._environment = {
            **kept,
            "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(paths),
            "ANSIBLE_CONFIG": str(settings),
            "ANSIBLE_HOME": str(folder / "home"),
            "ANSIBLE_NOCOLOR": "1",
        }

    def play(self, case: Case, tasks: int) -> Usage:
        """Run so many tasks of a case; every one must succeed without changing anything."""
        return self.execute(case.name, case.play(tasks), 0, case.environment)

    def execute(self, name: str, plays: list[dict[str, Any]], changed: int, environment: dict[str, str]) -> Usage:
        """Run a playbook, all of whose tasks must succeed, and so many of them change something."""
        path = self._folder / f"{name}.yml"
        path.write_text(json.dumps(plays), encoding="utf-8")
        usage, text = self.command(["ansible-playbook", "-i", "localhost,", path.name], environment)
        recap = re.search(r"localhost +: +ok=(\d+) +changed=(\d+) +unreachable=(\d+) +failed=(\d+) +skipped=(\d+)", text)
        if recap is None or [int(number) for number in recap.groups()] != [len(plays[0]["tasks"]), changed, 0, 0, 0]:
            raise RuntimeError(f"{name}: the tasks did not do what is to be measured:\n{text[-3000:]}")
        return usage

    def command(self, command: list[str], environment: dict[str, str]) -> tuple[Usage, str]:
        """Run a command of Ansible, which must succeed; what it used and what it said."""
        return run(command, {**self._environment, **environment}, self._folder)

    def per_task(self, case: Case) -> Usage:
        """What one task uses: a run of N+1 tasks less a run of one, divided by N, so that the start counts for nothing."""
        one = self.play(case, 1)
        many = self.play(case, case.count + 1)
        return Usage((many.wall - one.wall) / case.count * 1000, (many.cpu - one.cpu) / case.count * 1000)

    def memory(self, case: Case, tasks: int = 5) -> float:
        """The most memory, in MiB, that any process of a task has."""
        with MemoryWatch() as watch:
            self.play(case, tasks)
        if not watch.peak:
            raise RuntimeError("the memory of processes cannot be seen here; it takes Linux's /proc")
        return watch.peak
