# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What scheduled events do to a pair: prepared and not, with and without what Cloud Volumes ONTAP does by itself, and the odd courses."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model import cloud_events
from ansible_collections.ndo.ontap.tests.simulator.model.cloud_timelines import TIMELINES
from ansible_collections.ndo.ontap.tests.unit.simulator.ha_cluster import ONE, TWO, Cluster

MINUTE = 60
CALM = {"cvo_reacts": False}


def pair(timeline: str, **settings: Any) -> Cluster:
    """A pair on whose first node a course is played; the cluster gives nothing back by itself."""
    cluster = Cluster(**settings)
    for node in (ONE, TWO):
        cluster.row(node)["ha"]["auto_giveback"] = False
    cluster.trigger("cloud_timeline", name=timeline, node=ONE)
    return cluster


def shown(cluster: Cluster) -> list[tuple[str, str]]:
    """Type and status of the events in the document."""
    document = cloud_events.document(cluster.world, "2020-07-01")
    return [(event["EventType"], event["EventStatus"]) for event in document["Events"]]


def given_back(cluster: Cluster) -> bool:
    """Whether the pair is as it was in the beginning."""
    return cluster.states() == ("up", "not_attempted", "nothing_to_giveback", "up")


@pytest.mark.parametrize("timeline", ["freeze", "long_freeze", "reboot", "redeploy", "no_not_before", "started_twice"])
def test_a_node_that_was_taken_over_in_time_is_missed_by_nobody(timeline: str) -> None:
    cluster = pair(timeline, **CALM)
    cluster.taken_over()
    before = len(cluster.kinds())
    cluster.wait(25 * MINUTE)
    assert shown(cluster) == [] and len(cluster.kinds()) == before
    cluster.wait(5 * MINUTE)
    assert cluster.states()[0] == "waiting_for_giveback"
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(2 * MINUTE)
    assert given_back(cluster) and cluster.verdict()["non_disruptive"]


def test_a_short_freeze_is_a_pause_and_no_takeover() -> None:
    cluster = pair("freeze", **CALM)
    cluster.wait(15 * MINUTE + 31)
    assert cluster.node(ONE)["state"] == "up" and cluster.node(TWO)["ha"]["interconnect"]["state"] == "up"
    cluster.wait(10 * MINUTE)
    verdict = cluster.verdict()
    assert verdict["non_disruptive"] and verdict["longest_pause"] == 7
    assert given_back(cluster)


def test_a_freeze_of_more_than_15_seconds_turns_takeover_off_and_is_an_outage() -> None:
    cluster = pair("long_freeze", **CALM)
    cluster.wait(15 * MINUTE + 30 + 14)
    assert cluster.verdict()["outages"] == 0
    cluster.wait(2)
    assert cluster.node(ONE)["state"] == "unknown"
    partner = cluster.node(TWO)["ha"]
    assert partner["interconnect"]["state"] == "down" and partner["takeover"]["state"] == "not_possible"
    assert cluster.verdict()["outages"] > 0
    cluster.wait(10 * MINUTE)
    assert given_back(cluster) and not cluster.verdict()["non_disruptive"]


def test_the_management_address_is_as_silent_as_the_node_that_has_it() -> None:
    cluster = pair("long_freeze", **CALM)
    cluster.wait(15 * MINUTE + 30)
    assert cluster.world.settings["silent_until"] == cluster.world.now() + 25


def test_a_reboot_that_nobody_prepared_is_a_failure_of_the_node() -> None:
    cluster = pair("reboot", **CALM)
    cluster.wait(15 * MINUTE + 31)
    assert cluster.node(ONE)["state"] == "down"
    cluster.wait(5 * MINUTE)
    assert cluster.states()[:2] == ("waiting_for_giveback", "in_takeover")
    assert "cf.fsm.takeover.noHeartbeat" in cluster.events()
    assert cluster.verdict()["longest_pause"] > 15


def test_a_reboot_is_an_outage_where_the_interconnect_is_given_up_first() -> None:
    cluster = pair("reboot", cloud_failover=False, **CALM)
    cluster.wait(40 * MINUTE)
    assert given_back(cluster) and cluster.verdict()["outages"] > 0


def test_a_vm_that_is_redeployed_starts_later_and_one_that_is_deleted_never() -> None:
    cluster = pair("redeploy", **CALM)
    cluster.wait(10 * MINUTE + 30 + 119)
    assert cluster.states()[0] == "taken_over"
    cluster.wait(200)
    assert cluster.states()[0] == "waiting_for_giveback"
    deleted = pair("preempt", **CALM)
    deleted.wait(60 * MINUTE)
    assert deleted.states()[:2] == ("taken_over", "in_takeover") and not deleted.verdict()["non_disruptive"]


def test_a_freeze_of_the_node_that_serves_for_both_is_an_outage_however_short() -> None:
    cluster = pair("freeze", **CALM)
    cluster.taken_over(TWO)
    cluster.wait(15 * MINUTE)
    assert cluster.verdict()["outages"] > 0
    assert cluster.states()[3] == "waiting_for_giveback"


def test_a_freeze_in_the_middle_of_a_takeover_does_not_stop_it() -> None:
    cluster = pair("freeze", **CALM)
    cluster.wait(15 * MINUTE + 25)
    cluster.run("takeover", ofnode=ONE)
    cluster.wait(5 * MINUTE)
    assert cluster.states()[:2] == ("waiting_for_giveback", "in_takeover")


def test_a_freeze_in_the_middle_of_a_giveback_leaves_a_pair_that_can_be_mended() -> None:
    cluster = pair("freeze", **CALM)
    cluster.taken_over()
    cluster.wait(10 * MINUTE + 25)
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(30)
    assert cluster.node(TWO)["ha"]["giveback"]["state"] == "failed"
    cluster.wait(5 * MINUTE)
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(2 * MINUTE)
    assert given_back(cluster)


# -- what Cloud Volumes ONTAP does by itself ------------------------------------------------------------------------------


def test_cvo_takes_over_at_the_notice_of_a_freeze_and_gives_back_when_it_is_over() -> None:
    cluster = pair("freeze")
    cluster.wait(90)
    assert cluster.states()[:2] == ("taken_over", "in_takeover"), "it does not wait for NotBefore"
    cluster.wait(24 * MINUTE)
    assert cluster.states()[0] == "taken_over", "the node is parked while the event lasts"
    cluster.wait(8 * MINUTE)
    assert given_back(cluster) and cluster.verdict()["non_disruptive"]


@pytest.mark.parametrize("timeline", ["reboot", "redeploy"])
def test_cvo_leaves_a_reboot_and_a_redeployment_to_the_operator(timeline: str) -> None:
    cluster = pair(timeline)
    cluster.wait(9 * MINUTE)
    assert given_back(cluster)


def test_cvo_brings_the_node_back_when_the_freeze_is_cancelled() -> None:
    cluster = Cluster()
    cluster.trigger("cloud_event", node=ONE, type="Freeze", id="E1")
    cluster.wait(30)
    cluster.trigger("cloud_cancel", id="E1")
    cluster.wait(10 * MINUTE)
    assert given_back(cluster) and cluster.verdict()["non_disruptive"]


def test_cvo_leaves_a_node_that_an_operator_has_taken_over_to_the_operator() -> None:
    cluster = pair("freeze")
    cluster.taken_over()
    cluster.wait(40 * MINUTE)
    assert cluster.states()[0] == "waiting_for_giveback"


def test_cvo_tries_again_when_the_pair_is_busy() -> None:
    cluster = pair("freeze")
    cluster.trigger("disable_ha", node=ONE)
    cluster.wait(60)
    assert given_back(cluster) is False and cluster.states()[0] == "up"
    cluster.trigger("enable_ha", node=ONE)
    cluster.wait(90)
    assert cluster.states()[0] == "taken_over"


# -- the odd courses ------------------------------------------------------------------------------------------------------


def test_a_cancelled_event_is_gone_and_nothing_has_happened() -> None:
    cluster = pair("cancelled", **CALM)
    cluster.wait(10 * MINUTE)
    assert shown(cluster) == []
    cluster.wait(60 * MINUTE)
    assert cluster.kinds() == []


def test_an_event_that_has_begun_cannot_be_cancelled() -> None:
    cluster = pair("started_at_once", **CALM)
    assert shown(cluster) == [("Reboot", "Started")]
    (event,) = cluster.world.store.table("cloud_events")
    with pytest.raises(ValueError, match="that is to come"):
        cluster.trigger("cloud_cancel", id=event)


def test_an_event_that_starts_twice_hits_twice() -> None:
    cluster = pair("started_twice", **CALM)
    cluster.wait(26 * MINUTE)
    pauses = [entry for entry in cluster.world.ledger.entries if entry["kind"] == "io_pause"]
    assert len({entry["time"] for entry in pauses}) == 2 and {entry["seconds"] for entry in pauses} == {7.0}


def test_an_event_without_a_time_begins_all_the_same() -> None:
    cluster = pair("no_not_before", **CALM)
    (event,) = cloud_events.document(cluster.world, "2020-07-01")["Events"]
    assert (event["EventStatus"], event["NotBefore"]) == ("Scheduled", "")
    cluster.wait(15 * MINUTE)
    assert shown(cluster) == [("Reboot", "Started")]


def test_a_replayed_event_is_there_again_with_its_id_and_hits_nobody() -> None:
    cluster = pair("replayed", **CALM)
    cluster.wait(39 * MINUTE)
    assert shown(cluster) == []
    entries = len(cluster.kinds())
    cluster.wait(2 * MINUTE)
    (event,) = cloud_events.document(cluster.world, "2020-07-01")["Events"]
    assert event["EventId"] == "replayed"
    cluster.wait(60 * MINUTE)
    assert shown(cluster) == [] and len(cluster.kinds()) == entries


def test_a_duplicated_event_is_in_the_document_twice_and_happens_once() -> None:
    cluster = pair("duplicated", **CALM)
    assert shown(cluster) == [("Reboot", "Scheduled")] * 2
    cluster.wait(30 * MINUTE)
    assert cluster.events().count("cf.fsm.takeover.noHeartbeat") == 1


def test_events_of_other_vms_do_nothing_to_the_pair() -> None:
    cluster = pair("others", **CALM)
    assert shown(cluster) == [("Reboot", "Scheduled")]
    cluster.wait(60 * MINUTE)
    assert cluster.kinds() == []


def test_both_vms_in_one_event_are_hit_at_once() -> None:
    cluster = pair("both", **CALM)
    cluster.wait(30 * MINUTE)
    assert "outage" in cluster.kinds()


@pytest.mark.parametrize("timeline", sorted(TIMELINES))
@pytest.mark.parametrize("cvo", [True, False])
def test_every_course_ends(timeline: str, cvo: bool) -> None:
    cluster = pair(timeline, cvo_reacts=cvo)
    cluster.wait(4 * 3600)
    assert shown(cluster) == []
    assert cluster.world.store.table("events") == {}


def test_each_notice_is_in_the_log_of_the_cluster() -> None:
    cluster = pair("both_soon", **CALM)
    cluster.wait(6 * MINUTE)
    assert cluster.events().count("vsa.scheduledEvent.scheduled") == 2


def test_a_course_or_node_that_is_not_there_is_refused() -> None:
    for args in ({"name": "flood", "node": ONE}, {"name": "freeze", "node": "ndo-09"}):
        with pytest.raises(ValueError, match="is called"):
            Cluster().trigger("cloud_timeline", **args)
    with pytest.raises(ValueError, match="no node is called"):
        Cluster().trigger("cloud_event", node="ndo-09")
