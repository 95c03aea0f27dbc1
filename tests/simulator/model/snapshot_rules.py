# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ONTAP refuses when a snapshot is taken, changed or deleted, and what keeps one from being deleted.

Source: API reference and SDK description, snapshot: codes and rules; HTTP status of the codes is a choice.
"""

from __future__ import annotations

import datetime
import re

from ..store import Row
from . import flexclone, lun_transfer
from .refusal import Refusal
from .world import World

MOST = 1023
"""Snapshots of a volume. Source: SDK description of snapshot_count."""

LABEL = 31
CLONE_OWNER = "volume_clone_dependent"
"""The owner that a snapshot has while clones are based on it. Source: seen on public systems."""

LUN_OWNER = "lun_clone"
"""The owner that a snapshot has while LUN clones are split from it. Choice of the word; clients only mind the ending of the other one."""


def of_volume(world: World, volume: str) -> list[Row]:
    """The snapshots of a volume, oldest first."""
    mine = [row for row in world.store.table("snapshots").values() if row["volume"]["uuid"] == volume]
    return sorted(mine, key=lambda row: row["sim"]["order"])


def find(world: World, volume_uuid: str, name: str) -> Row | None:
    """The snapshot of a volume that has this name, or None."""
    return next((row for row in world.store.each("snapshots", name=name) if row["volume"]["uuid"] == volume_uuid), None)


def owners(row: Row, busy: set[str]) -> list[str]:
    """Who keeps the snapshot from being deleted."""
    return [*row.get("owners", ()), *([CLONE_OWNER] if row["uuid"] in busy else ()), *([LUN_OWNER] if split_from(row) else ())]


def split_from(row: Row) -> list[str]:
    """The uuids of the LUN clones that still share their blocks with a snapshot. See lun_clones.py."""
    found: list[str] = row["sim"].get("splits", [])
    return found


def moment(text: str) -> float:
    """A time of the API as seconds since the Unix epoch."""
    value = re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text.replace("Z", "+00:00").replace("z", "+00:00"))
    try:
        found = datetime.datetime.fromisoformat(value)
    except ValueError:
        raise Refusal(400, "262247", f'Invalid value "{text}" for field "expiry_time".', "expiry_time") from None
    return (found if found.tzinfo else found.replace(tzinfo=datetime.timezone.utc)).timestamp()


def kept_until(row: Row) -> float:
    """The moment before which the snapshot cannot be deleted."""
    times = [row.get("expiry_time"), row.get("snaplock", {}).get("expiry_time")]
    return max((moment(one) for one in times if one), default=0.0)


def locked(world: World, row: Row) -> bool:
    """Whether the snapshot has an expiry time that is still to come."""
    return kept_until(row) > world.now()


def check_locked(world: World, volume: Row) -> None:
    """Refuse to delete a volume with snapshots that are locked. Source: ONTAP documentation, snapshot locking; code: choice."""
    for row in of_volume(world, volume["uuid"]):
        expiry = row.get("snaplock", {}).get("expiry_time")
        if expiry and moment(expiry) > world.now():
            raise Refusal(400, "1638555", f'Volume "{volume["name"]}" has snapshot "{row["name"]}", which is locked until {expiry}.')


def check_name(world: World, volume: str, name: str, bad: str) -> None:
    """Refuse a name that is none, or that the volume has already. Choice: which characters are not allowed."""
    if not re.fullmatch(r"[\w.:+@=~#%-]{1,255}", name) or name in (".", ".."):
        raise Refusal(400, bad, f'Invalid snapshot name "{name}".', "name")
    if find(world, volume, name):
        raise Refusal(409, "525059", f'A snapshot "{name}" exists already.', "name")


def check_values(world: World, volume: Row, body: Row) -> None:
    """Refuse labels and times that cannot be."""
    if len(body.get("snapmirror_label", "")) > LABEL:
        raise Refusal(400, "1638523", f"The SnapMirror label is longer than {LABEL} characters.", "snapmirror_label")
    if "expiry_time" in body:
        moment(body["expiry_time"])
    lock = body.get("snaplock", {}).get("expiry_time", body.get("snaplock_expiry_time"))
    if lock is None:
        return
    if not volume.get("snapshot_locking_enabled"):
        # Choice of the code: the expiry time cannot be set.
        raise Refusal(400, "1638554", f'Snapshot locking is not enabled on volume "{volume["name"]}".', "snaplock.expiry_time")
    if moment(lock) <= world.now():
        raise Refusal(400, "1638554", f'The expiry time "{lock}" is over.', "snaplock.expiry_time")


def check_create(world: World, volume: Row, body: Row) -> None:
    """Refuse a snapshot that cannot be taken."""
    if volume["type"] != "rw":
        raise Refusal(400, "1638461", "Snapshots can be taken of read-write volumes only.")
    if volume["state"] != "online":
        raise Refusal(400, "524479", f'Volume "{volume["name"]}" is not online.')
    if (volume.get("sim") or {}).get("split"):
        # Source: ONTAP documentation: no new snapshots of a clone while it is split. Choice of the code: not allowed.
        raise Refusal(400, "1520351", f'Volume "{volume["name"]}" is being split from its parent.')
    lun_transfer.check_snapshots(world, volume["uuid"])
    check_name(world, volume["uuid"], body["name"], "1638518")
    check_values(world, volume, body)
    if len(of_volume(world, volume["uuid"])) >= MOST:
        raise Refusal(400, "525062", f'Volume "{volume["name"]}" has {MOST} snapshots, which is the most.')


def check_change(world: World, volume: Row, row: Row, body: Row) -> None:
    """Refuse a change of a snapshot that cannot be made."""
    if volume["type"] != "rw":
        raise Refusal(400, "1638522", "Snapshots of read-write volumes only can be changed.")
    if volume["state"] != "online":
        # Choice of the code: the volume is not online.
        raise Refusal(400, "917775", f'Volume "{volume["name"]}" is not online.')
    if body.get("name", row["name"]) != row["name"]:
        if row.get("snaplock") and locked(world, row):
            # Source: SDK description: a locked snapshot is not renamed. Choice of the code.
            raise Refusal(400, "1638554", f'Snapshot "{row["name"]}" is locked.', "name")
        check_name(world, volume["uuid"], body["name"], "524508")
    check_values(world, volume, body)
    lock = body.get("snaplock", {}).get("expiry_time", body.get("snaplock_expiry_time"))
    if lock and moment(lock) < moment(row.get("snaplock", {}).get("expiry_time", "1970-01-01T00:00:00Z")):
        raise Refusal(400, "1638554", "The expiry time of a locked snapshot can be extended only.", "snaplock.expiry_time")


def check_delete(world: World, volume: Row, row: Row) -> None:
    """Refuse to delete a snapshot that somebody needs. Source for the words: text and code of a real job."""
    if volume["type"] != "rw":
        raise Refusal(400, "1638521", "Snapshots of read-write volumes only can be deleted.")
    if volume["state"] != "online":
        raise Refusal(400, "917775", f'Volume "{volume["name"]}" is not online.')
    fence = world.store.table("fences").get(volume["uuid"])
    if fence is not None and fence["why"] == "snapshot":
        # Source: API reference, codes of DELETE: the volume is fenced; OpenStack's driver repeats the request then.
        raise Refusal(400, "524481", f'Volume "{volume["name"]}" is fenced.')
    held = [*row.get("owners", ()), *([LUN_OWNER] if split_from(row) else ())]
    if held:
        raise Refusal(400, "1638543", f'Snapshot "{row["name"]}" is in use by {", ".join(held)}.')
    if locked(world, row) or row["uuid"] in flexclone.busy(world):
        # Source: this is also what the snapshot of a clone was seen to end in.
        where = f'of volume "{volume["name"]}" on Vserver "{volume["svm"]["name"]}"'
        text = f'Snapshot copy "{row["name"]}" {where} has not expired or is locked. '
        hint = 'Use the "snapshot show -fields owners, expiry-time" command to view the expiry and lock status of the Snapshot copy.'
        raise Refusal(400, "1638555", text + hint)
