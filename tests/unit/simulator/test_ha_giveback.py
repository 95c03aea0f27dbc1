# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Giveback: order, states on both sides, vetoes, partial giveback, and the cluster that gives back by itself."""

from __future__ import annotations

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model.failover_cli import Failover
from ansible_collections.ndo.ontap.tests.simulator.model.refusal import Refusal
from ansible_collections.ndo.ontap.tests.unit.simulator.ha_cluster import ONE, TWO, Cluster


def manual(scenario="ha_pair", **settings):
    """A pair that does not give back by itself."""
    cluster = Cluster(scenario, **settings)
    for name in (ONE, TWO):
        cluster.patch(name, {"ha": {"auto_giveback": False}})
    return cluster


def status(cluster):
    """The state of each aggregate in the giveback of the second node."""
    return {entry["aggregate"]["name"]: entry["state"] for entry in cluster.node(TWO)["ha"]["giveback"].get("status", [])}


def show(cluster):
    """What show-giveback says about the aggregates that the second node holds."""
    rows = Failover().actions(cluster.world)["giveback"].rows(cluster.world)
    return {row.get("aggregate"): row["giveback_status"][0] for row in rows if row["node"] == TWO}


def test_the_root_aggregate_goes_home_first_and_brings_the_node_up():
    cluster = manual().taken_over()
    assert status(cluster) == {"aggr0_ndo_01": "not_started", "aggr1_ndo_01": "not_started", "aggr2_ndo_01": "not_started"}
    cluster.run("giveback", ofnode=ONE)
    assert cluster.states() == ("waiting_for_giveback", "in_takeover", "in_progress", "up")
    assert status(cluster)["aggr0_ndo_01"] == "in_progress"
    cluster.wait(20)
    assert cluster.states() == ("up", "in_takeover", "in_progress", "up")
    assert status(cluster) == {"aggr0_ndo_01": "done", "aggr1_ndo_01": "in_progress", "aggr2_ndo_01": "not_started"}
    assert cluster.aggregate("aggr1_ndo_01")["state"] == "relocating"
    cluster.wait(10)
    assert status(cluster)["aggr2_ndo_01"] == "in_progress"
    cluster.wait(10)
    assert cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")
    assert status(cluster) == {}
    assert all(cluster.aggregate(f"aggr{n}_ndo_01")["node"]["name"] == ONE for n in range(3))
    assert cluster.node(ONE)["ha"]["takeover"]["state"] == "not_attempted"


def test_either_side_can_be_named():
    cluster = manual().taken_over()
    cluster.run("giveback", fromnode=TWO)
    assert cluster.states()[2] == "in_progress"


def test_applications_come_online_a_little_after_the_root_aggregate():
    cluster = manual(giveback_per_aggregate=1).taken_over()
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(23)
    assert cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")
    assert cluster.node(ONE)["ha"]["takeover"]["state"] == "not_possible"
    assert cluster.cli(ONE)["state_description"].endswith("Waiting for cluster applications to come online on the local node")
    cluster.wait(15)
    assert cluster.node(ONE)["ha"]["takeover"]["state"] == "not_attempted"


def test_the_rest_call_names_the_owner_and_its_job_ends_before_the_giveback():
    cluster = manual().taken_over()
    job = cluster.patch(ONE, action="giveback")
    assert cluster.job(job)["state"] == "running"
    cluster.wait(2)
    assert cluster.job(job)["state"] == "success"
    assert cluster.states()[2] == "in_progress"
    cluster.wait(40)
    assert cluster.states()[2] == "nothing_to_giveback"


@pytest.mark.parametrize("before", [0, 10, 100], ids=["never taken over", "takeover runs", "node boots"])
def test_too_early_is_refused_in_the_job_and_at_once_by_the_cli(before):
    cluster = manual()
    if before:
        cluster.run("takeover", ofnode=ONE)
        cluster.wait(before)
    with pytest.raises(Refusal) as caught:
        cluster.run("giveback", ofnode=ONE)
    assert caught.value.code == "852126"
    job = cluster.patch(ONE, action="giveback")
    cluster.wait(2)
    record = cluster.job(job)
    assert (record["state"], record["code"], record["error"]["code"]) == ("failure", 852126, "852126")


def test_the_wrong_node_has_nothing_to_receive():
    cluster = manual().taken_over()
    with pytest.raises(Refusal, match="ndo-01 is not up"):
        cluster.run("giveback", ofnode=TWO)


def test_a_second_giveback_is_refused_while_one_runs():
    cluster = manual().taken_over()
    cluster.run("giveback", ofnode=ONE)
    with pytest.raises(Refusal, match="giveback is in progress"):
        cluster.run("giveback", ofnode=ONE)


def test_a_vetoed_data_aggregate_stays_and_the_rest_goes_home():
    cluster = manual("veto").taken_over()
    job = cluster.patch(ONE, action="giveback")
    cluster.wait(60)
    # Job success does not mean that everything is home.
    assert cluster.job(job)["state"] == "success"
    assert cluster.states() == ("up", "not_attempted", "failed", "up")
    assert cluster.node(TWO)["ha"]["giveback"]["failure"]["code"] == 852126
    failed = [entry for entry in cluster.node(TWO)["ha"]["giveback"]["status"] if entry["state"] == "failed"]
    assert [(entry["aggregate"]["name"], entry["error"]) for entry in failed] == [("aggr1_ndo_01", {"code": "852126", "message": "veto"})]
    assert status(cluster)["aggr2_ndo_01"] == "done"
    assert cluster.aggregate("aggr1_ndo_01")["node"]["name"] == TWO
    assert "Failed module: lock_manager" in show(cluster)["aggr1_ndo_01"]
    assert cluster.cli(TWO)["state_description"] == "Connected to ndo-01, Partial giveback"
    assert {"sfo.PartialGiveback", "sfo.sendhome.subsystemAbort"} <= set(cluster.events())


def test_a_partial_giveback_goes_on_when_the_veto_is_gone():
    cluster = manual("veto").taken_over()
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(60)
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(1)
    assert cluster.states()[2] == "failed"
    cluster.trigger("clear_veto", aggregate="aggr1_ndo_01")
    cluster.run("giveback", ofnode=ONE)
    assert cluster.states()[2] == "in_progress"
    cluster.wait(10)
    assert cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")
    assert cluster.verdict()["non_disruptive"]


def test_a_soft_veto_yields_to_an_override():
    cluster = manual("veto").taken_over()
    cluster.patch(ONE, action="giveback", override_vetoes="true")
    cluster.wait(60)
    assert cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")
    assert "lmgr.gb.CA.locks.lost" in cluster.events()


def test_a_hard_veto_does_not():
    cluster = manual("hard_veto").taken_over()
    cluster.run("giveback", **{"ofnode": ONE, "override-vetoes": True})
    cluster.wait(60)
    assert cluster.states()[2] == "failed"
    assert cluster.aggregate("aggr1_ndo_01")["node"]["name"] == TWO


def test_a_veto_on_the_root_aggregate_keeps_everything_where_it_is_until_it_ends():
    cluster = manual("root_veto").taken_over()
    cluster.run("giveback", ofnode=ONE)
    assert cluster.states() == ("waiting_for_giveback", "in_takeover", "failed", "up")
    assert status(cluster) == {"aggr0_ndo_01": "failed", "aggr1_ndo_01": "not_started", "aggr2_ndo_01": "not_started"}
    assert cluster.cli(TWO)["state_description"] == "Previous giveback failed in module: autosupport"
    cluster.wait(1200)
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(60)
    assert cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")


def test_only_the_root_aggregate_then_only_the_others():
    cluster = manual().taken_over()
    with pytest.raises(Refusal, match="root aggregate"):
        cluster.run("giveback", **{"ofnode": ONE, "only-sfo-aggregates": True})
    cluster.run("giveback", **{"ofnode": ONE, "only-cfo-aggregates": True})
    cluster.wait(60)
    assert cluster.states() == ("up", "not_attempted", "not_attempted", "up")
    assert show(cluster) == {"aggr1_ndo_01": "Not attempted yet", "aggr2_ndo_01": "Not attempted yet"}
    cluster.run("giveback", **{"ofnode": ONE, "only-sfo-aggregates": True})
    cluster.wait(60)
    assert cluster.states()[2] == "nothing_to_giveback"
    assert show(cluster) == {None: "No aggregates to give back"}


def test_without_waiting_for_the_partner_the_root_aggregate_goes_to_a_node_that_is_not_there():
    cluster = manual()
    cluster.run("takeover", ofnode=ONE)
    cluster.wait(60)
    cluster.run("giveback", **{"ofnode": ONE, "require-partner-waiting": False})
    cluster.wait(20)
    assert cluster.states() == ("booting", "not_attempted", "failed", "up")
    assert "sfo.sendhome.partnerNoBoot" in cluster.events()
    assert cluster.aggregate("aggr1_ndo_01")["node"]["name"] == TWO
    cluster.wait(300)
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(60)
    assert cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")


def test_the_cluster_gives_back_by_itself_after_the_delay():
    cluster = Cluster().taken_over()
    # The node waits since second 209; the delay of 600 s counts from there.
    cluster.wait(508)
    assert cluster.states()[2] == "not_attempted"
    cluster.wait(1)
    assert cluster.states()[2] == "in_progress"
    cluster.wait(60)
    assert cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")


def test_an_operator_who_is_faster_leaves_nothing_to_the_automatic_giveback():
    cluster = Cluster().taken_over()
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(1000)
    assert cluster.events().count("cf.fm.givebackStarted") == 1
    assert cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")


def test_the_automatic_giveback_that_is_faster_refuses_the_operator():
    cluster = Cluster().taken_over()
    cluster.wait(515)
    with pytest.raises(Refusal, match="giveback is in progress"):
        cluster.run("giveback", ofnode=ONE)


def test_a_pending_automatic_giveback_does_not_touch_a_later_takeover():
    cluster = Cluster().taken_over()
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(100)
    cluster.run("takeover", ofnode=ONE)
    cluster.wait(420)
    assert cluster.states()[2] == "not_attempted"


def test_turned_off_in_time_it_does_not_happen():
    cluster = Cluster().taken_over()
    cluster.patch(TWO, {"ha": {"auto_giveback": False}})
    cluster.wait(2000)
    assert cluster.states() == ("waiting_for_giveback", "in_takeover", "not_attempted", "up")


def test_it_tries_twice_more_when_a_data_aggregate_fails_and_then_gives_up():
    cluster = Cluster("veto").taken_over()
    cluster.wait(600)
    assert cluster.states()[2] == "failed"
    assert cluster.events().count("sfo.retry.autoGiveback") == 1
    cluster.wait(1000)
    assert cluster.events().count("cf.fm.givebackStarted") == 3
    assert cluster.events().count("sfo.retrying.autoGiveback") == 2
    assert "cf.fsm.autoGivebackAttemptsExceeded" in cluster.events()
    cluster.wait(5000)
    assert cluster.events().count("cf.fm.givebackStarted") == 3


def test_a_later_attempt_succeeds_when_the_veto_is_gone():
    cluster = Cluster("veto").taken_over()
    cluster.wait(600)
    cluster.trigger("clear_veto", aggregate="aggr1_ndo_01", module="lock_manager")
    cluster.wait(400)
    assert cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")


def test_after_a_reboot_it_happens_even_when_automatic_giveback_is_off():
    cluster = manual()
    cluster.patch(ONE, action="reboot")
    cluster.wait(900)
    assert cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")
    assert "cf.fsm.autoGBTkoverOnReboot" in cluster.events()


def test_the_switch_onreboot_turns_that_off():
    cluster = manual(onreboot=False)
    cluster.patch(ONE, action="reboot")
    cluster.wait(2000)
    assert cluster.states()[0] == "waiting_for_giveback"


@pytest.mark.parametrize(("after_panic", "state"), [(True, "up"), (False, "waiting_for_giveback")])
def test_after_a_panic_the_flag_for_panics_decides(after_panic, state):
    cluster = Cluster()
    for name in (ONE, TWO):
        Failover().modify(cluster.world, cluster.cli(name), {"auto_giveback_after_panic": after_panic})
    cluster.trigger("fail_node", name=ONE)
    cluster.wait(1000)
    assert cluster.states()[0] == state
    assert ("cf.fsm.autoGBTkoverOnPanic" in cluster.events()) is after_panic
