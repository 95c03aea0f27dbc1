# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves of LUNs to another volume of their SVM: PATCH /storage/luns/{uuid} with another volume in its name or location.

Sources: the SDK's description, lun, "Moving LUNs between volumes" and movement: 200 at once, the data follows in the background; uuid,
serial number and maps stay; what OpenStack's driver does: the LUN answers under its new path at once. API reference: 1254196 for a path
that is in use. CLI manual, lun move start: within one SVM. Choices: the new volume has room for the whole LUN from the start, the old
one keeps what is written until the end; nothing else but a throttle can be set together with a move.
"""

from __future__ import annotations

from ..reach_san import lun_path
from ..store import Row
from . import lun_rules, lun_transfer, space
from .references import only
from .world import World

ALLOWED = frozenset({"name", "location.volume", "location.qtree.name", "location.logical_unit", "movement.max_throughput"})


def start(world: World, svm: Row, row: Row, place: lun_rules.Place, body: Row) -> None:
    """Move a LUN to a place in another volume."""
    only(body, ALLOWED, "a LUN that is to be moved")
    lun_transfer.check_still(world, row)
    lun_rules.check_volume(world, place.volume)
    lun_rules.check_free(world, svm["uuid"], place.path, "1254196")
    lun_transfer.check_limit(world)
    guarantee = row["space"]["guarantee"]
    reserved = lun_rules.reserved(place.volume, guarantee["requested"])
    space.require(world, place.volume, row["space"]["size"] if reserved else row["space"]["used"], "name")
    path, location = lun_path(row), row["location"]
    source = {"uuid": row["uuid"], "path": path, "volume": location["volume"]["uuid"], "location": location}
    row["movement"] = {"paths": {"source": path, "destination": place.path}}
    relocate(world, row, place.location())
    guarantee["reserved"] = reserved
    lun_transfer.begin(world, row, "move", source, body.get("movement", {}).get("max_throughput"))
    world.ledger.observe_luns(f"LUN {path} moves to {place.path}", [row["uuid"]])


def relocate(world: World, row: Row, location: Row) -> None:
    """Give a LUN another path; its maps follow."""
    row["location"] = location
    row["name"] = lun_path(row)
    for one in world.store.table("lun_maps").values():
        if one["lun"]["uuid"] == row["uuid"]:
            one["lun"]["name"] = row["name"]


def put_back(world: World, row: Row) -> None:
    """A move has failed: the LUN is where it was. The volume may have another name by now."""
    location = row["sim"]["move"]["source"]["location"]
    volume = world.store.table("volumes")[location["volume"]["uuid"]]
    relocate(world, row, {**location, "volume": {"name": volume["name"], "uuid": volume["uuid"]}})
    row["space"]["guarantee"]["reserved"] = lun_rules.reserved(volume, row["space"]["guarantee"]["requested"])
    world.ledger.observe_luns(f"the move of LUN {row['name']} has failed", [row["uuid"]])
