# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of the LUNs of a group, and what speaks against it: decided from what was read, without asking anything.

A flow reads the LUNs that it names, all at once (`paths`), and decides about all of them (`decide`), so that everything that speaks
against it is said before the first write.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .group_flow import Entry, Lun, entries
from .group_marks import Mark

ABSENT, OURS, TAKEN = "absent", "ours", "taken"
"""What there is at the path of a LUN: nothing, a LUN with the mark of this group, another LUN."""

CLONE_WORDS = ("id", "source", "clone", "lun", "comment")


class Asked:
    """What a task asks for, the same for all flows."""

    def __init__(self, params: dict[str, Any]) -> None:
        self.name: str = params["name"] or ""
        self.snapshot: str = params["snapshot"] or ""
        self.mapped = set(params["accept_mapped"])
        self.unmarked = set(params["accept_unmarked"])
        self.members_given: list[Any] = params["members"]
        self.sources_given: list[Any] = params["sources"]


class Flow:
    """A flow: its entries and what is wrong with them, the paths that it has to know, and the decision."""

    words: tuple[str, ...] = CLONE_WORDS
    named = True

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.members, self.objections = entries(asked.members_given, "members", self.words)
        self.records: list[dict[str, Any]] = []
        self.changes: list[dict[str, Any]] = []
        self.set_members: list[dict[str, Any]] = []
        self.point: str | None = None
        self.luns: dict[str, Lun] = {}
        if self.named and (not asked.name or any(letter.isspace() for letter in asked.name)):
            self.objections.append(f"{asked.name!r} cannot be the name of a group; it has at least a letter, and no blanks.")

    def paths(self) -> list[str]:
        """The LUNs that have to be read."""
        return [one.path() for one in self.members]

    def decide(self, luns: Iterable[Lun]) -> None:
        """Fill records, changes and objections."""
        self.luns = {one.path: one for one in luns}
        self.weigh()
        strange = sorted((self.asked.mapped | self.asked.unmarked) - set(self.paths()))
        if strange:
            self.objections.append(f"What is accepted by name is none of these LUNs: {', '.join(strange)}.")

    def weigh(self) -> None:
        """The decision of a flow."""
        raise NotImplementedError

    def against_maps(self, lun: Lun, fate: str) -> None:
        """Object to what would happen to a LUN that hosts may use, unless it is named as accepted."""
        if lun.igroups and lun.path not in self.asked.mapped:
            self.objections.append(f"LUN {lun.path} is mapped to {', '.join(lun.igroups)} and {fate}. Unmap it, or accept it by name.")

    def one_point(self, marks: dict[str, Mark | None]) -> None:
        """The point in time of a group snapshot's clones: one, and each clone says so, unless it is accepted without a mark."""
        name = self.asked.snapshot
        silent = sorted(path for path, mark in marks.items() if mark is None and path not in self.asked.unmarked)
        if silent:
            self.objections.append(
                f"These LUNs have no mark of a group snapshot: {', '.join(silent)}. Nobody can tell whether they are of one point in time."
                " Accept them by name if you know it."
            )
        told = {(mark.name, mark.point) for mark in marks.values() if mark is not None}
        if len(told) > 1:
            words = ", ".join(f"{mark.name} {mark.point} ({path})" for path, mark in sorted(marks.items()) if mark is not None)
            self.objections.append(f"The LUNs are not of one point in time: {words}.")
        others = sorted({mark for mark, _point in told} - {name}) if name else []
        if others:
            self.objections.append(f"The LUNs are of the group snapshot {', '.join(others)}, not of {name}.")
        if len(told) == 1:
            self.point = next(iter(told))[1]

    def record(self, entry: Entry, path: str, state: str, **more: Any) -> None:
        """What is told of a member."""
        lun = self.luns.get(path)
        mark = lun.mark if lun else None
        self.records.append(
            {
                "id": entry.id,
                "lun": path,
                "state": state,
                "uuid": lun.uuid if lun else None,
                "serial_number": lun.serial_number if lun else None,
                "size": lun.size if lun else None,
                "igroups": lun.igroups if lun else [],
                "mark": mark.text if mark else None,
                **more,
            }
        )
