# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of consistency groups, fences and write order have in common."""

from __future__ import annotations

from typing import Any

from ansible_collections.ndo.ontap.tests.simulator import write_order
from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

GROUPS = "/api/application/consistency-groups"
GIB = 1024**3
SVM = {"name": "san1"}
ADD = {"provisioning_options": {"action": "add"}}


def add(*names: str) -> list[dict[str, Any]]:
    """Existing volumes, as a body names them."""
    return [{"name": name, **ADD} for name in names]


class Groups(Client):
    """A cluster with 50 LUNs over the volumes vol1 to vol8, which one application writes to; the volume `other` is in a group."""

    def __init__(self, version: tuple[int, int, int] = (9, 16, 1), **settings: Any) -> None:
        super().__init__("groups", version=version)
        self.world.settings.update(settings)

    def end(self, response: Any, seconds: float = 5) -> dict[str, Any]:
        """The record of a job, after so much time."""
        assert response.status == 202, response.body
        self.simulator.advance(seconds)
        return self.get(response.body["job"]["_links"]["self"]["href"])

    def make(self, name: str = "app", volumes: tuple[str, ...] = ("vol1", "vol2"), **more: Any) -> str:
        """The path of a new group of existing volumes; or of what `more` says, without volumes."""
        body = {"svm": SVM, "name": name, **({"volumes": add(*volumes)} if volumes else {}), **more}
        return self.posted(GROUPS, body)

    def posted(self, target: str, body: dict[str, Any]) -> str:
        """The path of what a POST makes."""
        response = self.call("POST", target, body)
        job = self.end(response)
        assert job["state"] == "success", job
        return response.headers["Location"]

    def change(self, path: str, **body: Any) -> None:
        """A PATCH that succeeds."""
        job = self.end(self.call("PATCH", path, body))
        assert job["state"] == "success", job

    def drop(self, path: str) -> None:
        """A DELETE that succeeds."""
        job = self.end(self.call("DELETE", path))
        assert job["state"] == "success", job

    def failed(self, response: Any) -> str:
        """The code with which a job fails."""
        job = self.end(response)
        assert job["state"] == "failure" and job["error"]["message"], job
        return str(job["error"]["code"])

    def show(self, path: str, fields: str = "**") -> dict[str, Any]:
        """A record with its fields."""
        return self.get(f"{path}?fields={fields}")

    def volumes(self, path: str) -> list[str]:
        """The names of the volumes of a group."""
        return sorted(one["name"] for one in self.show(path).get("volumes", []))

    def named(self, name: str) -> str:
        """The path of a group by its name."""
        return f"{GROUPS}/{self.uuid('/application/consistency-groups', name)}"

    def volume(self, name: str) -> dict[str, Any]:
        """The stored row of a volume."""
        return next(row for row in self.world.store.each("volumes", name=name))

    def snapshots(self, volume: str) -> list[str]:
        """The names of the snapshots of a volume."""
        return [row["name"] for row in self.world.store.each("snapshots") if row["volume"]["name"] == volume]

    def luns(self, *volumes: str) -> list[dict[str, Any]]:
        """The stored rows of the LUNs in volumes."""
        return [row for row in self.world.store.each("luns") if row["location"]["volume"]["name"] in volumes]

    def pauses(self) -> list[dict[str, Any]]:
        """The I/O pauses that the ledger has."""
        return [entry for entry in self.world.ledger.entries if entry["kind"] == "io_pause"]

    def clone_luns(self, snapshot: str, *volumes: str) -> list[dict[str, Any]]:
        """Clone every LUN of some volumes out of their snapshots of this name; the rows of the clones."""
        made = []
        for row in self.luns(*volumes):
            volume, base = row["location"]["volume"]["name"], row["location"]["logical_unit"]
            source = f"/vol/{volume}/.snapshot/{snapshot}/{base}"
            body = {"svm": SVM, "name": f"/vol/{volume}/copy_{base}", "clone": {"source": {"name": source}}}
            response = self.call("POST", "/api/storage/luns", body)
            assert self.end(response, 0.5)["state"] == "success"
            made.append(self.world.store.table("luns")[response.headers["Location"].rsplit("/", 1)[1]])
        return made

    def order(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Whether LUNs are together write-order consistent."""
        self.world.ledger.catch_up()
        return write_order.check(rows)
