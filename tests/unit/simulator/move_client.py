# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of moves do again and again: a cluster whose volumes are small and quickly copied, and moves by name."""

from __future__ import annotations

from typing import Any

from ansible_collections.ndo.ontap.tests.simulator.model.ha import TRIGGERS
from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

VOLUMES = "/api/storage/volumes"
CLI = "/api/private/cli/volume/move"
GIB, TIB = 1024**3, 1024**4
RATE = GIB
"""Bytes a second that the moves of a node share in these tests."""

QUICK = {"move_rate": RATE, "move_setup": 0, "move_job": 1, "cutover_seconds": 4, "cutover_retry": 10, "move_cleanup": 5}


class Moves(Client):
    """A simulated cluster, and the moves of its volumes. A move of 100 GiB takes 1 + 100 + 4 seconds."""

    def __init__(self, scenario: Any = "two_pairs", used: int = 100 * GIB, **options: Any) -> None:
        super().__init__(scenario, **options)
        self.world.settings.update(QUICK)
        for row in self.world.store.table("volumes").values():
            if not row.get("is_svm_root"):
                row["sim"] = {"data": used}

    def volume(self, name: str) -> str:
        """The address of a volume."""
        return f"{VOLUMES}/{self.uuid('/storage/volumes', name)}"

    def row(self, name: str) -> dict[str, Any]:
        """The stored row of a volume."""
        return next(row for row in self.world.store.table("volumes").values() if row["name"] == name)

    def wait(self, seconds: float) -> Moves:
        """Let time pass."""
        self.simulator.advance(seconds)
        return self

    def patch(self, name: str, **movement: Any) -> Any:
        """PATCH the movement of a volume."""
        return self.call("PATCH", self.volume(name), {"movement": movement})

    def start(self, name: str = "nas1_vol1a", to: str = "aggr2_ndo_02", **movement: Any) -> Moves:
        """Start a move, and let its job end."""
        response = self.patch(name, destination_aggregate={"name": to}, **movement)
        return self.ended(response)

    def steer(self, name: str, state: str, **movement: Any) -> Moves:
        """Set the state of a move, and let the job end."""
        return self.ended(self.patch(name, state=state, **movement))

    def ended(self, response: Any) -> Moves:
        """Let the job of an answer end, successfully."""
        assert response.status == 202, response.body
        self.wait(self.world.settings["move_job"])
        job = self.get(response.body["job"]["_links"]["self"]["href"])
        assert job["state"] == "success", job
        return self

    def movement(self, name: str = "nas1_vol1a") -> dict[str, Any]:
        """The movement of a volume."""
        return self.get(f"{self.volume(name)}?fields=movement").get("movement", {})

    def state(self, name: str = "nas1_vol1a") -> str:
        """The state of a move."""
        return str(self.movement(name).get("state"))

    def where(self, name: str = "nas1_vol1a") -> str:
        """The aggregate of a volume."""
        (one,) = self.get(f"{self.volume(name)}?fields=aggregates.name")["aggregates"]
        return str(one["name"])

    def free(self, aggregate: str) -> int:
        """What an aggregate has left."""
        (record,) = self.get(f"/api/storage/aggregates?name={aggregate}&fields=space")["records"]
        return int(record["space"]["block_storage"]["available"])

    def show(self, name: str = "nas1_vol1a") -> dict[str, Any]:
        """The row of a volume in volume move show."""
        (found,) = self.get(f"{CLI}?volume={name}&fields=*")["records"]
        return found

    def trigger(self, what: str, /, **args: Any) -> None:
        """Set something off from outside."""
        TRIGGERS[what](self.world, **args)
        self.world.settle()

    def entries(self, *kinds: str) -> list[dict[str, Any]]:
        """The entries of the ledger of these kinds."""
        return [entry for entry in self.world.ledger.entries if entry["kind"] in kinds]

    def verdict(self) -> dict[str, Any]:
        """What the ledger says."""
        return self.world.ledger.verdict()
