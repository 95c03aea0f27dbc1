# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of group_snapshot have in common: the scenario of groups, and what there is of group snapshots in it."""

from __future__ import annotations

from typing import Any

from ansible_collections.ndo.ontap.tests.simulator import write_order

VOLUMES = [f"vol{number}" for number in range(1, 9)]
TASK: dict[str, Any] = {"svm": "san1", "volumes": VOLUMES, "name": "g1"}
ENGINES = ("rest", "ontapi")
GROUPS = "/api/application/consistency-groups"


class Site:
    """The scenario, and what there is of group snapshots in it."""

    def __init__(self, lab: Any) -> None:
        self.lab = lab
        self.world = lab.world
        self.faults = lab.simulator.faults

    def run(self, check_mode: bool = False, **more: Any) -> dict[str, Any]:
        """The task."""
        return self.lab.run("group_snapshot", check_mode, **{**TASK, **more})

    def done(self, **more: Any) -> dict[str, Any]:
        """The task, which succeeds."""
        result = self.run(**more)
        assert not result.get("failed"), result
        return result

    def refused(self, **more: Any) -> str:
        """What the task says that fails without a write, in check mode too."""
        self.lab.forget()
        foretold, result = self.run(True, **more), self.run(**more)
        assert result["failed"] and result["msg"] == foretold["msg"]
        assert self.lab.writes() == []
        return str(result["msg"])

    def committed(self, fence: dict[str, Any], **more: Any) -> dict[str, Any]:
        """The second half."""
        return self.lab.run("group_snapshot", state="committed", fence=fence, **more)

    def holders(self, name: str = "g1") -> list[str]:
        """The volumes that have a snapshot of the name."""
        return sorted(row["volume"]["name"] for row in self.world.store.each("snapshots", name=name))

    def consistent(self, name: str = "g1") -> bool:
        """Whether these snapshots have all LUNs of the application, together consistent with the order of its writes."""
        luns = [lun for row in self.world.store.each("snapshots", name=name) for lun in row["sim"]["luns"]]
        found = write_order.check(luns)
        return bool(found["consistent"] and found["writers"]["database"]["absent"] == 0)

    def groups(self) -> set[str]:
        """The groups but that of others."""
        return {row["name"] for row in self.world.store.each("consistency_groups")} - {"of_others"}

    def all_or_nothing(self) -> bool:
        """Whether every volume has its snapshot of one instant, or none has."""
        return not self.holders() or (self.holders() == VOLUMES and self.consistent())

    def fenced(self) -> int:
        """How many volumes are fenced."""
        self.world.ledger.catch_up()
        return len(self.world.store.table("fences"))

    def pauses(self) -> set[float]:
        """How long hosts have waited."""
        verdict = self.world.ledger.verdict()
        assert verdict["non_disruptive"], verdict
        return {round(entry["seconds"], 3) for entry in self.world.ledger.entries if entry["kind"] == "io_pause"}

    def group(self, name: str, volumes: list[str]) -> None:
        """A lasting group of somebody."""
        members = [{"name": volume, "provisioning_options": {"action": "add"}} for volume in volumes]
        body = {"svm": {"name": "san1"}, "name": name, "volumes": members}
        result = self.lab.run("rest", method="POST", path="/application/consistency-groups", body=body)
        assert not result.get("failed"), result
        self.lab.forget()

    def single(self, *volumes: str, name: str = "g1") -> None:
        """Snapshots of volumes, one by one."""
        items = [{"volume": volume} for volume in volumes]
        assert not self.lab.run("snapshot", svm="san1", name=name, items=items).get("failed")

    def hold(self, volume: str, name: str = "g1") -> None:
        """A LUN clone out of the snapshot of a volume keeps it busy for a while."""
        copy = self.lab.run("lun", svm="san1", name=f"/vol/{volume}/{self.world.store.number(0, 10**9)}", clone_from="lun1", snapshot=name)
        assert copy["changed"]
