# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/snapmirror/relationships: what the scenario lists, so that somebody who deletes a volume can ask. GET only.

Source: API reference and the SDK's description, snapmirror_relationship; with list_destinations_only
the relationships of which this cluster is the source. Not simulated: everything else about mirrors.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..store import Row
from .clusters import cluster
from .family import Family, flag
from .world import World


class SnapmirrorRelationships(Family):
    """/snapmirror/relationships: GET."""

    path = "/snapmirror/relationships"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every relationship."""
        return list(world.store.table("snapmirror_relationships").values())

    def listed(self, world: World, record: Row, query: dict[str, str]) -> bool:
        """Those that end here; with list_destinations_only those that begin here."""
        end = "source" if flag(query, "list_destinations_only") else "destination"
        return bool(record[end]["cluster"]["name"] == cluster(world)["name"])
