# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who writes what: hosts that write numbered records across several LUNs, and whether a set of LUNs is write-order consistent.

A writer (table `writers`) is an application whose writes depend on each other, as those of a database do: it writes record after record,
each to the next of its LUNs in turn, and begins a record only when the one before is acknowledged. While the LUN of the next record is
fenced, offline or not served, the writer waits, and nothing is written anywhere. A LUN remembers which records it has (`sim.records`);
snapshots and clones take that along, so it tells what a clone holds.

A set of LUNs is consistent when none of them holds a record that is later than one that it, or another of the set, lacks. (A crash leaves
a set like that; an application can recover from it. From any other set it cannot.)

Nothing runs by itself: `catch_up` works out what was written since the last look. Whoever changes what can be written, or reads what was,
calls it first (`Ledger.catch_up`); the ledger does at each look. Choices: the rate, the turn, the wait; that two snapshots which no fence
holds together are never taken at the same moment, so each writer writes a round after each of them (`between`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import reach
from .store import Row, Store

ROUNDING = 1e-3
"""Part of a record by which the sum of many intervals may be off."""

RATE = 100.0
"""Records a second."""


def insert(store: Store, now: float, name: str, luns: list[Row], rate: float = RATE) -> Row:
    """Let a writer begin on these LUNs, in this order."""
    if not luns or rate <= 0:
        raise ValueError("a writer needs LUNs, and a rate above 0")
    if name in store.table("writers"):
        raise ValueError(f"there is a writer {name} already")
    row = {"name": name, "luns": [lun["uuid"] for lun in luns], "seconds": 1 / rate, "written": 0, "next": now, "stopped": False}
    for index, lun in enumerate(luns):
        lun["sim"].setdefault("records", {})[name] = {"index": index, "of": len(luns), "ranges": []}
    row["blocked"] = _blocked(store, row)
    return store.insert("writers", row, key=name)


def stop(store: Store, name: str) -> None:
    """Let a writer end; what it has written stays."""
    if name not in store.table("writers"):
        raise ValueError(f"there is no writer {name}")
    store.table("writers")[name]["stopped"] = True


def catch_up(store: Store, now: float) -> None:
    """Write what was due since the last look, by what could be written then; and remember what can be written from now on."""
    for writer in store.table("writers").values():
        if writer["stopped"]:
            continue
        if writer["next"] <= now + ROUNDING * writer["seconds"]:
            due = int((now - writer["next"]) / writer["seconds"] + ROUNDING) + 1
            done = _write(store, writer, due)
            writer["next"] += done * writer["seconds"]
        blocked = _blocked(store, writer)
        if writer["next"] <= now and _turn(writer) not in blocked:
            # The record that waited is acknowledged now.
            writer["next"] = now + writer["seconds"]
        writer["blocked"] = blocked


def between(store: Store, volume: str) -> None:
    """Something of a volume was read; unless a fence holds it together with what comes next, each writer that can writes a round."""
    if volume in store.table("fences"):
        return
    for writer in store.table("writers").values():
        if not writer["stopped"]:
            _write(store, writer, len(writer["luns"]))


def _turn(writer: Row) -> int:
    """Which of its LUNs the next record is for."""
    return int(writer["written"] % len(writer["luns"]))


def _blocked(store: Store, writer: Row) -> list[int]:
    """Which of its LUNs a writer cannot write to at this moment."""
    luns, volumes = store.table("luns"), store.table("volumes")
    found = []
    for index, uuid in enumerate(writer["luns"]):
        lun = luns.get(uuid)
        volume = volumes.get(lun["location"]["volume"]["uuid"]) if lun else None
        if lun is None or volume is None or not lun["enabled"] or reach.blocked(store, volume):
            found.append(index)
    return found


def _write(store: Store, writer: Row, count: int) -> int:
    """Write so many records, or as many as there are before one that has to wait; returns how many."""
    luns = writer["luns"]
    first, turn = writer["written"] + 1, _turn(writer)
    if writer["blocked"]:
        count = min(count, *((index - turn) % len(luns) for index in writer["blocked"]))
    if count <= 0:
        return 0
    last = writer["written"] + count
    for index, uuid in enumerate(luns):
        lun = store.table("luns").get(uuid)
        if lun is not None:
            held = lun["sim"].setdefault("records", {})
            mine = held.setdefault(writer["name"], {"index": index, "of": len(luns), "ranges": []})
            _extend(mine["ranges"], first, last)
    writer["written"] = last
    return count


def _extend(ranges: list[list[int]], first: int, last: int) -> None:
    if ranges and ranges[-1][1] == first - 1:
        ranges[-1][1] = last
    else:
        ranges.append([first, last])


# -- the check -------------------------------------------------------------------------------------------------------------


def _at_or_after(number: int, index: int, of: int) -> int:
    """The first record from this number on that is for the LUN at this place."""
    return number + (index + 1 - number) % of


def _at_or_before(number: int, index: int, of: int) -> int:
    """The last record up to this number that is for the LUN at this place; 0 or less when there is none."""
    return number - (number - index - 1) % of


def holds(entry: Row) -> tuple[int, int]:
    """The newest record that a LUN has (0: none), and the oldest that it lacks."""
    index, of = entry["index"], entry["of"]
    newest, lacks = 0, index + 1
    for first, last in entry["ranges"]:
        end = _at_or_before(last, index, of)
        if end < first:
            continue
        newest = max(newest, end)
        if _at_or_after(first, index, of) <= lacks:
            lacks = max(lacks, end + of)
    return newest, lacks


def check(luns: Iterable[Row]) -> dict[str, Any]:
    """Whether LUNs (rows of the store or of a snapshot) are together write-order consistent.

    `consistent`; `reasons`; and by writer: `newest` (the newest record that any of them has), `lacks` (the oldest that one lacks), and
    `absent`: how many of the LUNs of the writer have no counterpart in the set.
    """
    sets: dict[str, list[tuple[str, Row]]] = {}
    for lun in luns:
        for name, entry in lun["sim"].get("records", {}).items():
            sets.setdefault(name, []).append((lun["name"], entry))
    reasons, writers = [], {}
    for name, members in sorted(sets.items()):
        states = [(lun, *holds(entry)) for lun, entry in members]
        ahead = max(states, key=lambda state: state[1])
        behind = min(states, key=lambda state: state[2])
        places = {entry["index"] for _lun, entry in members}
        absent = members[0][1]["of"] - len(places)
        writers[name] = {"newest": ahead[1], "lacks": behind[2], "absent": absent}
        if behind[2] < ahead[1]:
            reasons.append(f"{ahead[0]} holds record {ahead[1]} of {name}, {behind[0]} lacks record {behind[2]}")
    return {"consistent": not reasons, "reasons": reasons, "writers": writers}
