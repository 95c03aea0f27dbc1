# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pruning the snapshots of a consistency group: which are too old, or too many, and their deletion one by one.

A snapshot goes only when its name begins with the prefix, it is not among the newest `keep` of those, and it is older than `older_than`.
One of which nothing is left in any volume goes in any case: it must not count among those that are kept.
What keeps a group snapshot is told by its snapshots of volumes; they are read only when there is something to delete.
"""

from __future__ import annotations

from typing import Any

from . import waiting
from .client import Client
from .consistency_snapshots import AnyGroupSnapshotGoal, keepers, pending
from .errors import InputError, Refused
from .plan import Plan, Step
from .snapshot_prune import lifetime, surplus
from .snapshots import age_key


class GroupPruneGoal(AnyGroupSnapshotGoal):
    """The goal that a group has no snapshot that is too old or too many. Its state is the list of the snapshots, newest first."""

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        self.prefix: str = params.get("prefix") or ""
        self.keep: int | None = params.get("keep")
        self.older_than = lifetime(params["older_than"]) if params.get("older_than") is not None else None
        self.what = f"snapshots {self.prefix}* of {self.home.what}"
        # The age is measured at one moment, so that no snapshot comes of age while the task runs.
        self._now = waiting.clock.wall()
        self._kept: dict[str, str] = {}
        if not self.prefix and not params.get("all"):
            raise InputError("An empty prefix would mean every snapshot.", hint="Give a prefix, or say all.", target="prefix")
        if self.prefix and params.get("all"):
            raise InputError(f"all means every snapshot, and prefix only those that begin with {self.prefix}.", target="all")
        if self.keep is not None and self.keep < 0:
            raise InputError(f"keep is {self.keep}; it is a number of snapshots.", target="keep")

    # -- what there is -------------------------------------------------------------------------------------------------

    def paths(self) -> tuple[str, ...]:
        """The group."""
        return self.home.paths()

    def keys(self) -> list[tuple[str, ...]]:
        """The group."""
        return [self.home.key()]

    def asked(self) -> list[str]:
        """What decides about each snapshot."""
        of_group = ["svm.name", "consistency_group.name", "consistency_group.uuid"]
        return ["name", "uuid", *of_group, "create_time", "snapshot_volumes", "is_partial"]

    def choose(self, index: dict[tuple[str, ...], list[dict[str, Any]]]) -> Any:
        """All snapshots of the group that are taken, newest first."""
        self.home.check(False)
        taken = [one for one in index.get(self.keys()[0], []) if not pending(one)]
        return sorted(taken, key=age_key, reverse=True)

    @classmethod
    def look_around(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """What keeps the snapshots that would go."""
        going = [one for goal, records in found if records for one in goal.surplus(records)[1]]
        if going:
            kept = keepers(client, going)
            for goal, _records in found:
                goal._kept = kept

    def surplus(self, records: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The snapshots that are meant, and those of them that are too old or too many, or have nothing in any volume any more."""
        empty = [one for one in records if not one.get("snapshot_volumes")]
        meant, old = surplus([one for one in records if one not in empty], self.prefix, self.keep, self.older_than, self._now)
        husks = surplus(empty, self.prefix, None, None, self._now)[0]
        return sorted([*meant, *husks], key=age_key, reverse=True), sorted([*old, *husks], key=age_key, reverse=True)

    def view(self, state: Any) -> dict[str, Any] | None:
        """The snapshots of the group that the prefix means, newest first, and those that cannot be deleted."""
        meant, old = self.surplus(state)
        kept = [{"name": one["name"], "reason": self._kept[one["uuid"]]} for one in old if one["uuid"] in self._kept]
        group = state[0]["consistency_group"]["name"] if state else self.home.name
        return {"svm": self.home.svm, "group": group, "snapshots": [one["name"] for one in meant], "skipped": kept}

    # -- what is done --------------------------------------------------------------------------------------------------

    def plan(self, state: Any) -> Plan:
        """Delete what is to go, oldest first."""
        before = self.view(state) or {}
        going = [one for one in self.surplus(state)[1] if one["uuid"] not in self._kept]
        if before["skipped"] and self.params.get("fail_on_skipped"):
            shown = ", ".join(f"{one['name']} ({one['reason']})" for one in before["skipped"])
            raise Refused(
                f"{self.what}: these are too old or too many and cannot be deleted: {shown}. Nothing has been deleted.",
                hint="End what uses them or wait until their time is over, or leave fail_on_skipped out.",
            )
        gone = {one["name"] for one in going}
        steps = [Step(f"delete {one['name']}", "DELETE", self.path_of(one), asynchronous=True) for one in reversed(going)]
        return Plan(steps, {**before, "snapshots": [name for name in before["snapshots"] if name not in gone]})

    def finish(self, after: dict[str, Any]) -> dict[str, Any]:
        """The forecast is exact."""
        return after
