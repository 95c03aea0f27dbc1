# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves of volumes: begun, held, cut over, paused, resumed, aborted, replaced; reporting nodes that follow."""

from __future__ import annotations

from typing import Any

from .row import Row, done

VOLUME: dict[str, Any] = {"svm": "nas1", "volume": "nas1_vol1a"}
MOVE: dict[str, Any] = {**VOLUME, "aggregate": "aggr1_ndo_02"}
LUNS: dict[str, Any] = {"svm": "san1", "volume": "san1_vol1a"}
FIRST, SECOND = "ndo-01 ndo-02", "ndo-03 ndo-04"
MAP = "/vol/san1_vol1a/lun0 san1-host1"
ADD, REMOVE = f"add_reporting_nodes {SECOND} {MAP}", f"remove_reporting_nodes {FIRST} {MAP}"
STEER: dict[str, Any] = {"calls": 3, "polls": True}


def quick(lab: Any) -> None:
    """Data are copied at 100 GiB a second, so that there is little to look at."""
    lab.world.settings["move_rate"] = 100 * 1024**3


def begin(lab: Any, task: dict[str, Any]) -> None:
    """A move is under way, and will not take long any more."""
    done(lab, "volume_move", **task, wait=False)
    lab.advance(60)
    quick(lab)


def begun(lab: Any) -> None:
    """The volume is being moved."""
    begin(lab, MOVE)


def held(lab: Any) -> None:
    """The volume waits for its cutover."""
    quick(lab)
    done(lab, "volume_move", **MOVE, cutover="manual")


def paused(lab: Any) -> None:
    """The move of the volume is paused."""
    begun(lab)
    done(lab, "volume_move", **VOLUME, action="pause")


def elsewhere(lab: Any) -> None:
    """The volume is being moved to another aggregate."""
    begin(lab, {**VOLUME, "aggregate": "aggr2_ndo_02"})


def crossing(lab: Any) -> None:
    """A volume with LUNs is being moved to another HA pair."""
    begin(lab, {**LUNS, "aggregate": "aggr1_ndo_03"})


def crossed(lab: Any) -> None:
    """A run was killed when a volume with LUNs had arrived at another HA pair."""
    crossing(lab)
    lab.advance(3600)


BEGIN: dict[str, Any] = {"given": quick, "calls": 3, "polls": True}

ROWS = [
    Row("move a volume", "volume_move", MOVE, ["move"], **BEGIN),
    Row("move a volume on its node", "volume_move", {**VOLUME, "aggregate": "aggr2_ndo_01"}, ["move"], **BEGIN),
    Row(
        "move a volume in OpenStack's words",
        "volume_move",
        {"volume": "nas1:nas1_vol1a", "aggregate": "h@b#aggr1_ndo_02"},
        ["move"],
        **BEGIN,
    ),
    Row("move a volume with a window", "volume_move", {**MOVE, "cutover_window": 120}, ["move"], **BEGIN),
    Row("move a volume and encrypt it", "volume_move", {**MOVE, "encrypted": True}, ["move"], **BEGIN),
    Row("move a volume and tier it", "volume_move", {**MOVE, "tiering_policy": "auto"}, ["move"], **BEGIN),
    Row("copy a volume and hold the cutover", "volume_move", {**MOVE, "cutover": "manual"}, ["move"], **BEGIN, noop=2),
    Row("hold the cutover of a move", "volume_move", {**MOVE, "cutover": "manual"}, ["hold"], given=begun, **STEER, noop=2),
    Row("cut over a move that waits", "volume_move", {**VOLUME, "action": "cutover"}, ["cutover"], given=held, **STEER),
    Row(
        "cut over a move within a window",
        "volume_move",
        {**MOVE, "action": "cutover", "cutover_window": 60},
        ["cutover"],
        given=held,
        **STEER,
    ),
    Row("cut over a move that replicates", "volume_move", {**MOVE, "action": "cutover"}, ["cutover"], given=begun, **STEER),
    Row("finish a move that waits", "volume_move", MOVE, ["cutover"], given=held, **STEER),
    Row("finish a move that is paused", "volume_move", MOVE, ["resume"], given=paused, **STEER),
    Row("pause a move", "volume_move", {**VOLUME, "action": "pause"}, ["pause"], given=begun, calls=2, polls=True),
    Row("resume a move", "volume_move", {**VOLUME, "action": "resume"}, ["resume"], given=paused, calls=2, polls=True),
    Row("abort a move", "volume_move", {**VOLUME, "action": "abort"}, ["abort"], given=begun, calls=4, polls=True),
    Row("abort a move that waits", "volume_move", {**MOVE, "action": "abort"}, ["abort"], given=held, calls=4, polls=True),
    Row("replace a move", "volume_move", {**MOVE, "replace": True}, ["abort", "move"], given=elsewhere, calls=40, polls=True),
    Row(
        "end a move that leads away",
        "volume_move",
        {**VOLUME, "aggregate": "aggr1_ndo_01", "replace": True},
        ["abort"],
        given=elsewhere,
        calls=4,
        polls=True,
    ),
    Row(
        "move a volume with LUNs", "volume_move", {**LUNS, "aggregate": "aggr1_ndo_02"}, ["move"], given=quick, calls=6, noop=2, polls=True
    ),
    Row(
        "move a volume with LUNs to another pair",
        "volume_move",
        {**LUNS, "aggregate": "aggr1_ndo_03"},
        [ADD, "move", REMOVE],
        given=quick,
        scenario="two_pairs",
        calls=60,
        noop=2,
        polls=True,
    ),
    Row(
        "move a volume with LUNs without its paths",
        "volume_move",
        {**LUNS, "aggregate": "aggr1_ndo_03", "paths": "ignore"},
        ["move"],
        scenario="two_pairs",
        **BEGIN,
    ),
    Row(
        "abort a move of LUNs to another pair",
        "volume_move",
        {**LUNS, "action": "abort"},
        ["abort", REMOVE.replace(FIRST, SECOND)],
        given=crossing,
        scenario="two_pairs",
        calls=60,
        noop=2,
        polls=True,
    ),
    Row(
        "tidy up after a run that was killed",
        "volume_move",
        {**LUNS, "aggregate": "aggr1_ndo_03"},
        [REMOVE],
        given=crossed,
        scenario="two_pairs",
        calls=9,
        noop=2,
    ),
]
