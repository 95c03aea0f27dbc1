# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of volumes, clones, snapshots and the recovery queue do again and again."""

from __future__ import annotations

from typing import Any

from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

VOLUMES = "/api/storage/volumes"
QUEUE = "/api/private/cli/volume/recovery-queue"
MIB, GIB, TIB = 1024**2, 1024**3, 1024**4


class Cluster(Client):
    """A cluster without anybody on it: one pair, a NAS and a SAN SVM with their root volumes."""

    def __init__(self, version: tuple[int, int, int] = (9, 16, 1), **settings: Any) -> None:
        nodes = ["n-01", "n-02"]
        svms: list[dict[str, Any]] = []
        for name, protocols in (("nas", ["nfs", "cifs"]), ("san", ["iscsi"])):
            root = {"name": f"{name}_root", "aggregate": "aggr1_n_01", "size": GIB, "used": 0, "is_svm_root": True}
            svms.append({"name": name, "protocols": protocols, "volumes": [root]})
        super().__init__({"cluster": "empty", "pairs": [nodes], "svms": svms, "settings": settings}, version=version)

    def make(self, name: str = "vol", **fields: Any) -> str:
        """The path of a new volume: 10 GiB without guarantee and reserve, unless the fields say otherwise."""
        body = {
            "name": name,
            "svm.name": "nas",
            "aggregates.name": "aggr1_n_01",
            "size": 10 * GIB,
            "guarantee.type": "none",
            "space.snapshot.reserve_percent": 0,
        }
        return self.posted(VOLUMES, {**body, **fields})

    def clone(self, name: str, parent: str = "vol", **fields: Any) -> str:
        """The path of a new FlexClone in the same SVM."""
        clone = {"name": name, "svm.name": "nas", "clone": {"is_flexclone": True, "parent_volume": {"name": parent}}}
        return self.posted(VOLUMES, {**clone, **fields})

    def snapshot(self, path: str, name: str, **fields: Any) -> str:
        """The path of a new snapshot of a volume."""
        return self.posted(f"{path}/snapshots", {"name": name, **fields})

    def posted(self, target: str, body: dict[str, Any]) -> str:
        """The path of what a POST makes."""
        response = self.call("POST", target, body)
        job = self.done(response)
        assert job["state"] == "success", job
        return response.headers["Location"]

    def patched(self, target: str, body: dict[str, Any]) -> None:
        """A PATCH whose job succeeds."""
        job = self.done(self.call("PATCH", target, body))
        assert job["state"] == "success", job

    def deleted(self, target: str) -> None:
        """A DELETE whose job succeeds."""
        job = self.done(self.call("DELETE", target))
        assert job["state"] == "success", job

    def failed(self, method: str, target: str, body: Any = None) -> str:
        """The code of the job of a request that is accepted and fails."""
        job = self.done(self.call(method, target, body))
        assert job["state"] == "failure" and job["error"]["message"], job
        return job["error"]["code"]

    def show(self, target: str, fields: str = "**") -> dict[str, Any]:
        """A record with its fields."""
        return self.get(f"{target}?fields={fields}")

    def space(self, target: str) -> dict[str, Any]:
        """The space of a volume."""
        return self.show(target, "space")["space"]

    def free(self, aggregate: str = "aggr1_n_01") -> int:
        """What an aggregate has left."""
        (record,) = self.get(f"/api/storage/aggregates?name={aggregate}&fields=space")["records"]
        block = record["space"]["block_storage"]
        assert block["used"] + block["available"] == block["size"]
        return block["available"]

    def row(self, target: str) -> dict[str, Any]:
        """The stored row of a volume, to do what clients do."""
        return self.world.store.table("volumes")[target.rsplit("/", 1)[1]]

    def write(self, target: str, amount: int) -> None:
        """Clients write so many bytes into a volume."""
        self.row(target)["sim"]["data"] += amount

    def lun(self, target: str, name: str, size: int, reserved: bool = False, used: int = 0) -> dict[str, Any]:
        """Put a LUN into a volume, as a row."""
        volume = self.row(target)
        ref = {"name": volume["name"], "uuid": volume["uuid"]}
        row = {
            "name": f"/vol/{volume['name']}/{name}",
            "svm": dict(volume["svm"]),
            "location": {"volume": ref, "logical_unit": name},
            "os_type": "linux",
            "enabled": True,
            "class": "regular",
            "comment": "",
            "serial_number": f"{name:x<12}"[:12],
            "create_time": "2026-01-01T00:00:00+00:00",
            "space": {
                "size": size,
                "used": used,
                "scsi_thin_provisioning_support_enabled": False,
                "guarantee": {"requested": reserved, "reserved": reserved},
            },
            "sim": {"content": f"first content of {name}"},
        }
        return self.world.store.insert("luns", row)

    def luns(self) -> list[str]:
        """The paths of all LUNs."""
        return sorted(row["name"] for row in self.world.store.table("luns").values())
