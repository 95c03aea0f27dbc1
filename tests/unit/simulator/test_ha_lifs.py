# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LIFs and aggregates: where they go in takeover, how they come home, and what a PATCH may do."""

from __future__ import annotations

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model.aggregates import Aggregates
from ansible_collections.ndo.ontap.tests.simulator.model.refusal import Refusal
from ansible_collections.ndo.ontap.tests.unit.simulator.ha_cluster import ONE, TWO, Cluster


def where(cluster, name):
    """Node, is_home and state of a LIF."""
    record = cluster.lif(name)
    return record["location"]["node"]["name"], record["location"]["is_home"], record["state"]


def code(cluster, name, body):
    """The code with which a PATCH of a LIF is refused."""
    with pytest.raises(Refusal) as caught:
        cluster.patch_lif(name, body)
    return caught.value.code


def test_nas_and_cluster_management_lifs_follow_san_and_node_lifs_go_down():
    cluster = Cluster().taken_over()
    assert where(cluster, "nas1_lif1") == (TWO, False, "up")
    assert where(cluster, "cluster_mgmt") == (TWO, False, "up")
    assert where(cluster, "san1_iscsi1a") == (ONE, True, "down")
    assert where(cluster, "ndo-01_mgmt1") == (ONE, True, "down")
    assert where(cluster, "ndo-01_ic1") == (ONE, True, "down")
    assert where(cluster, "nas1_lif2") == (TWO, True, "up")
    assert cluster.lif("nas1_lif1")["location"]["home_port"]["node"]["name"] == ONE
    assert cluster.lif("nas1_lif1")["location"]["port"] == cluster.lif("nas1_lif2")["location"]["port"]


def test_they_come_home_a_little_after_their_node():
    cluster = Cluster().taken_over()
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(20)
    assert where(cluster, "nas1_lif1") == (TWO, False, "up")
    assert where(cluster, "san1_iscsi1a") == (ONE, True, "up")
    cluster.wait(10)
    assert where(cluster, "nas1_lif1") == (ONE, True, "down")
    cluster.wait(3)
    assert where(cluster, "nas1_lif1") == (ONE, True, "up")
    assert where(cluster, "cluster_mgmt") == (ONE, True, "up")


def test_without_auto_revert_they_stay_until_they_are_sent_home():
    cluster = Cluster()
    cluster.patch_lif("nas1_lif1", {"location": {"auto_revert": False}})
    cluster.taken_over()
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(500)
    assert where(cluster, "nas1_lif1") == (TWO, False, "up")
    cluster.patch_lif("nas1_lif1", {"location": {"is_home": True}})
    cluster.wait(3)
    assert where(cluster, "nas1_lif1") == (ONE, True, "up")


def test_the_management_address_is_silent_while_its_lif_moves():
    cluster = Cluster()
    assert "silent_until" not in cluster.world.settings
    cluster.run("takeover", ofnode=ONE)
    cluster.wait(4)
    assert cluster.world.settings["silent_until"] == cluster.world.now() + 15
    cluster.wait(296)
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(30)
    assert cluster.world.settings["silent_until"] == cluster.world.now() + 15


def test_taking_over_the_other_node_leaves_the_management_address_alone():
    cluster = Cluster().taken_over(TWO)
    assert "silent_until" not in cluster.world.settings
    assert where(cluster, "cluster_mgmt") == (ONE, True, "up")


def test_a_lif_whose_new_node_dies_on_arrival_moves_on():
    cluster = Cluster("two_pairs", lif_migration=30)
    cluster.patch_lif("nas1_lif1", {"location": {"failover": "broadcast_domain_only", "node": {"name": "ndo-03"}}})
    cluster.wait(10)
    cluster.trigger("fail_node", name="ndo-03")
    cluster.wait(100)
    name, _home, state = where(cluster, "nas1_lif1")
    assert (name, state) == ("ndo-04", "up")


def test_a_lif_migrates_by_node_or_by_port():
    cluster = Cluster()
    cluster.patch_lif("nas1_lif1", {"location": {"node": {"name": TWO}}})
    assert where(cluster, "nas1_lif1") == (TWO, False, "down")
    cluster.wait(3)
    assert where(cluster, "nas1_lif1") == (TWO, False, "up")
    cluster.patch_lif("nas1_lif1", {"location": {"port": {"name": "e0c", "node": {"name": ONE}}}})
    cluster.wait(3)
    assert cluster.lif("nas1_lif1")["location"]["port"]["name"] == "e0c"
    assert where(cluster, "nas1_lif1") == (ONE, False, "up")


def test_a_lif_that_is_called_back_on_its_way_starts_again():
    cluster = Cluster()
    cluster.patch_lif("nas1_lif1", {"location": {"node": {"name": TWO}}})
    cluster.wait(2)
    cluster.patch_lif("nas1_lif1", {"location": {"is_home": True}})
    cluster.wait(1)
    assert where(cluster, "nas1_lif1") == (ONE, True, "down")
    cluster.wait(2)
    assert where(cluster, "nas1_lif1") == (ONE, True, "up")


def test_a_new_home_does_not_move_the_lif():
    cluster = Cluster()
    home = {"home_node": {"name": TWO}, "home_port": {"name": "e0c"}}
    cluster.patch_lif("nas1_lif1", {"location": home})
    assert where(cluster, "nas1_lif1") == (ONE, False, "up")
    cluster.patch_lif("nas1_lif1", {"location": {"is_home": True}})
    cluster.wait(3)
    assert where(cluster, "nas1_lif1") == (TWO, True, "up")
    assert cluster.lif("nas1_lif1")["location"]["port"]["name"] == "e0c"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"location": {"is_home": False}}, "262196"),
        ({"location": {"failover": "anywhere"}}, "262247"),
        ({"location": {"node": {"name": "nobody"}}}, "1966987"),
        ({"location": {"port": {"name": "e9z"}}}, "1966217"),
        ({"location": {"port": {"name": "e0M"}}}, "1377607"),
        ({"location": {"home_node": {"name": TWO}, "home_port": {"name": "e0d", "node": {"name": ONE}}}}, "1967107"),
        ({"name": "nas1_lif2"}, "1966140"),
        ({"ip": {"address": "198.51.100.99"}}, "262196"),
    ],
)
def test_what_a_patch_of_a_lif_refuses(body, expected):
    cluster = Cluster()
    before = cluster.lif("nas1_lif1")
    assert code(cluster, "nas1_lif1", body) == expected
    assert cluster.lif("nas1_lif1") == before


def test_ports_and_nodes_that_are_down_are_refused():
    cluster = Cluster()
    next(iter(cluster.world.store.each("ports", name="e0c")))["state"] = "down"
    assert code(cluster, "nas1_lif1", {"location": {"port": {"name": "e0c"}}}) == "1376999"
    cluster.taken_over(TWO)
    assert code(cluster, "nas1_lif1", {"location": {"node": {"name": TWO}}}) == "1376997"


def test_san_lifs_do_not_move_while_they_are_active():
    cluster = Cluster()
    assert code(cluster, "san1_iscsi1a", {"location": {"node": {"name": TWO}}}) == "1966238"
    assert code(cluster, "san1_iscsi1a", {"location": {"home_node": {"name": TWO}}}) == "1966238"
    cluster.patch_lif("san1_iscsi1a", {"enabled": False})
    assert where(cluster, "san1_iscsi1a") == (ONE, True, "down")
    assert cluster.verdict()["paths_lost"] == 2
    cluster.patch_lif("san1_iscsi1a", {"location": {"home_node": {"name": TWO}}})
    assert where(cluster, "san1_iscsi1a") == (ONE, False, "down")


def test_a_lif_is_renamed_and_enabled():
    cluster = Cluster()
    cluster.patch_lif("nas1_lif1", {"name": "front", "enabled": False})
    assert where(cluster, "front") == (ONE, True, "down")


def test_aggregates_report_home_current_node_and_volumes():
    cluster = Cluster()
    record = cluster.aggregate("aggr1_ndo_01")
    assert record["home_node"]["name"] == record["node"]["name"] == ONE
    assert record["volume-count"] == 4
    assert record["space"]["block_storage"]["available"] > 0
    assert "sim" not in record
    assert Aggregates().find(cluster.world, {"uuid": record["uuid"]}) == record


@pytest.mark.parametrize(
    ("body", "expected"),
    [({"node": {"name": TWO}}, "786447"), ({"name": "other"}, "786447"), ({}, "786447"), ({"name": "x", "state": "offline"}, "787169")],
)
def test_changing_an_aggregate_is_refused_in_words_that_say_why(body, expected):
    cluster = Cluster()
    with pytest.raises(Refusal) as caught:
        Aggregates().modify(cluster.world, cluster.aggregate("aggr1_ndo_01"), body, {})
    assert caught.value.code == expected
