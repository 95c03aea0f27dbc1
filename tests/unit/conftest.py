# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a simulated cluster on a socket, and modules that run against it."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from typing import Any, Callable

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import waiting
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator
from ansible_collections.ndo.ontap.tests.unit import harness

# The oldest Python is tested for what differs there: syntax and libraries. Every row of the laws runs there, so every option of every
# module does. What follows is about logic, costs minutes, and runs on the controller's Python: matrices of faults and options, and
# courses of takeovers, moves, group snapshots and restores.
LOGIC = (
    "test_faults", "test_object_faults", "test_properties", "test_igroup_properties", "test_stack", "test_evacuation", "test_placement",
    "test_volume_move_many", "test_volume_move_paths", "test_volume_move_steer", "test_lun_move_paths", "test_snapshot_prune",
    "test_volume_delete", "test_group_course", "test_group_snapshot_trouble", "test_consistency_group_restore",
    "test_imds_maintenance", "test_ha_engine", "test_snapshot_restore", "test_lun_map", "test_volume_move", "test_lun_move",
    "test_lun_copy", "test_lif_migrate", "test_consistency_group", "test_consistency_group_snapshot", "test_group_snapshot",
    "test_evacuation_plan",
)  # fmt: skip


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """Leave them out on the oldest Python. ansible-test names every file, so collect_ignore would do nothing."""
    if sys.version_info < (3, 11):
        kept = [item for item in items if item.path.stem not in LOGIC]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


def pytest_collection_finish(session: Any) -> None:
    """Have all tests of a worker in its own process: ansible-test would fork one for each (see docs/development.md)."""
    forking = session.config.pluginmanager.get_plugin("ansible_forked")
    if forking:
        session.config.pluginmanager.unregister(forking)


class Lab:
    """A simulated cluster and what a test does with it."""

    def __init__(self, simulator: Any, way: str) -> None:
        self.simulator = simulator
        self.world = simulator.world
        self.way = way

    def connection(self) -> dict[str, Any]:
        """The connection options of the cluster."""
        one = self.simulator
        return {"hostname": one.host, "port": one.port, "username": one.username, "password": one.password, "ca_path": one.ca_path}

    def run(self, module: str, /, check_mode: bool = False, way: str | None = None, **args: Any) -> dict[str, Any]:
        """Run a module (the way that the test is about) and return its result."""
        # The jitter of repeated requests decides how many polls fit into a silence; two runs are to be comparable.
        random.seed(0)
        connection = self.connection() if harness.connects(module) else {}
        return harness.WAYS[way or self.way](module, {**connection, **args}, check_mode)

    def requests(self, method: str | None = None) -> list[dict[str, Any]]:
        """The requests that the cluster has seen since the log was cleared."""
        return self.simulator.log.sent(method)

    def writes(self) -> list[dict[str, Any]]:
        """The requests that were no reads, nor validations, with which ONTAP only checks what it would do."""
        return [entry for entry in self.simulator.log.writes() if not harness.is_validation(entry)]

    def forget(self) -> None:
        """Clear the log."""
        self.simulator.log.clear()

    def advance(self, seconds: float) -> None:
        """Let simulated time pass."""
        self.simulator.advance(seconds)

    def fault(self, method: str, path: str, kind: str, **rule: Any) -> None:
        """Let the nth (default: first) matching request below /api go wrong in this way."""
        self.simulator.faults.on(method, "/api" + path, kind, **rule)

    def trigger(self, what: str, delay: float = 0.0, **args: Any) -> None:
        """Set off something in the model, so many simulated seconds from now."""
        self.world.later(delay, "ha_failures.pull", trigger=what, args=args)


@pytest.fixture
def lab(request: Any, monkeypatch: Any) -> Iterator[Callable[..., Lab]]:
    """A maker of labs: lab("ha_pair", version=(9, 12, 1)). The client's clock is the cluster's."""
    started: list[Any] = []

    def make(scenario: str = "ha_pair", way: str = "ordinary", **options: Any) -> Lab:
        simulator = Simulator(scenario=scenario, **options)
        simulator.__enter__()
        started.append(simulator)
        monkeypatch.setattr(waiting, "clock", harness.LinkedClock(simulator.world.clock))
        return Lab(simulator, way)

    yield make
    for simulator in started:
        simulator.__exit__(None, None, None)
