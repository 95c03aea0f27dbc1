# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PATCH of a node: its fields, and the actions reboot, shutdown, power_off, power_on, giveback and takeover_check."""

from __future__ import annotations

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model.refusal import Refusal
from ansible_collections.ndo.ontap.tests.unit.simulator.ha_cluster import ONE, TWO, Cluster


def code(cluster, node, body=None, **query):
    """The code with which a PATCH is refused."""
    with pytest.raises(Refusal) as caught:
        cluster.patch(node, body, **query)
    assert caught.value.status == 400
    return caught.value.code


def test_reboot_has_the_partner_take_over_and_the_node_wait():
    cluster = Cluster()
    job = cluster.patch(ONE, action="reboot", shutdown_reboot_reason="service")
    assert cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")
    cluster.wait(2)
    assert cluster.job(job)["state"] == "success"
    assert cluster.states() == ("up", "in_progress", "nothing_to_giveback", "up")
    cluster.wait(250)
    assert cluster.states() == ("waiting_for_giveback", "in_takeover", "not_attempted", "up")
    assert cluster.verdict()["outages"] == 0


def test_shutdown_leaves_the_node_down_until_it_is_powered_on():
    cluster = Cluster()
    cluster.patch(ONE, action="shutdown")
    cluster.wait(5000)
    assert cluster.states() == ("taken_over", "in_takeover", "not_attempted", "up")
    cluster.patch(ONE, action="power_on")
    cluster.wait(182)
    assert cluster.states()[0] == "waiting_for_giveback"


def test_power_off_is_a_failure_that_the_partner_answers():
    cluster = Cluster()
    cluster.patch(ONE, action="power_off")
    cluster.wait(60)
    assert cluster.states() == ("taken_over", "in_takeover", "not_attempted", "up")
    cluster.wait(600)
    assert cluster.states()[0] == "taken_over"


def test_a_running_reboot_is_not_started_twice():
    cluster = Cluster()
    cluster.patch(ONE, action="reboot")
    assert code(cluster, ONE, action="reboot") == "3604514"
    cluster.wait(10)
    assert code(cluster, ONE, action="shutdown") == "3604514"
    cluster.wait(400)
    cluster.patch(ONE, action="giveback")
    cluster.wait(100)
    cluster.patch(ONE, action="reboot")
    cluster.wait(10)
    assert cluster.states()[1] == "in_progress"


def test_the_last_serving_node_does_not_go_down():
    cluster = Cluster().taken_over()
    assert code(cluster, TWO, action="reboot") == "3604515"
    assert code(Cluster("single_node"), ONE, action="shutdown") == "3604515"


def test_unless_the_outage_is_allowed_and_then_the_ledger_has_it():
    cluster = Cluster("single_node")
    cluster.patch(ONE, action="reboot", allow_data_outage="true")
    cluster.wait(2)
    assert cluster.node(ONE)["state"] == "booting"
    cluster.wait(300)
    assert cluster.node(ONE)["state"] == "up"
    verdict = cluster.verdict()
    assert verdict["outages"] > 0
    assert not verdict["non_disruptive"]


def test_allowing_an_outage_bypasses_the_takeover():
    cluster = Cluster()
    cluster.patch(ONE, action="reboot", allow_data_outage="true")
    cluster.wait(10)
    assert cluster.states()[:2] == ("booting", "not_attempted")
    assert cluster.verdict()["outages"] > 0


def test_without_failover_a_reboot_is_an_outage():
    cluster = Cluster("ha_disabled")
    cluster.patch(ONE, action="reboot")
    cluster.wait(300)
    assert cluster.node(ONE)["state"] == "up"
    assert not cluster.verdict()["non_disruptive"]


@pytest.mark.parametrize("scenario", ["ha_pair", "ha_disabled"])
def test_two_reboots_at_the_same_moment_take_only_one_node_down(scenario):
    cluster = Cluster(scenario)
    first, second = cluster.patch(ONE, action="reboot"), cluster.patch(TWO, action="reboot")
    cluster.wait(3)
    assert (cluster.job(first)["state"], cluster.job(second)["state"]) == ("success", "failure")
    cluster.wait(60)
    assert cluster.node(TWO)["state"] == "up"
    assert not [entry for entry in cluster.world.ledger.entries if entry["client"] == "everybody"]


def test_a_partner_that_is_down_cannot_take_over():
    cluster = Cluster("two_pairs")
    cluster.taken_over(TWO)
    assert code(cluster, ONE, action="reboot") == "852046"


def test_quorum_blocks_the_second_half_of_a_cluster():
    cluster = Cluster("two_pairs")
    cluster.taken_over(ONE)
    assert code(cluster, "ndo-03", action="shutdown") == "9240606"


def test_data_lifs_that_cannot_leave_block_a_reboot():
    cluster = Cluster()
    cluster.patch_lif("nas1_lif1", {"location": {"failover": "home_node_only"}})
    assert code(cluster, ONE, action="reboot") == "852115"
    cluster.patch_lif("nas1_lif1", {"location": {"failover": "sfo_partners_only"}})
    assert cluster.patch(ONE, action="reboot")


def test_other_versions_block_a_reboot_unless_allowed():
    cluster = Cluster({"pairs": [[ONE, TWO]], "nodes": {TWO: {"version": [9, 15, 1]}}})
    assert code(cluster, ONE, action="reboot") == "852130"
    cluster.patch(ONE, action="reboot", allow_version_mismatch="true")
    cluster.wait(3)
    assert cluster.states()[1] == "in_progress"


def test_a_reboot_that_has_become_impossible_fails_its_job():
    cluster = Cluster()
    job = cluster.patch(ONE, action="reboot")
    cluster.trigger("interconnect", node=ONE)
    cluster.wait(2)
    assert cluster.job(job)["state"] == "failure"
    assert cluster.job(job)["code"] == 852130
    cluster.trigger("interconnect", node=ONE, state="up")
    assert cluster.patch(ONE, action="reboot")


def test_a_reboot_whose_takeover_was_aborted_can_be_asked_for_again():
    cluster = Cluster()
    cluster.trigger("set_veto", aggregate="aggr2_ndo_01", module="volume_move", on="takeover")
    cluster.patch(ONE, action="reboot")
    cluster.wait(30)
    assert cluster.states() == ("up", "failed", "not_attempted", "up")
    cluster.trigger("clear_veto", aggregate="aggr2_ndo_01")
    cluster.patch(ONE, action="reboot")
    cluster.wait(30)
    assert cluster.states()[:2] == ("taken_over", "in_takeover")


def test_power_actions_need_a_service_processor():
    cluster = Cluster({"pairs": [[ONE, TWO]], "vm": "Azure_Cloud"})
    assert code(cluster, ONE, action="power_off") == "852269"
    assert cluster.node(ONE)["vm"] == {"provider_type": "Azure_Cloud"}


@pytest.mark.parametrize(
    ("action", "release", "known"),
    [
        ("shutdown", (9, 6, 0), True),
        ("giveback", (9, 6, 0), False),
        ("giveback", (9, 7, 0), True),
        ("power_on", (9, 9, 1), False),
        ("power_on", (9, 10, 1), True),
        ("takeover_check", (9, 13, 1), False),
        ("takeover_check", (9, 14, 1), True),
        ("takeover", (9, 16, 1), False),
    ],
)
def test_each_release_has_its_actions_and_none_has_takeover(action, release, known):
    cluster = Cluster(version=release)
    if known:
        cluster.patch(ONE, action=action)
    else:
        assert code(cluster, ONE, action=action) == "262247"


def test_giveback_without_a_partner_is_refused():
    assert code(Cluster("single_node"), ONE, action="giveback") == "852126"


def test_fields_are_changed_at_once():
    cluster = Cluster()
    assert cluster.patch(ONE, {"location": "room 9", "owner": "ops", "ha": {"auto_giveback": False}}) is None
    record = cluster.node(ONE)
    assert (record["location"], record["owner"], record["ha"]["auto_giveback"]) == ("room 9", "ops", False)
    assert cluster.node(TWO)["ha"]["auto_giveback"] is True


def test_ha_is_changed_for_the_pair_and_not_while_it_is_in_use():
    cluster = Cluster()
    cluster.patch(ONE, {"ha": {"enabled": False}})
    assert cluster.node(TWO)["ha"]["enabled"] is False
    cluster.patch(ONE, {"ha": {"enabled": True}})
    cluster.taken_over()
    assert code(cluster, TWO, {"ha": {"enabled": False}}) == "852131"
    assert code(Cluster("single_node"), ONE, {"ha": {"enabled": True}}) == "852269"


def test_a_new_node_name_is_followed_everywhere():
    cluster = Cluster()
    cluster.patch(ONE, {"name": "renamed"})
    assert cluster.aggregate("aggr1_ndo_01")["home_node"]["name"] == "renamed"
    assert cluster.lif("nas1_lif1")["location"]["home_port"]["node"]["name"] == "renamed"
    assert cluster.node(TWO)["ha"]["partners"][0]["name"] == "renamed"
    assert code(cluster, "renamed", {"name": TWO}) == "9240591"
    cluster.taken_over("renamed")
    assert cluster.node("renamed")["state"] == "waiting_for_giveback"


def test_what_is_not_simulated_is_refused_by_name():
    cluster = Cluster()
    assert code(cluster, ONE, {"system_aggregate": {"name": "aggr1_ndo_01"}}) == "262196"
