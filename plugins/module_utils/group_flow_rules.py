# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The LUNs of a group are deleted, restored, or taken back by the run that made them; and which flows there are."""

from __future__ import annotations

from collections.abc import Iterable

from .group_flow import Entry, Lun
from .group_flow_course import ABSENT, OURS, TAKEN, Asked, Flow
from .group_flow_making import FromSnapshot, FromSource
from .luns import volume_of_lun


class Deleting(Flow):
    """The clones of a group snapshot go."""

    named = False

    def decide(self, luns: Iterable[Lun]) -> None:
        """Where no member is named, they are all LUNs that have the mark."""
        found = list(luns)
        if self.whole:
            mine = sorted(one.path for one in found if self._ours(one))
            self.members = [Entry(path, number, "members") for number, path in enumerate(mine, 1)]
        super().decide(found)

    @property
    def whole(self) -> bool:
        """Whether all LUNs with the mark of this group snapshot are meant."""
        return not self.asked.members_given and bool(self.asked.name)

    def weigh(self) -> None:
        """Delete what is there and ours."""
        for entry in self.members:
            path = entry.path()
            lun = self.luns.get(path)
            state = ABSENT if lun is None else OURS if self._ours(lun) else TAKEN
            if lun is not None:
                if state == TAKEN and path not in self.asked.unmarked:
                    self._not_ours(lun)
                self.against_maps(lun, "would be deleted under its hosts")
            item = {"name": path, "state": "absent", **({"allow_mapped": True} if path in self.asked.mapped else {})}
            self.changes.append(item)
            self.record(entry, path, state)
        points = {one.clone_mark.point for one in self.luns.values() if one.clone_mark and self._ours(one)}
        self.point = next(iter(points)) if len(points) == 1 else None

    def _ours(self, lun: Lun) -> bool:
        return lun.clone_mark is not None and self.asked.name in ("", lun.clone_mark.name)

    def _not_ours(self, lun: Lun) -> None:
        of = f" of {self.asked.name}" if self.asked.name else ""
        says = f" (it says {lun.mark.text})" if lun.mark else ""
        self.objections.append(f"LUN {lun.path} has no mark of a group snapshot{of}{says}; it is not ours. Accept it by name to delete it.")


class Restoring(Flow):
    """LUNs get the contents of their clones back."""

    named = False

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        for one in self.members:
            if not one.source:
                self.objections.append(f"{one.where} names no source, the LUN that is restored.")
            elif one.lun and not self.objections and volume_of_lun(one.path()) != volume_of_lun(one.source):
                self.objections.append(f"{one.source} cannot be restored from {one.path()}: that is in another volume.")

    def paths(self) -> list[str]:
        """The LUNs, and their clones."""
        return [path for one in self.members for path in (one.source, one.path())]

    def weigh(self) -> None:
        """Restore all, or none."""
        clones = {}
        for entry in self.members:
            lun, clone = self.luns.get(entry.source), self.luns.get(entry.path())
            for path, found in ((entry.source, lun), (entry.path(), clone)):
                if found is None:
                    self.objections.append(f"LUN {path} does not exist.")
            if clone is not None:
                clones[clone.path] = clone.clone_mark
                self.against_maps(clone, "may be written to")
            if lun is not None:
                self.against_maps(lun, "would be overwritten under its hosts")
            if lun is not None and clone is not None and clone.size < lun.size:
                self.objections.append(
                    f"LUN {lun.path} has {lun.size} bytes, and its clone {clone.path} {clone.size}: a restore would make it smaller."
                    " Grow the clone with ndo.ontap.lun first."
                )
            self.changes.append(
                {"name": entry.source, "state": "restored", "clone_from": entry.path(), "allow_mapped": entry.source in self.asked.mapped}
            )
            self.record(entry, entry.source, OURS if lun else ABSENT, clone=entry.path())
        self.one_point(clones)


class Undoing(Flow):
    """LUNs that a run has made go again: those of these paths that have its mark, and that nobody uses."""

    def weigh(self) -> None:
        """Delete what has the mark."""
        for entry in self.members:
            path = entry.path()
            lun = self.luns.get(path)
            ours = lun is not None and lun.mark is not None and lun.mark.name == self.asked.name
            if lun is not None and ours and not lun.igroups:
                self.changes.append({"name": path, "state": "absent"})
            elif lun is not None and ours:
                self.objections.append(f"LUN {path} is mapped to {', '.join(lun.igroups)} meanwhile, and stays.")
            self.record(entry, path, ABSENT if lun is None else OURS if ours else TAKEN)


FLOWS: dict[str, type[Flow]] = {
    "from_snapshot": FromSnapshot,
    "from_source": FromSource,
    "delete": Deleting,
    "restore": Restoring,
    "undo": Undoing,
}
