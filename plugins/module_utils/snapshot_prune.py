# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pruning: which snapshots of a volume are too old, or too many, and their deletion one by one.

A snapshot goes only when its name begins with the prefix, it is not among the newest `keep` of those, and it is older than `older_than`;
a condition that is not given holds for all.
"""

from __future__ import annotations

import re
from typing import Any

from . import waiting
from .client import Client
from .errors import InputError, Refused
from .fields import duration
from .plan import Plan, Step
from .snapshots import VolumeSnapshotsGoal, moment, names, why_kept

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
SHORT = re.compile(r"\s*(\d+)\s*([smhdw])\s*", re.IGNORECASE)


def lifetime(text: str) -> int:
    """Seconds of an age such as 12h, 7d, 4w or P7D."""
    match = SHORT.fullmatch(text)
    if match:
        return int(match.group(1)) * UNITS[match.group(2).lower()]
    try:
        return duration(text)
    except InputError:
        raise InputError(f"{text!r} is not an age.", hint="Write it like 12h, 7d, 4w or P7DT12H.", target="older_than") from None


class Rules:
    """Which snapshots a task lets go: the options of a prune, checked, and the moment at which ages are measured."""

    def __init__(self, params: dict[str, Any]) -> None:
        self.prefix: str = params.get("prefix") or ""
        self.keep: int | None = params.get("keep")
        self.older_than = lifetime(params["older_than"]) if params.get("older_than") is not None else None
        # The age is measured at one moment, so that no snapshot comes of age while the task runs.
        self.now = waiting.clock.wall()
        if not self.prefix and not params.get("all"):
            raise InputError("An empty prefix would mean every snapshot.", hint="Give a prefix, or say all.", target="prefix")
        if self.prefix and params.get("all"):
            raise InputError(f"all means every snapshot, and prefix only those that begin with {self.prefix}.", target="all")
        if self.keep is not None and self.keep < 0:
            raise InputError(f"keep is {self.keep}; it is a number of snapshots.", target="keep")

    def surplus(self, snapshots: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Of snapshots that are sorted newest first, those that the prefix means, and those of them that are to go."""
        meant = self.meant(snapshots)
        rest = meant[self.keep or 0 :]
        return meant, [one for one in rest if self.older_than is None or self.now - moment(one["create_time"]) > self.older_than]

    def meant(self, snapshots: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those that the prefix means."""
        return [one for one in snapshots if one["name"].startswith(self.prefix)]


def deletions(before: dict[str, Any], going: list[tuple[dict[str, Any], str]]) -> Plan:
    """Delete snapshots, each with its path and sorted newest first; oldest first."""
    gone = {one["name"] for one, _path in going}
    steps = [Step(f"delete {one['name']}", "DELETE", path, asynchronous=True) for one, path in reversed(going)]
    return Plan(steps, {**before, "snapshots": [name for name in before["snapshots"] if name not in gone]})


def kept_back(what: str, shown: str) -> Refused:
    """The refusal of a task that wants all or nothing."""
    return Refused(
        f"{what}: these are too old or too many and cannot be deleted: {shown}. Nothing has been deleted.",
        hint="End what uses them or wait until their time is over, or leave fail_on_skipped out.",
    )


class PruneGoal(VolumeSnapshotsGoal):
    """The goal that a volume has no snapshot that is too old or too many."""

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        self.rules = Rules(params)
        self.what = f"snapshots {self.rules.prefix}* of volume {self.volume}"

    def _sorted_out(self, state: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
        """The snapshots that are meant, those that go, and those that would and cannot."""
        meant, old = self.rules.surplus(state)
        return meant, [one for one in old if not why_kept(one)], [one for one in old if why_kept(one)]

    def view(self, state: Any) -> dict[str, Any] | None:
        """The snapshots of the volume that the prefix means, newest first, and those that cannot be deleted."""
        meant, _going, kept = self._sorted_out(state)
        skipped = [{"name": one["name"], "reason": why_kept(one)} for one in kept]
        return {"svm": self.svm, "volume": self.volume, "snapshots": [one["name"] for one in meant], "skipped": skipped}

    def plan(self, state: Any) -> Plan:
        """Delete what is to go, oldest first."""
        before = self.view(state) or {}
        _meant, going, kept = self._sorted_out(state)
        if kept and self.params.get("fail_on_skipped"):
            raise kept_back(self.what, names(kept))
        return deletions(before, [(one, self.path_of(one)) for one in going])
