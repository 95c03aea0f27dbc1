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

from .client import Client
from .consistency_snapshots import AnyGroupSnapshotGoal, keepers, pending
from .plan import Plan
from .snapshot_prune import Rules, deletions, kept_back
from .snapshots import age_key


class GroupPruneGoal(AnyGroupSnapshotGoal):
    """The goal that a group has no snapshot that is too old or too many. Its state is the list of the snapshots, newest first."""

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        self.rules = Rules(params)
        self.what = f"snapshots {self.rules.prefix}* of {self.home.what}"
        self._kept: dict[str, str] = {}

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
        meant, old = self.rules.surplus([one for one in records if one not in empty])
        husks = self.rules.meant(empty)
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
            raise kept_back(self.what, shown)
        return deletions(before, [(one, self.path_of(one)) for one in going])

    def finish(self, after: dict[str, Any]) -> dict[str, Any]:
        """The forecast is exact."""
        return after
