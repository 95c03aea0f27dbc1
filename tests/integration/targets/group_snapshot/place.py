# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster with 50 LUNs over 8 volumes that one application writes to, and playbooks that are run on it.

The simulator lives in this process, so that a test sees every request, the model and the ledger. Its clock is the real one.
"""

from __future__ import annotations

import json
import os
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
from ansible_collections.ndo.ontap.tests.simulator.model import snapshots  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator  # noqa: E402

LIMIT = 150
"""Seconds after which a playbook counts as hung."""

FENCE = 7.0
VOLUMES = [f"vol{number}" for number in range(1, 9)]
NAME = "old"
QUIET = {
    "ANSIBLE_NOCOLOR": "1",
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    "ANSIBLE_SHOW_CUSTOM_STATS": "true",
}
READER = json.JSONDecoder()
STATS = "CUSTOM STATS: "


class Run:
    """A run that is over: its exit status, its output, how many tasks changed something, and its last report."""

    def __init__(self, code: int, output: str) -> None:
        self.code = code
        self.output = output
        recap = output.rpartition("PLAY RECAP")[2]
        self.changed = int(recap.partition("changed=")[2].split()[0]) if "changed=" in recap else -1
        stats = output.rpartition(STATS)[2]
        self.stats = READER.raw_decode(stats, stats.index("{"))[0] if STATS in output else {}

    def good(self) -> Run:
        """The run, which has gone well."""
        assert self.code == 0, self.output
        return self

    def bad(self) -> Run:
        """The run, which has failed as a run of a role fails."""
        assert self.code == 2, self.output
        return self

    @property
    def report(self) -> dict[str, Any]:
        """The report of the role."""
        ((_name, found),) = next(iter(self.stats.values())).items()
        return found


class Place:
    """The cluster, and the set of clones of all LUNs that the application writes to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.simulator = Simulator(scenario="groups", clock=ScaledClock(1))
        self.simulator.__enter__()
        self.world = self.simulator.world
        # What is not about fences and busy snapshots takes no time.
        self.world.settings.update(lun_job=0, snapshot_job=0, group_job=0, lun_clone_split=0, pause_limit=FENCE)
        luns = [row for row in self.rows("luns") if row["svm"]["name"] == "san1" and row["location"]["volume"]["name"] in VOLUMES]
        self.paths = [row["name"] for row in luns]
        members = [{"source": path, "clone": path.rpartition("/")[2] + "_old", "comment": "kept"} for path in self.paths]
        self.variables: dict[str, Any] = {
            "group_snapshot_name": NAME,
            "group_snapshot_svm": "san1",
            "group_snapshot_members": members,
            "ontap_connection": self.connection,
        }

    @property
    def connection(self) -> dict[str, Any]:
        """How to reach the cluster."""
        one = self.simulator
        return {"hostname": one.host, "port": one.port, "username": one.username, "password": one.password, "ca_path": one.ca_path}

    # -- playbooks -----------------------------------------------------------------------------------------------------

    def start(self, playbook: str, *flags: str, **variables: Any) -> subprocess.Popen:
        """Start a playbook; the log of the requests begins with it."""
        self.simulator.log.clear()
        given = self.folder / "variables.json"
        given.write_text(json.dumps({**self.variables, **variables}), encoding="utf-8")
        command = ["ansible-playbook", f"ndo.ontap.{playbook}", "-e", f"@{given}", *flags]
        with open(self.folder / "output.txt", "w", encoding="utf-8") as output:
            return subprocess.Popen(
                command, env={**os.environ, **QUIET}, stdout=output, stderr=subprocess.STDOUT, start_new_session=True, cwd=HERE
            )

    def play(self, playbook: str = "group_snapshot", *flags: str, **variables: Any) -> Run:
        """Run a playbook to its end."""
        code = self.start(playbook, *flags, **variables).wait(timeout=LIMIT)
        return Run(code, (self.folder / "output.txt").read_text(encoding="utf-8"))

    def killed(self, when: Callable[[], bool], **variables: Any) -> None:
        """A run that is killed as soon as something is so on the cluster."""
        process = self.start("group_snapshot", **variables)
        while not when():
            assert process.poll() is None, (self.folder / "output.txt").read_text(encoding="utf-8")
            time.sleep(0.002)
        # Workers have sessions of their own: without this they would finish their task.
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8").split()
        for pid in (process.pid, *map(int, workers)):
            os.kill(pid, signal.SIGKILL)
        assert process.wait(timeout=LIMIT) == -signal.SIGKILL
        # What was on its way is carried out.
        time.sleep(0.3)

    def tasks(self, name: str, *tasks: dict[str, Any]) -> str:
        """A tasks file of the site, which writes into a diary that it was run, and then does this."""
        diary = {"name": "Write into the diary", "ansible.builtin.shell": f"echo {name} >> {self.folder}/diary", "changed_when": False}
        path = self.folder / f"{name}.yml"
        path.write_text(json.dumps([diary, *tasks]), encoding="utf-8")
        return str(path)

    def diary(self) -> list[str]:
        """What was run of the site's tasks."""
        path = self.folder / "diary"
        return path.read_text(encoding="utf-8").split() if path.exists() else []

    # -- the cluster ---------------------------------------------------------------------------------------------------

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of the model."""
        with self.simulator.app.lock:
            self.world.settle()
            return list(self.world.store.table(table).values())

    def clones(self) -> list[dict[str, Any]]:
        """The clones that there are."""
        return [row for row in self.rows("luns") if row["name"].endswith("_old")]

    def snapshots(self) -> list[str]:
        """The names of all snapshots."""
        return sorted(row["name"] for row in self.rows("snapshots"))

    def groups(self) -> list[str]:
        """The names of all consistency groups."""
        return [row["name"] for row in self.rows("consistency_groups")]

    def writes(self, method: str = "", path: str = "") -> int:
        """How many requests have changed something."""
        return sum(method in one["method"] and path in one["path"] for one in self.simulator.log.writes())

    def make_lun(self, path: str) -> None:
        """Somebody makes a LUN."""
        one = self.simulator
        body = {"svm": {"name": "san1"}, "name": path, "os_type": "linux", "space": {"size": 1024**3}}
        url = f"https://{one.host}:{one.port}/api/storage/luns?return_timeout=30"
        answer = requests.post(url, json=body, auth=(one.username, one.password), verify=one.ca_path, timeout=LIMIT)
        assert answer.ok, answer.text

    def take(self, volume: str, name: str, **more: str) -> None:
        """Somebody takes a snapshot of a volume."""
        row = next(one for one in self.rows("volumes") if one["name"] == volume and one["svm"]["name"] == "san1")
        with self.simulator.app.lock:
            snapshots.take(self.world, row, {"name": name, **more})

    def fault(self, method: str, path: str, kind: str, **rule: Any) -> None:
        """Let a request below /api go wrong."""
        self.simulator.faults.on(method, "/api" + path, kind, **rule)

    def check_whole(self) -> str:
        """All clones are there, of one point, write-order consistent; nothing else is; hosts saw short pauses. Returns the point."""
        clones = self.clones()
        assert sorted(row["name"] for row in clones) == sorted(path + "_old" for path in self.paths)
        with self.simulator.app.lock:
            order = write_order.check(clones)
        assert order["consistent"], order["reasons"]
        assert len(order["writers"]) == 1, order
        writer = next(iter(order["writers"].values()))
        assert writer["absent"] == 0 and writer["newest"] > len(clones), writer
        (mark,) = {row["comment"] for row in clones}
        assert mark.startswith(f"kept [group_snapshot {NAME} ") and mark.endswith(f" of {len(clones)}]"), mark
        self.check_tidy()
        return mark.split()[3]

    def check_tidy(self) -> None:
        """No snapshot that the reaper would not take, no temporary group, no fence, and no pause beyond the limit."""
        assert all(name.startswith("reap_") for name in self.snapshots()), self.snapshots()
        assert self.groups() == ["of_others"]
        # A fence that was not committed ends by itself.
        patience = time.monotonic() + FENCE
        while self.rows("fences") and time.monotonic() < patience:
            time.sleep(0.1)
        assert not self.rows("fences")
        verdict = self.world.ledger.verdict()
        assert verdict["non_disruptive"] and verdict["longest_pause"] < FENCE + 0.5, verdict

    def check_nothing(self) -> None:
        """Nothing is left of a run."""
        assert not self.clones() and not self.snapshots()
        self.check_tidy()

    def stop(self) -> None:
        """End the simulator."""
        self.simulator.__exit__(None, None, None)
