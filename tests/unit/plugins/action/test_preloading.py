# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible's parent process loads before it forks the workers; without it each task costs several times as much."""

from __future__ import annotations

import importlib
import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[4]
NAMES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py") if path.stem != "__init__")
PACKAGE = "ansible_collections.ndo.ontap.plugins"
# As Ansible's strategy does it for a task, in a Python that has loaded nothing else.
LOAD = """
import json, sys
from ansible.plugins.loader import action_loader, init_plugin_loader
init_plugin_loader()
plugin = action_loader.get(sys.argv[1], class_only=True)
print(json.dumps({"class": plugin.__name__, "loaded": sorted(sys.modules)}))
"""


@pytest.mark.parametrize("name", NAMES)
def test_action_plugin_of_the_modules_name_loads_all_that_workers_need(name: str) -> None:
    collections = pathlib.Path(importlib.import_module("ansible_collections.ndo.ontap.plugins").__path__[0]).parent
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections.parents[2])}
    done = subprocess.run([sys.executable, "-c", LOAD, f"ndo.ontap.{name}"], capture_output=True, text=True, check=True, env=environment)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["class"] == "ActionModule"
    assert {"requests", f"{PACKAGE}.modules.{name}", f"{PACKAGE}.module_utils.transport"} <= set(found["loaded"])
