# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/storage/disks: GET only. Source: the SDK's description of the disk."""

from __future__ import annotations

from collections.abc import Iterable

from ..store import Row
from .family import Family
from .world import World


class Disks(Family):
    """The disks as the scenario describes them; they do not change owner in a takeover (choice: `node` follows the owner)."""

    path = "/storage/disks"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every disk; the uid is derived from the uuid of the row."""
        for row in list(world.store.table("disks").values()):
            view = {name: value for name, value in row.items() if name != "uuid"}
            view.setdefault("uid", ":".join(row["uuid"].replace("-", "").upper()[at : at + 8] for at in (0, 8, 16, 24)))
            yield view
