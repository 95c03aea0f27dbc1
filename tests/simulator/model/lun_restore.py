# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUNs that come and go with their volume: clones of volumes, restores of snapshots, volumes that are deleted.

Source: ONTAP documentation, restoring a volume or a LUN from a snapshot: a restored LUN keeps its maps and its identity, one that was
deleted comes back unmapped, newer ones vanish. The volume families call these functions by way of luns.py.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable

from ..clock import iso
from ..reach_san import lun_path
from ..store import Row
from . import lun_clones, lun_rules
from .references import ref
from .refusal import Refusal
from .world import World

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-+"


def serial(world: World) -> str:
    """A serial number: 12 characters that no other LUN has, and never had (source: SDK's description; the alphabet is a choice)."""
    number = world.store.number(0, len(ALPHABET) ** 10 - 1)
    text = ""
    for _position in range(10):
        number, digit = divmod(number, len(ALPHABET))
        text += ALPHABET[digit]
    return "wO" + text


def of_volume(world: World, volume: str) -> list[Row]:
    """The rows of the LUNs in a volume, by its uuid."""
    return [row for row in world.store.table("luns").values() if row["location"]["volume"]["uuid"] == volume]


def drop(world: World, rows: Iterable[Row], mapped: bool, because: str) -> None:
    """Forget LUNs and their maps; whoever used them notices."""
    rows = list(rows)
    gone = {row["uuid"] for row in rows}
    maps = world.store.table("lun_maps")
    for key in [key for key, one in maps.items() if one["lun"]["uuid"] in gone] if mapped else ():
        del maps[key]
    for uuid in gone:
        world.store.remove("luns", uuid)
    for row in rows:
        if "splitting" in row["sim"]:
            lun_clones.separate(world, row["uuid"], row["sim"]["splitting"])
    if mapped:
        world.ledger.observe_luns(because, gone)


def forget_volume(world: World, volume: str) -> list[Row]:
    """Drop the LUNs and maps of a volume that is deleted; returns the rows, for a recovery queue to keep."""
    rows = of_volume(world, volume)
    if rows:
        drop(world, rows, True, f"volume {rows[0]['location']['volume']['name']} was deleted")
    return rows


def follow_volume(world: World, volume: Row) -> None:
    """After a volume was renamed, or its guarantee changed: the paths of its LUNs and what is reserved follow."""
    for row in of_volume(world, volume["uuid"]):
        row["location"]["volume"] = ref(volume)
        row["name"] = lun_path(row)
        row["space"]["guarantee"]["reserved"] = lun_rules.reserved(volume, row["space"]["guarantee"]["requested"])
        for one in world.store.table("lun_maps").values():
            if one["lun"]["uuid"] == row["uuid"]:
                one["lun"]["name"] = row["name"]


def _settle(row: Row, volume: Row) -> None:
    """Put a row into a volume."""
    row["svm"] = dict(volume["svm"])
    row["location"]["volume"] = ref(volume)
    row["name"] = lun_path(row)
    row["space"]["guarantee"]["reserved"] = lun_rules.reserved(volume, row["space"]["guarantee"]["requested"])


def _at_rest(origin: Row) -> Row:
    """A copy of a row as a snapshot has it, without the move or copy that was under way."""
    row = copy.deepcopy(origin)
    row["sim"].pop("move", None)
    row["sim"].pop("splitting", None)
    for name in ("movement", "copy"):
        row.pop(name, None)
    return row


def adopt(world: World, rows: Iterable[Row], volume: Row) -> None:
    """Make copies of LUNs in another volume (a FlexClone): new uuids and serial numbers, the same content, no maps."""
    for origin in rows:
        row = _at_rest(origin)
        row.update(uuid=world.store.uuid(), serial_number=serial(world), create_time=iso(world.now()))
        row["sim"]["clone"] = True
        _settle(row, volume)
        world.store.insert("luns", row)


def put_back(world: World, volume: Row, rows: Iterable[Row]) -> None:
    """Restore the LUNs of a volume to what a snapshot has of them.

    Those that are still there get their content, size and properties back and keep uuid, serial number and maps; newer ones
    vanish with their maps; deleted ones come back unmapped.
    """
    kept = {row["uuid"]: _at_rest(row) for row in rows}
    newer = [row for row in of_volume(world, volume["uuid"]) if row["uuid"] not in kept]
    drop(world, newer, True, f"volume {volume['name']} was restored")
    for uuid, row in kept.items():
        _settle(row, volume)
        there = world.store.table("luns").get(uuid)
        if there is not None and there["location"]["volume"]["uuid"] != volume["uuid"]:
            # It was moved away since: what the snapshot has of it is another LUN (choice).
            row.update(uuid=world.store.uuid(), serial_number=serial(world))
            there = None
        if there is None:
            world.store.insert("luns", row)
            continue
        there.clear()
        there.update(row)
        for one in world.store.table("lun_maps").values():
            if one["lun"]["uuid"] == uuid:
                one["lun"]["name"] = row["name"]
    world.ledger.observe_luns(f"volume {volume['name']} was restored", kept)


def restore_one(world: World, volume: Row, rows: Iterable[Row], path: str, target: str | None = None) -> Row:
    """Restore one LUN of a snapshot, by its path (whole, or below the volume), to where it was or to another path of the volume.

    A LUN that is at the target keeps its uuid, serial number, maps and name; otherwise a new one appears there, unmapped.
    """
    head = f"/vol/{volume['name']}/"
    below = path[len(head) :] if path.startswith(head) else path.lstrip("/")
    origin = lun_clones.in_rows(list(rows), below)
    if origin is None:
        raise Refusal(400, "542797", f'"{path}" is not in the snapshot.', "restore_to.path")
    wanted = (target or path).lstrip("/") if not (target or path).startswith(head) else (target or path)[len(head) :]
    there = lun_rules.find(world, volume["svm"]["uuid"], head + wanted)
    row = _at_rest(origin)
    if there is None:
        taken = row["uuid"] in world.store.table("luns") or wanted != below
        if taken:
            row.update(uuid=world.store.uuid(), serial_number=serial(world), create_time=iso(world.now()))
        qtree, _slash, base = wanted.rpartition("/")
        row["location"]["logical_unit"] = base
        row["location"].pop("qtree", None)
        if qtree:
            row["location"]["qtree"] = {"name": qtree, "id": 1}
        _settle(row, volume)
        return world.store.insert("luns", row)
    identity = {name: there[name] for name in ("uuid", "serial_number", "location", "name", "svm", "create_time")}
    there.clear()
    there.update(row, **identity)
    _settle(there, volume)
    world.ledger.observe_luns(f"LUN {lun_path(there)} was restored", [there["uuid"]])
    return there
