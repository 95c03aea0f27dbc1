# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restoring a consistency group from one of its snapshots: volume by volume.

Source: SDK's description, consistency group snapshots: newer snapshots are deleted; what was restored before a failure stays restored, and
the request is to be repeated; a snapshot that has lost a part cannot be used; ONTAP documentation: one that is older than a member
restores the group as it was (the newer member is left alone). Choice: hosts notice it as they notice the restore of each volume.
"""

from __future__ import annotations

from ..store import Row
from . import consistency_members as members
from . import consistency_snapshots, snapshot_restore
from .refusal import Refusal
from .world import World


def check(world: World, group: Row, wanted: Row) -> Row:
    """The snapshot to go back to, or a refusal."""
    given = wanted.get("snapshot") or {}
    if not (given.get("name") or given.get("uuid")):
        raise Refusal(400, "262245", 'The field "restore_to.snapshot" is required.', "restore_to.snapshot")
    row = consistency_snapshots.pick(world, group, given, "restore_to.snapshot")
    consistency_snapshots.check_whole(world, row)
    return row


def restore(world: World, group: Row, wanted: Row) -> None:
    """Go back, volume by volume, until one refuses."""
    row = check(world, group, wanted)
    for one in row["members"]:
        snapshot_restore.restore(world, one["volume"]["uuid"], {"snapshot.uuid": one["snapshot"]["uuid"]})
    consistency_snapshots.forget_lost(world, [group, *members.children_of(world, group["uuid"])])
