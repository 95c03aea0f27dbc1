# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cutovers of volume moves that fail, what follows from the action that was chosen, and what clients notice of it."""

from __future__ import annotations

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.move_client import CLI, GIB, Moves

WINDOW, RETRY, HOUR = 30, 10, 3600


@pytest.fixture(name="cluster")
def _cluster() -> Moves:
    return Moves()


def start(cluster: Moves, action: str = "retry_on_failure", **more: int) -> Moves:
    """Start a move by the command, which takes an action, and let it copy."""
    body = {"vserver": "nas1", "volume": "nas1_vol1a", "destination-aggregate": "aggr2_ndo_02", "cutover-action": action}
    body.update({name.replace("_", "-"): value for name, value in more.items()})
    cluster.ended(cluster.call("POST", f"{CLI}/start", body))
    return cluster.wait(100)


def test_an_attempt_that_fails_goes_back_to_copying_and_the_next_one_succeeds(cluster: Moves) -> None:
    cluster.trigger("fail_cutovers", volume="nas1_vol1a")
    cluster.start().wait(100)
    assert cluster.state() == "cutover" and cluster.wait(WINDOW - 1).state() == "cutover"
    assert cluster.wait(1).state() == "replicating" and cluster.where() == "aggr1_ndo_01"
    assert cluster.wait(RETRY).state() == "cutover"
    assert cluster.wait(4).state() == "success"
    assert sorted({entry["seconds"] for entry in cluster.entries("io_pause")}) == [4.0, float(WINDOW)]
    assert cluster.verdict()["non_disruptive"] and cluster.show()["prior_issues"].count("Cutover failed") == 1


def test_after_three_attempts_it_waits_for_an_hour_and_goes_on_for_ever(cluster: Moves) -> None:
    cluster.trigger("fail_cutovers", volume="nas1_vol1a", times=4)
    cluster.start().wait(100 + 3 * WINDOW + 2 * RETRY)
    assert (cluster.state(), cluster.show()["state"], cluster.show()["phase"]) == ("cutover_pending", "warning", "cutover_soft_deferred")
    assert cluster.wait(HOUR - 1).state() == "cutover_pending"
    assert cluster.wait(1).state() == "cutover" and cluster.wait(WINDOW).state() == "replicating"
    assert cluster.wait(RETRY + 4).state() == "success" and cluster.show()["cutover_attempted_count"] == 5


def test_a_trigger_does_not_wait_for_the_hour_to_be_over(cluster: Moves) -> None:
    cluster.trigger("fail_cutovers", volume="nas1_vol1a", times=3)
    cluster.start().wait(300)
    assert cluster.state() == "cutover_pending"
    assert cluster.steer("nas1_vol1a", "cutover").wait(4).state() == "success"


def test_a_wait_for_the_next_attempt_can_be_held_paused_and_aborted(cluster: Moves) -> None:
    cluster.trigger("fail_cutovers", volume="nas1_vol1a", times=3)
    cluster.start().wait(300).steer("nas1_vol1a", "cutover_wait")
    assert cluster.wait(2 * HOUR).state() == "cutover_pending"
    cluster.steer("nas1_vol1a", "paused")
    assert cluster.state() == "paused"
    cluster.steer("nas1_vol1a", "replicating")
    assert cluster.state() == "cutover_pending"
    assert cluster.steer("nas1_vol1a", "aborted").wait(5).state() == "aborted"


def test_the_number_of_attempts_is_a_setting_and_a_parameter(cluster: Moves) -> None:
    cluster.world.settings["move_attempts"] = 1
    cluster.trigger("fail_cutovers", volume="nas1_vol1a", times=9)
    cluster.start().wait(100 + WINDOW)
    assert cluster.show()["phase"] == "cutover_soft_deferred"
    cluster.trigger("fail_cutovers", volume="nas1_vol1a", times=9)
    cluster.ended(cluster.call("PATCH", cluster.volume("nas1_vol1a"), {"movement": {"state": "aborted"}})).wait(5)
    start(cluster, cutover_attempts=2).wait(2 * WINDOW + RETRY)
    assert (cluster.show()["phase"], cluster.show()["cutover_attempts"]) == ("cutover_soft_deferred", 2)


def test_abort_on_failure_ends_the_move(cluster: Moves) -> None:
    cluster.trigger("fail_cutovers", volume="nas1_vol1a", times=3)
    start(cluster, "abort_on_failure").wait(3 * WINDOW + 2 * RETRY)
    assert cluster.show()["phase"] == "cleaning_up"
    assert cluster.wait(5).state() == "failed" and cluster.where() == "aggr1_ndo_01"
    assert (cluster.show()["phase"], cluster.show()["completion_status"]) == ("failed", "Failed")
    assert "exhausted" in cluster.show()["details"]


def test_defer_on_failure_waits_for_a_trigger(cluster: Moves) -> None:
    cluster.trigger("fail_cutovers", volume="nas1_vol1a", times=3)
    start(cluster, "defer_on_failure").wait(10 * HOUR)
    assert (cluster.state(), cluster.show()["phase"], cluster.show()["state"]) == ("cutover_pending", "cutover_hard_deferred", "alert")
    assert cluster.steer("nas1_vol1a", "cutover").wait(4).state() == "success"


def test_wait_becomes_defer_on_failure_with_the_trigger(cluster: Moves) -> None:
    start(cluster, "wait").wait(10 * HOUR)
    assert cluster.show()["phase"] == "cutover_hard_deferred" and not cluster.entries("io_pause")
    cluster.trigger("fail_cutovers", volume="nas1_vol1a", times=3)
    cluster.steer("nas1_vol1a", "cutover").wait(2 * HOUR)
    assert cluster.show()["cutover_action"] == "defer_on_failure" and cluster.show()["phase"] == "cutover_hard_deferred"


def test_force_disrupts_the_clients(cluster: Moves) -> None:
    cluster.trigger("fail_cutovers", volume="nas1_vol1a", times=9)
    start(cluster, "force").wait(3 * WINDOW + 2 * RETRY + 120)
    assert cluster.state() == "success" and cluster.where() == "aggr2_ndo_02"
    assert {entry["object"] for entry in cluster.entries("outage")} == {"nas1_vol1a"} and not cluster.verdict()["non_disruptive"]


def test_a_window_that_hosts_do_not_bear_is_an_outage_when_the_attempt_fails(cluster: Moves) -> None:
    cluster.trigger("fail_cutovers", volume="nas1_vol1a")
    cluster.start(cutover_window=200).wait(100 + 200 + RETRY + 4)
    assert cluster.state() == "success" and cluster.entries("outage")


def test_a_cutover_that_takes_longer_than_the_window_fails_until_the_window_is_wide_enough(cluster: Moves) -> None:
    cluster.world.settings["cutover_seconds"] = 45
    cluster.start().wait(300)
    assert cluster.state() == "cutover_pending"
    cluster.ended(cluster.patch("nas1_vol1a", cutover_window=50)).steer("nas1_vol1a", "cutover")
    assert cluster.wait(45).state() == "success"


def test_what_clients_write_meanwhile_is_copied_before_the_cutover(cluster: Moves) -> None:
    cluster.start().wait(50)
    cluster.row("nas1_vol1a")["sim"]["data"] += 60 * GIB
    assert cluster.wait(50).state() == "replicating" and cluster.movement()["percent_complete"] < 100
    assert cluster.wait(59).state() == "replicating" and cluster.wait(1).state() == "cutover"
    assert cluster.wait(4).show()["bytes_sent"] == 160 * GIB


def test_a_small_change_fits_into_the_window(cluster: Moves) -> None:
    cluster.start().wait(50)
    cluster.row("nas1_vol1a")["sim"]["data"] += 20 * GIB
    assert cluster.wait(50).state() == "cutover"


def test_a_trigger_while_it_copies_is_no_guarantee(cluster: Moves) -> None:
    cluster.start().wait(10).steer("nas1_vol1a", "cutover")
    assert cluster.state() == "replicating" and not cluster.entries("io_pause")


def test_names_that_several_svms_have_need_the_svm(cluster: Moves) -> None:
    with pytest.raises(ValueError, match="no volume"):
        cluster.trigger("fail_cutovers", volume="nobody")
    cluster.row("san1_vol1a")["name"] = "nas1_vol1a"
    with pytest.raises(ValueError, match="several"):
        cluster.trigger("fail_cutovers", volume="nas1_vol1a")
    cluster.trigger("fail_cutovers", volume="nas1_vol1a", svm="san1")
    assert [row["sim"].get("fail_cutovers") for row in cluster.world.store.each("volumes", name="nas1_vol1a")] == [None, 1]
