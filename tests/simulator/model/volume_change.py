# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a PATCH does to a volume: checked when it comes, and once more when its job ends.

Source: API reference and SDK description, volume. A volume that goes offline loses its junction path (source: both); on one
public system ONTAP refused that with 524546, which the setting mounted_volumes "refuse" simulates. Not simulated: FlexGroups, quotas,
analytics, autonomous ransomware protection, SnapLock. Moves: volume_move.py.
"""

from __future__ import annotations

from typing import Any

from ..store import Row
from . import flexclone, lun_transfer, space, volume_move_rules, volume_rules
from .references import ref, rename
from .refusal import Refusal
from .world import World, handler

STORED = frozenset(
    {
        "_tags",
        "access_time_enabled",
        "aggressive_readahead_mode",
        "cloud_retrieval_policy",
        "comment",
        "files.maximum",
        "is_dir_index_transfer_enabled",
        "is_large_dir_enabled",
        "max_dir_size",
        "nas.gid",
        "nas.security_style",
        "nas.uid",
        "nas.unix_permissions",
        "snapshot_directory_access_enabled",
        "snapshot_locking_enabled",
        "space.filesystem_size_fixed",
        "space.fractional_reserve",
        "space.full_threshold_percent",
        "space.large_size_enabled",
        "space.logical_space",
        "space.nearly_full_threshold_percent",
        "space.snapshot.autodelete",
        "space.snapshot.autodelete_enabled",
        "space.snapshot.autodelete_trigger",
        "space.snapshot.reserve_percent",
        "tiering.object_tags",
    }
)
"""What is kept and shown, and has no other effect (but the snapshot reserve, and large volumes)."""

CHANGEABLE = STORED | {
    "name",
    "size",
    "space.size",
    "state",
    "nas.path",
    "nas.export_policy",
    "snapshot_policy",
    "guarantee.type",
    "tiering.policy",
    "tiering.min_cooling_days",
    "qos.policy",
    "autosize",
    "encryption.enabled",
    "efficiency.compression",
    "efficiency.dedupe",
    "efficiency.compaction",
    "efficiency.cross_volume_dedupe",
    "efficiency.compression_type",
    "efficiency.storage_efficiency_mode",
    "efficiency.policy",
    "clone.split_initiated",
}
NEEDS_ONLINE = ("size", "space", "nas", "efficiency", "encryption")
"""Choice: what only a volume that is online can be given (the API reference has the code, not the list)."""

NAMED_BY_VOLUME: tuple[str, ...] = ("volumes", "shares", "cifs_sessions", "nfs_clients", "san_hosts", "snapshots", "luns", "lun_maps")
NAMED_BY_VOLUME += ("recovery_queue", "consistency_snapshots", "consistency_groups")


def check(world: World, volume: Row, body: Row) -> None:
    """Refuse a change that cannot be made to the volume as it is now."""
    svm = volume["svm"]["uuid"]
    if body.get("name", volume["name"]) != volume["name"]:
        volume_rules.check_name(world, svm, body["name"])
    path = body.get("nas", {}).get("path", "")
    if path and path != volume["nas"].get("path"):
        volume_rules.check_path(world, svm, path)
    volume_rules.check_state(body)
    if body.get("state", "online") != "online":
        volume_move_rules.check_idle(volume, "take offline")
    if "encryption" in body:
        volume_move_rules.check_idle(volume, "change the encryption of")
    volume_move_rules.check_tiering(volume, body)
    _check_online(volume, body)
    check_unmounted(world, volume, body)
    volume_rules.check_permissions(body.get("nas", {}))
    volume_rules.check_reserve(body.get("space", {}).get("snapshot", {}).get("reserve_percent"), creating=False)
    volume_rules.check_fits(world, volume, body)
    _values(world, volume, body)


def _check_online(volume: Row, body: Row) -> None:
    if volume["state"] == "online" or body.get("state") == "online" or body.get("nas") == {"path": ""}:
        return
    for name in NEEDS_ONLINE:
        if name in body:
            raise Refusal(400, "917775", f'Volume "{volume["name"]}" is not online.', name)


def check_unmounted(world: World, volume: Row, body: Row) -> None:
    """Refuse to take a mounted volume offline, where a setting says that ONTAP does."""
    if body.get("state", "online") == "online" or world.settings.get("mounted_volumes") != "refuse":
        return
    if body.get("nas", {}).get("path", volume["nas"].get("path")):
        text = f'Volume "{volume["name"]}" on SVM "{volume["svm"]["name"]}" must be unmounted before being taken offline or restricted.'
        raise Refusal(400, "524546", text, "state")


def _values(world: World, volume: Row, body: Row) -> Row:
    """The parts of a row that a change sets, after the rules that bind them together."""
    svm = volume["svm"]["uuid"]
    found: Row = {}
    size = volume_rules.wanted_size(body, volume["size"])
    volume_rules.check_largest(body, volume, size)
    if body.get("snapshot_policy"):
        found["snapshot_policy"] = volume_rules.snapshot_policy(world, svm, body["snapshot_policy"])
    if body.get("nas", {}).get("export_policy"):
        found["export_policy"] = volume_rules.export_policy(world, svm, body["nas"]["export_policy"])
    if body.get("qos", {}).get("policy"):
        found["qos"] = volume_rules.qos_policy(world, svm, body["qos"]["policy"])
    if body.get("efficiency"):
        found["efficiency"] = volume_rules.efficiency(volume.get("efficiency", {}), body["efficiency"])
    if body.get("tiering"):
        found["tiering"] = volume_rules.tiering(volume.get("tiering", {"policy": "none"}), body["tiering"])
    if "enabled" in body.get("encryption", {}):
        found["encryption"] = volume_rules.encryption(world, volume.get("encryption", {}), body["encryption"])
    if body.get("autosize"):
        found["autosize"] = {**volume.get("autosize", {}), **body["autosize"]}
        volume_rules.check_autosize(space.autosize({"size": size, "autosize": found["autosize"]}), size)
    return found


@handler
def change(world: World, volume: str, body: Row) -> None:
    """The job of a PATCH ends."""
    row = world.store.table("volumes").get(volume)
    if row is None:
        raise Refusal(404, "4", "entry doesn't exist")
    check(world, row, body)
    _check_room(world, row, body)
    if body.get("name", row["name"]) != row["name"]:
        follow_name(world, row, body["name"])
    apply(world, row, body)
    world.ledger.observe(f"volume {row['name']} was changed")


def _check_room(world: World, row: Row, body: Row) -> None:
    """Refuse a guarantee that the aggregate has no room for."""
    kind = body.get("guarantee", {}).get("type", row["guarantee"]["type"])
    if kind != "volume" or "shared" in (row.get("sim") or {}):
        return
    size = volume_rules.wanted_size(body, row["size"])
    extra = size - space.figures(world, row).footprint
    target = "guarantee.type" if "guarantee" in body else "size"
    space.require_aggregate(world, space.aggregate_of(world, row), extra, target, f'change volume "{row["name"]}"')


def apply(world: World, row: Row, body: Row) -> None:
    """Write the values of a body into a row that passes the checks."""
    from . import luns

    values = _values(world, row, body)
    export = values.pop("export_policy", None)
    qos: Any = values.pop("qos", row.get("qos", {}).get("policy"))
    size = volume_rules.wanted_size(body, row["size"])
    plain = _plain(body)
    volume_rules.merge(row, plain)
    row.update(values)
    row.pop("qos", None)
    row.update({"qos": {"policy": qos}} if qos else {})
    row["guarantee"].update(body.get("guarantee", {}))
    row["state"] = body.get("state", row["state"])
    if size != row["size"]:
        space.resize(row, size)
    if export:
        row["nas"]["export_policy"] = export
    path = body.get("nas", {}).get("path", row["nas"].get("path"))
    row["nas"] = mounted(world, row, row["nas"], path if row["state"] == "online" else None)
    flexclone.follow_state(world, row)
    lun_transfer.follow(world)
    if "guarantee" in body:
        luns.follow_volume(world, row)


def _plain(body: Row, prefix: str = "") -> Row:
    """The part of a body that is only kept."""
    found: Row = {}
    for name, value in body.items():
        full = f"{prefix}{name}"
        if full in STORED:
            found[name] = value
        elif isinstance(value, dict):
            below = _plain(value, f"{full}.")
            found.update({name: below} if below else {})
    return found


def mounted(world: World, row: Row, nas: Row, path: str | None) -> Row:
    """The nas part of a row with its junction: path and parent, or neither. Source: an empty path unmounts."""
    found = {name: value for name, value in nas.items() if name not in ("path", "junction_parent")}
    if not path:
        return found
    found["path"] = path
    best: Row | None = None
    for other in world.store.table("volumes").values():
        above = other["nas"].get("path")
        if not above or other["svm"]["uuid"] != row["svm"]["uuid"] or other["uuid"] == row["uuid"]:
            continue
        if path.lower().startswith(above.lower().rstrip("/") + "/") and (best is None or len(above) > len(best["nas"]["path"])):
            best = other
    if best is not None and path != "/":
        found["junction_parent"] = ref(best)
    return found


def follow_name(world: World, row: Row, name: str) -> None:
    """Rename a volume, and with it every reference to it and the paths of its LUNs."""
    from . import luns

    rename(world, NAMED_BY_VOLUME, row["uuid"], name)
    luns.follow_volume(world, row)
