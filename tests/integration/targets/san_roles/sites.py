# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters whose time runs fast, for playbooks that are run on several of them at once, each with variables of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

# ansible-test runs targets in a copy that has no collection around it; the collection is where Ansible finds it.
ROOTS = [*Path(__file__).resolve().parents, *map(Path, os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":"))]
sys.path.insert(0, str(next(root for root in ROOTS if (root / "ansible_collections/ndo/ontap/tests/integration/playground.py").is_file())))

from ansible_collections.ndo.ontap.tests.integration import playground  # noqa: E402

GIB = playground.GIB
SAN = ("volumes", "luns", "igroups", "lun_maps", "snapshots")


class Site(playground.Site):
    """A cluster, the variables of its operator, and a folder for reports."""

    def row(self, table: str, name: str, svm: str = "san1") -> dict[str, Any]:
        """The row of this name in the SVM san1, or of an object that no SVM has."""
        return super().row(table, name, svm)

    def objects(self) -> dict[str, set[str]]:
        """The names of everything that the roles make."""
        maps = {f"{row['lun']['name']} {row['igroup']['name']} {row['logical_unit_number']}" for row in self.rows("lun_maps")}
        plain = {table: {f"{row['svm']['name']} {row['name']}" for row in self.rows(table)} for table in SAN if table != "lun_maps"}
        return {**plain, "lun_maps": maps}

    def writes(self) -> list[str]:
        """Method and path of everything that was no read."""
        return [f"{one['method']} {one['path']}" for one in self.simulator.log.writes()]

    def path(self, kind: str) -> Path:
        """A file that a role has written, of its use with these variables."""
        (found,) = self.folder.glob(f"{self.name}-*.{kind}")
        return found


class Run(playground.SitesRun):
    """A run on sites."""

    def result(self, place: Site) -> dict[str, Any]:
        """The result of a role on a site, as AWX gets it."""
        return self.report(place, use="san1")


class Playground(playground.Playground):
    """Makes sites, and plays on them."""

    # The 12 hours of the recovery queue must outlast a test on a busy machine.
    SCALE = 60
    LIMIT = 120
    SITE = Site
    RUN = Run
