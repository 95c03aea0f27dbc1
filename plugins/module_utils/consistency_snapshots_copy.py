# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A consistency group of its own with the data that another group has now, made before that one is brought back to an old snapshot.

A group snapshot of the present, and a clone of the group from it that is split at once. Until the split is over, the snapshot belongs to
the clone and stands in the way of the restore; afterwards the restore deletes it, and the copy does not need it any more. The snapshot
carries in its comment whose it is. docs/decisions/006 says why it is done so; sources: API reference, consistency_group (clone.*).
"""

from __future__ import annotations

from typing import Any

from . import waiting
from .client import Client, dig
from .consistency_snapshots import parts_of
from .errors import JobFailed, JobVanished, NotAuthorized, Refused
from .group_members import GROUPS, Group, read_groups
from .plan import Step
from .safety_copy import Objection
from .snapshot_restore import changed_since
from .snapshots import VOLUMES


def follow_jobs(client: Client, method: str, paths: list[str], deadline: waiting.Deadline) -> bool:
    """Wait for the jobs of such requests that are under way, however they end; whether there were any."""
    query = {"state": "queued|running|paused", "description": f"{method}*"}
    found = False
    try:
        for job in list(client.records("/cluster/jobs", ["uuid", "description"], query)):
            if any(path in str(job.get("description")) for path in paths):
                found = True
                client.follow(job["uuid"], deadline, f"{method} {paths[0]}")
    except (NotAuthorized, JobFailed, JobVanished):
        # An account of an SVM may not see jobs; how a job ended shows in its object.
        return found
    return found


class GroupCopy:
    """The copy of one group; its volumes have its name before theirs, and the snapshot under it has its name too.

    begun: whether a step towards it has been taken.
    """

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.name = name
        self.mark = ""
        self.begun = False
        self._source: Group | None = None

    def aim(self, source: Group, snapshot: dict[str, Any]) -> None:
        """Take note of the group, and of the snapshot to which it is to go back."""
        self._source = source
        self.mark = f"{source.name} before its restore to snapshot {snapshot['uuid']}"

    def read_base(self) -> dict[str, Any] | None:
        """The snapshot under the copy, if it is there; one read."""
        return self.client.one(self._snapshots(), {"name": self.name}, ["uuid", "comment", "create_time", "is_partial", "snapshot_volumes"])

    def changed(self, base: dict[str, Any] | None) -> int | None:
        """Bytes that have changed in all volumes since the snapshot under the copy; None where that is not told."""
        total = 0
        for part in parts_of(base or {}):
            changed = changed_since(self.client, {"volume.uuid": part["volume_uuid"], "name": self.name})
            if changed is None:
                return None
            total += changed
        return total

    def objection(self, copy: Group | None, base: dict[str, Any] | None, changed: int | None) -> Objection | None:
        """What speaks against using the name: a copy that is there must be ours, and nothing may have changed since its snapshot.

        A snapshot of ours that has lost a part, and not all, means that an earlier run began to restore: then the copy was complete.
        """
        other = "Give safety_clone another name."
        mine = base is not None and base.get("comment") == self.mark
        if base is not None and not mine:
            return f"there is a snapshot {self.name} already", other
        # Restored volumes one by one leave the record of a snapshot that has nothing: then that restore was complete.
        over = base is not None and bool(base.get("is_partial")) and not parts_of(base)
        if copy is not None and (not mine or over):
            return f"there is a consistency group {self.name} already", other
        restoring = base is not None and bool(base.get("is_partial")) and copy is not None
        if base is not None and not restoring and (changed != 0 or base.get("is_partial")):
            text = f"{self.name} was made by an earlier run, and the group has changed since, or that is not known"
            return text, f"Delete the group and the snapshot {self.name}, or give safety_clone another name."
        return None

    def steps(self, copy: Group | None, base: dict[str, Any] | None) -> list[Step]:
        """The steps that are left to take; those that an earlier run has taken are left out."""
        source = self._source
        if source is None or copy is not None:
            return []
        steps = []
        if base is None:
            labels = {"name": self.name, "comment": self.mark}
            steps.append(Step("snapshot", "POST", self._snapshots(), body=labels, asynchronous=True, ready=self._begin))
        clone = {
            "parent_consistency_group": {"uuid": source.uuid},
            "parent_snapshot": {"name": self.name},
            "volume": {"prefix": f"{self.name}_"},
            "split_initiated": True,
        }
        body = {"name": self.name, "svm": {"name": source.svm}, "clone": clone}
        steps.append(
            Step("clone", "POST", GROUPS, body=body, asynchronous=True, ready=lambda deadline: self._with_snapshot(base, deadline))
        )
        return steps

    def wait_until_separate(self, deadline: waiting.Deadline) -> None:
        """Wait for the end of all splits; until then the copy needs its snapshot."""
        source = self._source

        def probe() -> waiting.Progress:
            found = read_groups(self.client, [source.svm]) if source else []
            copy = next((one for one in found if one.name == self.name), None)
            if copy is None or source is None:
                return waiting.Progress(False, "not there yet")
            fields = ["clone.is_flexclone", "clone.split_complete_percent"]
            volumes = list(self.client.select(VOLUMES, fields, {"uuid": set(copy.volumes.values())}, {"svm.name": [source.svm]}))
            left = [one for one in volumes if dig(one, "clone.is_flexclone")]
            if len(volumes) < len(source.volumes):
                raise Refused(f"The copy {self.name} lacks volumes of the group.", hint="Give safety_clone another name.")
            return waiting.Progress(not left, f"{len(left)} of {len(volumes)} volumes are not split yet")

        waiting.wait(probe, deadline, f"the copy {self.name}", report=self.client.report)

    def _snapshots(self) -> str:
        return f"{GROUPS}/{self._source.uuid if self._source else ''}/snapshots"

    def _begin(self, deadline: waiting.Deadline) -> bool:
        self.begun = True
        return True

    def _with_snapshot(self, earlier: dict[str, Any] | None, deadline: waiting.Deadline) -> bool:
        """Wait for the snapshot, which a task that does not wait for jobs finds unfinished; and for the clone that an earlier run began."""

        def probe() -> waiting.Progress:
            base = self.read_base()
            there = bool(base and base.get("create_time"))
            return waiting.Progress(there, "there" if there else "not there yet")

        waiting.wait(probe, deadline, f"snapshot {self.name}", report=self.client.report)
        self.begun = True
        if earlier is None or self._source is None or not follow_jobs(self.client, "POST", [GROUPS], deadline):
            return True
        return all(one.name != self.name for one in read_groups(self.client, [self._source.svm]))
