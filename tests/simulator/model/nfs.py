# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/protocols/nfs/connected-clients: one record per client and volume. Source: API reference, nfs_clients."""

from __future__ import annotations

from collections.abc import Iterable

from .. import reach
from ..store import Row
from .family import Family
from .world import World


class NfsClients(Family):
    """GET only. Choice: counters and idle times are those of the scenario, or nothing."""

    path = "/protocols/nfs/connected-clients"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every client with each of its volumes; the node is where its LIF is."""
        lifs = reach.lif_by_address(world.store)
        for client in list(world.store.table("nfs_clients").values()):
            lif = lifs.get(client["server_ip"])
            for volume in client["volumes"]:
                view = {name: value for name, value in client.items() if name not in ("volumes", "uuid")}
                view["volume"] = dict(volume)
                if lif:
                    view["node"] = dict(lif["location"]["node"])
                yield view
