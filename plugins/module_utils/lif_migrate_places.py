# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where LIFs can be: the ports of the nodes, HA partners, which LIFs ONTAP does not let go, and whom a migration would hurt.

Source of paths, fields and codes: API reference, port, node, cifs_session and ip_interface.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional

from . import ha, smb
from .client import Client, dig
from .errors import InputError, Refused

LIFS = "/network/ip/interfaces"
FC_LIFS = "/network/fc/interfaces"
PORTS = "/network/ethernet/ports"

SAN = ("data_iscsi", "data_nvme_tcp", "data_fcp", "data_nvme_fc")
BOUND = ("home_node_only", "home_port_only")
"""Values of location.failover that never leave the node."""

SHOWN = 5
"""Sessions that a message names."""

Place = tuple[str, str]
"""A node and a port of it."""


def name_of(record: dict[str, Any]) -> str:
    """How people call a LIF."""
    svm = dig(record, "svm.name")
    return f"{svm}:{record['name']}" if svm else str(record["name"])


def place_of(record: dict[str, Any]) -> Place:
    """Where a LIF is now."""
    return str(dig(record, "location.node.name")), str(dig(record, "location.port.name"))


def home_of(record: dict[str, Any]) -> Place:
    """Where a LIF belongs."""
    return str(dig(record, "location.home_node.name")), str(dig(record, "location.home_port.name"))


def is_management(record: dict[str, Any]) -> bool:
    """Whether it is the management LIF of the cluster, which may be anywhere."""
    return record.get("scope") == "cluster" and why_bound(record) is None


def why_bound(record: dict[str, Any]) -> str | None:
    """Why ONTAP does not migrate this LIF to another node, or None.

    Sources: CLI manual, network interface migrate: logical interfaces for SAN protocols do not support migration; API reference, 1966197
    and 1966238; network guide: VIP LIFs have no port; node management and intercluster LIFs fail over on their node only.
    """
    services = record.get("services") or []
    san = [one for one in services if one in SAN]
    if record.get("vip"):
        return "it is a virtual IP (VIP) LIF, which is on no port"
    if san:
        return f"it serves SAN ({', '.join(san)}), and ONTAP does not migrate SAN LIFs: hosts use their paths to other nodes"
    if "cluster_core" in services or dig(record, "ipspace.name") == "Cluster":
        return "it connects the node with the cluster"
    if "intercluster_core" in services:
        return "it is an intercluster LIF, of which every node has its own"
    if record.get("scope") == "cluster" and dig(record, "location.failover") in BOUND:
        return "it is bound to its node, as management LIFs of nodes are"
    return None


class Places:
    """The ports and nodes of the cluster, as they are now."""

    def __init__(self, ports: Iterable[dict[str, Any]] = (), nodes: dict[str, dict[str, Any]] | None = None) -> None:
        self.ports: dict[Place, dict[str, Any]] = {(dig(one, "node.name"), one["name"]): one for one in ports}
        self.nodes = nodes or {}

    @classmethod
    def read(cls, client: Client, with_nodes: bool) -> Places:
        """All ports in one read, and all nodes in another one where a node is to be chosen."""
        fields = ["name", "node.name", "broadcast_domain.name", "broadcast_domain.ipspace.name", "enabled", "state"]
        return cls(client.records(PORTS, fields), ha.read_nodes(client) if with_nodes else None)

    def candidates(self, away_from: str, home: str) -> list[str]:
        """The nodes to which a LIF may go that is to leave a node: home, the HA partner, then any other; only those that are up."""
        partners = [one["name"] for one in dig(self.nodes.get(away_from, {}), "ha.partners") or []]
        order = dict.fromkeys([home, *partners, *sorted(self.nodes)])
        return [name for name in order if name != away_from and self.nodes.get(name, {}).get("state") == "up"]

    def port(self, what: str, record: dict[str, Any], nodes: list[str], wanted: str | None) -> Place:
        """The port for a LIF on the first of these nodes that has one: in the broadcast domain of its home port, and up."""
        domain = self._domain(home_of(record)) or self._domain(place_of(record))
        for node in nodes:
            if wanted is not None:
                self._check(what, (node, wanted), domain)
                return node, wanted
            found = self._best(record, node, domain)
            if found is not None:
                return found
        where = f"on {', '.join(nodes)}" if nodes else "of a node that is up"
        raise Refused(
            f"{what}: no port {where} is in its broadcast domain{f' {domain[1]}' if domain else ''} and up.",
            hint="See network port show; name to_port, or repair the ports.",
            target="to_node",
        )

    def knows(self, node: str) -> bool:
        """Whether there is such a node."""
        return any(name == node for name, _port in self.ports)

    def _domain(self, place: Place) -> tuple[str | None, str | None] | None:
        port = self.ports.get(place)
        return (dig(port, "broadcast_domain.ipspace.name"), dig(port, "broadcast_domain.name")) if port else None

    def _best(self, record: dict[str, Any], node: str, domain: Any) -> Place | None:
        """Home if that is on the node, a port with the same name as now or as at home, or the first one."""
        fitting = sorted(port for name, port in self.ports if name == node and self._domain((name, port)) == domain)
        fitting = [port for port in fitting if self._is_up((node, port))]
        home, now = home_of(record), place_of(record)
        liked = [home[1]] if home[0] == node else [now[1], home[1]]
        return next(((node, port) for port in [*(one for one in liked if one in fitting), *fitting]), None)

    def _is_up(self, place: Place) -> bool:
        port = self.ports[place]
        return port.get("enabled") is not False and port.get("state") != "down"

    def _check(self, what: str, place: Place, domain: Any) -> None:
        if place not in self.ports:
            raise InputError(f"{what}: {place[0]} has no port {place[1]}.", target="to_port")
        if self._domain(place) != domain:
            there = (self._domain(place) or ("", ""))[1]
            raise Refused(
                f"{what}: port {place[1]} of {place[0]} is in the broadcast domain {there}, the LIF belongs into {domain and domain[1]}.",
                hint="Clients would not reach it there. Choose another to_port, or leave it out.",
                target="to_port",
            )
        if not self._is_up(place):
            raise Refused(
                f"{what}: port {place[1]} of {place[0]} is down.", hint="Choose another to_port, or leave it out.", target="to_port"
            )


Address = tuple[Optional[str], str]
"""An SVM and an address of it."""


def unprotected(client: Client, addresses: set[Address]) -> dict[Address, list[dict[str, Any]]]:
    """SMB sessions that a migration of their LIF would cut, by SVM and address of the LIF."""
    found: dict[Address, list[dict[str, Any]]] = {}
    for one in smb.unprotected(client) if addresses else []:
        found.setdefault((dig(one, "svm.name"), str(one.get("server_ip"))), []).append(one)
    return {address: sessions for address, sessions in found.items() if address in addresses}


def refuse_loss(what: str, sessions: list[dict[str, Any]]) -> None:
    """Refuse to cut sessions that nobody gave up."""
    if not sessions:
        return
    raise Refused(
        f"{what}: {len(sessions)} SMB session(s) through it are not continuously available and would be lost: "
        f"{smb.named(sessions, SHOWN, svm=False)}.",
        hint="Let the users close their files, name whose sessions may be lost (smb_allow), or set accept_smb_disruption.",
    )
