# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters with 50 LUNs that one application writes to, for playbooks that are run on several of them at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from subprocess import Popen
from typing import Any

# ansible-test runs targets in a copy that has no collection around it; the collection is where Ansible finds it.
ROOTS = [*Path(__file__).resolve().parents, *map(Path, os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":"))]
sys.path.insert(0, str(next(root for root in ROOTS if (root / "ansible_collections/ndo/ontap/tests/integration/playground.py").is_file())))

from ansible_collections.ndo.ontap.tests.integration import playground  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator import write_order  # noqa: E402

GIB = playground.GIB
SCALE = 2
"""Simulated seconds per second: with more, a busy machine could let a fence end before the commit."""


class Site(playground.Site):
    """A cluster, the variables of its operator, and a folder for reports."""

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


class Run(playground.SitesRun):
    """A run on sites, which knows its role."""

    role = ""

    def report(self, place: Site, role: str = "", use: str = "") -> dict[str, Any]:
        """The report of the role on a site; it may use others, which report too."""
        return super().report(place, role or self.role, use)


class Playground(playground.Playground):
    """Makes sites, and plays on them."""

    SCENARIO = "groups"
    SCALE = SCALE
    ENVIRONMENT = {"ANSIBLE_PIPELINING": "true"}
    # Jobs that do not take long; and nothing is given back behind the back of a test.
    SETTINGS = {"group_job": 0.1, "snapshot_job": 0.1, "volume_job": 0.1, "lun_job": 0, "lun_clone_split": 1, "auto_giveback_delay": 864000}
    SITE = Site
    RUN = Run

    def finish(self, process: Popen) -> Run:
        """Wait for the end of a run."""
        run = super().finish(process)
        run.role = self.role
        return run
