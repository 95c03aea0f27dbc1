# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters that copy quickly, for playbooks that are run on several of them at once, each with variables of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# ansible-test runs targets in a copy that has no collection around it; the collection is where Ansible finds it.
ROOTS = [*Path(__file__).resolve().parents, *map(Path, os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":"))]
sys.path.insert(0, str(next(root for root in ROOTS if (root / "ansible_collections/ndo/ontap/tests/integration/playground.py").is_file())))

from ansible_collections.ndo.ontap.tests.integration import playground  # noqa: E402

GIB, STILL = playground.GIB, playground.STILL
Site = playground.Site


class Playground(playground.Playground):
    """Makes sites, and plays on them."""

    SCALE = 60
    ENVIRONMENT = {"ANSIBLE_PIPELINING": "true", "PYTHONUNBUFFERED": "1"}
    # What the clusters copy a second; and nothing is given back behind the back of a test.
    SETTINGS = {"move_rate": 64 * GIB, "lun_move_rate": 64 * GIB, "auto_giveback_delay": 864000}
