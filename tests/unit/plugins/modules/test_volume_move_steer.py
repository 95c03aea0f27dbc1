# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves on their way: cutovers that fail, pause, resume, abort, and what a timeout does."""

from __future__ import annotations

from typing import Any

from ansible_collections.ndo.ontap.tests.unit.moves import DURATION, MOVE, VOLUME, begun, cutting, failed, performed, row_of, starts

# -- cutovers ----------------------------------------------------------------------------------------------------------------


def test_cutovers_that_fail_are_counted_and_are_no_failure(lab: Any) -> None:
    cluster = lab()
    cluster.trigger("fail_cutovers", volume="nas1_vol1a", times=2)
    cluster.advance(1)
    result = cluster.run("volume_move", **MOVE)
    assert (result["outcome"], result["failed_cutovers"]) == ("moved", 2)
    assert 60 <= result["cutover_seconds"] <= 70 and len(starts(cluster)) == 1


def test_attempts_that_are_exhausted_are_left_to_ontaps_own_pause(lab: Any) -> None:
    cluster = lab()
    cluster.trigger("fail_cutovers", volume="nas1_vol1a", times=3)
    cluster.advance(1)
    result = cluster.run("volume_move", **MOVE)
    assert result["outcome"] == "moved" and result["actions"] == ["move"] and len(cluster.writes()) == 1
    assert sum(one["seconds"] for one in result["phases"] if one["phase"] == "cutover_pending") > 3000


def test_a_trigger_whose_attempts_are_exhausted_is_given_again_an_hour_later(lab: Any) -> None:
    cluster = lab()
    # After a trigger, ONTAP waits for another one when the attempts are exhausted (cutover action wait).
    body = {"vserver": "nas1", "volume": "nas1_vol1a", "destination-aggregate": "aggr1_ndo_02", "cutover-action": "wait"}
    assert not cluster.run("rest", method="POST", path="private/cli/volume/move/start", body=body).get("failed")
    cluster.advance(2000)
    cluster.trigger("fail_cutovers", volume="nas1_vol1a", times=3)
    cluster.advance(1)
    cluster.forget()
    result = cluster.run("volume_move", **VOLUME, action="cutover")
    assert result["outcome"] == "moved" and [entry["body"]["movement"]["state"] for entry in cluster.writes()] == ["cutover"] * 2
    assert result["api"]["seconds"] > 3600


# -- pause, resume, abort ----------------------------------------------------------------------------------------------------


def test_pause_and_resume_change_only_what_is_needed(lab: Any) -> None:
    cluster = begun(lab())
    assert cluster.run("volume_move", **VOLUME, action="resume")["changed"] is False
    paused = cluster.run("volume_move", **VOLUME, action="pause")
    assert (paused["outcome"], paused["record"]["movement"]["state"]) == ("paused", "paused")
    assert cluster.run("volume_move", **VOLUME, action="pause")["changed"] is False
    failed(cluster.run("volume_move", **VOLUME, action="cutover"), "paused", "Resume it first")
    cluster.advance(5000)
    assert row_of(cluster)["movement"]["state"] == "paused"
    assert cluster.run("volume_move", **VOLUME, action="resume")["outcome"] == "resumed"
    assert cluster.run("volume_move", **MOVE)["joined"]


def test_a_move_that_waits_for_its_turn_cannot_cut_over_yet(lab: Any) -> None:
    cluster = lab()
    items = [{"volume": f"nas1_vol{name}", "aggregate": "aggr1_ndo_02"} for name in ("1a", "1b", "1c")]
    items += [{"volume": f"nas1_vol{name}", "aggregate": "aggr1_ndo_01"} for name in ("2a", "2b", "2c")]
    more = [{"svm": "san1", "volume": f"san1_vol{name}", "aggregate": "aggr1_ndo_01", "paths": "ignore"} for name in ("2a", "2b")]
    more.append({"svm": "san1", "volume": "san1_vol1a", "aggregate": "aggr1_ndo_02", "paths": "ignore"})
    assert not cluster.run("volume_move", svm="nas1", items=[*items, *more], wait=False).get("failed")
    cluster.advance(5)
    waiting = next(row for row in cluster.world.store.each("volumes") if row.get("movement", {}).get("state") == "queued")
    failed(cluster.run("volume_move", svm=waiting["svm"]["name"], volume=waiting["name"], action="cutover"), "in the state queued")


def test_an_abort_body_says_so(lab: Any) -> None:
    cluster = begun(lab())
    result = cluster.run("volume_move", **VOLUME, action="abort")
    assert result["outcome"] == "aborted" and result["record"]["aggregate"] == "aggr1_ndo_01"
    assert [entry["body"] for entry in cluster.writes()] == [{"movement": {"state": "aborted"}}]


def test_an_abort_during_the_cutover_waits_and_tells_what_came_of_it(lab: Any) -> None:
    cluster = cutting(begun(lab()))
    result = performed(cluster, **VOLUME, action="abort")
    assert (result["outcome"], result["actions"], result["changed"]) == ("moved", [], False)
    assert "the abort came too late" in result["warnings"][0] and cluster.writes() == []


def test_an_abort_during_a_cutover_that_fails_is_sent_when_it_has_failed(lab: Any) -> None:
    cluster = begun(lab(), after=2000, cutover="manual")
    cluster.trigger("fail_cutovers", volume="nas1_vol1a")
    cluster.advance(1)
    cluster.run("volume_move", **VOLUME, action="cutover", wait=False)
    cluster.advance(4)
    cluster.forget()
    result = cluster.run("volume_move", **VOLUME, action="abort")
    assert (result["outcome"], result["actions"]) == ("aborted", ["abort"])


# -- time --------------------------------------------------------------------------------------------------------------------


def test_a_timeout_leaves_the_move_running_and_a_second_run_joins_it(lab: Any) -> None:
    cluster = lab()
    result = cluster.run("volume_move", **MOVE, wait_timeout=120)
    failed(result, "is not done after 120 seconds", "replicating, 1", "goes on in ONTAP", "join")
    assert result["error"]["kind"] == "WaitTimeout" and result["error"]["actions_done"] == ["move"] and result["changed"]
    assert 10 <= result["percent"] <= 20 and result["record"]["movement"]["state"] == "replicating"
    again = cluster.run("volume_move", **MOVE)
    assert (again["joined"], again["changed"], again["outcome"]) == (True, False, "moved")


def test_a_timeout_can_abort_the_move(lab: Any) -> None:
    cluster = lab()
    result = cluster.run("volume_move", **MOVE, wait_timeout=120, on_timeout="abort")
    failed(result, "was not done after 120 seconds", "was aborted", "is on aggr1_ndo_01")
    assert result["error"]["actions_done"] == ["move", "abort"] and row_of(cluster)["movement"]["state"] == "aborted"


def test_a_timeout_in_the_cutover_is_no_timeout_when_it_succeeds(lab: Any) -> None:
    cluster = lab()
    cluster.world.settings["cutover_seconds"] = 25
    result = cluster.run("volume_move", **MOVE, wait_timeout=DURATION + 12, on_timeout="abort")
    assert not result.get("failed"), result
    assert result["outcome"] == "moved"


def test_without_waiting_the_task_ends_when_the_move_has_begun(lab: Any) -> None:
    cluster = lab()
    result = cluster.run("volume_move", **MOVE, wait=False)
    assert (result["outcome"], result["changed"]) == ("moving", True) and result["job"]["uuid"]
    assert cluster.run("volume_move", **MOVE, wait=False)["outcome"] == "moving"
