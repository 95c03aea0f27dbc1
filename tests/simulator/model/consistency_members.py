# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which volumes belong to which consistency group, and which groups to which parent: who may join, and what leaving does.

A volume refers to its group (`consistency_group` of its row), a child to its parent (`parent_consistency_group`), so that a volume is in
one group and a group below one parent. A group has volumes or children, never both. Sources: API reference, consistency_group (codes, two
levels); ONTAP documentation, consistency groups (limits; a group goes with its last volume, and children with their parent). HTTP status:
choice.
"""

from __future__ import annotations

from ..store import Row
from .references import ref
from .refusal import Refusal
from .world import World

TABLE = "consistency_groups"
MOST_VOLUMES, MOST_CHILDREN = 80, 5
"""Source: ONTAP documentation, limits of consistency groups: volumes also of all children of a parent together."""


def volumes_of(world: World, group: str) -> list[Row]:
    """The volumes that are direct members of a group."""
    return [row for row in world.store.table("volumes").values() if row.get("consistency_group", {}).get("uuid") == group]


def children_of(world: World, group: str) -> list[Row]:
    """The children of a group."""
    return [row for row in world.store.table(TABLE).values() if row.get("parent_consistency_group", {}).get("uuid") == group]


def all_volumes(world: World, group: str) -> list[Row]:
    """The volumes of a group and of its children."""
    found = volumes_of(world, group)
    for child in children_of(world, group):
        found += volumes_of(world, child["uuid"])
    return found


def find(world: World, svm: str, name: str) -> Row | None:
    """The group of an SVM that has this name."""
    return next((row for row in world.store.each(TABLE, name=name) if row["svm"]["uuid"] == svm), None)


def pick(world: World, svm: str, wanted: Row, field: str) -> Row:
    """The group of an SVM that a reference means by name, uuid or both. Source: API reference, codes."""
    uuid, name = wanted.get("uuid"), wanted.get("name")
    if not uuid and not name:
        raise Refusal(400, "53411846", "Neither the name nor the UUID of the consistency group was given.", field)
    row = world.store.table(TABLE).get(uuid) if uuid else find(world, svm, str(name))
    if row is None or row["svm"]["uuid"] != svm:
        code = "53411843" if uuid else "53411842"
        raise Refusal(404, code, f'Consistency group "{name or uuid}" does not exist.', field)
    if name and row["name"] != name:
        raise Refusal(400, "53411845", "The name and the UUID do not refer to the same consistency group.", field)
    return row


def check_name(world: World, svm: str, name: str, field: str = "name") -> None:
    """Refuse a name that another group of the SVM has."""
    if find(world, svm, name):
        raise Refusal(409, "53411860", f'A consistency group "{name}" exists already.', field)


def check_joins(world: World, volume: Row, group: str | None = None, field: str = "volumes") -> None:
    """Refuse a volume that cannot join a group, or that another group has."""
    mine = volume.get("consistency_group")
    if mine and mine["uuid"] != group:
        text = f'Volume "{volume["name"]}" belongs to another consistency group, "{mine["name"]}".'
        raise Refusal(400, "53411865", text, field)
    if volume.get("snapshot_locking_enabled"):
        raise Refusal(400, "53411959", f'Volume "{volume["name"]}" has snapshot locking enabled.', field)
    if volume.get("is_svm_root") or volume["type"] != "rw":
        # Choice, and the code: the sources name data-protection volumes (2621761 is about a limit), and nobody groups a root volume.
        raise Refusal(400, "53411864", f'Volume "{volume["name"]}" cannot be a member of a consistency group.', field)


def check_counts(world: World, group: Row, volumes: int, children: int) -> None:
    """Refuse more volumes or children than a group can have; the numbers are those that join. Choice of the code."""
    top = group.get("parent_consistency_group", {}).get("uuid", group["uuid"])
    if len(all_volumes(world, top)) + volumes > MOST_VOLUMES:
        raise Refusal(400, "53411853", f"A consistency group has at most {MOST_VOLUMES} volumes.", "volumes")
    if len(children_of(world, group["uuid"])) + children > MOST_CHILDREN:
        raise Refusal(400, "53411853", f"A consistency group has at most {MOST_CHILDREN} children.", "consistency_groups")


def insert(world: World, svm: Row, name: str, parent: Row | None = None, uuid: str | None = None) -> Row:
    """A new group without members."""
    row: Row = {"uuid": uuid, "name": name, "svm": ref(svm)}
    if parent is not None:
        row["parent_consistency_group"] = ref(parent)
    return world.store.insert(TABLE, row)


def join(volume: Row, group: Row) -> None:
    """Make a volume a member."""
    volume["consistency_group"] = ref(group)


def leave(world: World, volume: Row) -> None:
    """A volume is no member any more. Source: documentation: a group that has lost its last volume is deleted."""
    mine = volume.pop("consistency_group", None)
    if mine:
        prune(world, mine["uuid"])


def prune(world: World, uuid: str) -> None:
    """Delete a group that has no volumes any more, and its parent if it was the last child."""
    group = world.store.table(TABLE).get(uuid)
    if group is None or volumes_of(world, group["uuid"]):
        return
    parent = group.get("parent_consistency_group")
    remove(world, group)
    if parent and parent["uuid"] in world.store.table(TABLE) and not children_of(world, parent["uuid"]):
        remove(world, world.store.table(TABLE)[parent["uuid"]])


def remove(world: World, group: Row) -> None:
    """Delete a group with its children and their records of snapshots; volumes and their snapshots stay.

    Source: ONTAP documentation, deleting a consistency group. Choice: what was started and not committed is aborted.
    """
    from . import fences

    for child in children_of(world, group["uuid"]):
        remove(world, child)
    for pending in list(world.store.each(fences.PENDING, tag=group["uuid"])):
        fences.abort(world, pending)
    for volume in volumes_of(world, group["uuid"]):
        volume.pop("consistency_group")
    rows = world.store.table("consistency_snapshots")
    for uuid in [uuid for uuid, row in rows.items() if row["consistency_group"]["uuid"] == group["uuid"]]:
        del rows[uuid]
    world.store.remove(TABLE, group["uuid"])
