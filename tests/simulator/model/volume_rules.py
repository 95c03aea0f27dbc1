# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ONTAP refuses when a volume is made or changed, and which values a volume gets.

Source: API reference, volume: codes and rules; SDK descriptions of the fields. HTTP status of the codes is a choice.
"""

from __future__ import annotations

import re

from ..store import Row
from . import space
from .refusal import Refusal
from .world import World

MINIMUM = 20 * 1024 * 1024
"""Bytes: the smallest FlexVol, and the size of one whose size is not given. Source: API reference, volume."""

TIB = 1024**4
LARGEST, LARGEST_LARGE = 100 * TIB, 300 * TIB
"""Bytes: the largest FlexVol, and that with large volumes enabled. Source: SDK description of space.max_size and large_size_enabled."""

SNAPSHOT_POLICIES = ("default", "none", "default-1weekly")
"""The policies that every cluster has. Source: ONTAP documentation, data protection."""

EFFICIENCY_POLICIES = ("auto", "default", "inline-only", "none")
EFFICIENCIES = ("compression", "dedupe", "compaction", "cross_volume_dedupe")
EFFICIENCY_REFUSED = "6881654"
"""The first of the codes that the API reference has for efficiency; which one means what is a choice."""


def merge(row: Row, change: Row) -> None:
    """Write a change into a row: objects are merged, everything else is replaced."""
    for name, value in change.items():
        if isinstance(value, dict) and isinstance(row.get(name), dict):
            merge(row[name], value)
        else:
            row[name] = value


def merged(row: Row, change: Row) -> Row:
    """A copy of a row with a change in it."""
    copy = {name: dict(value) if isinstance(value, dict) else value for name, value in row.items()}
    merge(copy, change)
    return copy


# -- identity --------------------------------------------------------------------------------------------------------------


def check_name(world: World, svm: str, name: str) -> None:
    """Refuse a name that the rules do not allow, or that the SVM has already."""
    if len(name) > 203:
        raise Refusal(400, "917886", "The volume name is longer than 203 characters.", "name")
    if not re.match(r"[A-Za-z_]", name):
        raise Refusal(400, "917887", f'The volume name "{name}" must start with a letter or "_".', "name")
    if not re.fullmatch(r"\w+", name, re.ASCII):
        raise Refusal(400, "917888", f'The volume name "{name}" has a character that is not allowed.', "name")
    # Source: knowledge base: volumes in the recovery queue still take part in checks of names.
    for table in ("volumes", "recovery_queue"):
        if any(row["svm"]["uuid"] == svm for row in world.store.each(table, name=name)):
            raise Refusal(409, "917526", f'Duplicate volume name "{name}".', "name")


def check_pending(world: World, svm: str, name: str) -> None:
    """Refuse a second volume of a name that is being made. Source for the code: API reference."""
    for job in world.store.each("jobs", state="running"):
        if job["handler"] not in ("volumes.create", "flexclone.create"):
            continue
        body = job["data"]["body"]
        if body["name"] == name and body["svm"]["uuid"] == svm:
            raise Refusal(409, "13107405", f'A volume "{name}" is being created.', "name")


def check_path(world: World, svm: str, path: str) -> None:
    """Refuse a junction path that is none, or that another volume of the SVM has (source: case does not matter)."""
    if path and not re.fullmatch(r"/[^/](.*[^/])?|/", path):
        raise Refusal(400, "918252", f'Invalid junction path "{path}".', "nas.path")
    taken = (row.get("nas", {}).get("path") or "" for row in world.store.table("volumes").values() if row["svm"]["uuid"] == svm)
    if path and path.lower() in (one.lower() for one in taken):
        raise Refusal(409, "918252", f'The junction path "{path}" is in use.', "nas.path")


def check_state(body: Row) -> None:
    """Refuse the states that are only shown."""
    if body.get("state") in ("error", "mixed"):
        raise Refusal(400, "918652", f'The state "{body["state"]}" cannot be set.', "state")


def check_type(body: Row) -> None:
    """A volume for data protection has no junction and no snapshot policy; load-sharing ones are not made by hand."""
    kind = body.get("type", "rw")
    if kind == "ls":
        # Source: SDK description: "ls" is valid in GET.
        raise Refusal(400, "917617", 'The type "ls" cannot be set.', "type")
    if kind == "dp" and body.get("nas", {}).get("path"):
        raise Refusal(400, "917617", "A data-protection volume cannot be mounted when it is created.", "nas.path")
    if kind == "dp" and body.get("snapshot_policy"):
        raise Refusal(400, "917628", "A data-protection volume has no snapshot policy.", "snapshot_policy")


# -- sizes -----------------------------------------------------------------------------------------------------------------


def wanted_size(body: Row, default: int) -> int:
    """The size that a body asks for, under either of its names."""
    size = body.get("size", body.get("space", {}).get("size", default))
    if size < MINIMUM:
        raise Refusal(400, "917534", f"The size {size} is below the minimum of {MINIMUM} bytes.", "size")
    return int(size)


def check_largest(body: Row, volume: Row, size: int) -> None:
    """Refuse a size above the maximum. Choice of the code among those that the API reference has for the maximum."""
    large = body.get("space", {}).get("large_size_enabled", volume.get("space", {}).get("large_size_enabled", False))
    limit = LARGEST_LARGE if large else LARGEST
    if size > limit and size > volume.get("size", 0):
        raise Refusal(400, "918639", f"The size {size} is above the maximum of {limit} bytes.", "size")


def check_reserve(percent: int | None, creating: bool) -> None:
    """Refuse a snapshot reserve that is too large. Source: API reference: 90 at creation. Choice: 100 afterwards."""
    if percent is None:
        return
    if creating and percent > 90:
        raise Refusal(400, "917835", f"A snapshot reserve of {percent} percent is more than 90.", "space.snapshot.reserve_percent")
    if not 0 <= percent <= 100:
        raise Refusal(
            400, "262247", f'Invalid value "{percent}" for field "space.snapshot.reserve_percent".', "space.snapshot.reserve_percent"
        )


def check_fits(world: World, volume: Row, body: Row) -> None:
    """Refuse to shrink a volume below what is in it. Source: the words are those that ONTAP was seen to use."""
    size = wanted_size(body, volume["size"])
    percent = body.get("space", {}).get("snapshot", {}).get("reserve_percent")
    now = space.figures(world, volume)
    if size < volume["size"] and size < now.at_least(percent):
        text = "Selected volume size is too small to hold the current volume data. "
        raise Refusal(400, "917534", f"{text}New volume size must be at least {now.at_least(percent)}B.", "size")


def check_autosize(wanted: Row, size: int) -> None:
    """Refuse thresholds and limits that contradict each other.

    Source: SDK description: the rules; the API reference has four codes for them; which one means what is a choice.
    """
    if wanted["grow_threshold"] <= wanted["shrink_threshold"]:
        raise Refusal(400, "917829", "autosize.grow_threshold must be larger than autosize.shrink_threshold.", "autosize.grow_threshold")
    if wanted["maximum"] < size:
        raise Refusal(400, "918521", "autosize.maximum must not be smaller than the size of the volume.", "autosize.maximum")
    if wanted["minimum"] > wanted["maximum"]:
        raise Refusal(400, "917831", "autosize.minimum must not be larger than autosize.maximum.", "autosize.minimum")
    if wanted["minimum"] < MINIMUM:
        raise Refusal(400, "918524", f"autosize.minimum must not be smaller than {MINIMUM} bytes.", "autosize.minimum")


# -- policies --------------------------------------------------------------------------------------------------------------


def _scoped(world: World, table: str, svm: str, wanted: Row) -> list[Row]:
    """The policies of an SVM, or of the cluster, that a reference means."""
    return [
        row
        for row in world.store.table(table).values()
        if all(str(row.get(key)) == str(value) for key, value in wanted.items()) and row.get("svm", {}).get("uuid", svm) == svm
    ]


def snapshot_policy(world: World, svm: str, wanted: Row) -> Row:
    """The reference to a snapshot policy that exists."""
    if not world.store.table("snapshot_policies") and wanted.get("name") in SNAPSHOT_POLICIES:
        return {"name": wanted["name"]}
    found = _scoped(world, "snapshot_policies", svm, wanted)
    if found:
        return {"name": found[0]["name"], "uuid": found[0]["uuid"]}
    if len(wanted) > 1 and any(_scoped(world, "snapshot_policies", svm, {key: value}) for key, value in wanted.items()):
        raise Refusal(400, "1638587", "snapshot_policy.uuid and snapshot_policy.name refer to different policies.", "snapshot_policy")
    raise Refusal(400, "917551", f'Snapshot policy "{wanted.get("name", wanted.get("uuid"))}" does not exist.', "snapshot_policy")


def standard(world: World, svm: str, snapshots: str) -> tuple[Row, Row]:
    """The references to the snapshot policy of this name and the export policy that a volume has when nobody says which."""
    policies = _scoped(world, "snapshot_policies", svm, {"name": snapshots})
    exports = _scoped(world, "export_policies", svm, {"name": "default"})
    return (
        {"name": snapshots, **({"uuid": policies[0]["uuid"]} if policies else {})},
        {"name": "default", **({"id": exports[0]["id"]} if exports else {})},
    )


def export_policy(world: World, svm: str, wanted: Row) -> Row:
    """The reference to an export policy that the SVM has."""
    if not world.store.table("export_policies") and wanted.get("name") == "default" and len(wanted) == 1:
        return {"name": "default"}
    found = _scoped(world, "export_policies", svm, wanted)
    if not found:
        named = wanted.get("name", wanted.get("id"))
        raise Refusal(400, "918271", f'Export policy "{named}" does not exist in the SVM, or its name and id differ.', "nas.export_policy")
    return {name: found[0][name] for name in ("name", "id") if name in found[0]}


def qos_policy(world: World, svm: str, wanted: Row) -> Row | None:
    """The reference to a QoS policy, or None where "none" takes it away. Source for "none": CLI manual, qos-policy-group."""
    if wanted.get("name") in ("none", ""):
        return None
    found = _scoped(world, "qos_policies", svm, wanted)
    if not found:
        named = wanted.get("name", wanted.get("uuid"))
        # Source for the code: API reference, LUN.
        raise Refusal(400, "8454243", f'QoS policy "{named}" does not exist.', "qos.policy")
    return {"name": found[0]["name"], "uuid": found[0]["uuid"]}


# -- values that depend on each other --------------------------------------------------------------------------------------


def efficiency(current: Row, wanted: Row) -> Row:
    """The efficiency settings after a change.

    Source: SDK description: any of them turns background deduplication on; cross-volume deduplication needs deduplication.
    """
    if any(wanted.get(name) == "mixed" for name in EFFICIENCIES):
        raise Refusal(400, EFFICIENCY_REFUSED, 'The value "mixed" is shown for FlexGroups only.', "efficiency")
    policy = wanted.get("policy", {}).get("name")
    if policy is not None and policy not in EFFICIENCY_POLICIES:
        raise Refusal(
            400, EFFICIENCY_REFUSED, f'Efficiency policy "{policy}" does not exist (others are not simulated).', "efficiency.policy"
        )
    found = merged(current, wanted)
    others = any(found.get(name, "none") != "none" for name in EFFICIENCIES if name != "dedupe")
    if others and found.get("dedupe", "none") == "none":
        if wanted.get("dedupe") == "none":
            raise Refusal(400, EFFICIENCY_REFUSED, "Deduplication cannot be off while another efficiency is on.", "efficiency.dedupe")
        found["dedupe"] = "background"
    return found


def default_efficiency(flash: bool) -> Row:
    """Source: SDK description: all are on for a new volume of an all-flash system. Choice: which kind of each."""
    if not flash:
        return dict.fromkeys(EFFICIENCIES, "none")
    inline = {"compression": "inline", "dedupe": "both", "compaction": "inline", "cross_volume_dedupe": "both"}
    return {**inline, "policy": {"name": "auto"}}


def tiering(current: Row, wanted: Row) -> Row:
    """The tiering settings after a change. Source: SDK description: days need a policy, and have defaults by policy."""
    found = merged(current, wanted)
    days = {"snapshot_only": 2, "auto": 31}.get(found["policy"])
    if "min_cooling_days" in wanted and (days is None or not 2 <= wanted["min_cooling_days"] <= 183):
        # Source for the range: CLI manual. Choice of the code: an invalid value.
        text = f'The value {wanted["min_cooling_days"]} cannot be set with the tiering policy "{found["policy"]}".'
        raise Refusal(400, "262247", text, "tiering.min_cooling_days")
    if days is None:
        found.pop("min_cooling_days", None)
    elif "min_cooling_days" not in wanted and ("policy" in wanted or "min_cooling_days" not in found):
        found["min_cooling_days"] = days if found["policy"] != current.get("policy") else found.get("min_cooling_days", days)
    return found


def check_permissions(nas: Row) -> None:
    """Refuse permissions whose digits are not octal. Source: SDK description: four octal digits. Choice of the code."""
    value = nas.get("unix_permissions")
    if value is not None and not re.fullmatch(r"[0-7]{1,4}", str(value)):
        raise Refusal(400, "262247", f'Invalid value "{value}" for field "nas.unix_permissions".', "nas.unix_permissions")


def encryption(world: World, current: Row, wanted: Row) -> Row:
    """The encryption of a volume after a change. Choice: a conversion takes no time."""
    if wanted.get("enabled") is False and current.get("enabled"):
        # Source: SDK description: only together with a move. Choice of the code: an invalid value.
        raise Refusal(400, "262247", "A volume is decrypted by moving it only.", "encryption.enabled")
    if not wanted.get("enabled", current.get("enabled", False)):
        return {"enabled": False, "state": "unencrypted", "type": "none"}
    return {"key_id": world.store.uuid().replace("-", ""), **current, "enabled": True, "state": "encrypted", "type": "volume"}
