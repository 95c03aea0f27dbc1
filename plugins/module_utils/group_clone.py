# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done so that LUNs have clones of one point in time: decided from what there is, without asking anything.

A set is complete, or it is resumed from its own snapshot, or it is undone and taken anew; clones of two points in time are never mixed.
What an earlier run made is known by its mark (clones: group_marks.py; snapshots: group_point.py), and nothing else is ever undone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .errors import InputError
from .group_marks import LONGEST, UNKNOWN, Mark, read_mark
from .group_point import Instant, mark_of
from .luns import in_snapshot, path_of_lun, volume_of_lun

COMPLETE, RESUME, FRESH, UNDO = "complete", "resume", "fresh", "undo"
MOST = 1023
"""Snapshots that a volume may have. Source: SDK's description, volume.snapshot_count."""

RESTING = ("complete", "failed")
"""States in which the move of a LUN is over; it is told for two minutes more. Source: API reference, lun.movement.progress.state."""


class Member:
    """A LUN of the group, and the clone that it is to have."""

    def __init__(self, given: dict[str, Any], number: int) -> None:
        self.source: str = path_of_lun(given["source"], None, None)
        self.volume = volume_of_lun(self.source)
        folder = self.source.rpartition("/")[0]
        self.clone: str = path_of_lun(given["clone"] if given["clone"].startswith("/") else f"{folder}/{given['clone']}", None, None)
        self.id: str = given.get("id") or self.source
        self.comment: str = given.get("comment") or ""
        if volume_of_lun(self.clone) != self.volume:
            raise InputError(
                f"Member {number}: a clone of {self.source} is made in its volume, and {self.clone} is in another one.",
                hint="To bring it to another volume, move it afterwards with ndo.ontap.lun_move.",
                target="members",
            )


class Scene:
    """What there is: volumes and LUNs (records by their names), the snapshots of the name, and a sentence about groups of others."""

    def __init__(self, instant: Instant) -> None:
        self.volumes: dict[str, dict[str, Any]] = {}
        self.luns: dict[str, dict[str, Any]] = {}
        self.instant = instant
        self.taken = ""


class Wish:
    """What is asked for: the name of the group snapshot, and its members."""

    def __init__(self, svm: str, name: str, members: list[dict[str, Any]]) -> None:
        self.svm = svm
        self.name = name
        self.members = [Member(given, number) for number, given in enumerate(members, 1)]
        self.volumes = list(dict.fromkeys(member.volume for member in self.members))
        self._check()

    def _check(self) -> None:
        if not self.members:
            raise InputError("members names no LUN.", target="members")
        if any(letter.isspace() for letter in self.name) or not self.name:
            raise InputError(f"{self.name!r} is not the name of a snapshot.", target="name")
        for what, values in (("id", [one.id for one in self.members]), ("clone", [one.clone for one in self.members])):
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise InputError(f"Two members have the {what} {', '.join(twice)}.", target="members")
        both = sorted({one.clone for one in self.members} & {one.source for one in self.members})
        if both:
            raise InputError(f"{', '.join(both)} cannot be a source and a clone.", target="members")
        for one in self.members:
            if len(self.new(one, UNKNOWN).encode()) > LONGEST:
                raise InputError(
                    f"The comment of {one.clone} would be longer than {LONGEST} bytes with the mark of the group snapshot.",
                    target="members",
                )

    def new(self, member: Member, point: str) -> str:
        """The comment of a clone that is to be made."""
        return Mark(self.name, point, len(self.members)).after(member.comment)


class Decision:
    """What becomes of the set, and what speaks against it."""

    def __init__(self, wish: Wish, scene: Scene) -> None:
        self.wish = wish
        self.scene = scene
        self.objections: list[str] = []
        # Every LUN of the volumes that carries the mark, of members and of others.
        marks = {path: read_mark(record.get("comment"), wish.name) for path, record in scene.luns.items()}
        self.marks: dict[str, Mark] = {path: mark for path, mark in marks.items() if mark}
        self.mine = {one.clone: self.marks[one.clone] for one in wish.members if one.clone in self.marks}
        self.others = sorted(set(self.marks) - set(self.mine))
        self.points = sorted({mark.point for mark in self.mine.values()})
        self.snapshots = scene.instant.records
        self.state = self._state()
        self.point = self._point()
        self._object()

    # -- the state -----------------------------------------------------------------------------------------------------

    def _state(self) -> str:
        if len(self.mine) == len(self.wish.members) and len(self.points) == 1:
            return COMPLETE
        if not self.mine and not self.snapshots:
            return FRESH
        # A set without clones yet is resumed from snapshots that are provably of one instant only.
        one = self.scene.instant.point
        return RESUME if one and (self.points == [one] or (not self.points and self.scene.instant.proven)) else UNDO

    def _point(self) -> str | None:
        if self.state == COMPLETE:
            return self.points[0]
        return self.scene.instant.point if self.state == RESUME else None

    def own(self, snapshot: dict[str, Any]) -> bool:
        """Whether a snapshot was taken for a group: by its own mark, or because clones with our mark were made out of all of them."""
        return mark_of(snapshot) is not None or self.scene.instant.point in self.points

    @property
    def leftovers(self) -> list[str]:
        """The volumes with a snapshot of ours that this state has no use for."""
        if self.state not in (COMPLETE, UNDO):
            return []
        return [name for name, one in self.snapshots.items() if self.own(one)]

    @property
    def doomed(self) -> list[str]:
        """The clones with our mark that have to go before the set is taken anew."""
        return sorted(self.marks) if self.state == UNDO else []

    # -- what speaks against it ----------------------------------------------------------------------------------------

    def _object(self) -> None:
        for one in self.wish.members:
            self._object_to_member(one)
        if self.state != COMPLETE:
            for name in self.wish.volumes:
                self.objections += self._against_volume(name)
            self._object_to_snapshots()
        if self.state in (FRESH, UNDO):
            self.objections += [self.scene.taken] if self.scene.taken else []
            self._object_to_moves()
        if self.state == UNDO:
            self._object_to_undo()

    def _object_to_member(self, one: Member) -> None:
        luns = self.scene.luns
        if one.clone in luns and one.clone not in self.mine:
            self.objections.append(f"LUN {one.clone} exists and has no mark of the group snapshot {self.wish.name}; it is not ours.")
        if one.source not in luns and self.state in (FRESH, UNDO):
            self.objections.append(f"LUN {one.source} does not exist.")

    def _against_volume(self, name: str) -> Iterable[str]:
        record = self.scene.volumes.get(name)
        if record is None:
            return [f"There is no volume {name} in {self.wish.svm}."]
        found = []
        if record.get("state") != "online":
            found.append(f"Volume {name} is {record.get('state')}.")
        if record.get("type") not in (None, "rw"):
            found.append(f"Volume {name} is of type {record.get('type')}; it cannot be written to.")
        if record.get("style") == "flexgroup":
            found.append(f"Volume {name} is a FlexGroup; LUNs are cloned in FlexVol volumes only.")
        if self.state == FRESH and (record.get("snapshot_count") or 0) >= MOST:
            found.append(f"Volume {name} has {record['snapshot_count']} snapshots, which is the most.")
        return found

    def _object_to_snapshots(self) -> None:
        foreign = sorted(name for name, one in self.snapshots.items() if not self.own(one))
        if foreign:
            self.objections.append(
                f"Snapshot {self.wish.name} exists in {', '.join(foreign)} and was not taken for a group; it is not ours."
                " Use another name, or rename it."
            )

    def _object_to_moves(self) -> None:
        """Source: CLI manual, lun move start: snapshots are blocked while a move is prepared; a LUN that still arrives has not all data."""
        sources = {one.source for one in self.wish.members}
        for path, record in sorted(self.scene.luns.items()):
            progress = (record.get("movement") or {}).get("progress") or {}
            moving = progress.get("state") not in (None, *RESTING)
            if moving and (path in sources or progress.get("volume_snapshot_blocked") or progress.get("state") == "preparing"):
                self.objections.append(f"LUN {path} is being moved ({progress.get('state')}): wait until it has arrived.")

    def _object_to_undo(self) -> None:
        used = [path for path in self.doomed if self.scene.luns[path].get("lun_maps")]
        if used:
            self.objections.append(
                f"The set is not complete, and has to be taken anew; but somebody uses clones of it: {', '.join(used)} are mapped."
                " Unmap them, or use another name."
            )
        for point in self.points:
            mine = [mark for mark in self.marks.values() if mark.point == point]
            if mine[0].count and len(mine) >= mine[0].count:
                self.objections.append(
                    f"There is a complete set of {mine[0].count} clones of {self.wish.name} (point {point}), of other members than these."
                    " Use another name, or delete it first."
                )

    # -- what is to be done --------------------------------------------------------------------------------------------

    def clones(self) -> list[dict[str, Any]]:
        """The clones as the module lun takes them, in the order of the members; those that are there keep their mark."""
        found = []
        for one in self.wish.members:
            mark = self.mine.get(one.clone) if self.state in (COMPLETE, RESUME) else None
            comment = mark.after(one.comment) if mark else self.wish.new(one, self.point or UNKNOWN)
            found.append({"name": one.clone, "clone_from": one.source, "snapshot": self.wish.name, "comment": comment})
        return found

    def shown(self) -> list[dict[str, Any]]:
        """The members as a result tells them."""
        return [self._shown(one) for one in self.wish.members]

    def _shown(self, one: Member) -> dict[str, Any]:
        record = self.scene.luns.get(one.clone) or {}
        source = self.scene.luns.get(one.source) or {}
        mark = self.mine.get(one.clone)
        return {
            "id": one.id,
            "source": one.source,
            "out_of": in_snapshot(one.source, self.wish.name),
            "clone": one.clone,
            "volume": one.volume,
            "size": (source.get("space") or {}).get("size"),
            "state": "absent" if not record else "cloned" if mark else "taken",
            "point": mark.point if mark else None,
            "uuid": record.get("uuid"),
            "serial_number": record.get("serial_number"),
            "mapped": bool(record.get("lun_maps")),
        }
