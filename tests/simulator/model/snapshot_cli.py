# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""volume snapshot show and modify by the CLI: the only way to take an expiry time away.

Source: CLI manual, volume snapshot modify: parameters; an expiry time of "0" deletes the time, an empty label the label. Choice: the
form MM/DD/YYYY HH:MM:SS is read as UTC.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from ..clock import iso
from ..store import Row
from . import snapshot_rules
from .family import DONE, CliCommand, Outcome
from .refusal import Refusal
from .world import World

FORM = "%m/%d/%Y %H:%M:%S"


class SnapshotCommand(CliCommand):
    """volume snapshot: show, modify."""

    path = "volume/snapshot"
    keys = ("vserver", "volume", "snapshot")
    columns = (*keys, "comment", "snapmirror_label", "expiry_time", "owners", "instance_uuid")
    writable = ("comment", "snapmirror_label", "expiry_time")

    def rows(self, world: World) -> Iterable[Row]:
        """One row per snapshot."""
        for row in list(world.store.table("snapshots").values()):
            found = {name: row[name] for name in ("comment", "snapmirror_label", "expiry_time", "owners") if row.get(name)}
            yield {
                "vserver": row["svm"]["name"],
                "volume": row["volume"]["name"],
                "snapshot": row["name"],
                "instance_uuid": row["uuid"],
                **found,
            }

    def modify(self, world: World, row: Row, body: Row) -> Outcome:
        """Change a snapshot at once: the command starts no job."""
        snapshot = world.store.table("snapshots")[row["instance_uuid"]]
        change = {name: str(value) for name, value in body.items()}
        if change.get("expiry_time", "0") != "0":
            change["expiry_time"] = _moment(change["expiry_time"])
        volume = world.store.table("volumes")[snapshot["volume"]["uuid"]]
        snapshot_rules.check_change(world, volume, snapshot, {name: value for name, value in change.items() if value != "0"})
        for name, value in change.items():
            if (name, value) == ("expiry_time", "0") or (name != "comment" and not value):
                snapshot.pop(name, None)
            else:
                snapshot[name] = value
        return DONE


def _moment(text: str) -> str:
    try:
        return iso(datetime.datetime.strptime(text, FORM).replace(tzinfo=datetime.timezone.utc).timestamp())
    except ValueError:
        raise Refusal(400, "262247", f'Invalid value "{text}" for field "expiry_time".', "expiry_time") from None
