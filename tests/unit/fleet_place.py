# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder with an inventory source, the simulated clusters that it names, and what Ansible makes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.vars.manager import VariableManager

from ansible_collections.ndo.ontap.tests.simulator.server import Simulator

PLUGIN = "ndo.ontap.ontap"
CLUSTER, NODES, SVMS, AGGREGATES = "/api/cluster", "/api/cluster/nodes", "/api/svm/svms", "/api/storage/aggregates"
ALL = [CLUSTER, NODES, SVMS, AGGREGATES]


class Clock:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def now(self) -> float:
        return self.seconds

    wall = now

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class Place:
    """A folder with an inventory source, and the clusters that it names."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.path = folder / "fleet.ontap.yml"
        self.clusters: dict[str, Simulator] = {}
        self.warnings: list[str] = []

    def cluster(self, name: str, scenario: Any = "ha_pair", **options: Any) -> dict[str, Any]:
        """Start a cluster; the entry for it."""
        one = Simulator(scenario, seed=len(self.clusters) + 1, **options).start()
        self.clusters[name] = one
        return {"name": name, "hostname": one.host, "port": one.port, "ca_path": one.ca_path, **self.login(name)}

    def login(self, name: str) -> dict[str, str]:
        """User name and password of a cluster."""
        return {"username": self.clusters[name].username, "password": self.clusters[name].password}

    def cached(self) -> dict[str, Any]:
        """The options of a source that is kept in files."""
        return {
            "cache": True,
            "cache_plugin": "ansible.builtin.jsonfile",
            "cache_connection": str(self.folder / "cache"),
            "cache_timeout": 600,
        }

    def read(self, clusters: list[Any] | None, **options: Any) -> Any:
        """Write the source, and have Ansible parse it as a command would."""
        found = {} if clusters is None else {"clusters": clusters}
        self.path.write_text(json.dumps({"plugin": PLUGIN, **found, **options}), encoding="utf-8")
        return self.parse()

    def parse(self, anew: bool = False) -> Any:
        """Have Ansible parse the source."""
        self.warnings.clear()
        return InventoryManager(loader=DataLoader(), sources=[str(self.path)], cache=not anew)

    def refused(self, *args: Any, **options: Any) -> str:
        """Why Ansible can make nothing of a source."""
        inventory = self.read(*args, **options)
        assert not inventory.hosts and not [group for group in inventory.groups if group.startswith("ontap")]
        return " ".join(self.warnings)

    def asked(self, name: str) -> list[str]:
        """The paths that a cluster was asked for since the last time."""
        paths = [entry["path"].partition("?")[0] for entry in self.clusters[name].log.sent()]
        self.clusters[name].log.clear()
        return paths

    def secrets(self) -> list[str]:
        """All passwords."""
        return [one.password for one in self.clusters.values()]


def names(inventory: Any, pattern: str) -> list[str]:
    """The hosts of a pattern, in order."""
    return [host.name for host in inventory.get_hosts(pattern)]


def of(inventory: Any, host: str) -> dict[str, Any]:
    """The variables of a host as a play would see them before it evaluates templates."""
    return VariableManager(loader=inventory._loader, inventory=inventory).get_vars(host=inventory.get_host(host), include_hostvars=False)


def evaluated(inventory: Any, host: str, name: str, **more: Any) -> Any:
    """A variable of a host as a play sees it."""
    return Templar(loader=inventory._loader, variables={**of(inventory, host), **more}).template(of(inventory, host)[name])
