# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recovery queue: deleted volumes that can still come back, and the private CLI's volume recovery-queue.

Sources: knowledge base, volume recovery queue (what a deleted volume loses, its name, its space, the 12 hours), CLI manual,
volume recovery-queue (commands; a recovered volume is offline, without its former name, junction, LUN maps and schedules),
reports from public systems (a purge is a job of about 20 seconds; a clone in the queue holds its parent). Choices: the number
in a name is that of the volume's data set, which the simulator derives from its master set; what else recover leaves as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..clock import iso
from ..store import Row
from . import consistency_members, jobs, snapshots, space, volume_change, volume_rules, volume_view
from .family import DONE, CliAction, CliCommand, Outcome
from .refusal import Refusal
from .world import World, handler

RETENTION = 12
"""Hours. Source: knowledge base; an SVM may have another figure (retention_period; 0 means no queue)."""

DATA_SETS = 2**31
"""What the numbers of the first data sets are below those of their master sets (choice, as on systems that were seen)."""


def take_in(world: World, volume: Row, force: bool) -> None:
    """A volume has been deleted: it goes into the queue, or for good."""
    from . import luns

    svm = world.store.table("svms").get(volume["svm"]["uuid"], {})
    hours = int(svm.get("retention_period", RETENTION))
    now = space.figures(world, volume)
    mine = luns.of_volume(world, volume["uuid"])
    luns.forget_volume(world, volume["uuid"])
    kept = snapshots.of_volume(world, volume["uuid"])
    for row in kept:
        snapshots.drop(world, row)
    world.store.remove("volumes", volume["uuid"])
    consistency_members.leave(world, volume)
    if force or not hours:
        world.store.table("clones").pop(volume["uuid"], None)
        return
    entry: Row = {
        "uuid": volume["uuid"],
        "name": f"{volume['name']}_{volume_view.msid(world, volume) - DATA_SETS}",
        "svm": dict(volume["svm"]),
        "aggregate": dict(volume["aggregates"][0]),
        "deleted": world.now(),
        "retention": hours * 3600,
        "footprint": now.footprint,
        "physical": now.physical,
        "row": volume,
        "luns": mine,
        "snapshots": kept,
    }
    world.store.insert("recovery_queue", entry)
    _schedule(world, entry)


def _schedule(world: World, entry: Row) -> None:
    event: Any = world.store.table("events").get(entry.get("event", ""))
    if event:
        world.forget(event)
    delay = max(0.0, entry["deleted"] + entry["retention"] - world.now())
    entry["event"] = world.later(delay, "recovery_queue.purge", volume=entry["uuid"])["uuid"]


def _take_out(world: World, entry: Row) -> None:
    event: Any = world.store.table("events").get(entry["event"])
    if event:
        world.forget(event)
    world.store.remove("recovery_queue", entry["uuid"])


@handler
def purge(world: World, volume: str) -> None:
    """A volume of the queue is gone for good, and its space is free."""
    entry = world.store.table("recovery_queue").get(volume)
    if entry is not None:
        _take_out(world, entry)
        world.store.table("clones").pop(volume, None)


def recover(world: World, entry: Row) -> None:
    """Bring a volume back: offline, under its name in the queue, with its LUNs and snapshots, and without what deleting took."""
    _take_out(world, entry)
    row = entry["row"]
    row["state"] = "offline"
    row["snapshot_policy"], row["nas"]["export_policy"] = volume_rules.standard(world, row["svm"]["uuid"], "none")
    row.pop("qos", None)
    world.store.insert("volumes", row)
    for lun in entry["luns"]:
        world.store.insert("luns", lun)
    for snapshot in entry["snapshots"]:
        world.store.insert("snapshots", snapshot)
    volume_change.follow_name(world, row, entry["name"])
    world.ledger.observe(f"volume {row['name']} was recovered")


def forget_svm(world: World, svm: str) -> None:
    """An SVM has been deleted, and with it what it has in the queue. Source: knowledge base."""
    for entry in list(world.store.table("recovery_queue").values()):
        if entry["svm"]["uuid"] == svm:
            purge(world, entry["uuid"])


# -- private CLI -----------------------------------------------------------------------------------------------------------


def _chosen(world: World, body: Row, one: bool) -> list[Row]:
    """The entries that the parameters vserver and volume mean."""
    for name in ("vserver", *(("volume",) if one else ())):
        if not body.get(name):
            raise Refusal(400, "262245", f'The field "{name}" is required.', name)
    if world.store.find("svms", name=body["vserver"]) is None:
        raise Refusal(400, "2621462", f'SVM "{body["vserver"]}" does not exist.', "vserver")
    entries = [row for row in world.store.table("recovery_queue").values() if row["svm"]["name"] == body["vserver"]]
    entries = [row for row in entries if not one or row["name"] == body["volume"]]
    if one and not entries:
        raise Refusal(404, "4", "entry doesn't exist", "volume")
    return entries


@handler
def purge_all(world: World, volumes: list[str]) -> None:
    """The job of a purge ends."""
    for volume in volumes:
        purge(world, volume)


def _purge(world: World, body: Row, one: bool) -> Outcome:
    entries = _chosen(world, body, one)
    seconds = float(world.settings.get("recovery_purge", 20))
    title = f"Delete {', '.join(row['name'] for row in entries)}."
    job = jobs.start(world, title, seconds, "recovery_queue.purge_all", volumes=[row["uuid"] for row in entries])
    return Outcome(job=job, output=f"Job is queued: {title}")


def _recover(world: World, body: Row, one: bool) -> Outcome:
    for entry in _chosen(world, body, one):
        recover(world, entry)
    return DONE


class RecoveryQueue(CliCommand):
    """volume recovery-queue: show, modify, purge, purge-all, recover, recover-all."""

    path = "volume/recovery-queue"
    keys = ("vserver", "volume")
    columns = ("vserver", "volume", "deletion_request_time", "retention_hours")
    writable = ("retention_hours",)

    def rows(self, world: World) -> Iterable[Row]:
        """One row per volume in the queue."""
        for entry in world.store.table("recovery_queue").values():
            yield {
                "vserver": entry["svm"]["name"],
                "volume": entry["name"],
                "deletion_request_time": iso(entry["deleted"]),
                "retention_hours": entry["retention"] // 3600,
            }

    def modify(self, world: World, row: Row, body: Row) -> Outcome:
        """Give an entry another retention."""
        (entry,) = _chosen(world, row, True)
        hours = str(body.get("retention_hours", row["retention_hours"]))
        if not hours.isdigit() or int(hours) > 4294967295:
            raise Refusal(400, "262247", f'Invalid value "{hours}" for field "retention_hours".', "retention_hours")
        entry["retention"] = int(hours) * 3600
        _schedule(world, entry)
        return DONE

    def actions(self, world: World) -> dict[str, CliAction]:
        """What can be done with the queue."""
        methods = ("POST", "PATCH")
        both, svm = ("vserver", "volume"), ("vserver",)
        return {
            "purge": CliAction(methods, both, lambda world, body: _purge(world, body, True)),
            "purge-all": CliAction(methods, svm, lambda world, body: _purge(world, body, False)),
            "recover": CliAction(methods, both, lambda world, body: _recover(world, body, True)),
            "recover-all": CliAction(methods, svm, lambda world, body: _recover(world, body, False)),
        }
