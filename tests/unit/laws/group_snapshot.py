# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Group snapshots: by a temporary group, by a group that is there, by ONTAPI; deleted, and renamed where they are busy."""

from __future__ import annotations

from typing import Any

from .row import Row, done

ALL: dict[str, Any] = {"svm": "san1", "volumes": [f"vol{number}" for number in range(1, 9)], "name": "law"}
SOME: dict[str, Any] = {**ALL, "volumes": ["vol1", "vol2", "vol1"]}
GROUPS: dict[str, Any] = {"scenario": "groups", "noop": 2}
TAKE: dict[str, Any] = {**GROUPS, "polls": True}


def taken(lab: Any) -> None:
    """There is one."""
    done(lab, "group_snapshot", **ALL, engine="ontapi")


def busy(lab: Any) -> None:
    """There is one, and a LUN is cloned out of it."""
    taken(lab)
    lab.world.settings["lun_clone_split"] = 3600
    done(lab, "lun", svm="san1", name="/vol/vol3/copy", clone_from="lun1", snapshot="law")


def grouped(lab: Any) -> None:
    """The volumes are a group."""
    members = [{"name": name, "provisioning_options": {"action": "add"}} for name in ("vol1", "vol2")]
    body = {"svm": {"name": "san1"}, "name": "app", "volumes": members}
    done(lab, "rest", method="POST", path="/application/consistency-groups", body=body)


ROWS = [
    Row(
        "take a group snapshot by a temporary group",
        "group_snapshot",
        {**ALL, "engine": "rest", "temporary_prefix": "law_"},
        ["create_group", "start", "commit", "delete_group"],
        calls=15,
        **TAKE,
    ),
    Row(
        "take a group snapshot by ONTAPI",
        "group_snapshot",
        {**ALL, "engine": "ontapi", "fence_timeout": 20},
        ["start", "commit"],
        calls=6,
        **TAKE,
    ),
    Row("take a group snapshot with a group that is there", "group_snapshot", SOME, ["start", "commit"], given=grouped, calls=8, **TAKE),
    Row(
        "take a group snapshot with a label",
        "group_snapshot",
        {**SOME, "snapmirror_label": "weekly"},
        ["create_group", "start", "commit", "delete_group"],
        calls=15,
        **TAKE,
    ),
    Row("delete a group snapshot", "group_snapshot", {**ALL, "state": "absent"}, ["delete"], given=taken, calls=3, **GROUPS),
    Row(
        "delete a group snapshot and rename what is busy",
        "group_snapshot",
        {**ALL, "state": "absent", "busy": "rename", "busy_prefix": "later_"},
        ["rename", "delete"],
        given=busy,
        calls=5,
        **GROUPS,
    ),
]
