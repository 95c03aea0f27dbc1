# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Space that adds up: what volumes use, what they take from their aggregate, and what is left.

A volume has the data that clients wrote (`sim.data`), its LUNs, and blocks that only its snapshots hold (`sim.changed` of
each). Of a LUN with a reservation the whole size counts in the volume, of others what is written. Source: SDK description
of volume.space (meaning of the fields) and ONTAP documentation, FlexClone (shared blocks) and recovery queue (space stays
used). Choices: no metadata, no savings by efficiency, no overwrite reserve; a guarantee counts while its volume is offline.
"""

from __future__ import annotations

from typing import Any

from ..store import Row
from . import volume_move_state
from .refusal import Refusal
from .world import World

NO_SPACE = "524479"
"""A volume without room. Source: API reference, snapshot; for everything but snapshots a choice."""

AGGREGATE_FULL = "460770"
"""An aggregate without room: the words are ONTAP's, the code is that of a job that failed (choice: the sources have none)."""

RESERVE = 5
"""Percent of a new volume that are set aside for snapshots. Source: ONTAP documentation, data protection: the default."""

GROW_THRESHOLD, SHRINK_THRESHOLD = 85, 50
"""Percent. Source: CLI manual, volume autosize (85 for small volumes; that it is more for large ones is left out: choice)."""


def lun_source(lun: Row) -> str | None:
    """The volume that still holds what is written in a LUN that is on its way to another one."""
    move = (lun.get("sim") or {}).get("move")
    return move["source"]["volume"] if move and move["kind"] == "move" and move["ended"] is None else None


class Totals:
    """What LUNs, snapshots and clones add up to by volume: asked once for a whole collection, or for one volume."""

    def __init__(self, world: World, volume: str | None = None) -> None:
        self.reserved: dict[str, int] = {}
        self.written: dict[str, int] = {}
        self.held: dict[str, int] = {}
        self.count: dict[str, int] = {}
        for lun in world.store.table("luns").values():
            uuid = lun["location"]["volume"]["uuid"]
            if volume in (None, uuid):
                space = lun["space"]
                size = space["size"] if space.get("guarantee", {}).get("reserved") else space["used"]
                self.reserved[uuid] = self.reserved.get(uuid, 0) + max(size, space["used"])
                self.written[uuid] = self.written.get(uuid, 0) + space["used"]
            left = lun_source(lun)
            if left and volume in (None, left):
                self.reserved[left] = self.reserved.get(left, 0) + lun["space"]["used"]
                self.written[left] = self.written.get(left, 0) + lun["space"]["used"]
        for snapshot in world.store.table("snapshots").values():
            uuid = snapshot["volume"]["uuid"]
            if volume in (None, uuid):
                self.held[uuid] = self.held.get(uuid, 0) + snapshot["sim"]["changed"]
                self.count[uuid] = self.count.get(uuid, 0) + 1
        self.parents = {row["parent"] for row in world.store.table("clones").values()}

    def figures(self, volume: Row) -> Figures:
        """The figures of one volume."""
        uuid = volume["uuid"]
        return Figures(volume, self.reserved.get(uuid, 0), self.written.get(uuid, 0), self.held.get(uuid, 0))


class Figures:
    """The sizes of one volume, in bytes."""

    def __init__(self, volume: Row, reserved: int, written: int, held: int) -> None:
        sim = volume.get("sim") or {}
        self.size: int = volume["size"]
        self.data: int = data(volume)
        self.held = held
        self.percent: int = volume["space"].get("snapshot", {}).get("reserve_percent", 0)
        self.reserve = self.size * self.percent // 100
        self.spill = max(0, held - self.reserve)
        self.by_files = self.data + reserved
        self.used = self.by_files + self.spill
        self.available = max(0, self.size - self.reserve - self.used)
        self.physical = self.data + written + held
        # Source: ONTAP documentation: a clone shares the blocks of its parent until it is split. Choice: a split takes the
        # space from its start, and the guarantee of a clone counts from then on.
        sharing = "shared" in sim and not sim.get("split")
        shared = sim["shared"] if sharing else 0
        guaranteed = volume.get("guarantee", {}).get("type") == "volume" and not sharing
        self.footprint = max(self.size, self.physical) if guaranteed else max(0, self.physical - shared)

    def at_least(self, percent: int | None = None) -> int:
        """The smallest size that holds what is in the volume, with the reserve that it has or is to have."""
        percent = self.percent if percent is None else percent
        whole = -(-self.by_files * 100 // (100 - percent)) if percent < 100 else self.size
        return max(whole, self.by_files + self.held)


def data(volume: Row) -> int:
    """Bytes that clients have written, without LUNs; rows of scenarios have them under space.used."""
    found = (volume.get("sim") or {}).get("data")
    return int(volume["space"].get("used", 0) if found is None else found)


def figures(world: World, volume: Row) -> Figures:
    """The figures of one volume."""
    return Totals(world, volume["uuid"]).figures(volume)


def volume_used(world: World, volume: Row) -> int:
    """Bytes of the volume that are used: data, LUNs, and snapshots beyond their reserve."""
    return figures(world, volume).used


def view(volume: Row, totals: Totals) -> Row:
    """The space of a volume as the API shows it."""
    now = totals.figures(volume)
    stored = volume["space"]
    usable = now.size - now.reserve
    free = max(0, now.reserve - now.held)
    return {
        **_defaults(volume),
        **stored,
        "size": now.size,
        "used": now.used,
        "available": now.available,
        "available_percent": now.available * 100 // usable if usable else 0,
        "percent_used": min(100, now.used * 100 // now.size),
        "afs_total": usable,
        "used_by_afs": now.by_files,
        "user_data": now.physical - now.held,
        "filesystem_size": now.size,
        "footprint": now.footprint,
        "local_tier_footprint": now.footprint,
        "total_footprint": now.footprint,
        "effective_total_footprint": now.footprint,
        "physical_used": now.physical,
        "physical_used_percent": now.physical * 100 // now.size,
        "size_available_for_snapshots": now.available + free,
        "snapshot_spill": now.spill,
        "snapshot_reserve_unusable": 0,
        "snapshot": _snapshot(stored, now, free),
        "logical_space": _logical(stored, now),
    }


def _snapshot(stored: Row, now: Figures, free: int) -> Row:
    return {
        **stored.get("snapshot", {}),
        "reserve_percent": now.percent,
        "reserve_size": now.reserve,
        "reserve_available": free,
        "used": now.held,
        "space_used_percent": now.held * 100 // now.reserve if now.reserve else 0,
    }


def _logical(stored: Row, now: Figures) -> Row:
    return {
        "enforcement": False,
        "reporting": False,
        **stored.get("logical_space", {}),
        "available": now.available,
        "used": now.physical,
        "used_by_afs": now.by_files,
        "used_by_snapshots": now.held,
        "used_percent": now.physical * 100 // now.size,
    }


def _defaults(volume: Row) -> Row:
    # Choice of the values: general knowledge of the product.
    return {
        "fractional_reserve": 100 if volume.get("guarantee", {}).get("type") == "volume" else 0,
        "full_threshold_percent": 98,
        "nearly_full_threshold_percent": 95,
        "large_size_enabled": False,
        "filesystem_size_fixed": False,
        "is_used_stale": False,
        "metadata": 0,
        "total_metadata": 0,
        "total_metadata_footprint": 0,
        "overwrite_reserve": 0,
        "overwrite_reserve_used": 0,
    }


# -- room in a volume ------------------------------------------------------------------------------------------------------


def autosize(volume: Row) -> Row:
    """The autosize settings with their defaults. Source: CLI manual: 120 % of the size at most, the size at least."""
    size = volume["size"]
    defaults = {
        "mode": "off",
        "maximum": size * 6 // 5,
        "minimum": size,
        "grow_threshold": GROW_THRESHOLD,
        "shrink_threshold": SHRINK_THRESHOLD,
    }
    return {**defaults, **volume.get("autosize", {})}


def require(world: World, volume: Row, extra: int, target: str | None = None) -> None:
    """Make sure that so many more bytes fit into a volume: it may grow by itself, or the change is refused."""
    now = figures(world, volume)
    missing = extra - now.available
    if extra <= 0 or missing <= 0:
        return
    automatic = autosize(volume)
    if automatic["mode"] in ("grow", "grow_shrink"):
        free = 100 - now.percent
        fitting = now.size + -(-missing * 100 // free)
        # Source: SDK description: it grows when more than the threshold of its size is used.
        roomy = -(-(now.used + extra) * 100 // min(automatic["grow_threshold"], free))
        size = min(max(fitting, roomy), automatic["maximum"])
        if size >= fitting and _can_grow(world, volume, size):
            resize(volume, size)
            return
    raise Refusal(400, NO_SPACE, f'No space left in volume "{volume["name"]}": {extra} bytes are needed, {now.available} are free.', target)


def _can_grow(world: World, volume: Row, size: int) -> bool:
    aggregate = world.store.table("aggregates").get(volume["aggregates"][0]["uuid"])
    thick = volume.get("guarantee", {}).get("type") == "volume"
    return aggregate is not None and (not thick or size - volume["size"] <= aggregate_available(world, aggregate))


def resize(volume: Row, size: int) -> None:
    """Give a volume its new size.

    Source: CLI manual, volume size: a size beyond the maximum of autosize moves that to 120 %.
    """
    volume["size"] = volume["space"]["size"] = size
    if volume.get("autosize", {}).get("maximum", size) < size:
        volume["autosize"]["maximum"] = size * 6 // 5


# -- room in an aggregate --------------------------------------------------------------------------------------------------


class Load:
    """What the volumes of an aggregate, and those in its recovery queue, take from it."""

    def __init__(self) -> None:
        self.volumes = self.footprint = self.physical = self.provisioned = 0

    def add(self, footprint: int, physical: int, size: int) -> None:
        """Count one volume."""
        self.volumes += 1
        self.footprint += footprint
        self.physical += physical
        self.provisioned += size

    def hold(self, amount: int) -> None:
        """Count space that no volume in a list has."""
        self.footprint += amount
        self.physical += amount


def loads(world: World, among: set[str] | None = None) -> dict[str, Load]:
    """The load of every aggregate that holds volumes, or of some, by uuid."""
    found: dict[str, Load] = {}
    totals = Totals(world)
    for volume in world.store.table("volumes").values():
        if among is not None and volume["aggregates"][0]["uuid"] not in among:
            continue
        now = totals.figures(volume)
        for part in volume["aggregates"]:
            found.setdefault(part["uuid"], Load()).add(now.footprint, now.physical, now.size)
    for queued in world.store.table("recovery_queue").values():
        # Source: knowledge base, recovery queue: such volumes use space, and are counted as volumes of their aggregate.
        size = queued["row"]["size"]
        found.setdefault(queued["aggregate"]["uuid"], Load()).add(queued["footprint"], queued["physical"], size)
    for volume, move in volume_move_state.active(world):
        # Source: documentation, how moving a volume works: until the cutover there is a second volume, in the destination.
        found.setdefault(move["destination"]["uuid"], Load()).hold(volume_move_state.charge(world, volume, totals.figures(volume)))
    for uuid, amount in volume_move_state.left_behind(world).items():
        found.setdefault(uuid, Load()).hold(amount)
    return found


def aggregate_space(aggregate: Row, load: Load) -> Row:
    """The space of an aggregate as the API shows it."""
    block: Row = dict(aggregate["space"]["block_storage"])
    size = block["size"]
    # A root aggregate holds the volume of its node, which nobody lists.
    used = block["used"] if aggregate["sim"]["root"] else load.footprint + aggregate["sim"].get("filled", 0)
    physical = used if aggregate["sim"]["root"] else load.physical + aggregate["sim"].get("filled", 0)
    percent = used * 100 // size
    block.update(used=used, available=max(0, size - used), used_percent=percent, volume_footprints_percent=percent)
    block.update(physical_used=physical, physical_used_percent=physical * 100 // size)
    block.update(used_including_snapshot_reserve=used, used_including_snapshot_reserve_percent=percent)
    return {**aggregate["space"], "block_storage": block, "footprint": used, "total_provisioned_space": load.provisioned}


def aggregate_available(world: World, aggregate: Row) -> int:
    """Bytes that are free in an aggregate."""
    load = loads(world, {aggregate["uuid"]}).get(aggregate["uuid"], Load())
    return int(aggregate_space(aggregate, load)["block_storage"]["available"])


def require_aggregate(world: World, aggregate: Row, extra: int, target: str | None = None, what: str = "the request") -> None:
    """Refuse what needs more than the aggregate has. The words are those that ONTAP was seen to use for a new volume."""
    if extra <= 0:
        return
    free = aggregate_available(world, aggregate)
    if extra > free:
        text = f'Request to {what} failed because there is not enough space in aggregate "{aggregate["name"]}". '
        raise Refusal(400, AGGREGATE_FULL, f"{text}Either create {extra - free} bytes of free space in the aggregate or use less.", target)


def aggregate_of(world: World, volume: Row) -> Row:
    """The aggregate that holds a volume."""
    row: Any = world.store.table("aggregates")[volume["aggregates"][0]["uuid"]]
    return row
