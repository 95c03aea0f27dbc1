# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated cluster as the HA tests handle it: by name, with time that they move."""

from __future__ import annotations

from typing import Any

from ansible_collections.ndo.ontap.tests.simulator import scenarios
from ansible_collections.ndo.ontap.tests.simulator.model import ha, ha_state, jobs
from ansible_collections.ndo.ontap.tests.simulator.model.aggregates import Aggregates
from ansible_collections.ndo.ontap.tests.simulator.model.failover_cli import Failover
from ansible_collections.ndo.ontap.tests.simulator.model.interfaces import Interfaces
from ansible_collections.ndo.ontap.tests.simulator.model.nodes import Nodes

ONE, TWO = "ndo-01", "ndo-02"


class Cluster:
    """A world, and what is seen of it through the families."""

    def __init__(self, scenario: Any = "ha_pair", version: tuple[int, int, int] = (9, 16, 1), **settings: Any) -> None:
        self.world = scenarios.build(scenario, version=version)
        self.world.settings.update(settings)

    def wait(self, seconds: float) -> Cluster:
        """Let time pass."""
        self.world.clock.advance(seconds)
        self.world.settle()
        return self

    def row(self, node: str) -> dict[str, Any]:
        """The row of a node."""
        found = ha_state.find_node(self.world, node)
        assert found is not None
        return found

    def node(self, name: str) -> dict[str, Any]:
        """The API record of a node."""
        found = Nodes().find(self.world, {"uuid": self.row(name)["uuid"]})
        assert found is not None
        return found

    def states(self) -> tuple[str, str, str, str]:
        """state of the first node; of the second: takeover state, giveback state, state."""
        first, second = self.node(ONE), self.node(TWO)
        return first["state"], second["ha"]["takeover"]["state"], second["ha"]["giveback"]["state"], second["state"]

    def aggregate(self, name: str) -> dict[str, Any]:
        """The API record of an aggregate; that of a root aggregate only its uuid leads to."""
        row = Aggregates().find(self.world, {"uuid": self.world.store.find("aggregates", name=name)["uuid"]})
        assert row is not None
        return row

    def lif(self, name: str) -> dict[str, Any]:
        """The API record of a LIF."""
        return next(row for row in Interfaces().rows(self.world, {}) if row["name"] == name)

    def cli(self, node: str) -> dict[str, Any]:
        """The row of a node in storage failover show."""
        return next(row for row in Failover().rows(self.world) if row["node"] == node)

    def run(self, action: str, **body: Any) -> None:
        """storage failover takeover or giveback."""
        Failover().actions(self.world)[action].run(self.world, body)

    def patch(self, node: str, body: dict[str, Any] | None = None, **query: str) -> str | None:
        """PATCH a node; returns the uuid of the job."""
        return Nodes().modify(self.world, self.node(node), body or {}, query).job

    def job(self, uuid: str) -> dict[str, Any]:
        """The API record of a job."""
        found = jobs.Jobs().find(self.world, {"uuid": uuid})
        assert found is not None
        return found

    def patch_lif(self, name: str, body: dict[str, Any]) -> None:
        """PATCH a LIF."""
        Interfaces().modify(self.world, self.lif(name), body, {})

    def trigger(self, what: str, /, **args: Any) -> None:
        """Set something off from outside."""
        ha.TRIGGERS[what](self.world, **args)

    def taken_over(self, victim: str = ONE, **options: Any) -> Cluster:
        """Take a node over, and let it come to wait for giveback."""
        self.run("takeover", ofnode=victim, **options)
        return self.wait(300)

    def kinds(self) -> list[str]:
        """The kinds of the entries in the ledger."""
        return [entry["kind"] for entry in self.world.ledger.entries]

    def events(self) -> list[str]:
        """The names of the EMS events."""
        return [event["message"]["name"] for event in self.world.store.table("ems_events").values()]

    def verdict(self) -> dict[str, Any]:
        """What the ledger says."""
        return self.world.ledger.verdict()
