# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takeover, phase by phase, seen from both nodes; and what refuses to start."""

from __future__ import annotations

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model.refusal import Refusal
from ansible_collections.ndo.ontap.tests.unit.simulator.ha_cluster import ONE, TWO, Cluster


def refusal(call, *args, **kwargs):
    """The refusal that a call meets."""
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)
    return caught.value


def test_a_quiet_pair_can_take_over_both_ways():
    cluster = Cluster()
    for name, other in ((ONE, TWO), (TWO, ONE)):
        record = cluster.node(name)
        assert record["state"] == "up"
        assert record["ha"]["takeover"] == {"state": "not_attempted"}
        assert record["ha"]["giveback"] == {"state": "nothing_to_giveback"}
        assert record["ha"]["partners"][0]["name"] == other
        assert record["ha"]["interconnect"] == {"adapter": "MVIA-RDMA", "state": "up"}
        assert record["ha"]["ports"] == [{"number": 0, "state": "active"}, {"number": 1, "state": "active"}]


def test_the_states_of_a_planned_takeover_in_order():
    cluster = Cluster()
    cluster.run("takeover", ofnode=ONE)
    assert cluster.states() == ("up", "in_progress", "nothing_to_giveback", "up")
    assert cluster.node(ONE)["ha"]["takeover"]["state"] == "not_possible"
    # Two data aggregates (2 s each), LIFs (3 s), halt (20 s), root aggregate (2 s).
    cluster.wait(26)
    assert cluster.states() == ("up", "in_progress", "nothing_to_giveback", "up")
    cluster.wait(1)
    assert cluster.states() == ("down", "in_progress", "nothing_to_giveback", "up")
    cluster.wait(2)
    assert cluster.states() == ("taken_over", "in_takeover", "not_attempted", "up")
    cluster.wait(179)
    assert cluster.states()[0] == "taken_over"
    cluster.wait(1)
    assert cluster.states() == ("waiting_for_giveback", "in_takeover", "not_attempted", "up")
    assert cluster.node(ONE)["ha"]["takeover"]["failure"]["code"] == 852130
    assert cluster.node(ONE)["ha"]["giveback"]["state"] == "nothing_to_giveback"


def test_data_aggregates_move_one_by_one_while_their_node_runs_and_the_root_comes_last():
    cluster = Cluster()
    cluster.run("takeover", ofnode=ONE)
    assert cluster.aggregate("aggr1_ndo_01")["state"] == "relocating"
    assert cluster.aggregate("aggr2_ndo_01")["state"] == "online"
    cluster.wait(2)
    assert cluster.aggregate("aggr1_ndo_01")["node"]["name"] == TWO
    assert cluster.aggregate("aggr2_ndo_01")["state"] == "relocating"
    cluster.wait(2)
    assert cluster.aggregate("aggr2_ndo_01")["node"]["name"] == TWO
    assert cluster.aggregate("aggr0_ndo_01")["node"]["name"] == ONE
    cluster.wait(30)
    root = cluster.aggregate("aggr0_ndo_01")
    assert (root["node"]["name"], root["home_node"]["name"], root["state"]) == (TWO, ONE, "online")


def test_either_side_can_be_named():
    first, second = Cluster(), Cluster()
    first.run("takeover", ofnode=ONE)
    second.run("takeover", bynode=TWO)
    assert first.states() == second.states() == ("up", "in_progress", "nothing_to_giveback", "up")


def test_parameters_may_have_hyphens_and_text_for_booleans():
    cluster = Cluster()
    cluster.run("takeover", **{"ofnode": ONE, "bypass-optimization": "true"})
    assert cluster.aggregate("aggr1_ndo_01")["state"] == "online"
    cluster.wait(3)
    # No relocation: the LIFs go, and the node halts with all its aggregates.
    assert cluster.aggregate("aggr1_ndo_01")["node"]["name"] == ONE
    cluster.wait(20 + 6)
    assert cluster.aggregate("aggr1_ndo_01")["node"]["name"] == TWO
    # LIFs on their way (3 s), halt (20 s), three aggregates at once (6 s): one pause for who uses the LIF.
    assert cluster.verdict()["longest_pause"] == 29


def test_an_immediate_takeover_does_not_wait_for_a_clean_shutdown():
    cluster = Cluster()
    cluster.run("takeover", ofnode=ONE, option="immediate")
    assert cluster.states()[0] == "down"
    assert cluster.lif("nas1_lif1")["location"]["node"]["name"] == ONE
    cluster.wait(6)
    assert cluster.states()[:2] == ("taken_over", "in_takeover")
    assert cluster.lif("nas1_lif1")["location"]["node"]["name"] == TWO


def test_lifs_that_are_not_migrated_before_follow_the_root_aggregate():
    cluster = Cluster()
    cluster.run("takeover", **{"ofnode": ONE, "skip-lif-migration-before-takeover": True})
    cluster.wait(23)
    assert cluster.lif("nas1_lif1")["location"]["node"]["name"] == ONE
    cluster.wait(10)
    assert cluster.lif("nas1_lif1")["location"]["node"]["name"] == TWO
    assert cluster.verdict()["longest_pause"] > 20


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "262245"),
        ({"ofnode": ONE, "bynode": TWO}, "262245"),
        ({"ofnode": "nobody"}, "262247"),
        ({"ofnode": ONE, "option": "soon"}, "262247"),
        ({"ofnode": ONE, "bypass-optimization": "perhaps"}, "262247"),
        ({"ofnode": ONE, "colour": "red"}, "262179"),
    ],
)
def test_a_malformed_takeover_is_an_error_and_changes_nothing(body, code):
    cluster = Cluster()
    assert refusal(cluster.run, "takeover", **body).code == code
    assert cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")


def test_refused_when_ha_is_off():
    cluster = Cluster("ha_disabled")
    assert refusal(cluster.run, "takeover", ofnode=ONE).code == "852131"
    record = cluster.node(TWO)["ha"]
    assert record["takeover"]["state"] == "not_possible"
    assert record["takeover"]["failure"] == {"code": 852131, "message": "Takeover cannot be completed. Reason: disabled."}
    assert record["ports"] == [{}, {}]


def test_refused_without_a_partner():
    cluster = Cluster("single_node")
    assert refusal(cluster.run, "takeover", ofnode=ONE).code == "852130"
    assert "ha" not in cluster.node(ONE)


def test_refused_when_the_node_that_would_take_over_is_down():
    cluster = Cluster().taken_over(ONE)
    # ndo-01 waits for giveback, so it cannot take ndo-02 over: both would be down.
    assert refusal(cluster.run, "takeover", ofnode=TWO).code == "852046"
    assert "outage" not in cluster.kinds()


def test_refused_when_taken_over_already_and_while_it_runs():
    cluster = Cluster()
    cluster.run("takeover", ofnode=ONE)
    assert "in progress" in refusal(cluster.run, "takeover", ofnode=ONE).message
    cluster.wait(300)
    assert "already" in refusal(cluster.run, "takeover", ofnode=ONE).message


def test_refused_while_a_giveback_runs():
    cluster = Cluster().taken_over()
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(25)
    assert "Giveback is in progress" in refusal(cluster.run, "takeover", ofnode=ONE).message


def test_refused_when_the_interconnect_is_down():
    cluster = Cluster()
    cluster.trigger("interconnect", node=ONE, state="down")
    assert "Interconnect error" in refusal(cluster.run, "takeover", ofnode=ONE).message
    record = cluster.node(TWO)["ha"]
    assert record["interconnect"]["state"] == "down"
    assert record["takeover"]["state"] == "not_possible"
    assert record["takeover_check"] == {"takeover_possible": False, "reasons": ["Interconnect error"]}
    cluster.trigger("interconnect", node=ONE, state="up")
    assert cluster.node(TWO)["ha"]["takeover_check"] == {"takeover_possible": True}


def test_different_versions_need_to_be_allowed():
    cluster = Cluster({"pairs": [[ONE, TWO]], "nodes": {TWO: {"version": [9, 15, 1]}}})
    assert "version mismatch" in refusal(cluster.run, "takeover", ofnode=ONE).message
    cluster.run("takeover", ofnode=ONE, option="allow-version-mismatch")
    assert cluster.states()[1] == "in_progress"


def test_a_degraded_node_cannot_take_over():
    cluster = Cluster()
    cluster.trigger("degrade_node", node=TWO)
    assert cluster.node(TWO)["state"] == "degraded"
    assert refusal(cluster.run, "takeover", ofnode=ONE).code == "852046"


def test_quorum_is_guarded_in_larger_clusters():
    cluster = Cluster("two_pairs")
    cluster.run("takeover", ofnode=ONE)
    cluster.wait(300)
    assert refusal(cluster.run, "takeover", ofnode="ndo-03").code == "9240606"
    cluster.run("takeover", **{"ofnode": "ndo-03", "ignore-quorum-warnings": True})
    assert cluster.node("ndo-04")["ha"]["takeover"]["state"] == "in_progress"


def test_a_veto_aborts_the_takeover_and_a_giveback_brings_back_what_had_moved():
    cluster = Cluster()
    cluster.trigger("set_veto", aggregate="aggr2_ndo_01", module="volume_move", on="takeover")
    cluster.run("takeover", ofnode=ONE)
    cluster.wait(60)
    assert cluster.states() == ("up", "failed", "not_attempted", "up")
    assert cluster.node(TWO)["ha"]["takeover"]["failure"]["code"] == 852130
    assert cluster.aggregate("aggr1_ndo_01")["node"]["name"] == TWO
    assert "sfo.takeover.aborted" in cluster.events()
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(60)
    assert cluster.aggregate("aggr1_ndo_01")["node"]["name"] == ONE
    cluster.run("takeover", **{"ofnode": ONE, "override-vetoes": True})
    cluster.wait(60)
    assert cluster.states()[1] == "in_takeover"


def test_sessions_of_the_node_report_their_new_node():
    cluster = Cluster().taken_over()
    session = next(cluster.world.store.each("cifs_sessions", user="EXAMPLE\\user1"))
    assert session["node"]["name"] == TWO


def test_a_node_that_is_out_reports_neither_uptime_nor_date():
    cluster = Cluster()
    assert cluster.node(ONE)["uptime"] == 30 * 86400
    cluster.taken_over()
    assert not {"uptime", "date"} & set(cluster.node(ONE))
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(120)
    assert cluster.node(ONE)["uptime"] == 100
