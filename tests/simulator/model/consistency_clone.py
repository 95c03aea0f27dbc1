# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Consistency groups that are clones of others: a FlexClone of each volume, from one group snapshot, and their split.

Source: API reference and the SDK's examples, consistency_group, clone; codes 53412056 and 53412057. Choices: without a snapshot one is
taken, with a fence, when the job ends, and stays as the base of the clones; without prefix and suffix the volumes are called NAME_clone;
the children of a clone are called CLONE_CHILD. Not simulated: clones in another SVM, SnapLock.
"""

from __future__ import annotations

import datetime

from ..store import Row
from . import consistency_members as members
from . import consistency_snapshots, fences, flexclone, volume_rules
from .references import only, ref
from .refusal import Refusal
from .world import World

ALLOWED = frozenset({"parent_consistency_group", "parent_snapshot", "volume", "guarantee.type", "split_initiated"})


def check(world: World, svm: Row, body: Row) -> tuple[Row, Row | None, list[tuple[Row, str]]]:
    """The source, the snapshot that a body names (or None), and each volume with the name of its clone."""
    extra = set(body) - {"svm", "name", "clone", "snapshot_policy", "_tags", "application"}
    if extra:
        raise Refusal(400, "53411853", f'The field "{min(extra)}" cannot be combined with a clone.', min(extra))
    wanted = body["clone"]
    only(wanted, ALLOWED, "a clone of a consistency group")
    if not body.get("name"):
        raise Refusal(400, "53411846", "The name of the clone is required.", "name")
    source = members.pick(world, svm["uuid"], wanted.get("parent_consistency_group", {}), "clone.parent_consistency_group")
    base = None
    if wanted.get("parent_snapshot"):
        base = consistency_snapshots.pick(world, source, wanted["parent_snapshot"], "clone.parent_snapshot")
        consistency_snapshots.check_whole(world, base)
    affixes = wanted.get("volume", {})
    pairs = []
    for volume in consistency_snapshots.volumes_in(world, base) if base else members.all_volumes(world, source["uuid"]):
        plain = f"{volume['name']}_clone" if not (affixes.get("prefix") or affixes.get("suffix")) else volume["name"]
        name = f"{affixes.get('prefix', '')}{plain}{affixes.get('suffix', '')}"
        volume_rules.check_name(world, svm["uuid"], name)
        pairs.append((volume, name))
    return source, base, pairs


def create(world: World, svm: Row, uuid: str, body: Row) -> Row:
    """The job of a POST ends: the group and its volumes are there."""
    source, base, pairs = check(world, svm, body)
    if base is None:
        base = _snapshot(world, source, body["name"])
    group = members.insert(world, svm, body["name"], uuid=uuid)
    children = {child["uuid"]: child for child in members.children_of(world, source["uuid"])}
    made: dict[str, Row] = {}
    for volume, name in pairs:
        target, mine = group, volume.get("consistency_group", {}).get("uuid")
        if mine in children:
            if mine not in made:
                made[mine] = members.insert(world, svm, f"{body['name']}_{children[mine]['name']}", group)
            target = made[mine]
        members.join(_clone(world, svm, (volume, name), base, body["clone"]), target)
    group["clone"] = {
        "parent_consistency_group": ref(source),
        "parent_snapshot": ref(base),
        "parent_svm": dict(source["svm"]),
        **{key: body["clone"][key] for key in ("volume", "guarantee") if key in body["clone"]},
    }
    return group


def _snapshot(world: World, source: Row, name: str) -> Row:
    moment = datetime.datetime.fromtimestamp(world.now(), datetime.timezone.utc)
    body = {"name": f"clone_{name}.{moment:%Y-%m-%d_%H%M%S}.0"}
    pending = consistency_snapshots.fence(world, source, world.store.uuid(), body, fences.INTERNAL)
    return consistency_snapshots.finish(world, source, pending)


def _clone(world: World, svm: Row, pair: tuple[Row, str], base: Row, wanted: Row) -> Row:
    volume, name = pair
    snapshot = next(one["snapshot"] for one in base["members"] if one["volume"]["uuid"] == volume["uuid"])
    clone = {"is_flexclone": True, "parent_volume": {"uuid": volume["uuid"]}, "parent_snapshot": {"uuid": snapshot["uuid"]}}
    body: Row = {"name": name, "svm": ref(svm), "clone": clone}
    if "guarantee" in wanted:
        body["guarantee"] = wanted["guarantee"]
    uuid = world.store.uuid()
    flexclone.create(world, uuid, body)
    if wanted.get("split_initiated"):
        flexclone.split(world, uuid, True)
    return world.store.table("volumes")[uuid]


def check_split(world: World, group: Row, body: Row) -> None:
    """Refuse a split of what is no clone, or with anything else."""
    if body["clone"] != {"split_initiated": True} or set(body) != {"clone"}:
        # Source: SDK's description: only true in a PATCH.
        raise Refusal(400, "53411853", "Only clone.split_initiated can be set, to true, and nothing else with it.", "clone.split_initiated")
    if "clone" not in group or not any(row["clone"]["is_flexclone"] for row in members.all_volumes(world, group["uuid"])):
        raise Refusal(400, "53412056", f'Consistency group "{group["name"]}" is not a clone.', "clone.split_initiated")


def split(world: World, group: Row) -> None:
    """Start the split of every volume that is still a clone."""
    for volume in members.all_volumes(world, group["uuid"]):
        if volume["clone"]["is_flexclone"]:
            try:
                flexclone.split(world, volume["uuid"], True)
            except Refusal as refusal:
                raise Refusal(400, "53412057", f'The split of volume "{volume["name"]}" failed: {refusal.message}') from refusal
