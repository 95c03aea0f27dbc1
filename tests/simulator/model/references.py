# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""References between objects: found by name or uuid, and followed when a name changes."""

from __future__ import annotations

from typing import Any

from ..store import Row
from .refusal import Refusal
from .world import World


def ref(row: Row) -> Row:
    """A reference to a row, as the API writes it."""
    return {"name": row["name"], "uuid": row["uuid"]}


def pick(world: World, table: str, wanted: Row, missing: Refusal, mismatch: Refusal) -> Row:
    """The row that a reference means by name, uuid or both; the refusals say what to raise when there is none."""
    uuid, name = wanted.get("uuid"), wanted.get("name")
    row = world.store.table(table).get(uuid) if uuid else world.store.find(table, name=name)
    if row is None:
        raise missing
    if name is not None and row["name"] != name:
        raise mismatch
    return row


def pick_svm(world: World, body: Row) -> Row:
    """The SVM that a body names. Source for the codes: API reference, common errors."""
    wanted = body.get("svm") or {}
    if not (wanted.get("uuid") or wanted.get("name")):
        raise Refusal(400, "2621707", "No SVM was specified. Either svm.name or svm.uuid must be supplied.", "svm")
    missing = Refusal(400, "2621462", f'SVM "{wanted.get("name") or wanted.get("uuid")}" does not exist.', "svm")
    mismatch = Refusal(400, "2621706", "The specified svm.uuid and svm.name refer to different SVMs.", "svm")
    return pick(world, "svms", wanted, missing, mismatch)


def rename(world: World, tables: tuple[str, ...], uuid: str, name: str) -> None:
    """Write the new name of an object into the row itself and every reference to it in these tables."""
    for table in tables:
        for row in world.store.table(table).values():
            _rename(row, uuid, name)


def _rename(value: Any, uuid: str, name: str) -> None:
    if isinstance(value, list):
        for item in value:
            _rename(item, uuid, name)
    elif isinstance(value, dict):
        if value.get("uuid") == uuid and "name" in value:
            value["name"] = name
        for item in value.values():
            _rename(item, uuid, name)


def only(body: Row, allowed: frozenset[str], what: str) -> None:
    """Refuse a field that ONTAP lets be set and the simulator does not carry out: never an echo of what has no effect."""
    for name, value in body.items():
        if name in allowed:
            continue
        if isinstance(value, dict) and any(one.startswith(f"{name}.") for one in allowed):
            parts = {one[len(name) + 1 :] for one in allowed if one.startswith(f"{name}.")}
            only(value, frozenset(parts), f"{what}.{name}")
            continue
        raise Refusal(400, "262196", f"Setting {name} of {what} is not simulated.", name)
