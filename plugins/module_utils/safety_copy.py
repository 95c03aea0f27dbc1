# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A volume of its own with the data that another volume has now, made before that other one is brought back to an old snapshot.

A FlexClone of a snapshot of the present, split from its parent. Until the split is over, the snapshot belongs to the clone and stands
in the way of the restore; afterwards the restore deletes it, and the copy does not need it any more. docs/decisions/006 says why.
Sources: API reference, volume (clone.*); ONTAP documentation, FlexClone.
"""

from __future__ import annotations

from typing import Any

from . import waiting
from .client import Client, dig
from .errors import Refused
from .plan import Step
from .snapshots import VOLUMES, read_volumes

FIELDS = ("name", "state", "type", "comment", "nas.path", "clone.is_flexclone", "clone.split_initiated", "clone.split_complete_percent")
"""What is read of the copy, and of the volume itself."""

Objection = tuple[str, str]
"""Why something is refused, and the way out."""


class SafetyCopy:
    """The copy of one volume; the snapshot under it has the same name.

    home: the uuid of the volume; mark: the comment by which the next run knows the copy of one that was interrupted; begun: whether a
    step towards it has been taken.
    """

    def __init__(self, client: Client, svm: str, volume: str, name: str) -> None:
        self.client = client
        self.svm = svm
        self.volume = volume
        self.name = name
        self.home = ""
        self.mark = ""
        self.begun = False
        self._record: dict[str, Any] | None = None

    def aim(self, snapshot: dict[str, Any]) -> None:
        """Take note of the snapshot to which the volume is to go back."""
        self.home = str(dig(snapshot, "volume.uuid"))
        self.mark = f"{self.volume} before its restore to snapshot {snapshot['uuid']}"

    def objection(self, copy: dict[str, Any] | None, base: dict[str, Any] | None, changed: int | None) -> Objection | None:
        """What speaks against using the name: a copy that is there must be ours, and nothing may have changed since its snapshot."""
        if copy is not None and copy.get("comment") != self.mark:
            return f"there is a volume {self.name} already", "Give safety_clone another name."
        if base is not None and base.get("comment") != self.mark:
            return f"there is a snapshot {self.name} already", "Give safety_clone another name."
        if (copy or base) and (base is None or changed != 0):
            text = f"{self.name} was made by an earlier run, and the volume has changed since, or that is not known"
            return text, f"Delete the volume and the snapshot {self.name}, or give safety_clone another name."
        return None

    def steps(self, copy: dict[str, Any] | None, base: dict[str, Any] | None) -> list[Step]:
        """The steps that are left to take; those that an earlier run has taken are left out."""
        steps = []
        labels = {"name": self.name, "comment": self.mark}
        if base is None and copy is None:
            steps.append(Step("snapshot", "POST", f"{VOLUMES}/{self.home}/snapshots", body=labels, asynchronous=True, ready=self._begin))
        if copy is None:
            clone = {"is_flexclone": True, "parent_volume": {"name": self.volume}, "parent_snapshot": {"name": self.name}}
            body = {**labels, "svm": {"name": self.svm}, "clone": clone}
            steps.append(Step("clone", "POST", VOLUMES, body=body, asynchronous=True, ready=self._with_snapshot))
        if copy is None or (dig(copy, "clone.is_flexclone") and not dig(copy, "clone.split_initiated")):
            body = {"clone": {"split_initiated": True}}
            steps.append(Step("split", "PATCH", self._path, body=body, asynchronous=True, ready=self._with_clone))
        return steps

    def wait_until_separate(self, deadline: waiting.Deadline) -> None:
        """Wait for the end of the split; until then the copy needs its snapshot."""

        def probe() -> waiting.Progress:
            copy = self._read()
            if copy is None:
                raise Refused(f"The copy {self.name} was made and is gone again.", hint="Somebody deletes it; settle that first.")
            done = not dig(copy, "clone.is_flexclone")
            return waiting.Progress(done, f"split {dig(copy, 'clone.split_complete_percent', 0)} % done")

        waiting.wait(probe, deadline, f"the split of {self.name} from {self.volume}", report=self.client.report)

    # A task that does not wait for jobs finds what its step before has made unfinished, so the next two steps look first.

    def _begin(self, deadline: waiting.Deadline) -> bool:
        self.begun = True
        return True

    def _with_snapshot(self, deadline: waiting.Deadline) -> bool:
        def probe() -> waiting.Progress:
            path = f"{VOLUMES}/{self.home}/snapshots"
            return waiting.Progress(self.client.one(path, {"name": self.name}, ["uuid"]) is not None, "not there yet")

        waiting.wait(probe, deadline, f"snapshot {self.name} of {self.volume}", report=self.client.report)
        return self._begin(deadline)

    def _with_clone(self, deadline: waiting.Deadline) -> bool:
        def probe() -> waiting.Progress:
            return waiting.Progress(self._read() is not None, "not there yet")

        waiting.wait(probe, deadline, f"clone {self.name} of {self.volume}", report=self.client.report)
        return self._begin(deadline)

    def _read(self) -> dict[str, Any] | None:
        place = (self.svm, self.name)
        self._record = read_volumes(self.client, [place], FIELDS).get(place)
        return self._record

    def _path(self) -> str:
        return f"{VOLUMES}/{(self._record or {}).get('uuid')}"
