# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves of volumes beyond the laws: what is refused, what success is, and moves that are joined or replaced."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.moves import DURATION, MOVE, VOLUME, begun, cutting, failed, row_of, starts

# -- refused before anything is changed --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"cutover_window": 29}, "cutover_window is 29 seconds; ONTAP takes 30 to 300"),
        ({"cutover_window": 301}, "30 to 300"),
        ({"svm": "nas2", "volume": "nas1:nas1_vol1a"}, "is one of SVM nas1, and svm is nas2"),
        ({"svm": None}, "svm and volume are needed"),
        ({"aggregate": None}, "aggregate is needed"),
        ({"action": "pause", "encrypted": True}, "encrypted can be chosen when a move begins"),
        ({"aggregate": "pool#aggr1"}, "is not a pool"),
        ({"concurrency": 0}, "at least one move"),
    ],
)
def test_what_makes_no_sense_costs_no_request(lab: Any, task: dict[str, Any], words: str) -> None:
    cluster = lab()
    failed(cluster.run("volume_move", **{**MOVE, **task}), words)
    assert cluster.requests() == []


@pytest.mark.parametrize(
    ("task", "words", "code"),
    [
        ({"aggregate": "aggr0_ndo_02"}, "root aggregate", "917597"),
        ({"aggregate": "no_such"}, "does not exist", "918267"),
        ({"volume": "nas1_vol9"}, "There is no volume nas1:nas1_vol9", None),
    ],
)
def test_ontap_checks_a_move_before_it_begins_also_in_check_mode(lab: Any, task: dict[str, Any], words: str, code: str | None) -> None:
    cluster = lab()
    for check_mode in (True, False):
        result = cluster.run("volume_move", check_mode=check_mode, **{**MOVE, **task})
        failed(result, words)
        assert result["error"].get("code") == code
    assert cluster.writes() == []


def test_a_full_destination_is_refused_in_ontaps_words(lab: Any) -> None:
    cluster = lab()
    cluster.trigger("fill_aggregate", aggregate="aggr1_ndo_02")
    cluster.advance(1)
    failed(cluster.run("volume_move", **MOVE), "not enough space", "aggr1_ndo_02")
    assert cluster.writes() == []


def test_a_volume_is_never_searched_by_a_pattern_nor_in_another_svm(lab: Any) -> None:
    cluster = lab()
    failed(cluster.run("volume_move", **{**MOVE, "volume": "nas1_vol1*"}), "There is no volume")
    failed(cluster.run("volume_move", **{**MOVE, "svm": "san1"}), "There is no volume san1:nas1_vol1a")
    assert cluster.writes() == []


def test_a_uuid_finds_the_volume_whatever_its_name(lab: Any) -> None:
    cluster = lab()
    uuid = row_of(cluster)["uuid"]
    result = cluster.run("volume_move", uuid=uuid, aggregate="aggr1_ndo_02")
    assert result["record"]["volume"] == "nas1_vol1a" and result["record"]["uuid"] == uuid
    failed(
        cluster.run("volume_move", uuid=uuid, volume="nas1_vol1b", aggregate="aggr1_ndo_02"), "has the volume nas1_vol1a, not nas1_vol1b"
    )


def test_what_a_move_cannot_bring_any_more_is_refused_and_not_ignored(lab: Any) -> None:
    cluster = lab()
    failed(cluster.run("volume_move", **{**MOVE, "aggregate": "aggr1_ndo_01"}, encrypted=True), "not encrypted", "ndo.ontap.volume")
    failed(cluster.run("volume_move", **{**MOVE, "aggregate": "aggr1_ndo_01"}, tiering_policy="auto"), "its tiering policy is none")
    assert cluster.run("volume_move", **{**MOVE, "aggregate": "aggr1_ndo_01"}, encrypted=False, tiering_policy="none")["actions"] == []


@pytest.mark.parametrize("action", ["cutover", "pause", "resume"])
def test_a_volume_that_is_not_moved_has_nothing_to_steer(lab: Any, action: str) -> None:
    cluster = lab()
    failed(cluster.run("volume_move", **VOLUME, action=action), "is not being moved")
    assert cluster.writes() == []


def test_an_abort_of_nothing_changes_nothing(lab: Any) -> None:
    cluster = lab()
    result = cluster.run("volume_move", **VOLUME, action="abort")
    assert (result["changed"], result["outcome"], result["api"]["requests"]) == (False, "unchanged", 1)


# -- success -----------------------------------------------------------------------------------------------------------------


def test_a_volume_arrives_with_its_uuid_and_a_report_of_the_way(lab: Any) -> None:
    cluster = lab()
    uuid = row_of(cluster)["uuid"]
    result = cluster.run("volume_move", **MOVE)
    assert result["outcome"] == "moved" and result["message"] == "Volume nas1:nas1_vol1a is on aggr1_ndo_02."
    assert result["record"]["uuid"] == uuid == row_of(cluster)["uuid"]
    assert [one["phase"] for one in result["phases"]] == ["replicating", "cutover", "success"]
    assert abs(result["phases"][0]["seconds"] - DURATION) < 0.1 * DURATION
    assert 3 <= result["cutover_seconds"] <= 6 and result["bytes"] == row_of(cluster)["space"]["used"]
    assert len(starts(cluster)) == 1 and cluster.world.ledger.verdict()["non_disruptive"]


def test_a_state_word_alone_is_no_success(lab: Any) -> None:
    cluster = begun(lab())
    row = row_of(cluster)
    # ONTAP says success while the volume is where it was.
    row["sim"]["move"]["ended"] = cluster.world.now()
    row["movement"]["state"] = "success"
    cluster.world.store.table("volume_moves").clear()
    assert cluster.run("volume_move", **MOVE)["actions"] == ["move"]


@pytest.mark.parametrize("seconds", [2, 7, 40, 683])
def test_the_end_is_seen_within_a_second_or_a_tenth_of_the_time(lab: Any, seconds: int) -> None:
    cluster = lab()
    cluster.world.settings.update(move_rate=row_of(cluster)["space"]["used"] / seconds, move_setup=0, move_job=0, cutover_seconds=0)
    begin = cluster.world.now()
    cluster.run("volume_move", **MOVE)
    late = cluster.world.now() - begin - seconds
    assert -1 <= late <= max(1.0, 0.1 * seconds)
    looks = [entry["time"] for entry in cluster.requests("GET")]
    assert len(looks) < 150


def test_a_clone_that_is_being_split_is_waited_for(lab: Any) -> None:
    cluster = lab()
    assert cluster.run("volume", svm="nas1", name="copy", clone={"parent_volume": "nas1_vol1a"}, split=True, wait=False)["actions"]
    task = {"svm": "nas1", "volume": "copy", "aggregate": "aggr1_ndo_02"}
    forecast = cluster.run("volume_move", check_mode=True, **task)
    assert forecast["actions"] == ["move"] and "ONTAP can check the move only when" in forecast["message"]
    failed(cluster.run("volume_move", **task, wait=False), "has to be waited for")
    assert cluster.run("volume_move", **task)["record"]["aggregate"] == "aggr1_ndo_02"


# -- joining -----------------------------------------------------------------------------------------------------------------


def test_a_move_of_somebody_else_is_joined_and_not_repeated(lab: Any) -> None:
    cluster = begun(lab())
    forecast = cluster.run("volume_move", check_mode=True, **MOVE)
    assert (forecast["changed"], forecast["actions"]) == (False, [])
    result = cluster.run("volume_move", **MOVE)
    assert (result["changed"], result["joined"], result["actions"], result["outcome"]) == (False, True, [], "moved")
    assert cluster.writes() == []


@pytest.mark.parametrize("held_as", ["cutover_wait", "cutover_pending"])
def test_a_joined_move_that_was_told_to_wait_is_cut_over(lab: Any, held_as: str) -> None:
    cluster = lab()
    cluster.world.settings["move_held_as"] = held_as
    begun(cluster, cutover="manual")
    result = cluster.run("volume_move", **MOVE)
    assert (result["outcome"], result["joined"], result["actions"]) == ("moved", True, ["cutover"])
    assert [entry["body"] for entry in cluster.writes()] == [{"movement": {"state": "cutover"}}]


@pytest.mark.parametrize("held_as", ["cutover_wait", "cutover_pending"])
def test_a_manual_cutover_is_held_told_and_finished_later(lab: Any, held_as: str) -> None:
    cluster = lab()
    cluster.world.settings["move_held_as"] = held_as
    result = cluster.run("volume_move", **MOVE, cutover="manual")
    assert result["outcome"] == "waiting_for_cutover" and result["record"]["aggregate"] == "aggr1_ndo_01"
    assert "waits on aggr1_ndo_01 for its cutover to aggr1_ndo_02; action: cutover triggers it" in result["message"]
    again = cluster.run("volume_move", **MOVE, cutover="manual")
    assert (again["changed"], again["outcome"]) == (False, "waiting_for_cutover")
    cluster.advance(86400)
    assert row_of(cluster)["aggregates"][0]["name"] == "aggr1_ndo_01"
    done = cluster.run("volume_move", **VOLUME, action="cutover")
    assert (done["actions"], done["outcome"], done["record"]["aggregate"]) == (["cutover"], "moved", "aggr1_ndo_02")
    assert cluster.run("volume_move", **VOLUME, action="cutover")["changed"] is False


def test_a_move_elsewhere_is_refused_unless_it_may_be_replaced(lab: Any) -> None:
    cluster = begun(lab(), aggregate="aggr2_ndo_02")
    failed(cluster.run("volume_move", **MOVE), "is being moved to aggr2_ndo_02", "replace")
    failed(cluster.run("volume_move", **MOVE, action="abort"), "being moved to aggr2_ndo_02, not to aggr1_ndo_02")
    assert cluster.writes() == []
    result = cluster.run("volume_move", **MOVE, replace=True)
    assert result["actions"] == ["abort", "move"] and result["record"]["aggregate"] == "aggr1_ndo_02"


def test_a_move_that_cuts_over_elsewhere_is_waited_for_and_then_replaced(lab: Any) -> None:
    cluster = lab()
    cluster.world.settings["cutover_seconds"] = 25
    cutting(begun(cluster, aggregate="aggr2_ndo_02"))
    result = cluster.run("volume_move", **MOVE, replace=True)
    assert result["record"]["aggregate"] == "aggr1_ndo_02" and result["actions"] == ["move"]


def test_what_is_left_of_a_failed_move_does_not_stand_in_the_way(lab: Any) -> None:
    cluster = begun(lab())
    assert cluster.run("volume_move", **VOLUME, action="abort")["outcome"] == "aborted"
    assert row_of(cluster)["movement"]["state"] == "aborted"
    assert cluster.run("volume_move", **MOVE)["actions"] == ["move"]
    # Away and back: the movement of the first time says success, and does not count for the second.
    assert cluster.run("volume_move", **{**MOVE, "aggregate": "aggr1_ndo_01"})["record"]["aggregate"] == "aggr1_ndo_01"
    assert cluster.run("volume_move", **MOVE)["actions"] == ["move"]
