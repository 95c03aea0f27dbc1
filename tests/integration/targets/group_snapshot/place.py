# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster with 50 LUNs over 8 volumes that one application writes to, and playbooks that are run on it.

The simulator lives in this process, so that a test sees every request, the model and the ledger. Its clock is the real one.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from subprocess import Popen
from typing import Any, Callable

# ansible-test runs targets in a copy that has no collection around it; the collection is where Ansible finds it.
ROOTS = [*Path(__file__).resolve().parents, *map(Path, os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":"))]
sys.path.insert(0, str(next(root for root in ROOTS if (root / "ansible_collections/ndo/ontap/tests/integration/playground.py").is_file())))

from ansible_collections.ndo.ontap.tests.integration import playground  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator import write_order  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.model import snapshots  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator  # noqa: E402

FENCE = 7.0
VOLUMES = [f"vol{number}" for number in range(1, 9)]
NAME = "old"


class Run(playground.Run):
    """A run of a role with one report."""

    def bad(self) -> Run:
        """The run, which has failed as a run of a role fails."""
        assert self.code == 2, self.output
        return self

    @property
    def report(self) -> dict[str, Any]:
        """The report of the role."""
        ((_name, found),) = next(iter(self.stats.values())).items()
        return found


class Place(playground.Cluster, playground.Player):
    """The cluster, and the set of clones of all LUNs that the application writes to."""

    LIMIT = 150
    RUN = Run

    def __init__(self, folder: Path) -> None:
        playground.Player.__init__(self, folder)
        playground.Cluster.__init__(self, Simulator(scenario="groups", clock=ScaledClock(1)).start())
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

    # -- playbooks -----------------------------------------------------------------------------------------------------

    def start(self, playbook: str, *flags: str, **variables: Any) -> Popen:
        """Start a playbook; the log of the requests begins with it."""
        self.simulator.log.clear()
        given = self.folder / "variables.json"
        given.write_text(json.dumps({**self.variables, **variables}), encoding="utf-8")
        return self.begin([f"ndo.ontap.{playbook}", "-e", f"@{given}", *flags])

    def play(self, playbook: str = "group_snapshot", *flags: str, **variables: Any) -> Run:
        """Run a playbook to its end."""
        return self.finish(self.start(playbook, *flags, **variables))

    def killed(self, when: Callable[[], bool], **variables: Any) -> None:
        """A run that is killed as soon as something is so on the cluster."""
        process = self.start("group_snapshot", **variables)
        self.wait_for(when, process)
        self.kill(process)
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
        self.api("POST", "storage/luns", {"svm": {"name": "san1"}, "name": path, "os_type": "linux", "space": {"size": playground.GIB}})

    def take(self, volume: str, name: str, **more: str) -> None:
        """Somebody takes a snapshot of a volume."""
        row = next(one for one in self.rows("volumes") if one["name"] == volume and one["svm"]["name"] == "san1")
        with self.simulator.app.lock:
            snapshots.take(self.world, row, {"name": name, **more})

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
        verdict = self.verdict()
        assert verdict["non_disruptive"] and verdict["longest_pause"] < FENCE + 0.5, verdict

    def check_nothing(self) -> None:
        """Nothing is left of a run."""
        assert not self.clones() and not self.snapshots()
        self.check_tidy()

    def stop(self) -> None:
        """End the simulator."""
        self.simulator.stop()
