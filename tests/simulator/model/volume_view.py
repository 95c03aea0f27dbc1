# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A volume as the API shows it: the row, what is derived from other tables, and defaults of what nobody has set."""

from __future__ import annotations

from ..store import Row
from . import flexclone, space, volume_move_state
from .volume_rules import EFFICIENCIES
from .world import World

FIRST_MSID = 2147484673
"""Choice: where the numbers begin (2^31 + 1025, as on systems that were seen)."""

DEFAULTS: Row = {
    "access_time_enabled": True,
    "snapshot_directory_access_enabled": True,
    "snapshot_locking_enabled": False,
    "queue_for_encryption": False,
    "is_object_store": False,
    "cloud_retrieval_policy": "default",
    "flexcache_endpoint_type": "none",
    "anti_ransomware": {"state": "disabled"},
    "encryption": {"enabled": False, "state": "unencrypted", "type": "none"},
    "error_state": {"has_bad_blocks": False, "is_inconsistent": False},
    "snaplock": {"type": "non_snaplock"},
    "snapmirror": {"is_protected": False},
}
"""Choice of the values: general knowledge of the product."""

HIDDEN = ("security_style", "uid", "gid", "unix_permissions")
"""What a volume that is not online does not tell. Source: comments in the vendor's Ansible collection."""


def msid(world: World, volume: Row) -> int:
    """The master set ID of a volume, drawn when it is asked for the first time."""
    if "msid" not in volume:
        counter = world.store.table("counters").setdefault("msids", {"value": FIRST_MSID})
        volume["msid"] = counter["value"]
        counter["value"] += 1
    return int(volume["msid"])


def view(world: World, volume: Row, totals: space.Totals) -> Row:
    """The full record of a volume."""
    msid(world, volume)
    found = {**DEFAULTS, **volume}
    found.pop("sim", None)
    found["space"] = space.view(volume, totals)
    if "movement" in volume:
        found["movement"] = volume_move_state.shown(world, volume)
    found["clone"] = flexclone.view(world, volume, totals)
    found["snapshot_count"] = totals.count.get(volume["uuid"], 0)
    found["guarantee"] = {**volume["guarantee"], "honored": True}
    found["autosize"] = space.autosize(volume)
    found["efficiency"] = _efficiency(volume)
    found["files"] = _files(volume)
    # Choice: the sources do not list the values of status.
    found["status"] = [volume["state"]]
    if volume["state"] != "online" and world.settings.get("offline_hides"):
        found["nas"] = {name: value for name, value in volume["nas"].items() if name not in HIDDEN}
        found["space"] = {"size": volume["size"]}
    return found


def _efficiency(volume: Row) -> Row:
    stored = volume.get("efficiency", {})
    kinds = {name: stored.get(name, "none") for name in EFFICIENCIES}
    state = "disabled" if set(kinds.values()) == {"none"} else "enabled"
    return {**kinds, **stored, "state": state, "volume_path": f"/vol/{volume['name']}"}


def _files(volume: Row) -> Row:
    # Choice: an inode for 32 KiB, as general knowledge of the product has it, and a hundred files of ONTAP's own.
    return {"maximum": volume["size"] // 32768, "used": 100, **volume.get("files", {})}
