# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Volumes: every option set, changed, cleared; clones, splits and deletions."""

from __future__ import annotations

from typing import Any

from .row import Row, done

GIB = 1024**3
VOLUME: dict[str, Any] = {"svm": "nas1", "name": "law"}
NEW: dict[str, Any] = {**VOLUME, "aggregate": "aggr1_ndo_01", "size": "10GiB", "space_guarantee": "none"}
CLONE: dict[str, Any] = {**VOLUME, "name": "law_clone", "clone": {"parent_volume": "law"}}
ALL = ["mapped_luns", "smb_clients", "nfs_clients", "mirrors", "locked_snapshots"]
EVERYTHING: dict[str, Any] = {
    "online": True,
    "junction_path": "/law",
    "comment": "c",
    "snapshot_reserve": 10,
    "fractional_reserve": 0,
    "snapshot_policy": "none",
    "export_policy": "law",
    "security_style": "unix",
    "unix_permissions": "750",
    "qos_policy": "gold",
    "tiering_policy": "auto",
    "tiering_minimum_cooling_days": 20,
    "autosize": {"mode": "grow_shrink", "minimum": "5GiB", "maximum": "20GiB", "grow_threshold": 90, "shrink_threshold": 40},
    "efficiency": {
        "policy": "default",
        "dedupe": "background",
        "compression": "inline",
        "compaction": "inline",
        "cross_volume_dedupe": "none",
    },
    "encrypted": True,
    "language": "en.utf_8",
    "type": "rw",
    "logical_space_reporting": True,
    "logical_space_enforcement": True,
    "snapshot_directory_access": False,
    "tags": ["team:storage", "run:law"],
}


def made(lab: Any) -> None:
    """There is a volume of 10 GiB."""
    done(lab, "volume", **NEW, comment="before", tags=["team:before"])


def mounted(lab: Any) -> None:
    """The volume is mounted."""
    done(lab, "volume", **NEW, junction_path="/law")


def offline(lab: Any) -> None:
    """The volume is offline."""
    done(lab, "volume", **NEW, online=False)


def policies(lab: Any) -> None:
    """The SVM has QoS policies, fixed and adaptive, and an export policy."""
    adaptive = {"adaptive.expected_iops": 1000, "adaptive.peak_iops": 5000}
    for name, limits in (("gold", {"fixed.max_throughput_iops": 1000}), ("silver", adaptive)):
        done(lab, "rest", method="POST", path="storage/qos/policies", body={"name": name, "svm.name": "nas1", **limits})
    done(lab, "rest", method="POST", path="protocols/nfs/export-policies", body={"name": "law", "svm.name": "nas1"})


def limited(lab: Any) -> None:
    """The volume has a QoS policy, and there are others."""
    policies(lab)
    done(lab, "volume", **NEW, qos_policy="gold")


def efficient(lab: Any) -> None:
    """The volume saves space, some of it in the background."""
    made(lab)
    done(lab, "volume", **VOLUME, efficiency={"dedupe": "background", "cross_volume_dedupe": "none", "policy": "default"})


def wasteful(lab: Any) -> None:
    """The volume does not save space."""
    done(lab, "volume", **NEW, efficiency=dict.fromkeys(("dedupe", "compression", "compaction", "cross_volume_dedupe", "policy"), "none"))


def growing(lab: Any) -> None:
    """The volume grows by itself."""
    done(lab, "volume", **NEW, autosize={"mode": "grow", "maximum": "20GiB"})


def snapped(lab: Any) -> None:
    """The volume has a snapshot."""
    made(lab)
    done(lab, "snapshot", svm="nas1", volume="law", name="law_snap")


def cloned(lab: Any) -> None:
    """The volume has a clone."""
    made(lab)
    done(lab, "volume", **CLONE)


def tiered(lab: Any) -> None:
    """The volume tiers cold blocks."""
    done(lab, "volume", **NEW, tiering_policy="auto", tiering_minimum_cooling_days=20)


def has(**options: Any) -> dict[str, Any]:
    """The task that gives these to the volume."""
    return {**VOLUME, **options}


def change(name: str, given: Any = made, **options: Any) -> Row:
    """A row that changes the volume in one request."""
    return Row(name, "volume", has(**options), ["modify"], given=given)


ROWS = [
    Row("create a volume", "volume", NEW, ["create"]),
    Row("create a volume with everything", "volume", {**NEW, **EVERYTHING}, ["create"], given=policies),
    Row("create a volume that is offline", "volume", {**NEW, "online": False}, ["create"]),
    Row("create a volume that is the destination of a mirror", "volume", {**NEW, "type": "dp"}, ["create"]),
    Row(
        "create a volume with a kind of compression",
        "volume",
        {**NEW, "efficiency": {"compression_type": "secondary"}},
        ["create", "modify"],
        calls=3,
    ),
    change("grow a volume by little", size=10 * GIB + 4096),
    change("grow a volume and more", size="11GiB", comment="after", snapshot_reserve=20, export_policy="default", security_style="mixed"),
    change("shrink a volume", size="5GiB", allow_shrink=True),
    Row("rename a volume and more", "volume", has(name="law2", from_name="law", comment="", size="12GiB"), ["modify"], given=made),
    Row("take a volume offline", "volume", has(online=False), ["modify"], given=made, calls=3),
    change("take a volume online", offline, online=True),
    change("take a volume online and mount it", offline, online=True, junction_path="/law"),
    Row("take a mounted volume offline", "volume", has(online=False, accept=ALL), ["modify"], given=mounted),
    Row("take a mounted volume without users offline", "volume", has(online=False), ["modify"], given=mounted, calls=5, noop=1),
    change("mount a volume", junction_path="/law"),
    Row("mount a volume elsewhere", "volume", has(junction_path="/elsewhere"), ["modify"], given=mounted, calls=4),
    Row("unmount a volume", "volume", has(junction_path=""), ["modify"], given=mounted, calls=4),
    Row("unmount a volume and accept clients", "volume", has(junction_path="", accept=ALL), ["modify"], given=mounted),
    change("comment on a volume", comment="after"),
    change("clear the comment of a volume", comment=""),
    change("guarantee the space of a volume", space_guarantee="volume"),
    change("change the snapshot reserve", snapshot_reserve=0),
    change("change the fractional reserve", fractional_reserve=100),
    change("change the snapshot policy", snapshot_policy="default-1weekly"),
    change("take the snapshot policy away", snapshot_policy=""),
    change("change the export policy", limited, export_policy="law"),
    change("change the security style", security_style="ntfs"),
    change("change the UNIX permissions", unix_permissions="0700"),
    change("give a volume a QoS policy", limited, qos_policy="silver"),
    change("take the QoS policy away from a volume", limited, qos_policy=""),
    change("tier cold blocks", tiering_policy="snapshot_only"),
    change("tier no blocks", tiered, tiering_policy="none"),
    change("change the days of tiering", tiered, tiering_minimum_cooling_days=40),
    change("let a volume grow", autosize={"mode": "grow", "maximum": "30GiB"}),
    change("change the limits of growth", growing, autosize={"maximum": "40GiB", "grow_threshold": 70}),
    change("let a volume not grow", growing, autosize={"mode": "off"}),
    change("make a volume efficient", wasteful, efficiency={"policy": "auto", "dedupe": "both", "compaction": "inline"}),
    change("change the efficiency policy", efficient, efficiency={"policy": "inline-only"}),
    change("change the mode of efficiency", efficiency={"storage_efficiency_mode": "efficient", "compression_type": "adaptive"}),
    change("make a volume inefficient", efficient, efficiency=dict.fromkeys(("compression", "compaction", "dedupe"), "none")),
    change("take the efficiency policy away", efficient, efficiency={"policy": ""}),
    change("deduplicate across volumes", efficient, efficiency={"cross_volume_dedupe": "background"}),
    change("encrypt a volume", encrypted=True),
    change("report logical space", logical_space_reporting=True, logical_space_enforcement=True),
    change("hide the snapshots", snapshot_directory_access=False),
    change("change the tags of a volume", tags=["team:after", "run:law"]),
    change("clear the tags of a volume", tags=[]),
    Row("clone a volume", "volume", CLONE, ["create"], given=made),
    Row(
        "clone a snapshot of a volume",
        "volume",
        {**CLONE, "clone": {"parent_volume": "law", "parent_snapshot": "law_snap"}, "junction_path": "/c", "comment": "c"},
        ["create"],
        given=snapped,
    ),
    Row(
        "clone a volume and change the clone",
        "volume",
        {**CLONE, "size": "12GiB", "snapshot_policy": "none", "aggregate": "aggr1_ndo_01", "autosize": {"mode": "grow"}},
        ["create", "modify"],
        given=made,
        calls=4,
    ),
    Row(
        "clone a volume into another SVM",
        "volume",
        {**CLONE, "svm": "san1", "clone": {"parent_volume": "law", "parent_svm": "nas1"}, "comment": "c"},
        ["create"],
        given=made,
    ),
    Row("clone and split a volume", "volume", {**CLONE, "split": True}, ["create", "split"], given=made, calls=3, polls=True),
    Row("split a clone", "volume", {**VOLUME, "name": "law_clone", "split": True}, ["split"], given=cloned, polls=True),
    Row(
        "change and split a clone",
        "volume",
        {**VOLUME, "name": "law_clone", "split": True, "comment": "of its own"},
        ["modify", "split"],
        given=cloned,
        calls=3,
        polls=True,
    ),
    Row("delete a volume", "volume", has(state="absent"), ["delete"], given=made, calls=3),
    Row("delete a volume whatever it has", "volume", has(state="absent", accept=ALL), ["delete"], given=made),
    Row("delete a mounted volume", "volume", has(state="absent"), ["unmount", "delete"], given=mounted, calls=6),
    Row(
        "delete a mounted volume whatever it has", "volume", has(state="absent", accept=ALL), ["unmount", "delete"], given=mounted, calls=3
    ),
    Row("delete a volume with snapshots", "volume", has(state="absent"), ["delete"], given=snapped, calls=4),
    Row("delete a volume for good", "volume", has(state="absent", purge=True), ["delete"], given=made, calls=3),
    Row("delete a clone", "volume", {**VOLUME, "name": "law_clone", "state": "absent"}, ["delete"], given=cloned, calls=3),
]
