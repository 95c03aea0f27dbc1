# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/network/fc/interfaces and /network/fc/ports, and /protocols/san/iscsi/credentials: what is there to see.

Source: API reference and the SDK's description, fc_interface, fc_port, iscsi_credentials. Not simulated: making, moving and
disabling FC LIFs, FC ports that fail, passwords and authentication.
"""

from __future__ import annotations

from collections.abc import Iterable

from .. import reach
from ..store import Row
from .family import Family
from .world import World


class FcInterfaces(Family):
    """/network/fc/interfaces: GET."""

    path = "/network/fc/interfaces"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every FC LIF."""
        for row in list(world.store.table("fc_interfaces").values()):
            view = {name: value for name, value in row.items() if name != "sim" and name != "services"}
            view["state"] = "up" if reach.lif_up(world.store, row) else "down"
            # Source: network guide: SAN LIFs never leave their node.
            view["location"] = dict(row["location"], is_home=row["location"]["node"]["uuid"] == row["location"]["home_node"]["uuid"])
            yield view


class FcPorts(Family):
    """/network/fc/ports: GET."""

    path = "/network/fc/ports"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every FC port, with the number of its LIFs."""
        for row in list(world.store.table("fc_ports").values()):
            lifs = [one for one in world.store.table("fc_interfaces").values() if one["location"]["port"]["uuid"] == row["uuid"]]
            node = world.store.table("nodes").get(row["node"]["uuid"])
            yield dict(row, interface_count=len(lifs), state="online" if reach.serves(node) else "node_offline")


class IscsiCredentials(Family):
    """/protocols/san/iscsi/credentials: GET. Source: the credentials of `default` are made with the service, type none."""

    path = "/protocols/san/iscsi/credentials"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """The default of each SVM with an iSCSI service, and what the scenario has."""
        for service in world.store.table("iscsi_services").values():
            yield {"svm": dict(service["svm"]), "initiator": "default", "authentication_type": "none"}
        yield from list(world.store.table("iscsi_credentials").values())
