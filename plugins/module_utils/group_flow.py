# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is meant when LUNs are made out of others, deleted or restored as a group: members, their sources, and who belongs to whom.

Pairs go by id, never by position: two lists in another order are the same task, and two lists that do not fit together are refused. What
is wrong is collected as sentences, so that a run says everything at once.

LUNs that the role group_from_snapshot makes end their comment in "[group_from_snapshot NAME POINT of N]", as clones of a group snapshot
do with their own word (group_marks.py). A mark tells what an interrupted run has made; nothing else is taken for ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .client import Client, dig, literal
from .errors import InputError
from .fields import size
from .group_marks import LONGEST, Mark, read_mark
from .luns import LUNS, path_of_lun, volume_of_lun

NEW = re.compile(r"\[group_from_snapshot (?P<name>\S+) (?P<point>[0-9a-f]{12}) of (?P<count>\d+)\]$")
OPTIONS = ("qos_policy", "space_reserved", "space_allocation", "auto_delete", "online")
"""What a member may say of its LUN besides size and comment, in the words of the module lun."""


class NewMark(Mark):
    """The mark of a LUN that was made out of a clone of a group snapshot."""

    @property
    def text(self) -> str:
        """The mark itself."""
        return f"[group_from_snapshot {self.name} {self.point} of {self.count}]"


def read_new_mark(comment: str | None) -> NewMark | None:
    """The mark of a LUN out of a group snapshot at the end of a comment, if there is one."""
    found = NEW.search(comment or "")
    return NewMark(found["name"], found["point"], int(found["count"]), str(comment)[: found.start()].rstrip()) if found else None


class Lun:
    """A LUN as ONTAP tells it."""

    FIELDS = ("name", "uuid", "serial_number", "comment", "space.size", "lun_maps.igroup.name", "location.volume.uuid", "svm.name")

    def __init__(self, record: dict[str, Any]) -> None:
        self.path: str = record["name"]
        self.uuid: str = record["uuid"]
        self.serial_number: str | None = record.get("serial_number")
        self.size: int = dig(record, "space.size") or 0
        self.igroups: list[str] = [str(dig(one, "igroup.name")) for one in record.get("lun_maps") or []]
        self.clone_mark: Mark | None = read_mark(record.get("comment"))
        self.new_mark: NewMark | None = read_new_mark(record.get("comment"))

    @property
    def mark(self) -> Mark | None:
        """Its mark, of either kind."""
        return self.new_mark or self.clone_mark


class Entry:
    """One entry of a list: an id, the path of a LUN, and what else is said of it.

    `lun` and `clone` are two words for the path, so that the members of a group snapshot can be given as they are; a name without a path
    is one beside `source`, or beside what the entry is paired with.
    """

    def __init__(self, given: Any, number: int, what: str) -> None:
        words = {"clone": given} if isinstance(given, str) else dict(given) if isinstance(given, dict) else {}
        self.where = f"{what}, entry {number}"
        self.given = {key: value for key, value in words.items() if value is not None}
        self.source: str = str(self.given.get("source", ""))
        self.lun: str = str(self.given.get("lun", self.given.get("clone", "")))
        self.id: str = str(self.given.get("id", self.source or self.lun))
        self.source_id: str = str(self.given.get("source_id", self.id))
        self.comment: str = str(self.given.get("comment", ""))

    @property
    def size(self) -> int | None:
        """The size that is asked for, in bytes."""
        return size(self.given["size"]) if "size" in self.given else None

    def path(self, beside: str = "") -> str:
        """The path of the LUN."""
        return path_beside(self.lun, beside or self.source)


def path_beside(name: str, other: str) -> str:
    """A path as it is, or the path of a LUN of this name in the same place as another one."""
    path = name if name.startswith("/") or not other else f"{other.rpartition('/')[0]}/{name}"
    return path_of_lun(path, None, None)


def entries(given: Iterable[Any], what: str, known: Iterable[str]) -> tuple[list[Entry], list[str]]:
    """The entries of a list, and what is wrong with them each by itself and among each other."""
    found = [Entry(one, number, what) for number, one in enumerate(given, 1)]
    wrong = [text for one in found for text in _senseless(one, set(known))]
    for word, values in (("id", [one.id for one in found if one.id]), ("LUN", [one.lun for one in found if one.lun])):
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice and (word == "id" or all(value.startswith("/") for value in twice)):
            wrong.append(f"{what}: the {word} {', '.join(twice)} is there twice.")
    return found, wrong


def _senseless(one: Entry, known: set[str]) -> list[str]:
    wrong = []
    strange = sorted(set(one.given) - known)
    if strange:
        wrong.append(f"{one.where}: {', '.join(strange)} is not known here; known are {', '.join(sorted(known))}.")
    if not one.lun:
        wrong.append(f"{one.where} names no LUN.")
        return wrong
    try:
        one.path("/vol/v/beside" if not one.source else "")
        if one.source:
            path_of_lun(one.source, None, None)
        if "size" in one.given:
            size(one.given["size"])
    except InputError as error:
        wrong.append(f"{one.where}: {error.message}")
    return wrong


def pairs(members: list[Entry], sources: list[Entry]) -> tuple[list[tuple[Entry, Entry]], list[str]]:
    """Each member with the source that it names by id; every source is used, and once."""
    by_id = {one.id: one for one in sources}
    found, wrong = [], []
    if len(members) != len(sources):
        wrong.append(f"There are {len(members)} member(s) and {len(sources)} source(s); each member has a source of its own.")
    unknown = [f"{one.id} (source {one.source_id})" for one in members if one.source_id not in by_id]
    if unknown:
        wrong.append(f"No source has the id of these members: {', '.join(unknown)}. The ids are {', '.join(by_id) or 'none'}.")
    used = [one.source_id for one in members]
    twice = sorted({one for one in used if used.count(one) > 1})
    if twice:
        wrong.append(f"More than one member is to be made out of {', '.join(twice)}.")
    unused = [one.id for one in sources if one.id not in used]
    if unused:
        wrong.append(f"No member is made out of these sources: {', '.join(unused)}.")
    for one in members:
        if one.source_id in by_id:
            found.append((one, by_id[one.source_id]))
    return found, wrong


def too_long(comment: str) -> bool:
    """Whether ONTAP would not take a comment."""
    return len(comment.encode()) > LONGEST


def volumes_of(paths: Iterable[str]) -> list[str]:
    """The volumes of these LUNs, each once."""
    return list(dict.fromkeys(volume_of_lun(path) for path in paths))


def read_luns(client: Client, svm: str, paths: Iterable[str] | None) -> list[Lun]:
    """These LUNs, as far as they exist, in one read; without paths, those that may have the mark of a group snapshot."""
    if paths is None:
        query = {"svm.name": literal(svm), "comment": "*group_snapshot*"}
        return [Lun(one) for one in client.records(LUNS, Lun.FIELDS, query)]
    wanted = list(dict.fromkeys(paths))
    area = {"location.volume.name": volumes_of(wanted)}
    return [Lun(one) for one in client.select(LUNS, Lun.FIELDS, {"svm.name": [svm], "name": wanted}, area)]
