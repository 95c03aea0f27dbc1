# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ethernet ports. Source: API reference and the SDK's description, port."""

from __future__ import annotations

from .notation import Resource

ETHERNET_PORTS = Resource(
    "/network/ethernet/ports",
    """
    broadcast_domain.ipspace.name string rcu
    broadcast_domain.name string rcu
    broadcast_domain.uuid string rcu
    enabled boolean rcu
    interface_count integer r @9.11.1
    mtu integer r
    name string r
    node.name string rc
    node.uuid string rc
    reachability string ru @9.8 ok|repairable|not_repairable
    speed integer r
    state string r up|down|degraded@9.8
    type string rc vlan|physical|lag|pvlan
    uuid string r
    """,
    keys=("uuid",),
    identity=("uuid", "name", "node.uuid", "node.name"),
    order="node.name,name,uuid",
    methods={"GET": ()},
    sdk=("port", "PortSchema"),
)
