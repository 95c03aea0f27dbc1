# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters whose time runs fast, with volumes to be moved, and playbooks that are run on several of them at once.

The simulators live in this process, so that a test sees every request, the model and the ledger.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, Callable

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
"""Simulated seconds per second."""
LIMIT = 150
"""Seconds of real time after which a playbook counts as hung."""

GIB = 1024**3
SOURCE = "aggr1_ndo_01"
QUICK = {"move_rate": 16 * GIB, "auto_giveback_delay": 864000}
"""What a node copies a second; and nothing is given back behind the back of a test."""

FAILURE = re.compile(r"^fatal: \[(\S+)\]: FAILED! => (?=\{)", re.MULTILINE)
READER = json.JSONDecoder()
STATS = re.compile(r"^CUSTOM STATS: \*+\s+RUN: (?=\{)", re.MULTILINE)
RECAP = re.compile(r"^(\S+) +: ok=(\d+) +changed=(\d+) +unreachable=\d+ +failed=(\d+)", re.MULTILINE)


def files(count: int, size: int = 100, **more: Any) -> dict[str, Any]:
    """A cluster of two HA pairs with so many volumes on one aggregate, which NFS clients of two LIFs use; sizes are in GiB."""
    volumes = [{"name": f"vol{number:03}", "aggregate": SOURCE, "used": (size + number % 7) * GIB} for number in range(count)]
    lifs = [{"name": f"files_lif{number}", "node": f"ndo-0{number}", "address": f"198.51.100.{20 + number}"} for number in (1, 3)]
    names = [one["name"] for one in volumes]
    clients = [{"client_ip": f"198.51.100.10{number}", "lif": f"files_lif{number}", "volumes": names} for number in (1, 3)]
    svm = {"name": "files", "protocols": ["nfs"], "lifs": lifs, "volumes": volumes, "nfs_clients": clients}
    return {"cluster": "ndo", "pairs": [["ndo-01", "ndo-02"], ["ndo-03", "ndo-04"]], "svms": [svm], **more}


def blocks(count: int, luns: int = 2) -> dict[str, Any]:
    """The same with LUNs that hosts use, who are logged in to LIFs of all nodes."""
    lifs = [{"name": f"iscsi{node}", "node": f"ndo-0{node}", "port": "e0e", "address": f"203.0.113.{node}"} for node in (1, 2, 3, 4)]
    volumes = [{"name": f"vol{number:03}", "aggregate": SOURCE, "used": 0} for number in range(count)]
    names = [one["name"] for one in volumes]
    more = [{"volume": name, "name": f"lun{number}", "size": 100 * GIB, "used": 50 * GIB} for name in names for number in range(luns)]
    hosts = [{"name": f"host{number}", "volumes": names, "lun": f"lun{number}"} for number in range(luns)]
    svm = {"name": "blocks", "protocols": ["iscsi"], "lifs": lifs, "volumes": volumes, "luns": more, "san_hosts": hosts}
    return {"cluster": "ndo", "pairs": [["ndo-01", "ndo-02"], ["ndo-03", "ndo-04"]], "svms": [svm]}


class Site:
    """A cluster, the variables of its operator, and a folder for reports."""

    def __init__(self, name: str, folder: Path, simulator: Any) -> None:
        self.name = name
        self.folder = folder
        self.simulator = simulator
        self.world = simulator.world
        self.variables: dict[str, Any] = {}
        self.identities = self.identity()

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
        """The row of this name."""
        (found,) = self.rows(table, name=name)
        return found

    def places(self) -> dict[str, str]:
        """Where each volume is."""
        return {row["name"]: row["aggregates"][0]["name"] for row in self.rows("volumes")}

    def on(self, aggregate: str = SOURCE) -> set[str]:
        """The volumes of an aggregate."""
        return {name for name, place in self.places().items() if place == aggregate}

    def moving(self) -> list[str]:
        """The volumes whose moves are under way."""
        over = ("success", "failed", "aborted")
        return [row["name"] for row in self.rows("volumes") if row.get("movement") and row["movement"]["state"] not in over]

    def identity(self) -> dict[str, Any]:
        """By what hosts and users know volumes and LUNs."""
        found = {f"volume {row['uuid']}": row["name"] for row in self.rows("volumes")}
        return {**found, **{f"LUN {row['name']}": (row["uuid"], row["serial_number"]) for row in self.rows("luns")}}

    def reporting(self) -> dict[str, set[str]]:
        """The nodes that report each LUN, by all its maps."""
        found: dict[str, set[str]] = {}
        for row in self.rows("lun_maps"):
            found.setdefault(row["lun"]["name"], set()).update(node["name"] for node in row["reporting_nodes"])
        return found

    def writes(self) -> list[str]:
        """Method and path of everything that was neither a read nor a validation."""
        sent = self.simulator.log.writes()
        return [f"{one['method']} {one['path']}" for one in sent if "validate_only=true" not in one["query"]]

    def validations(self) -> int:
        """How many moves ONTAP was asked to check."""
        return sum("validate_only=true" in one["query"] for one in self.simulator.log.writes())

    def begun(self) -> Counter[str]:
        """How often ONTAP has accepted a move, by volume; also where the answer was lost."""
        found: Counter[str] = Counter()
        for one in self.simulator.log.sent("PATCH", "/api/storage/volumes/"):
            started = "destination_aggregate" in (one["body"] or {}).get("movement", {}) and "validate_only=true" not in one["query"]
            if started and (one["status"] in (200, 202) or one.get("fault") in ("drop_after", "reset")):
                found[self.identities["volume " + one["path"].rpartition("/")[2]]] += 1
        return found

    def moves(self) -> int:
        """How many moves there were on the cluster at all."""
        with self.simulator.app.lock:
            return self.world.store.table("counters").get("volume_moves", {"value": 0})["value"]

    def fault(self, method: str, path: str, kind: str = "error", **rule: Any) -> Site:
        """Let a request below /api go wrong; with every, each so-many-th one, for ever."""
        when = {name: rule.pop(name) for name in ("nth", "times", "every", "query") if name in rule}
        self.simulator.faults.add(method, f"/api/{path}", **{"times": 0 if "every" in when else 1, **when}, effect={"kind": kind, **rule})
        return self

    def trigger(self, what: str, *args: Any, **options: Any) -> Site:
        """Have somebody do something now."""
        with self.simulator.app.lock:
            self.world.settle()
            TRIGGERS[what](self.world, *args, **options)
        return self

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.world.clock.advance(seconds)

    def verdict(self) -> dict[str, Any]:
        """What hosts noticed."""
        with self.simulator.app.lock:
            self.world.settle()
            return self.world.ledger.verdict()

    def undisturbed(self) -> None:
        """Hosts and users noticed nothing but short pauses, and know everything by what they knew it before."""
        verdict = self.verdict()
        assert verdict["non_disruptive"], verdict
        assert self.identity() == self.identities
        noticed = {one["kind"] for one in self.world.ledger.entries}
        assert not noticed & {"outage", "optimized_paths_lost", "identity_changed", "data_lost"}
        assert verdict["paths_missing"] == verdict["open"] == 0


class Run:
    """A finished run of a playbook: the message of each host that failed, how many tasks changed something, and the reports."""

    def __init__(self, code: int, output: str) -> None:
        self.code = code
        self.output = output
        # The last failure of a host is the one with which the role ends.
        self.failures = {found.group(1): str(READER.raw_decode(output, found.end())[0].get("msg")) for found in FAILURE.finditer(output)}
        self.changed = {name: int(changed) for name, _ok, changed, _failed in RECAP.findall(output)}
        begin = STATS.search(output)
        self.stats: dict[str, Any] = READER.raw_decode(output, begin.end())[0] if begin else {}

    def report(self, place: Site, role: str = "volume_relocate") -> dict[str, Any]:
        """The report of a role on a site, as AWX gets it."""
        (found,) = [one for name, one in self.stats[role].items() if name.startswith(f"{place.name}-")]
        return found

    def fates(self, place: Site) -> dict[str, str]:
        """What became of each volume."""
        return {one["volume"]: one["outcome"] for one in self.report(place)["volumes"]}

    def good(self) -> Run:
        """The run, which has gone well."""
        assert self.code == 0, self.output
        return self


class Playground:
    """Makes sites, and plays on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[Any] = []

    def site(self, name: str = "site", scenario: Any = "two_pairs", scale: float = SCALE, **settings: Any) -> Site:
        """A cluster with a name that its host in the inventory has."""
        simulator = Simulator(scenario=scenario, clock=ScaledClock(scale))
        simulator.__enter__()
        simulator.world.settings.update({**QUICK, **settings})
        self.started.append(simulator)
        place = self.folder / name
        place.mkdir()
        return Site(name, place, simulator)

    def start(self, playbook: str, *flags: str, sites: list[Site], **environment: str) -> subprocess.Popen:
        """Start a playbook, in a process group of its own."""
        inventory = self.folder / "inventory.yml"
        inventory.write_text(json.dumps({"all": {"hosts": {one.name: one.host() for one in sites}}}), encoding="utf-8")
        hosts = json.dumps({"volume_relocate_hosts": "all", "aggregate_evacuate_hosts": "all"})
        command = ["ansible-playbook", "-i", str(inventory), f"ndo.ontap.{playbook}", "-e", hosts, "--forks", "8", *flags]
        quiet = {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_SHOW_CUSTOM_STATS": "true"}
        with open(self.folder / "output.txt", "w", encoding="utf-8") as output:
            surroundings = {**os.environ, **quiet, **environment}
            return subprocess.Popen(command, env=surroundings, stdout=output, stderr=subprocess.STDOUT, start_new_session=True, cwd=HERE)

    def finish(self, process: subprocess.Popen) -> Run:
        """Wait for the end of a run."""
        code = process.wait(timeout=LIMIT)
        return Run(code, (self.folder / "output.txt").read_text(encoding="utf-8"))

    def play(self, playbook: str, *flags: str, sites: list[Site], **environment: str) -> Run:
        """Run a playbook to its end on these sites; the log of their requests begins with it."""
        for one in sites:
            one.simulator.log.clear()
        return self.finish(self.start(playbook, *flags, sites=sites, **environment))

    def killed(self, playbook: str, task: str, sites: list[Site]) -> None:
        """Run a playbook that is killed, as by a crash, when a task of this name begins."""
        callbacks = COLLECTION / "tests" / "integration" / "targets" / "node_maintenance" / "callback"
        crash = {"NDO_KILL_AT": task, "ANSIBLE_CALLBACKS_ENABLED": "kill_at", "ANSIBLE_CALLBACK_PLUGINS": str(callbacks)}
        run = self.finish(self.start(playbook, sites=sites, **crash))
        assert run.code == -signal.SIGKILL, run.output

    def interrupted(self, playbook: str, when: Callable[[], bool], sites: list[Site]) -> str:
        """Run a playbook that is killed, with its workers, as soon as something is so on the cluster; what it has said."""
        process = self.start(playbook, sites=sites)
        self.wait_for(when, process)
        for pid in [*descendants(process.pid), process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert process.wait(timeout=LIMIT) == -signal.SIGKILL
        return (self.folder / "output.txt").read_text(encoding="utf-8")

    @staticmethod
    def wait_for(what: Callable[[], bool], process: subprocess.Popen) -> None:
        """Wait in real time until something is so, while a playbook runs."""
        while not what():
            assert process.poll() is None, "the run is over"
            time.sleep(0.02)

    def stop(self) -> None:
        """End the simulators."""
        for simulator in self.started:
            simulator.__exit__(None, None, None)


def descendants(pid: int) -> list[int]:
    """The processes below a process: Ansible's workers have sessions of their own, and would outlive their group."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    found, level = [], [pid]
    while level:
        level = [child for child, parent in parents.items() if parent in level]
        found += level
    return found
