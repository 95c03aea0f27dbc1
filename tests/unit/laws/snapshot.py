# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots: every option set, changed, cleared; restored and pruned."""

from __future__ import annotations

from typing import Any

from .row import Row, done

VOLUME = "san1_vol1a"
ONE: dict[str, Any] = {"svm": "san1", "volume": VOLUME, "name": "law"}
SOON, LATER = "2030-01-31T18:00:00+01:00", "2030-02-28T18:00:00Z"
QUIET: dict[str, Any] = {"svm": "san1", "volume": "law_quiet", "name": "law"}
BACK: dict[str, Any] = {**QUIET, "state": "restored"}
PRUNE: dict[str, Any] = {"svm": "san1", "volume": VOLUME, "state": "pruned", "prefix": "job_"}


def made(lab: Any) -> None:
    """There is a snapshot with everything."""
    done(lab, "snapshot", **ONE, comment="before", snapmirror_label="daily", expiry_time=SOON)


def bare(lab: Any) -> None:
    """There is a snapshot with nothing."""
    done(lab, "snapshot", **ONE)


def written(lab: Any, volume: str, amount: int = 4096) -> None:
    """Clients overwrite so many bytes of a volume."""
    from ansible_collections.ndo.ontap.tests.simulator.model import snapshots

    snapshots.hold(lab.world, next(iter(lab.world.store.each("volumes", name=volume)))["uuid"], amount)


def quiet(lab: Any) -> None:
    """A volume that nobody uses has a snapshot, and has changed since."""
    body = {"name": "law_quiet", "svm.name": "san1", "aggregates": [{"name": "aggr1_ndo_01"}], "size": 1024**3, "guarantee.type": "none"}
    done(lab, "rest", method="POST", path="storage/volumes", body=body)
    done(lab, "snapshot", **QUIET)
    written(lab, "law_quiet")


def quick_split(lab: Any) -> None:
    """The same, on a cluster whose splits are over at once."""
    quiet(lab)
    lab.world.settings["volume_split"] = 0


def with_newer(lab: Any) -> None:
    """There is a newer snapshot, too."""
    quiet(lab)
    lab.advance(60)
    done(lab, "snapshot", **{**QUIET, "name": "newer"})


def mapped(lab: Any) -> None:
    """A volume whose LUNs hosts use has a snapshot, and has changed since."""
    bare(lab)
    written(lab, VOLUME)


def old(lab: Any) -> None:
    """Four snapshots of the prefix, a day apart, and another one."""
    for name in ("job_1", "job_2", "other", "job_3", "job_4"):
        done(lab, "snapshot", **{**ONE, "name": name})
        lab.advance(86400)


ROWS = [
    Row("take a snapshot", "snapshot", ONE, ["create"]),
    Row("take a snapshot with a label", "snapshot", {**ONE, "snapmirror_label": "daily"}, ["create"]),
    Row("take a snapshot with a comment", "snapshot", {**ONE, "comment": "c"}, ["create"], calls=3),
    Row("take a snapshot with an expiry time", "snapshot", {**ONE, "expiry_time": SOON}, ["create"], calls=3),
    Row("take a snapshot without a comment", "snapshot", {**ONE, "comment": "", "snapmirror_label": "", "expiry_time": ""}, ["create"]),
    Row("rename a snapshot", "snapshot", {**ONE, "name": "law2", "from_name": "law"}, ["modify"], given=bare),
    Row("comment on a snapshot", "snapshot", {**ONE, "comment": "after"}, ["modify"], given=bare),
    Row("change the comment of a snapshot", "snapshot", {**ONE, "comment": "after"}, ["modify"], given=made),
    Row("clear the comment of a snapshot", "snapshot", {**ONE, "comment": ""}, ["modify"], given=made),
    Row("label a snapshot", "snapshot", {**ONE, "snapmirror_label": "weekly"}, ["modify"], given=bare),
    Row("take the expiry time away from a snapshot", "snapshot", {**ONE, "expiry_time": ""}, ["clear_expiry"], given=made),
    Row("change the label of a snapshot", "snapshot", {**ONE, "snapmirror_label": "weekly"}, ["modify"], given=made),
    Row("clear the label of a snapshot", "snapshot", {**ONE, "snapmirror_label": ""}, ["modify"], given=made),
    Row("give a snapshot an expiry time", "snapshot", {**ONE, "expiry_time": SOON}, ["modify"], given=bare),
    Row("change the expiry time of a snapshot", "snapshot", {**ONE, "expiry_time": LATER}, ["modify"], given=made),
    Row(
        "change all of a snapshot",
        "snapshot",
        {**ONE, "name": "law2", "from_name": "law", "comment": "after", "snapmirror_label": "weekly", "expiry_time": LATER},
        ["modify"],
        given=made,
    ),
    Row("delete a snapshot", "snapshot", {**ONE, "state": "absent"}, ["delete"], given=bare),
    Row("restore a volume", "snapshot", BACK, ["restore"], given=quiet, calls=7, noop=2),
    Row("restore a volume over newer snapshots", "snapshot", {**BACK, "allow_newer": True}, ["restore"], given=with_newer, calls=7, noop=2),
    Row(
        "restore a volume in use",
        "snapshot",
        {**ONE, "state": "restored", "allow_in_use": True},
        ["restore"],
        given=mapped,
        calls=7,
        noop=2,
    ),
    Row(
        "restore a volume with a copy",
        "snapshot",
        {**BACK, "safety_clone": "law_copy"},
        ["snapshot", "clone", "split", "restore"],
        given=quick_split,
        calls=14,
        noop=2,
    ),
    Row("prune by number", "snapshot", {**PRUNE, "keep": 2}, ["delete job_1", "delete job_2"], given=old, calls=3),
    Row("prune by age", "snapshot", {**PRUNE, "older_than": "84h"}, ["delete job_1", "delete job_2"], given=old, calls=3),
    Row("prune by number and age", "snapshot", {**PRUNE, "keep": 1, "older_than": "P4DT12H"}, ["delete job_1"], given=old),
    Row("prune all", "snapshot", {**PRUNE, "prefix": None, "all": True, "keep": 3}, ["delete job_1", "delete job_2"], given=old, calls=3),
]
