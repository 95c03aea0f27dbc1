# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ethernet ports: what is to be seen of them, and which one a LIF gets whose node only is named."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model import ethernet_ports
from ansible_collections.ndo.ontap.tests.simulator.model.refusal import Refusal
from ansible_collections.ndo.ontap.tests.unit.simulator.ha_cluster import ONE, TWO, Cluster


def ports(cluster: Cluster, node: str = TWO) -> dict[str, Any]:
    """The records of a node's ports by name."""
    found = ethernet_ports.EthernetPorts().rows(cluster.world, {})
    return {one["name"]: one for one in found if one["node"]["name"] == node}


def down(cluster: Cluster, name: str, node: str = TWO) -> None:
    """Somebody pulls a cable."""
    next(one for one in cluster.world.store.each("ports", name=name) if one["node"]["name"] == node)["state"] = "down"


def test_ports_tell_their_broadcast_domain_their_state_and_their_lifs() -> None:
    cluster = Cluster()
    found = ports(cluster)
    assert {name: one["broadcast_domain"]["name"] for name, one in found.items()} == {
        "e0M": "Mgmt", "e0c": "Default", "e0d": "Default", "e0e": "SAN-A", "e0f": "SAN-B",
    }  # fmt: skip
    assert found["e0d"]["broadcast_domain"]["uuid"] == ports(cluster, ONE)["e0d"]["broadcast_domain"]["uuid"]
    assert found["e0d"]["interface_count"] == 1 and found["e0d"]["state"] == "up"
    cluster.patch_lif("nas1_lif1", {"location": {"node": {"name": TWO}}})
    assert ports(cluster)["e0d"]["interface_count"] == 2


def test_ports_of_a_node_that_is_down_are_down() -> None:
    cluster = Cluster()
    cluster.trigger("fail_node", name=TWO)
    cluster.wait(1)
    assert {one["state"] for one in ports(cluster).values()} == {"down"}
    assert {one["state"] for one in ports(cluster, ONE).values()} == {"up"}


def test_a_node_alone_means_a_port_in_the_same_broadcast_domain() -> None:
    cluster = Cluster()
    down(cluster, "e0d")
    cluster.patch_lif("nas1_lif1", {"location": {"node": {"name": TWO}}})
    assert cluster.lif("nas1_lif1")["location"]["port"]["name"] == "e0c"


def test_a_node_without_such_a_port_is_refused() -> None:
    cluster = Cluster()
    down(cluster, "e0c")
    down(cluster, "e0d")
    with pytest.raises(Refusal) as caught:
        cluster.patch_lif("nas1_lif1", {"location": {"node": {"name": TWO}}})
    assert caught.value.code == "1376998"
