# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many moves in one task, and moves in trouble: lost answers, silent addresses, takeovers, killed runs."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.moves import DURATION, MOVE, begun, failed, row_of, starts

# -- many volumes in one task ------------------------------------------------------------------------------------------------


def volumes(*names: str) -> list[dict[str, str]]:
    """Items of a task."""
    return [{"volume": f"nas1_vol{name}"} for name in names]


MANY: dict[str, Any] = {"svm": "nas1", "aggregate": "aggr1_ndo_02", "items": volumes("1a", "1b", "1c")}


def test_many_volumes_are_read_together_and_watched_together(lab: Any) -> None:
    cluster = lab()
    cluster.world.settings["move_job"] = 0
    result = cluster.run("volume_move", **MANY)
    assert result["actions"] == [f"move volume nas1:nas1_vol1{letter}" for letter in "abc"]
    assert [one["outcome"] for one in result["results"]] == ["moved"] * 3
    # One read of the volumes, one of their LUN maps, a validation of each, the starts, and then looks at all of them.
    assert [entry["method"] for entry in cluster.requests()][:9] == ["GET", "GET", *["PATCH"] * 6, "GET"]
    assert len([entry for entry in cluster.requests() if entry["path"].endswith("/lun-maps")]) == 1
    # All three share the rate of the nodes, and one look is for all.
    assert 3 * DURATION * 0.99 < result["api"]["seconds"] < 3 * DURATION * 1.1 + 20
    assert len(cluster.requests("GET")) < 300
    cluster.forget()
    assert cluster.run("volume_move", **MANY)["changed"] is False and len(cluster.requests()) == 1


def under_way(cluster: Any) -> list[tuple[str, str]]:
    """Which volumes are being moved, and to where; looked at whenever a request comes in."""
    rows = [row for row in cluster.world.store.each("volumes") if "movement" in row]
    busy = [row for row in rows if row["movement"]["state"] not in ("success", "aborted", "failed")]
    return [(row["name"], row["movement"]["destination_aggregate"]["name"]) for row in busy]


def watched(cluster: Any) -> list[list[tuple[str, str]]]:
    """What is under way at each request from now on; filled in while tasks run."""
    seen: list[list[tuple[str, str]]] = []
    real = cluster.simulator.log.begin

    def begin(world: Any, request: Any) -> Any:
        seen.append(under_way(cluster))
        return real(world, request)

    cluster.simulator.log.begin = begin
    return seen


FIVE: dict[str, Any] = {"svm": "nas1", "aggregate": "aggr2_ndo_02", "items": volumes("1a", "1b", "1c", "2a", "2c")}


def test_concurrency_is_never_exceeded(lab: Any) -> None:
    cluster = lab()
    cluster.world.settings["move_rate"] = 100 * 1024**3
    seen = watched(cluster)
    result = cluster.run("volume_move", **FIVE, concurrency=2)
    assert len(result["actions"]) == 5 and max(map(len, seen)) == 2


def test_moves_of_one_node_wait_for_each_other_and_for_no_others(lab: Any) -> None:
    cluster = lab("two_pairs")
    cluster.world.settings["move_rate"] = 100 * 1024**3
    homes = {row["name"]: row["node"]["name"] for row in cluster.world.store.each("aggregates")}
    rows = [row for row in cluster.world.store.each("volumes") if row["svm"]["name"] == "nas1" and row["style"] == "flexvol"]
    source = {row["name"]: row["aggregates"][0]["name"] for row in rows}
    pairs = {"ndo-01": "aggr2_ndo_02", "ndo-02": "aggr2_ndo_01", "ndo-03": "aggr2_ndo_04", "ndo-04": "aggr2_ndo_03"}
    items = [{"volume": name, "aggregate": pairs[homes[place]]} for name, place in source.items() if place != pairs[homes[place]]]
    seen = watched(cluster)
    result = cluster.run("volume_move", svm="nas1", items=items, concurrency_per_node=1)
    assert len(result["actions"]) == len(items) > 4
    for moves in seen:
        busy = [node for name, there in moves for node in sorted({homes[source[name]], homes[there]})]
        assert len(busy) == len(set(busy)), moves
    assert max(map(len, seen)) == 2, "the moves of the other pair did not run at the same time"


def test_what_is_under_way_already_takes_the_first_places(lab: Any) -> None:
    cluster = begun(lab(), volume="nas1_vol2c", aggregate="aggr2_ndo_02")
    cluster.world.settings["move_rate"] = 100 * 1024**3
    seen = watched(cluster)
    assert not cluster.run("volume_move", **FIVE, concurrency=1).get("failed")
    assert max(map(len, seen)) == 1


def test_when_one_fails_the_others_can_be_left_to_ontap_and_joined_later(lab: Any) -> None:
    cluster = lab()
    cluster.world.settings["move_rate"] = 10 * 1024**3
    cluster.world.later(10, "moves.break_off", volume="nas1_vol1b")
    result = cluster.run("volume_move", **MANY, concurrency=2, on_error="leave")
    failed(result, "volume nas1:nas1_vol1b: The move of volume nas1:nas1_vol1b to aggr1_ndo_02 failed")
    assert [one["status"] for one in result["results"]] == ["ok", "failed", "skipped"]
    assert result["results"][0]["outcome"] == "moving" and under_way(cluster) == [("nas1_vol1a", "aggr1_ndo_02")]
    result = cluster.run("volume_move", **MANY)
    assert [one["outcome"] for one in result["results"]] == ["moved"] * 3
    assert sum(entry["status"] == 202 for entry in starts(cluster)) == 4, "the one that had broken off is begun twice, no other"


def test_one_that_can_be_refused_stops_the_task_before_anything_is_changed(lab: Any) -> None:
    cluster = lab()
    items = [*MANY["items"], {"volume": "nas1_vol2b", "aggregate": "aggr0_ndo_01"}]
    failed(cluster.run("volume_move", **{**MANY, "items": items}), "1 of 4 objects failed", "root aggregate", "3 others were not changed")
    assert cluster.writes() == []
    result = cluster.run("volume_move", **{**MANY, "items": items}, on_error="continue")
    assert [one["status"] for one in result["results"]] == ["ok", "ok", "ok", "failed"]
    assert result["changed"] and len(result["error"]["actions_done"]) == 3


@pytest.mark.parametrize("on_error", ["stop", "continue"])
def test_when_one_fails_on_its_way_those_that_move_are_waited_for(lab: Any, on_error: str) -> None:
    cluster = lab()
    cluster.world.settings["move_rate"] = 10 * 1024**3
    cluster.world.later(30, "moves.break_off", volume="nas1_vol1b")
    result = cluster.run("volume_move", **MANY, concurrency=2, on_error=on_error)
    failed(result, "volume nas1:nas1_vol1b: The move of volume nas1:nas1_vol1b to aggr1_ndo_02 failed", "It broke.")
    assert [one["status"] for one in result["results"]] == ["ok", "failed", "skipped" if on_error == "stop" else "ok"]
    assert result["results"][1]["record"]["aggregate"] != "aggr1_ndo_02"
    assert cluster.run("volume_move", **MANY)["changed"]


def test_what_was_not_begun_in_time_is_told(lab: Any) -> None:
    cluster = lab()
    result = cluster.run("volume_move", **MANY, concurrency=1, wait_timeout=100)
    failed(result, "nas1_vol1a to aggr1_ndo_02 is not done after 100 seconds", "volume nas1:nas1_vol1b was not begun within 100 seconds")
    assert len(starts(cluster)) == 1


def test_mounted_volumes_are_moved_without_access_to_lun_maps(lab: Any) -> None:
    cluster = lab()
    cluster.fault("GET", "/protocols/san/lun-maps*", "error", times=0, status=403, code="6", message="not authorized for that command")
    result = cluster.run("volume_move", **MANY)
    assert [one["outcome"] for one in result["results"]] == ["moved"] * 3
    failed(
        cluster.run("volume_move", svm="san1", aggregate="aggr1_ndo_02", items=[{"volume": "san1_vol1a"}, {"volume": "san1_vol2a"}]),
        "ignore",
    )


def test_a_volume_that_is_meant_twice_is_an_error(lab: Any) -> None:
    cluster = lab()
    failed(cluster.run("volume_move", **{**MANY, "items": volumes("1a", "1a")}), "entries 1 and 2 are the same object")
    items = [*volumes("1a"), {"uuid": row_of(cluster)["uuid"]}]
    failed(cluster.run("volume_move", **{**MANY, "items": items}), "more than once")
    assert cluster.writes() == []


def test_items_can_differ_in_what_is_to_be_done(lab: Any) -> None:
    cluster = begun(lab())
    items = [{"volume": "nas1_vol1a", "action": "abort", "aggregate": None}, {"volume": "nas1_vol1b"}]
    result = cluster.run("volume_move", **{**MANY, "items": items})
    assert [one["outcome"] for one in result["results"]] == ["aborted", "moved"]


# -- trouble -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "reset", "job_vanish"])
def test_a_lost_answer_starts_no_second_move(lab: Any, kind: str) -> None:
    cluster = lab()
    cluster.fault("PATCH", "/storage/volumes/*", kind, nth=2)
    result = cluster.run("volume_move", **MOVE)
    assert (result["actions"], result["outcome"]) == (["move"], "moved")
    assert sum(entry["status"] == 202 or entry["fault"] == "drop_after" for entry in starts(cluster)) == 1


def test_a_job_that_fails_is_told_in_its_own_words(lab: Any) -> None:
    cluster = lab()
    cluster.fault("PATCH", "/storage/volumes/*", "job_failure", nth=2, code="460770", message="The move cannot begin.")
    failed(cluster.run("volume_move", **MOVE), "The move cannot begin", "460770")


def test_a_move_that_shows_nothing_is_not_waited_for_for_ever(lab: Any) -> None:
    cluster = lab()
    # ONTAP says that the job has ended well, and there is no move.
    cluster.world.settings["move_job"] = 0
    real = cluster.simulator.log.begin

    def begin(world: Any, request: Any) -> Any:
        row_of(cluster).pop("movement", None)
        cluster.world.store.table("volume_moves").clear()
        (row_of(cluster).get("sim") or {}).pop("move", None)
        return real(world, request)

    cluster.simulator.log.begin = begin
    failed(cluster.run("volume_move", **MOVE), "shows nothing of it")


def test_an_unknown_state_stops_the_run_and_leaves_the_move(lab: Any) -> None:
    cluster = begun(lab())
    row_of(cluster)["movement"]["state"] = "pondering"
    result = cluster.run("volume_move", **MOVE)
    assert result["error"]["kind"] == "UnknownState" and cluster.writes() == []


def test_a_volume_that_is_deleted_on_the_way_is_told(lab: Any) -> None:
    cluster = lab()
    cluster.world.later(60, "moves.break_off", volume="nas1_vol1a")
    cluster.world.later(66, "volumes.remove", volume=row_of(cluster)["uuid"], force=True)
    failed(cluster.run("volume_move", **MOVE), "nas1_vol1a", "gone")


def test_a_management_address_that_is_silent_is_waited_out(lab: Any) -> None:
    cluster = lab()
    cluster.fault("GET", "/storage/volumes*", "lif_silent", nth=9, seconds=200)
    result = cluster.run("volume_move", **MOVE)
    assert result["outcome"] == "moved" and len(starts(cluster)) == 1


def test_a_server_that_stumbles_is_waited_out_and_one_that_lies_is_not(lab: Any) -> None:
    cluster = lab()
    rule = cluster.simulator.faults.on("GET", "/api/storage/volumes*", "error", nth=6, times=3, status=500, code="3", message="Oops.")
    assert cluster.run("volume_move", **MOVE)["outcome"] == "moved" and rule["struck"] == 3
    cluster.simulator.faults.on("GET", "/api/storage/volumes*", "error", nth=6, times=0, status=500, code="3", message="Oops.")
    result = cluster.run("volume_move", **{**MOVE, "aggregate": "aggr1_ndo_01"})
    failed(result, "Oops")
    assert result["error"]["actions_done"] == ["move"] and result["changed"]


def test_a_login_that_ends_on_the_way_tells_how_far_it_was(lab: Any) -> None:
    cluster = lab()
    cluster.fault("GET", "/storage/volumes*", "status", nth=12, times=0, status=401)
    result = cluster.run("volume_move", **MOVE)
    assert result["error"]["kind"] == "AuthenticationFailed" and result["error"]["actions_done"] == ["move"]
    assert result["record"]["movement"]["state"] == "replicating"


def test_a_takeover_on_the_way_only_takes_time(lab: Any) -> None:
    cluster = lab()
    cluster.trigger("start_takeover", delay=100, ofnode="ndo-02")
    result = cluster.run("volume_move", **MOVE)
    assert result["outcome"] == "moved" and result["record"]["aggregate"] == "aggr1_ndo_02"
    assert len(starts(cluster)) == 1 and not cluster.world.ledger.verdict()["outages"]


@pytest.mark.parametrize("pause", [0, 30, 2000])
def test_a_run_that_was_killed_anywhere_is_finished_by_the_next_one(lab: Any, pause: int) -> None:
    for nth in range(1, 30, 2):
        cluster = lab()
        cluster.world.settings["move_rate"] = 50 * 1024**3
        rule = cluster.simulator.faults.on("*", "/api/*", "status", nth=nth, times=0, status=401)
        cluster.run("volume_move", **MOVE)
        cluster.simulator.faults.rules.remove(rule)
        cluster.advance(pause)
        result = cluster.run("volume_move", **MOVE)
        assert not result.get("failed"), (nth, result)
        assert sum(entry["status"] == 202 for entry in starts(cluster)) == 1, nth
        assert cluster.run("volume_move", **MOVE)["changed"] is False


def test_forty_volumes_arrive_whatever_happens(lab: Any) -> None:
    cluster = lab()
    names = [f"many{number:03d}" for number in range(40)]
    made = {"aggregate": "aggr1_ndo_01", "size": "10GiB", "space_guarantee": "none", "items": [{"name": name} for name in names]}
    cluster.world.settings.update(volume_job=0, move_rate=1024**3)
    assert not cluster.run("volume", svm="nas1", **made).get("failed")
    for row in cluster.world.store.each("volumes"):
        if row["name"] in names:
            row["sim"]["data"] = 5 * 1024**3
    cluster.forget()
    for volume in ("many003", "many021"):
        cluster.trigger("fail_cutovers", volume=volume, times=2)
    task = {
        "svm": "nas1",
        "aggregate": "aggr2_ndo_02",
        "items": [{"volume": name} for name in names],
        "on_error": "continue",
        "concurrency": 10,
    }
    faults = cluster.simulator.faults
    faults.add("*", "/api/storage/*", every=7, times=0, effect={"kind": "reset"})
    faults.add("*", "/api/storage/*", every=11, times=0, effect={"kind": "status", "status": 503})
    for nth in (60, 130):
        killed = faults.on("*", "/api/*", "status", nth=nth, times=0, status=401)
        cluster.run("volume_move", **task)
        faults.rules.remove(killed)
    result = cluster.run("volume_move", **task)
    assert not result.get("failed"), result["msg"]
    rows = [row_of(cluster, name) for name in names]
    assert {row["aggregates"][0]["name"] for row in rows} == {"aggr2_ndo_02"}
    begun_for = [entry["path"] for entry in starts(cluster) if entry["status"] == 202]
    assert len(begun_for) == len(set(begun_for)) == 40
    assert cluster.world.ledger.verdict()["non_disruptive"]
    faults.clear()
    assert cluster.run("volume_move", **task)["changed"] is False
