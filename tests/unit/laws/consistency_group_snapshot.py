# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of consistency groups: taken in one step and in two, with every option; deleted, restored, pruned."""

from __future__ import annotations

from typing import Any

from .row import Given, Row, done

MODULE = "consistency_group_snapshot"
GROUPS = "application/consistency-groups"
VOLUMES = ["law_a", "law_b"]
ONE: dict[str, Any] = {"svm": "san1", "group": "law", "name": "law_s"}
OF: dict[str, Any] = {"name": "law_s", "svm": "san1", "volumes": VOLUMES}
BACK: dict[str, Any] = {**ONE, "state": "restored"}
PRUNE: dict[str, Any] = {"svm": "san1", "group": "law", "state": "pruned", "prefix": "job_"}


def quick(given: Given) -> Given:
    """Bring a state about on a cluster whose jobs are over at once; those of the task itself take their time."""

    def apply(lab: Any) -> None:
        kept = dict(lab.world.settings)
        lab.world.settings.update(dict.fromkeys(("volume_job", "group_job", "snapshot_job", "snapshot_fence"), 0))
        given(lab)
        lab.world.settings.clear()
        lab.world.settings.update(kept)

    return apply


def volume(lab: Any, name: str) -> None:
    """A new volume that nobody uses."""
    body = {"name": name, "svm.name": "san1", "aggregates": [{"name": "aggr1_ndo_01"}], "size": 1024**3, "guarantee.type": "none"}
    done(lab, "rest", method="POST", path="storage/volumes", body=body)


def add(*names: str) -> list[dict[str, Any]]:
    """Existing volumes, as a body names them."""
    return [{"name": name, "provisioning_options": {"action": "add"}} for name in names]


def grouped(lab: Any, volumes: tuple[str, ...], name: str = "law") -> None:
    """A group of existing volumes."""
    done(lab, "rest", method="POST", path=GROUPS, body={"svm": {"name": "san1"}, "name": name, "volumes": add(*volumes)})


@quick
def group(lab: Any) -> None:
    """A group of two volumes that nobody uses."""
    for name in VOLUMES:
        volume(lab, name)
    grouped(lab, tuple(VOLUMES))


@quick
def parent(lab: Any) -> None:
    """The same volumes, each in a child of the group."""
    for name in VOLUMES:
        volume(lab, name)
    added = [{"name": f"c_{one}", "volumes": add(one)} for one in VOLUMES]
    done(lab, "rest", method="POST", path=GROUPS, body={"svm": {"name": "san1"}, "name": "law", "consistency_groups": added})


def lockable(lab: Any) -> None:
    """A group whose volumes take locked snapshots."""
    group(lab)
    for name in VOLUMES:
        next(iter(lab.world.store.each("volumes", name=name)))["snapshot_locking_enabled"] = True


@quick
def taken(lab: Any) -> None:
    """The group has a snapshot."""
    group(lab)
    done(lab, MODULE, **ONE)


@quick
def started(lab: Any) -> None:
    """A snapshot of the group is started."""
    group(lab)
    done(lab, MODULE, **ONE, state="started", fence_timeout=120)


def written(lab: Any, *names: str) -> None:
    """Clients overwrite a part of volumes."""
    from ansible_collections.ndo.ontap.tests.simulator.model import snapshots

    for name in names:
        snapshots.hold(lab.world, next(iter(lab.world.store.each("volumes", name=name)))["uuid"], 4096)


@quick
def changed(lab: Any) -> None:
    """The group has changed since its snapshot."""
    taken(lab)
    lab.advance(60)
    written(lab, *VOLUMES)


def quick_split(lab: Any) -> None:
    """The same, on a cluster whose splits are over at once."""
    changed(lab)
    lab.world.settings["volume_split"] = 0


@quick
def with_newer(lab: Any) -> None:
    """There is a newer snapshot, too."""
    changed(lab)
    done(lab, MODULE, **{**ONE, "name": "newer"})


@quick
def mapped(lab: Any) -> None:
    """A group whose LUNs a host uses has changed since its snapshot."""
    grouped(lab, ("san1_vol1a", "san1_vol1b"))
    done(lab, MODULE, **ONE)
    lab.advance(60)
    written(lab, "san1_vol1a", "san1_vol1b")


@quick
def old(lab: Any) -> None:
    """Four snapshots of the prefix, a day apart, and another one."""
    group(lab)
    for name in ("job_1", "job_2", "other", "job_3", "job_4"):
        done(lab, MODULE, **{**ONE, "name": name})
        lab.advance(86400)


SOON = "2030-01-31T18:00:00+01:00"

ROWS = [
    Row("take a group snapshot", MODULE, ONE, ["create"], given=group, calls=3),
    Row("take a snapshot of a parent", MODULE, ONE, ["create"], given=parent, calls=3),
    Row("take a snapshot of the group of volumes", MODULE, OF, ["create"], given=group, calls=3, noop=2),
    Row(
        "take a group snapshot with everything",
        MODULE,
        {**ONE, "comment": "c", "snapmirror_label": "daily", "consistency_type": "application"},
        ["create"],
        given=group,
        calls=3,
    ),
    Row("take a locked group snapshot", MODULE, {**ONE, "expiry_time": SOON}, ["create"], given=lockable, calls=3),
    Row("take a group snapshot without texts", MODULE, {**ONE, "comment": "", "snapmirror_label": ""}, ["create"], given=group, calls=3),
    Row("start a group snapshot", MODULE, {**ONE, "state": "started", "fence_timeout": 60}, ["start"], given=group, calls=3),
    Row("commit a group snapshot", MODULE, {**ONE, "state": "committed"}, ["commit"], given=started, calls=3),
    Row("abort a group snapshot", MODULE, {**ONE, "state": "absent"}, ["commit", "delete"], given=started, calls=3),
    Row("delete a group snapshot", MODULE, {**ONE, "state": "absent"}, ["delete"], given=taken),
    Row("delete a snapshot of the group of volumes", MODULE, {**OF, "state": "absent"}, ["delete"], given=taken, calls=3, noop=2),
    Row("restore a group", MODULE, BACK, ["restore"], given=changed, calls=14, noop=5),
    Row("restore a group over newer snapshots", MODULE, {**BACK, "allow_newer": True}, ["restore"], given=with_newer, calls=14, noop=5),
    Row(
        "restore a group in use",
        MODULE,
        {**BACK, "allow_in_use": True},
        ["restore san1_vol1a", "restore san1_vol1b"],
        given=mapped,
        calls=16,
        noop=5,
    ),
    Row(
        "restore a group with a copy",
        MODULE,
        {**BACK, "safety_clone": "law_copy"},
        ["snapshot", "clone", "restore"],
        given=quick_split,
        calls=23,
        noop=6,
    ),
    Row("prune a group by number", MODULE, {**PRUNE, "keep": 2}, ["delete job_1", "delete job_2"], given=old, calls=4),
    Row("prune a group by age", MODULE, {**PRUNE, "older_than": "84h"}, ["delete job_1", "delete job_2"], given=old, calls=4),
    Row(
        "prune all of a group",
        MODULE,
        {**PRUNE, "prefix": None, "all": True, "keep": 3},
        ["delete job_1", "delete job_2"],
        given=old,
        calls=4,
    ),
]
