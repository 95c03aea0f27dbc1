# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUN maps: mapped, mapped with another number, unmapped; reporting nodes as an exact set, added, trimmed."""

from __future__ import annotations

from typing import Any

from .row import Row, done

MAP: dict[str, Any] = {"svm": "san1", "lun": "/vol/san1_vol1a/law", "igroup": "law"}
FIRST, SECOND = ["ndo-01", "ndo-02"], ["ndo-03", "ndo-04"]


def made(lab: Any) -> None:
    """There is a LUN, and an igroup whose initiator is not logged in."""
    done(lab, "lun", svm="san1", name=MAP["lun"], size="10GiB", os_type="linux")
    done(lab, "igroup", svm="san1", name="law", os_type="linux", initiators=["iqn.1998-01.com.example:law"])


def mapped(lab: Any) -> None:
    """The LUN is mapped to the igroup."""
    made(lab)
    done(lab, "lun_map", **MAP, lun_id=3)


def wide(lab: Any) -> None:
    """The nodes of both pairs report the LUN."""
    mapped(lab)
    done(lab, "lun_map", **MAP, reporting_nodes=SECOND, reporting_nodes_mode="add")


USED: dict[str, Any] = {"svm": "san1", "lun": "/vol/san1_vol1a/lun0", "igroup": "san1-host1"}
TWO: dict[str, Any] = {"scenario": "two_pairs"}

ROWS = [
    Row("map a LUN", "lun_map", MAP, ["create"], given=made),
    Row("map a LUN of a volume", "lun_map", {**MAP, "lun": "law", "volume": "san1_vol1a"}, ["create"], given=made),
    Row("map a LUN with a LUN id", "lun_map", {**MAP, "lun_id": 7}, ["create"], given=made),
    Row("map a LUN for its own pair", "lun_map", {**MAP, "reporting_nodes": FIRST}, ["create"], given=made, calls=4),
    Row("map a LUN for two pairs", "lun_map", {**MAP, "reporting_nodes": FIRST + SECOND}, ["create"], given=made, calls=4, **TWO),
    Row(
        "map a LUN for one more pair",
        "lun_map",
        {**MAP, "lun_id": 5, "reporting_nodes": SECOND, "reporting_nodes_mode": "add"},
        ["create"],
        given=made,
        calls=4,
        **TWO,
    ),
    Row("map a LUN with another LUN id", "lun_map", {**MAP, "lun_id": 7, "allow_remap": True}, ["delete", "create"], given=mapped, calls=6),
    Row(
        "map a LUN with another LUN id under a host",
        "lun_map",
        {**USED, "lun_id": 9, "allow_remap": True, "allow_in_use": True},
        ["delete", "create"],
        calls=5,
    ),
    Row(
        "map a LUN with another LUN id, and keep its nodes",
        "lun_map",
        {**MAP, "lun_id": 7, "allow_remap": True},
        ["delete", "create"],
        given=wide,
        calls=7,
        **TWO,
    ),
    Row(
        "map a LUN with another LUN id and other nodes",
        "lun_map",
        {**MAP, "lun_id": 7, "allow_remap": True, "reporting_nodes": FIRST},
        ["delete", "create"],
        given=wide,
        calls=7,
        **TWO,
    ),
    Row(
        "let more nodes report a LUN",
        "lun_map",
        {**MAP, "reporting_nodes": SECOND, "reporting_nodes_mode": "add"},
        ["add_reporting_nodes ndo-03 ndo-04"],
        given=mapped,
        calls=3,
        **TWO,
    ),
    Row(
        "let exactly these nodes report a LUN",
        "lun_map",
        {**MAP, "reporting_nodes": FIRST + SECOND},
        ["add_reporting_nodes ndo-03 ndo-04"],
        given=mapped,
        calls=3,
        **TWO,
    ),
    Row(
        "let fewer nodes report a LUN",
        "lun_map",
        {**MAP, "reporting_nodes": FIRST},
        ["remove_reporting_nodes ndo-03 ndo-04"],
        given=wide,
        calls=4,
        **TWO,
    ),
    Row(
        "trim the nodes that report a LUN",
        "lun_map",
        {**MAP, "reporting_nodes": [], "reporting_nodes_mode": "trim"},
        ["remove_reporting_nodes ndo-03 ndo-04"],
        given=wide,
        calls=4,
        **TWO,
    ),
    Row("unmap a LUN", "lun_map", {**MAP, "state": "absent"}, ["delete"], given=mapped, calls=3),
    Row("unmap a LUN under a host", "lun_map", {**USED, "state": "absent", "allow_in_use": True}, ["delete"]),
]
