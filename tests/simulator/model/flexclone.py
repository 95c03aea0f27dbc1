# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FlexClone: a writable copy of a volume that shares the blocks of a snapshot until it is split.

Sources: API reference and SDK description, volume (fields, codes), CLI manual, volume clone (parameters, stopping a split),
ONTAP documentation, FlexClone (what a split does and needs). The table `clones` has the parent and the snapshot of each,
also while the clone waits in the recovery queue (source: such a clone was seen to hold its parent and the snapshot).
Choices: how long a split takes (setting volume_split); that it copies (on all-flash systems ONTAP can go on sharing); that a clone
has none of its parent's snapshots; the guarantee of a clone counts from its split on.
"""

from __future__ import annotations

import copy
import datetime
from typing import Any

from ..clock import iso
from ..store import Row
from . import jobs, space, volume_move_rules, volume_rules
from .references import only, pick, pick_svm, ref
from .refusal import Refusal
from .world import World, handler

ALLOWED = frozenset(
    {"name", "svm", "clone", "nas.path", "nas.uid", "nas.gid", "qos", "type", "comment", "guarantee.type", "_tags", "style"}
)
"""Source: CLI manual, volume clone create: what can be said about a clone."""

INHERITED = ("aggregates", "size", "space", "style", "language", "guarantee", "tiering", "snapshot_policy", "efficiency", "autosize")
"""Choice, as far as they are not plain (a clone is in the aggregate of its parent, with its size)."""

CLONE_FAILED = "524597"


# -- what there is to see --------------------------------------------------------------------------------------------------


def view(world: World, volume: Row, totals: space.Totals) -> Row:
    """The clone part of a volume's record."""
    found: Row = {"is_flexclone": volume["clone"]["is_flexclone"], "has_flexclone": volume["uuid"] in totals.parents}
    if not found["is_flexclone"]:
        return found
    sim = volume["sim"]
    found.update(volume["clone"], split_initiated=bool(sim.get("split")), split_estimate=_estimate(volume, totals.figures(volume)))
    found.update(inherited_physical_used=sim["shared"], inherited_savings=0)
    if sim.get("split"):
        found["split_complete_percent"] = min(99, int(100 * _elapsed(world, sim["split"]) / sim["split"]["seconds"]))
    return found


def _estimate(volume: Row, now: space.Figures) -> int:
    """Bytes that a split needs in the aggregate."""
    if volume["guarantee"]["type"] == "volume":
        return max(0, max(now.size, now.physical) - max(0, now.physical - volume["sim"]["shared"]))
    return min(int(volume["sim"]["shared"]), now.physical)


def busy(world: World) -> set[str]:
    """The uuids of the snapshots that clones are based on."""
    return {row["snapshot"] for row in world.store.table("clones").values()}


def has_clones(world: World, volume: str) -> bool:
    """Whether a volume is the parent of a clone, also of one in the recovery queue."""
    return any(row["parent"] == volume for row in world.store.table("clones").values())


# -- creating --------------------------------------------------------------------------------------------------------------


def check(world: World, body: Row) -> tuple[Row, Row | None]:
    """The parent of a clone and the snapshot that a body names, or None for one that is still to be taken."""
    try:
        only(body, ALLOWED, "a FlexClone")
    except Refusal as refusal:
        raise Refusal(400, "918247", f'The value "{refusal.target}" is not valid for a FlexClone.', refusal.target) from None
    clone = body["clone"]
    if not clone.get("is_flexclone"):
        # Source: SDK description: it needs to be set. Choice of the code.
        raise Refusal(400, "918247", 'clone.is_flexclone must be "true" for a FlexClone.', "clone.is_flexclone")
    for name in ("lun_name", "qtree_name"):
        if name in clone:
            raise Refusal(400, "262196", f"Setting clone.{name} is not simulated.", f"clone.{name}")
    svm = pick_svm(world, body)["uuid"]
    volume_rules.qos_policy(world, svm, body.get("qos", {}).get("policy", {"name": "none"}))
    parent = _parent(world, body)
    if parent["svm"]["uuid"] != svm and body.get("nas", {}).get("path"):
        # Source: an issue of the vendor's Ansible collection: one or the other.
        raise Refusal(400, "1520442", "A clone in another SVM cannot be mounted when it is created.", "nas.path")
    return parent, _snapshot(world, parent, clone.get("parent_snapshot"))


def _parent(world: World, body: Row) -> Row:
    wanted = body["clone"].get("parent_volume", {})
    svm = pick_svm(world, {"svm": body["clone"].get("parent_svm") or body["svm"]})
    missing = Refusal(400, "524601", "The parent volume of the clone does not exist.", "clone.parent_volume")
    if wanted.get("uuid"):
        found = pick(world, "volumes", wanted, missing, Refusal(400, "918236", "uuid and name differ.", "clone.parent_volume"))
        if found["svm"]["uuid"] != svm["uuid"] and body["clone"].get("parent_svm"):
            raise missing
        return found
    for row in world.store.each("volumes", name=wanted.get("name")):
        if row["svm"]["uuid"] == svm["uuid"]:
            return row
    raise missing


def _snapshot(world: World, parent: Row, wanted: Row | None) -> Row | None:
    if not wanted:
        if parent["state"] != "online":
            raise Refusal(400, CLONE_FAILED, f'Volume "{parent["name"]}" is not online.', "clone.parent_volume")
        return None
    mine = [row for row in world.store.table("snapshots").values() if row["volume"]["uuid"] == parent["uuid"]]
    found = [row for row in mine if all(row[key] == value for key, value in wanted.items())]
    if found:
        return found[0]
    if len(wanted) > 1 and any(row[key] == value for row in mine for key, value in wanted.items()):
        raise Refusal(400, "918243", "The name and the uuid of the parent snapshot differ.", "clone.parent_snapshot")
    # Source for the code: API reference, snapshot.
    raise Refusal(400, "1638600", "The parent snapshot of the clone does not exist.", "clone.parent_snapshot")


@handler
def create(world: World, uuid: str, body: Row) -> None:
    """The job of a POST ends: the clone is there."""
    from . import luns, snapshots, volumes

    svm = pick_svm(world, body)
    volume_rules.check_name(world, svm["uuid"], body["name"])
    parent, base = check(world, body)
    if base is None:
        # Source: names of this kind were seen on parents of clones.
        moment = datetime.datetime.fromtimestamp(world.now(), datetime.timezone.utc)
        base = snapshots.take(world, parent, {"name": f"clone_{body['name']}.{moment:%Y-%m-%d_%H%M%S}.0"})
    row: Row = {"uuid": uuid, "name": body["name"], "svm": ref(svm)}
    row.update({name: copy.deepcopy(parent[name]) for name in INHERITED if name in parent})
    row["space"].pop("used", None)
    row.update(
        state="online", type=body.get("type", "rw"), comment=body.get("comment", ""), is_svm_root=False, create_time=iso(world.now())
    )
    row["guarantee"].update(body.get("guarantee", {}))
    row["nas"] = _nas(world, parent, row, body.get("nas", {}))
    row["clone"] = {
        "is_flexclone": True,
        "parent_volume": ref(parent),
        "parent_snapshot": ref(base),
        "parent_svm": dict(parent["svm"]),
    }
    policy = volume_rules.qos_policy(world, svm["uuid"], body.get("qos", {}).get("policy", {"name": "none"}))
    row.update({"qos": {"policy": policy}} if policy else {})
    row.update({"_tags": body["_tags"]} if "_tags" in body else {})
    row["sim"] = {"data": base["sim"]["volume"]["data"], "shared": base["sim"]["volume"]["physical"]}
    volumes.insert(world, row)
    world.store.table("clones")[uuid] = {"parent": parent["uuid"], "snapshot": base["uuid"]}
    luns.adopt(world, copy.deepcopy(base["sim"]["luns"]), row)


def _nas(world: World, parent: Row, row: Row, wanted: Row) -> Row:
    from . import volume_change

    nas = {name: copy.deepcopy(value) for name, value in parent["nas"].items() if name not in ("path", "junction_parent")}
    if parent["svm"]["uuid"] != row["svm"]["uuid"]:
        # Choice: the policies of another SVM do not come along.
        nas["export_policy"] = volume_rules.standard(world, row["svm"]["uuid"], "none")[1]
    nas.update({name: wanted[name] for name in ("uid", "gid") if name in wanted})
    return volume_change.mounted(world, row, nas, wanted.get("path"))


# -- splitting -------------------------------------------------------------------------------------------------------------


def check_split(volume: Row, body: Row) -> None:
    """Refuse to start or stop a split where there is none to start."""
    if set(body) != {"clone"} or set(body["clone"]) != {"split_initiated"}:
        raise Refusal(400, "918248", "Nothing else can be changed together with clone.split_initiated.", "clone.split_initiated")
    if not volume["clone"]["is_flexclone"]:
        # Choice of the code: not allowed for this kind of volume.
        raise Refusal(400, "917617", f'Volume "{volume["name"]}" is not a FlexClone.', "clone.split_initiated")
    if volume["state"] != "online":
        raise Refusal(400, "917775", f'Volume "{volume["name"]}" is not online.', "clone.split_initiated")
    # Source: documentation, recommendations for moving volumes: moves and splits exclude each other.
    volume_move_rules.check_idle(volume, "split")


def start_job(world: World, volume: Row, on: bool, seconds: float) -> str:
    """The job of a PATCH with clone.split_initiated. Choice: it ends when the split has started, not when it is over."""
    return jobs.start(world, f"PATCH /api/storage/volumes/{volume['uuid']}", seconds, "flexclone.split", volume=volume["uuid"], on=on)


@handler
def split(world: World, volume: str, on: bool) -> None:
    """Start or stop the split of a clone."""
    row = world.store.table("volumes").get(volume)
    if row is None:
        raise Refusal(404, "4", "entry doesn't exist")
    sim = row["sim"]
    if not row["clone"]["is_flexclone"] or on == bool(sim.get("split")):
        return
    if not on:
        # Source: CLI manual: what is split stays split, and the next split begins anew.
        state = _pause(world, sim.pop("split"))
        sim["left"] = state["seconds"] - state["elapsed"]
        return
    volume_move_rules.check_idle(row, "split")
    needed = _estimate(row, space.figures(world, row))
    space.require_aggregate(world, space.aggregate_of(world, row), needed, "clone.split_initiated", f'split volume "{row["name"]}"')
    seconds = float(sim.pop("left", world.settings.get("volume_split", 60)))
    sim["split"] = _run(world, volume, {"seconds": max(seconds, 0.001), "elapsed": 0.0})


def _elapsed(world: World, state: Row) -> float:
    since = state.get("since")
    return float(state["elapsed"] + (0.0 if since is None else world.now() - since))


def _run(world: World, volume: str, state: Row) -> Row:
    event = world.later(state["seconds"] - state["elapsed"], "flexclone.separate", volume=volume)
    state.update(since=world.now(), event=event["uuid"])
    return state


def _pause(world: World, state: Row) -> Row:
    event: Any = world.store.table("events").get(state["event"])
    if event:
        world.forget(event)
    state.update(elapsed=_elapsed(world, state), since=None)
    return state


def follow_state(world: World, volume: Row) -> None:
    """A split stands still while its clone is not online. Source: ONTAP documentation, FlexClone."""
    state = (volume.get("sim") or {}).get("split")
    if not state:
        return
    if volume["state"] == "online" and state["since"] is None:
        _run(world, volume["uuid"], state)
    elif volume["state"] != "online" and state["since"] is not None:
        _pause(world, state)


@handler
def separate(world: World, volume: str) -> None:
    """A split is over: the clone is a volume of its own."""
    row = world.store.table("volumes").get(volume)
    if row is None:
        return
    row["clone"] = {"is_flexclone": False}
    row["sim"].pop("split")
    row["sim"].pop("shared")
    world.store.remove("clones", volume)
