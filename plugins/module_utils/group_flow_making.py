# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""New LUNs of a group, each out of a source with its id: out of the clones of a group snapshot, or out of LUNs that hosts write to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from .group_flow import OPTIONS, Entry, Lun, NewMark, entries, pairs, too_long
from .group_flow_course import ABSENT, CLONE_WORDS, OURS, TAKEN, Asked, Flow
from .group_marks import LONGEST, UNKNOWN, Mark
from .luns import rounding, volume_of_lun


class Making(Flow):
    """New LUNs, each out of a source with its id."""

    words = ("id", "source_id", "lun", "size", "comment", *OPTIONS)
    source_words: tuple[str, ...] = CLONE_WORDS

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self.sources, wrong = entries(asked.sources_given, "sources", self.source_words)
        self.pairs, unequal = pairs(self.members, self.sources)
        self.objections += wrong + unequal
        if not self.objections:
            self.objections += self._in_each_others_way()

    def paths(self) -> list[str]:
        """The sources, and where the new LUNs are to be."""
        found = []
        for member, source in self.pairs:
            found += [source.path(), member.path(source.path())]
        return found

    def _in_each_others_way(self) -> list[str]:
        targets = [member.path(source.path()) for member, source in self.pairs]
        origins = {source.path() for _member, source in self.pairs}
        twice = sorted({one for one in targets if targets.count(one) > 1})
        wrong = [f"Two members are to be {path}." for path in twice]
        wrong += [f"{path} cannot be a source and a new LUN." for path in sorted(origins & set(targets))]
        for member, source in self.pairs:
            path, origin = member.path(source.path()), source.path()
            if volume_of_lun(path) != volume_of_lun(origin):
                wrong.append(
                    f"{path}: a clone is made in the volume of its source, {origin}. To bring it elsewhere, move it afterwards with"
                    " ndo.ontap.lun_move."
                )
        return wrong

    def ours(self, lun: Lun) -> bool:
        """Whether a LUN was made by an earlier run for this group."""
        raise NotImplementedError

    def state_of(self, path: str) -> str:
        """What there is at the path of a new LUN."""
        lun = self.luns.get(path)
        if lun is None:
            return ABSENT
        if self.ours(lun):
            return OURS
        self.objections.append(f"LUN {path} exists and was not made for {self.asked.name}; it is not ours.")
        return TAKEN

    def sized(self, member: Entry, path: str, origin: str) -> dict[str, Any]:
        """The size that the new LUN has to be given, if any; a size below what its source has is an objection."""
        wanted, source, there = member.size, self.luns.get(origin), self.luns.get(path)
        if wanted is None:
            return {}
        if there is None and source is not None and wanted + rounding(wanted) < source.size:
            self.objections.append(f"{path}: {wanted} bytes are less than its source {origin} has, {source.size}.")
        now = there.size if there is not None else source.size if source is not None else wanted
        return {"size": wanted} if wanted > now else {}

    def options(self, member: Entry) -> dict[str, Any]:
        """What else is asked for of the new LUN."""
        return {key: member.given[key] for key in OPTIONS if key in member.given}

    def look_for(self, path: str, origin: str, state: str) -> None:
        """Object when the source of a LUN that is still to be made is missing."""
        if state == ABSENT and origin not in self.luns:
            self.objections.append(f"LUN {origin} does not exist, out of which {path} is to be made.")


class FromSnapshot(Making):
    """Out of the clones that a group snapshot consists of."""

    def ours(self, lun: Lun) -> bool:
        """Whether a LUN has the mark of this group."""
        return lun.new_mark is not None and lun.new_mark.name == self.asked.name

    def weigh(self) -> None:
        """Make what is missing, and grow what is too small."""
        states = {member.id: self.state_of(member.path(source.path())) for member, source in self.pairs}
        missing = [source for member, source in self.pairs if states[member.id] == ABSENT]
        origins = [self.luns[one.path()] for one in missing if one.path() in self.luns]
        for lun in origins:
            self.against_maps(lun, "may be written to")
        if origins:
            self.one_point({lun.path: lun.clone_mark for lun in origins})
        self._not_mixed()
        point = self.point or _point_of(self.luns[source.path()] for _member, source in self.pairs if source.path() in self.luns)
        for member, source in self.pairs:
            self._plan(member, source, states[member.id], point)

    def _not_mixed(self) -> None:
        """LUNs of this group that are there have to be of the same point in time."""
        there = [self.luns[path] for path in self.paths() if path in self.luns and self.ours(self.luns[path])]
        points = {lun.new_mark.point for lun in there if lun.new_mark}
        if self.point:
            points.add(self.point)
        if len(points) > 1:
            words = ", ".join(f"{lun.path} ({lun.new_mark.point})" for lun in there if lun.new_mark)
            self.objections.append(
                f"{self.asked.name} has LUNs of another point in time than the sources: {words}. Points are never mixed: delete those, or"
                " use another name."
            )
        self.point = self.point or next(iter(points), None)

    def _plan(self, member: Entry, source: Entry, state: str, point: str) -> None:
        origin = source.path()
        path = member.path(origin)
        self.look_for(path, origin, state)
        grow = self.sized(member, path, origin)
        comment = NewMark(self.asked.name, point, len(self.pairs)).after(member.comment)
        if too_long(comment):
            self.objections.append(f"{path}: with its mark, the comment is longer than {LONGEST} bytes.")
        new = {"clone_from": origin, "comment": comment} if state == ABSENT else {}
        self.changes.append({"name": path, **new, **grow, **self.options(member)})
        self.record(member, path, state, source=origin, grows="size" in grow)


def _point_of(luns: Iterable[Lun]) -> str:
    """A name for the point in time of LUNs that have no mark: which LUNs they are."""
    lines = "\n".join(sorted(lun.uuid for lun in luns))
    return hashlib.sha256(lines.encode()).hexdigest()[: len(UNKNOWN)]


class FromSource(Making):
    """Out of LUNs that hosts write to: the role group_snapshot makes the clones, and this one says which, and grows them."""

    source_words = ("id", "lun")

    def ours(self, lun: Lun) -> bool:
        """Whether a LUN is a clone of the group snapshot that the role takes for this group."""
        return lun.clone_mark is not None and lun.clone_mark.name == self.asked.name

    def weigh(self) -> None:
        """Name the clones, and what they have to be given afterwards."""
        for member, source in self.pairs:
            origin = source.path()
            path = member.path(origin)
            state = self.state_of(path)
            self.look_for(path, origin, state)
            grow = self.sized(member, path, origin)
            if too_long(Mark(self.asked.name, UNKNOWN, len(self.pairs)).after(member.comment)):
                self.objections.append(f"{path}: with its mark, the comment is longer than {LONGEST} bytes.")
            self.set_members.append({"id": member.id, "source": origin, "clone": path, "comment": member.comment})
            later = {**grow, **self.options(member)}
            if later:
                self.changes.append({"name": path, **later})
            self.record(member, path, state, source=origin, grows="size" in grow)
