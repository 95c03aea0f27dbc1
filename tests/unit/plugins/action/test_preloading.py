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

ROOT = pathlib.Path(__file__).resolve().parents[4]
NAMES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py") if path.stem != "__init__")
PACKAGE = "ansible_collections.ndo.ontap.plugins"
# As Ansible's strategy does it for a task. Each plugin is loaded in a process that has loaded none of the others.
LOAD = """
import gc, json, os, sys
from ansible.plugins.loader import action_loader, init_plugin_loader
init_plugin_loader()
for name in sys.argv[1:]:
    if os.fork() == 0:
        plugin = action_loader.get("ndo.ontap." + name, class_only=True)
        loaded = {"loaded": sorted(sys.modules), "frozen": gc.get_freeze_count()}
        print(json.dumps({"name": name, "class": plugin.__name__, **loaded}), flush=True)
        os._exit(0)
    if os.wait()[1]:
        raise SystemExit("loading " + name + " failed")
"""


def test_action_plugins_of_the_modules_names_load_all_that_workers_need() -> None:
    collections = pathlib.Path(importlib.import_module("ansible_collections.ndo.ontap.plugins").__path__[0]).parent
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections.parents[2])}
    done = subprocess.run([sys.executable, "-c", LOAD, *NAMES], capture_output=True, text=True, check=True, env=environment)
    found = {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert sorted(found) == NAMES
    for name, one in found.items():
        assert one["class"] == "ActionModule"
        assert one["frozen"] > 10000, "the garbage collector of each worker looks through what was loaded here"
        assert {"requests", f"{PACKAGE}.modules.{name}", f"{PACKAGE}.module_utils.transport"} <= set(one["loaded"]), name
        others = {f"{PACKAGE}.modules.{other}" for other in NAMES} - {f"{PACKAGE}.modules.{name}", f"{PACKAGE}.modules.rest"}
        assert not others & set(one["loaded"]), name
