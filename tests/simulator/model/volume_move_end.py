# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a successful move leaves behind: the volume in its new aggregate, clones that are parted, a temporary volume for those that stay.

Source: documentation, recommendations for moving volumes, FlexClone: a clone that is moved is no clone any more, and keeps its snapshots;
when a parent is moved, a temporary volume stays behind as the parent of its clones, until all of them are split or gone. Choices: the
temporary volume is in no list, takes what its clones share with it, and the clones go on naming the parent that they had.
"""

from __future__ import annotations

from ..store import Row
from . import volume_move_rules
from .references import ref
from .world import World


def settle(world: World, volume: Row, move: Row) -> None:
    """Put a volume into the aggregate that it was moved to."""
    aggregate = world.store.table("aggregates")[move["destination"]["uuid"]]
    _leave_behind(world, volume)
    _part(world, volume)
    if move["encrypt"] is not None or "encryption" in volume or aggregate["data_encryption"]["software_encryption_enabled"]:
        volume["encryption"] = volume_move_rules.encryption(volume, aggregate, move["encrypt"])
        if volume["encryption"]["enabled"]:
            volume["encryption"].setdefault("key_id", world.store.uuid().replace("-", ""))
    if volume["movement"].get("tiering_policy"):
        volume["tiering"] = volume_move_rules.tiering(volume, volume["movement"]["tiering_policy"])
    volume["aggregates"] = [ref(aggregate)]


def _part(world: World, volume: Row) -> None:
    """A clone is a volume of its own."""
    if volume["clone"].get("is_flexclone"):
        volume["clone"] = {"is_flexclone": False}
        for name in ("shared", "left"):
            volume["sim"].pop(name, None)
        world.store.table("clones").pop(volume["uuid"], None)


def _leave_behind(world: World, volume: Row) -> None:
    """A temporary volume is the parent of the clones from now on, and keeps the blocks that they share."""
    mine = {uuid: row for uuid, row in world.store.table("clones").items() if row["parent"] == volume["uuid"]}
    if not mine:
        return
    temporary = world.store.uuid()
    rows = world.store.table("volumes")
    queue = world.store.table("recovery_queue")
    kept = [rows.get(uuid) or queue[uuid]["row"] for uuid in mine]
    size = max(row["sim"].get("shared", 0) for row in kept)
    world.store.table("temporary_volumes")[temporary] = {"aggregate": dict(volume["aggregates"][0]), "footprint": size}
    for row in mine.values():
        row.update(parent=temporary, snapshot=None)
