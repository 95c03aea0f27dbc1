# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUNs: every option set, changed, cleared."""

from __future__ import annotations

from typing import Any

from .row import Row, done

PATH = "/vol/san1_vol1a/law"
LUN: dict[str, Any] = {"svm": "san1", "name": PATH}
NEW: dict[str, Any] = {**LUN, "size": "10GiB", "os_type": "linux"}


def made(lab: Any) -> None:
    """There is an unmapped LUN of 10 GiB."""
    done(lab, "lun", **NEW, comment="before", space_allocation=False)


def snapped(lab: Any) -> None:
    """There is a LUN, and a snapshot of its volume."""
    made(lab)
    done(lab, "snapshot", svm="san1", volume="san1_vol1a", name="law_snap")


def limited(lab: Any) -> None:
    """The LUN has a QoS policy, and there is another one."""
    for name in ("gold", "silver"):
        body = {"name": name, "svm.name": "san1", "fixed.max_throughput_iops": 1000}
        done(lab, "rest", method="POST", path="storage/qos/policies", body=body)
    done(lab, "lun", **NEW, qos_policy="gold")


ROWS = [
    Row("create a LUN", "lun", NEW, ["create"]),
    Row("create a LUN of a volume", "lun", {**NEW, "name": "law", "volume": "san1_vol1a"}, ["create"]),
    Row(
        "create a LUN with everything",
        "lun",
        {**NEW, "comment": "c", "space_reserved": True, "space_allocation": True, "auto_delete": False, "online": True},
        ["create"],
    ),
    Row("create a LUN that is offline", "lun", {**NEW, "online": False}, ["create", "modify"], calls=3),
    Row("clone a LUN", "lun", {**LUN, "name": PATH + "2", "clone_from": "law"}, ["create"], given=made),
    Row(
        "clone and grow a LUN",
        "lun",
        {**LUN, "name": PATH + "2", "clone_from": PATH, "size": "12GiB"},
        ["create", "modify"],
        given=made,
        calls=3,
    ),
    Row(
        "clone a LUN of a snapshot",
        "lun",
        {**LUN, "name": PATH + "2", "clone_from": "law", "snapshot": "law_snap"},
        ["create"],
        given=snapped,
    ),
    Row("grow a LUN by little", "lun", {**LUN, "size": 10 * 1024**3 + 4096}, ["modify"], given=made),
    Row("grow a LUN and more", "lun", {**LUN, "size": "11GiB", "comment": "after", "space_reserved": True}, ["modify"], given=made),
    Row("shrink a LUN", "lun", {**LUN, "size": "5GiB", "allow_shrink": True}, ["shrink"], given=made),
    Row(
        "shrink a LUN and more",
        "lun",
        {**LUN, "size": "5GiB", "allow_shrink": True, "comment": ""},
        ["modify", "shrink"],
        given=made,
        calls=3,
    ),
    Row("rename a LUN", "lun", {**LUN, "name": PATH + "3", "from_name": "law"}, ["modify"], given=made),
    Row("comment on a LUN", "lun", {**LUN, "comment": "after"}, ["modify"], given=made),
    Row("clear the comment of a LUN", "lun", {**LUN, "comment": ""}, ["modify"], given=made),
    Row("take a LUN offline", "lun", {**LUN, "online": False}, ["modify"], given=made),
    Row("reserve space for a LUN", "lun", {**LUN, "space_reserved": True}, ["modify"], given=made),
    Row("let a LUN report its space", "lun", {**LUN, "space_allocation": True}, ["modify"], given=made),
    Row("change the QoS policy of a LUN", "lun", {**LUN, "qos_policy": "silver"}, ["modify"], given=limited),
    Row("take the QoS policy away from a LUN", "lun", {**LUN, "qos_policy": ""}, ["modify"], given=limited),
    Row("delete a LUN", "lun", {**LUN, "state": "absent"}, ["delete"], given=made),
]
