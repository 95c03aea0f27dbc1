# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves of LUNs: begun, joined, slowed down, paused, resumed; with paths that follow."""

from __future__ import annotations

from typing import Any

from .row import Row, done

PATH = "/vol/san1_vol1a/law"
MOVE: dict[str, Any] = {"svm": "san1", "lun": PATH, "volume": "san1_vol2b"}
THERE = "/vol/san1_vol2b/law"
MIB = 1024**2


def made(lab: Any) -> None:
    """There is a LUN that nobody uses, with data that takes two seconds to move."""
    done(lab, "lun", svm="san1", name=PATH, size="10GiB", os_type="linux")
    row = next(row for row in lab.world.store.each("luns") if row["name"] == PATH)
    row["space"]["used"] = 512 * MIB


def moving(lab: Any) -> None:
    """Its move is under way, and slow."""
    made(lab)
    done(lab, "lun_move", **MOVE, max_throughput="20MiB", wait=False)
    lab.advance(10)


def paused(lab: Any) -> None:
    """Its move is paused."""
    moving(lab)
    done(lab, "lun_move", **MOVE, action="pause")


def stopped(lab: Any) -> None:
    """An error has stopped its move."""
    moving(lab)
    lab.trigger("fail_transfer", path=THERE)


def quick(lab: Any) -> None:
    """Moves are over at once, so that no looks come between the writes of a task."""
    lab.world.settings.update(lun_move_prepare=0, lun_move_rate=10**18)


USED: dict[str, Any] = {"svm": "san1", "lun": "/vol/san1_vol1a/lun0", "path": "/vol/san1_vol3a/lun9"}
POLLS: dict[str, Any] = {"polls": True}
LATELY: dict[str, Any] = {"polls": True, "noop": 2}
"""While ONTAP still tells of the move, a second run looks whether nodes are left over; two minutes later it does not."""

ADD = "add_reporting_nodes ndo-03 ndo-04 /vol/san1_vol1a/lun0 san1-host1"
REMOVE = "remove_reporting_nodes ndo-01 ndo-02 /vol/san1_vol3a/lun9 san1-host1"


def left_over(lab: Any) -> None:
    """A LUN has moved to another HA pair, and nobody was there when it arrived."""
    quick(lab)
    done(lab, "lun_move", **USED, wait=False)
    lab.advance(60)


ROWS = [
    Row("move a LUN", "lun_move", MOVE, ["move"], given=made, **POLLS),
    Row("move a LUN to another name", "lun_move", {**MOVE, "path": "/vol/san1_vol2b/other"}, ["move"], given=made, **POLLS),
    Row(
        "move a LUN that is named as OpenStack does",
        "lun_move",
        {"lun": f"san1:{PATH}", "volume": "ndo@san#san1_vol2b"},
        ["move"],
        given=made,
        **POLLS,
    ),
    Row("move a LUN of a volume", "lun_move", {**MOVE, "lun": "law", "from_volume": "san1_vol1a"}, ["move"], given=made, **POLLS),
    Row("move a LUN slowly", "lun_move", {**MOVE, "max_throughput": "100MiB"}, ["move"], given=made, **POLLS),
    Row("move a LUN and do not wait", "lun_move", {**MOVE, "wait": False}, ["move"], given=made),
    Row("slow the move of a LUN down", "lun_move", {**MOVE, "max_throughput": "10MiB/s"}, ["throttle"], given=moving, **POLLS),
    Row("pause the move of a LUN", "lun_move", {**MOVE, "action": "pause"}, ["pause"], given=moving, **POLLS),
    Row("resume the move of a LUN", "lun_move", {**MOVE, "action": "resume"}, ["resume"], given=paused, **POLLS),
    Row("resume the move of a LUN after an error", "lun_move", {**MOVE, "action": "resume"}, ["resume"], given=stopped, **POLLS),
    Row(
        "resume the move of a LUN at another speed",
        "lun_move",
        {"svm": "san1", "lun": THERE, "action": "resume", "max_throughput": "50MiB"},
        ["resume"],
        given=paused,
        **POLLS,
    ),
    Row("move a mapped LUN", "lun_move", {**USED, "path": "/vol/san1_vol2b/lun9"}, ["move"], calls=3, **LATELY),
    Row(
        "move a mapped LUN to another HA pair",
        "lun_move",
        USED,
        [ADD, "move", REMOVE],
        given=quick,
        scenario="two_pairs",
        calls=18,
        **LATELY,
    ),
    Row("tidy up after the move of a LUN", "lun_move", USED, [REMOVE], given=left_over, scenario="two_pairs", calls=10, noop=2),
    Row(
        "move a mapped LUN to another HA pair and leave its paths",
        "lun_move",
        {**USED, "paths": "ignore"},
        ["move"],
        scenario="two_pairs",
        **POLLS,
    ),
]
