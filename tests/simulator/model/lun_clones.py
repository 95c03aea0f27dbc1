# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUNs that are copies of others: clones, and contents that are overwritten with a clone.

Source: API reference and the SDK's description, lun, "Cloning LUNs": the same volume, a source in a snapshot by its path only, what a
clone inherits and what it does not. Choice: a clone starts with nothing used (its blocks are those of its source).
"""

from __future__ import annotations

import copy

from .. import write_order
from ..reach_san import lun_path
from ..store import Row
from . import lun_rules
from .refusal import Refusal
from .world import World, handler

FIELD = "clone.source"
MARK = "/.snapshot/"


def wanted(body: Row) -> Row | None:
    """The source that a body names, or None when it wants no clone."""
    found = (body.get("clone") or {}).get("source")
    return found if found and (found.get("name") or found.get("uuid")) else None


def source(world: World, svm: str, given: Row, volume: str) -> Row:
    """The row of the LUN, perhaps as a snapshot has it, that is to be cloned in this volume."""
    name, uuid = given.get("name"), given.get("uuid")
    if name and MARK in name:
        if uuid:
            raise Refusal(400, "5374899", "A LUN in a snapshot is named by clone.source.name alone.", f"{FIELD}.uuid")
        return _in_snapshot(world, svm, name, volume)
    row = world.store.table("luns").get(uuid) if uuid else lun_rules.find(world, svm, str(name))
    if row is None or row["svm"]["uuid"] != svm:
        raise Refusal(400, "5374876", f'The LUN "{name or uuid}" was not found.', f"{FIELD}.name" if name else f"{FIELD}.uuid")
    if name and lun_path(row) != name:
        raise Refusal(400, "5374874", "clone.source.uuid and clone.source.name do not refer to the same LUN.", FIELD)
    if row["location"]["volume"]["uuid"] != volume:
        raise Refusal(400, "1260121", "A LUN can be cloned only within its volume.", FIELD)
    return row


def _in_snapshot(world: World, svm: str, path: str, volume: str) -> Row:
    """Source: SDK's description: /vol/<volume>/.snapshot/<snapshot>/[<qtree>/]<lun>."""
    head, _mark, tail = path.partition(MARK)
    name, _slash, rest = tail.partition("/")
    holder = lun_rules.find_volume(world, svm, head[len(lun_rules.PREFIX) :])
    if holder is not None and holder["uuid"] != volume:
        raise Refusal(400, "1260121", "A LUN can be cloned only within its volume.", FIELD)
    for snapshot in world.store.table("snapshots").values():
        if holder is not None and snapshot["volume"]["uuid"] == volume and snapshot["name"] == name:
            found = in_rows(snapshot["sim"].get("luns", ()), rest)
            if found is not None:
                return found
    raise Refusal(400, "5374876", f'The LUN "{path}" was not found.', f"{FIELD}.name")


def in_rows(rows: list[Row] | tuple[Row, ...], below: str) -> Row | None:
    """The LUN at a path below its volume, among rows that a snapshot has; the volume may have had another name."""
    for row in rows:
        location = row["location"]
        qtree = (location.get("qtree") or {}).get("name")
        if below == (f"{qtree}/" if qtree else "") + location["logical_unit"]:
            return row
    return None


def check_body(body: Row) -> None:
    """Refuse what a new clone takes from its source."""
    for name, given in (("os_type", "os_type" in body), ("space.size", "size" in body.get("space", {})), ("class", "class" in body)):
        if given:
            raise Refusal(400, "5374883", f'The field "{name}" cannot be set when a LUN clone is created.', name)
    if body.get("attributes"):
        # Source: SDK's description: attributes are not valid in POST of a clone; which code it has is a choice.
        raise Refusal(400, "5374883", 'The field "attributes" cannot be set when a LUN clone is created.', "attributes")


def inherit(world: World, row: Row, origin: Row) -> None:
    """A copy has the records that its source has now. Of two sources that are not in a snapshot the writers have gone on meanwhile."""
    row["sim"].pop("records", None)
    if "records" in origin["sim"]:
        row["sim"]["records"] = copy.deepcopy(origin["sim"]["records"])
    if origin is world.store.table("luns").get(origin["uuid"]):
        write_order.between(world.store, origin["location"]["volume"]["uuid"])


SPLIT = 5.0
"""Setting lun_clone_split. Choice: how long it takes."""


def hold(world: World, row: Row, origin: Row) -> None:
    """A clone of a LUN in a snapshot is split from it in the background, and keeps it busy meanwhile.

    Source: OpenStack's driver, which waits, and renames a snapshot that stays busy. Choice: every such clone does, each on its own.
    """
    seconds = float(world.settings.get("lun_clone_split", SPLIT))
    snapshot = next((one for one in world.store.table("snapshots").values() if any(lun is origin for lun in one["sim"]["luns"])), None)
    if snapshot is None or not seconds:
        return
    snapshot["sim"].setdefault("splits", []).append(row["uuid"])
    row["sim"]["splitting"] = snapshot["uuid"]
    world.later(seconds, "lun_clones.separate", lun=row["uuid"], snapshot=snapshot["uuid"])


@handler
def separate(world: World, lun: str, snapshot: str) -> None:
    """The split of a LUN clone is over, or it has been deleted."""
    base = world.store.table("snapshots").get(snapshot)
    if base is not None and lun in base["sim"].get("splits", ()):
        base["sim"]["splits"].remove(lun)
    row = world.store.table("luns").get(lun)
    if row is not None:
        row["sim"].pop("splitting", None)


def overwrite(world: World, row: Row, origin: Row) -> None:
    """Replace the contents of a LUN. Source: uuid, serial, maps, class, state, auto_delete and thin provisioning support stay."""
    world.ledger.catch_up()
    row["sim"]["content"] = origin["sim"]["content"]
    row["os_type"] = origin["os_type"]
    row["space"].update(size=origin["space"]["size"], used=origin["space"]["used"])
    inherit(world, row, origin)
