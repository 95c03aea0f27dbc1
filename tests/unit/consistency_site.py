# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of consistency_group and consistency_group_info have in common."""

from __future__ import annotations

from typing import Any

SVM = {"svm": "san1"}


class Site:
    """A cluster, and what a test does with its consistency groups."""

    def __init__(self, lab: Any) -> None:
        self.lab = lab
        self.world = lab.world

    def run(self, name: str = "app", **options: Any) -> dict[str, Any]:
        """Run the module."""
        result: dict[str, Any] = self.lab.run("consistency_group", **{**SVM, "name": name, **options})
        return result

    def done(self, name: str = "app", **options: Any) -> dict[str, Any]:
        """Run the module; it must succeed."""
        result = self.run(name, **options)
        assert not result.get("failed"), result["msg"]
        return result

    def refused(self, name: str = "app", **options: Any) -> str:
        """The message of a task that stops before it changes anything, forecast or not."""
        self.lab.forget()
        results = [self.run(name, check_mode=check, **options) for check in (True, False)]
        assert all(one.get("failed") for one in results), results
        assert results[0]["msg"] == results[1]["msg"] and self.lab.writes() == []
        return str(results[0]["msg"])

    def groups(self) -> dict[str, list[str]]:
        """The groups, each with its volumes."""
        rows = self.world.store.table("consistency_groups").values()
        return {one["name"]: self.volumes(one["uuid"]) for one in rows}

    def volumes(self, group: str) -> list[str]:
        """The volumes of a group."""
        rows = self.world.store.table("volumes").values()
        return sorted(one["name"] for one in rows if one.get("consistency_group", {}).get("uuid") == group)

    def row(self, table: str, **wanted: Any) -> dict[str, Any]:
        """The simulator's own row of an object."""
        found: dict[str, Any] = next(iter(self.world.store.each(table, **wanted)))
        return found

    def snapshot(self, group: str = "app", name: str = "s1") -> None:
        """Take a snapshot of a group."""
        path = f"application/consistency-groups/{self.row('consistency_groups', name=group)['uuid']}/snapshots"
        assert not self.lab.run("rest", method="POST", path=path, body={"name": name}).get("failed")

    def pair(self) -> None:
        """A parent with two children."""
        self.done(children=[{"name": "data", "volumes": ["vol1", "vol2"]}, {"name": "logs", "volumes": ["vol3"]}])

    def read(self, **options: Any) -> list[dict[str, Any]]:
        """The records that consistency_group_info finds."""
        result = self.lab.run("consistency_group_info", **options)
        assert not result.get("failed"), result["msg"]
        records: list[dict[str, Any]] = result["records"]
        return records
