# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in of AWX, and those who speak to it: the role awx_setup by the API itself and by awx.awx, and the command line of awxkit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

# ansible-test runs targets in a copy that has no collection around it; the collection is where Ansible finds it.
ROOTS = [*Path(__file__).resolve().parents, *map(Path, os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":"))]
ROOT = next(root for root in ROOTS if (root / "ansible_collections/ndo/ontap/tests/integration/playground.py").is_file())
sys.path.insert(0, str(ROOT))

from ansible_collections.ndo.ontap.tests.controller.server import PASSWORD, Controller  # noqa: E402
from ansible_collections.ndo.ontap.tests.integration import playground  # noqa: E402

COLLECTION = ROOT / "ansible_collections/ndo/ontap"
EXTENSIONS = COLLECTION / "extensions" / "awx"
EXAMPLE = EXTENSIONS / "example-site.yml"
SECRET = "a very secret password"


class Office(playground.Player):
    """A stand-in whose repository has our playbooks, and an operator who sets it up."""

    LIMIT = 400

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.awx = Controller([f"playbooks/{path.name}" for path in (COLLECTION / "playbooks").glob("*.yml")])
        self.awx.__enter__()

    def close(self) -> None:
        """End the stand-in."""
        self.awx.__exit__()

    def setup(self, *flags: str, site: dict[str, Any] | None = None, collections: str = "") -> Any:
        """Run the playbook awx_setup with what the example of a site says, and more."""
        self.awx.log.clear()
        given = self.folder / "site.json"
        given.write_text(json.dumps(site or {}), encoding="utf-8")
        paths = ":".join(part for part in (str(ROOT), collections) if part)
        environment = {**self.awx.environment, "ANSIBLE_COLLECTIONS_PATH": paths}
        command = ["ndo.ontap.awx_setup", "-v", "-e", f"@{EXAMPLE}", "-e", f"@{given}", *flags]
        run = self.finish(self.begin(command, **environment))
        assert SECRET not in run.output and PASSWORD not in run.output
        return run

    def kit(self, *arguments: str, given: str = "") -> str:
        """Run the command line of awxkit, which has to end well; returns what it says."""
        program = shutil.which("awx")
        assert program, "awxkit is missing: tools/environment awx"
        login = ["--conf.host", self.awx.url, "--conf.username", "admin", "--conf.password", PASSWORD]
        done = subprocess.run([program, *login, *arguments], input=given, capture_output=True, text=True, timeout=self.LIMIT, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refusals(self) -> list[dict[str, Any]]:
        """The requests that were refused."""
        return [one for one in self.awx.log if one["status"] >= 400]

    def names(self, endpoint: str) -> list[str]:
        """The names of all objects of a kind."""
        return sorted(row["name"] for row in self.awx.store.rows(endpoint) if not row["managed"])


def awx_collection() -> str:
    """Where the collection awx.awx is, which the tools fetch."""
    folder = Path(os.environ.get("NDO_AWX_COLLECTION", ROOT.parent / "awx_collection"))
    assert (folder / "ansible_collections/awx/awx").is_dir(), "awx.awx is missing: tools/fetch_vendor_collection"
    return str(folder)
