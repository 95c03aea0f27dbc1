# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what the plan of a set of clones needs: each collection once, however many LUNs and volumes there are."""

from __future__ import annotations

from .client import Client
from .group_clone import Scene, Wish
from .group_members import members_of
from .group_point import read_instant
from .group_temporary import is_temporary
from .luns import LUNS
from .volume_fields import VOLUMES

VOLUME_FIELDS = ("name", "uuid", "svm.name", "state", "type", "style", "snapshot_count")
LUN_FIELDS = (
    "name",
    "uuid",
    "serial_number",
    "svm.name",
    "comment",
    "space.size",
    "location.volume.name",
    "lun_maps.igroup.name",
    "movement.progress.state",
    "movement.progress.volume_snapshot_blocked",
)


def read_scene(client: Client, wish: Wish, temporary: str | None) -> Scene:
    """Volumes, all LUNs in them, and their snapshots of the name; with `temporary`, groups that are no temporary ones of this prefix."""
    scene = Scene(read_instant(client, wish.svm, wish.volumes, wish.name))
    svm = [wish.svm]
    for record in client.select(VOLUMES, VOLUME_FIELDS, {"name": wish.volumes, "svm.name": svm}):
        scene.volumes[record["name"]] = record
    for record in client.select(LUNS, LUN_FIELDS, {"location.volume.name": wish.volumes, "svm.name": svm}):
        scene.luns[record["name"]] = record
    if temporary is not None:
        members = members_of(client, wish.svm, wish.volumes)
        others = {name for name, group in members.taken.items() if not is_temporary(group.name, temporary)}
        if others and members.exact is None:
            text = members.sentence()
            scene.taken = f"{text[0].upper()}{text[1:]}; groups of others are not touched."
    return scene
