# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for a simulated cluster: what is read, what volumes take, who may go where, and what the refusals say."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ansible_collections.ndo.ontap.plugins.modules import evacuation_plan as module
from ansible_collections.ndo.ontap.tests.unit import harness

WAYS = list(harness.WAYS)
GIB = 1024**3
OTHERS = ["aggr1_ndo_02", "aggr2_ndo_02"]


def volume(cluster: Any, name: str) -> dict[str, Any]:
    """The row of a volume."""
    return cluster.world.store.find("volumes", name=name)


def aggregate(cluster: Any, name: str) -> dict[str, Any]:
    """The row of an aggregate."""
    return cluster.world.store.find("aggregates", name=name)


def planned(cluster: Any, **options: Any) -> dict[str, Any]:
    """A plan, which changes nothing."""
    result = cluster.run("evacuation_plan", **options)
    assert not result.get("failed"), result
    assert result["changed"] is False and cluster.writes() == []
    return result


def goals(result: dict[str, Any]) -> dict[str, str]:
    """The destination of each volume that is to be moved."""
    return {one["volume"]: one["destination"] for one in result["moves"]}


def reasons(result: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Why volumes are not placed."""
    return {one["volume"]: (one["cause"], one["reason"]) for one in result["unplaced"]}


# -- reading ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("scenario", "node"), [("ha_pair", "ndo-01"), ("two_pairs", "ndo-01"), ("large", "big-01")])
def test_plan_takes_six_reads_whatever_the_size_of_the_cluster(lab: Any, scenario: str, node: str, way: str) -> None:
    cluster = lab(scenario, way=way)
    result = planned(cluster, node=node)
    assert result["complete"] and result["moves"]
    assert len(cluster.requests()) == result["api"]["requests"] == 6
    assert {one["method"] for one in cluster.requests()} == {"GET"}
    assert len({one["connection"] for one in cluster.requests()}) == 1
    cluster.forget()
    without = planned(cluster, node=node, lun_paths=False)
    assert len(cluster.requests()) == 5 and not any(one["mapped_luns"] for one in without["moves"])


@pytest.mark.parametrize("way", WAYS)
def test_check_mode_is_no_other_plan(lab: Any, way: str) -> None:
    cluster = lab("two_pairs", way=way)
    first, second = (cluster.run("evacuation_plan", node="ndo-01", check_mode=mode) for mode in (False, True))
    for one in (first, second):
        one.pop("api")
        one.pop("invocation")
    assert first == second


@pytest.mark.parametrize("version", [(9, 8, 0), (9, 9, 1), (9, 10, 1)])
def test_old_release_is_not_asked_for_what_it_lacks(lab: Any, version: tuple[int, int, int]) -> None:
    cluster = lab("two_pairs", version=version)
    assert planned(cluster, aggregates=["aggr1_ndo_01"])["complete"]
    assert len(cluster.requests()) == 6


def test_every_key_is_documented(lab: Any) -> None:
    documented = yaml.safe_load(module.RETURN)
    cluster = lab("volume_move")
    volume(cluster, "nas1_vol1c")["state"] = "offline"
    result = planned(cluster, aggregates=["aggr1_ndo_01", "aggr2_ndo_01"], max_used_percent=5)
    assert set(result) - {"changed", "invocation"} <= set(documented)
    for name in ("moves", "unplaced", "aggregates"):
        assert result[name] and set(result[name][0]) == set(documented[name]["contains"]), name
    assert set(result["totals"]) == set(documented["totals"]["contains"])
    joined = planned(cluster, aggregates=["aggr1_ndo_02"])["joined"]
    assert set(joined[0]) == set(documented["joined"]["sample"][0])


# -- sources ---------------------------------------------------------------------------------------------------------------


def test_all_volumes_leave_an_aggregate_and_others_stay(lab: Any) -> None:
    cluster = lab()
    result = planned(cluster, aggregates=["aggr1_ndo_01"])
    there = {row["name"] for row in cluster.world.store.each("volumes") if row["aggregates"][0]["name"] == "aggr1_ndo_01"}
    assert set(goals(result)) == there and "aggr1_ndo_01" not in goals(result).values()
    source = next(one for one in result["aggregates"] if one["name"] == "aggr1_ndo_01")
    assert (source["emptied"], source["candidate"], source["leaving"], source["used_after"]) == (True, False, len(there), 0)


def test_node_is_left_by_the_volumes_of_all_aggregates_that_are_at_home_there(lab: Any) -> None:
    cluster = lab("two_pairs")
    result = planned(cluster, node="ndo-01")
    assert {one["source"] for one in result["moves"]} == {"aggr1_ndo_01", "aggr2_ndo_01"}
    assert not any("ndo_01" in name for name in goals(result).values())


def test_space_of_aggregates_adds_up(lab: Any) -> None:
    result = planned(lab("two_pairs"), node="ndo-01")
    for one in result["aggregates"]:
        came = sum(move["space"] for move in result["moves"] if move["destination"] == one["name"])
        assert one["used_worst"] == one["used_before"] + came
        if came:
            assert one["used_after"] == one["used_worst"] <= one["ceiling"] == one["size"] * 85 // 100
    assert result["totals"]["bytes"] == sum(move["bytes"] for move in result["moves"])


def test_single_volumes_are_named_in_any_of_the_words_for_them(lab: Any) -> None:
    cluster = lab()
    uuid = volume(cluster, "nas1_vol1c")["uuid"]
    words = ["nas1:nas1_vol1a", "cinder@netapp#san1_vol1a", uuid.upper(), "nas1_vol1b", "nas1:nas1_vol1b"]
    result = planned(cluster, volumes=words, candidates=OTHERS, order="as_listed", max_moves_per_node=9)
    assert [one["volume"] for one in result["moves"]] == ["nas1_vol1a", "san1_vol1a", "nas1_vol1c", "nas1_vol1b"]
    assert len(cluster.requests()) == 7


def test_volume_that_is_on_a_candidate_is_settled(lab: Any) -> None:
    cluster = lab()
    options = {"volumes": ["nas1_vol1a", "nas1_vol2a"], "svm": "nas1", "candidates": OTHERS}
    result = planned(cluster, **options)
    assert (list(goals(result)), [one["volume"] for one in result["settled"]]) == (["nas1_vol1a"], ["nas1_vol2a"])
    goal = cluster.world.store.find("aggregates", name=goals(result)["nas1_vol1a"])
    volume(cluster, "nas1_vol1a")["aggregates"] = [{"name": goal["name"], "uuid": goal["uuid"]}]
    again = planned(cluster, **options)
    assert again["moves"] == [] and again["complete"] and again["message"] == "2 where they are to be."


def test_name_in_two_svms_has_to_say_which(lab: Any) -> None:
    cluster = lab("san")
    result = cluster.run("evacuation_plan", volumes=["vol1"], candidates=OTHERS)
    assert result["failed"] and result["error"]["kind"] == "Ambiguous"
    assert "san1:vol1, san2:vol1" in result["msg"]
    assert [one["svm"] for one in planned(cluster, volumes=["vol1"], svm="san2", candidates=OTHERS)["moves"]] == ["san2"]
    pinned = cluster.run("evacuation_plan", aggregates=["aggr1_ndo_01"], pin={"vol1": "aggr1_ndo_02"})
    assert pinned["failed"] and pinned["error"]["target"] == "pin"
    found = planned(cluster, aggregates=["aggr1_ndo_01"], skip=["vol1"])
    assert sorted(one["svm"] for one in found["staying"]) == ["san1", "san2"]


REFUSED = [
    ({"aggregates": ["aggr1_ndo_01", "aggr9"]}, "There is no aggregate aggr9."),
    ({"node": "ndo-09"}, "The cluster has no node ndo-09."),
    ({"volumes": ["nas1:nothing"], "candidates": OTHERS}, "There is no volume nas1:nothing."),
    ({"volumes": ["nas1_vol1a"]}, "volumes need candidates"),
    ({"aggregates": ["aggr1_ndo_01"], "candidates": ["aggr1_ndo_01"]}, "aggr1_ndo_01 cannot be evacuated and take volumes."),
    ({"aggregates": ["aggr1_ndo_01"], "candidates": ["aggr9"]}, "There is no aggregate aggr9."),
    ({"aggregates": ["aggr1_ndo_01"], "pin": {"nas1_vol1a": "aggr9"}}, "There is no aggregate aggr9."),
    ({"aggregates": ["aggr1_ndo_01"], "max_used_percent": 101}, "max_used_percent is 101; it must be 1 to 100."),
    ({"aggregates": ["aggr1_ndo_01"], "max_moves": 0}, "max_moves is 0; it must be 1 to 1000."),
    ({"aggregates": ["aggr1_ndo_01"], "rate": "0"}, "rate is 0; it must be at least one byte per second."),
    ({"aggregates": ["aggr1_ndo_01"], "headroom": "some"}, "'some' is not a size"),
    ({"aggregates": ["aggr1_ndo_01"], "node": "ndo-01"}, "mutually exclusive"),
    ({}, "one of the following is required"),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("options", "words"), REFUSED)
def test_what_makes_no_sense_is_refused_in_words(lab: Any, options: dict[str, Any], words: str, way: str) -> None:
    cluster = lab(way=way)
    result = cluster.run("evacuation_plan", **options)
    assert result["failed"] and words in result["msg"]
    assert cluster.writes() == []


# -- what a volume takes ---------------------------------------------------------------------------------------------------


def test_guaranteed_volume_takes_its_size_and_another_what_is_in_it(lab: Any) -> None:
    cluster = lab("san")
    volume(cluster, "thick").update(size=200 * GIB, sim={"data": 50 * GIB})
    found = {one["volume"]: one for one in planned(cluster, aggregates=["aggr2_ndo_02"])["moves"] if one["svm"] == "san1"}
    assert (found["thick"]["space"], found["thick"]["bytes"]) == (200 * GIB, 50 * GIB)
    thin = {one["volume"]: one for one in planned(cluster, aggregates=["aggr1_ndo_01"])["moves"] if one["svm"] == "san1"}
    assert thin["vol1"]["space"] == thin["vol1"]["bytes"] < volume(cluster, "vol1")["size"]


def test_clone_takes_what_it_shares_with_its_parent(lab: Any) -> None:
    cluster = lab()
    made = cluster.run("volume", svm="nas1", name="copy", clone={"parent_volume": "nas1_vol1a"})
    assert not made.get("failed"), made
    cluster.forget()
    found = {one["volume"]: one["space"] for one in planned(cluster, aggregates=["aggr1_ndo_01"])["moves"]}
    assert found["copy"] >= found["nas1_vol1a"] > 0


def test_snapshots_go_along(lab: Any) -> None:
    cluster = lab()
    before = planned(cluster, volumes=["nas1_vol1a"], candidates=OTHERS)["moves"][0]["space"]
    cluster.run("snapshot", svm="nas1", volume="nas1_vol1a", name="s1")
    cluster.world.store.find("snapshots", name="s1")["sim"]["changed"] = 7 * GIB
    cluster.forget()
    after = planned(cluster, volumes=["nas1_vol1a"], candidates=OTHERS)["moves"][0]
    assert after["space"] == before + 7 * GIB == after["bytes"]


# -- where it may go -------------------------------------------------------------------------------------------------------


def test_volume_without_room_says_how_much_is_missing(lab: Any) -> None:
    cluster = lab()
    volume(cluster, "nas1_vol1a").update(size=60000 * GIB, sim={"data": 36000 * GIB})
    result = planned(cluster, aggregates=["aggr1_ndo_01"], candidates=OTHERS)
    one = result["unplaced"][0]
    assert (one["volume"], one["cause"], result["complete"]) == ("nas1_vol1a", "no_room", False)
    assert "It takes 35.2 TiB" in one["reason"] and "the roomiest of 2 aggregates" in one["reason"]
    best = max(place["ceiling"] - place["used_worst"] for place in result["aggregates"] if place["candidate"])
    assert one["missing"] == one["space"] - best > 0
    assert "1 not placed, such as nas1:nas1_vol1a: It takes" in result["message"]


def test_headroom_and_percent_are_kept_free(lab: Any) -> None:
    cluster = lab()
    limited = planned(cluster, aggregates=["aggr1_ndo_01"], candidates=OTHERS, headroom="39TiB")
    ceilings = {one["name"]: one["ceiling"] for one in limited["aggregates"]}
    assert ceilings["aggr1_ndo_02"] == (40 - 39) * 1024 * GIB
    assert {cause for cause, _reason in reasons(limited).values()} == {"no_room"}
    assert planned(cluster, aggregates=["aggr1_ndo_01"], candidates=OTHERS, max_used_percent=3)["unplaced"]


def test_aggregate_that_is_offline_or_away_from_home_takes_nothing_and_says_so(lab: Any) -> None:
    cluster = lab("two_pairs")
    aggregate(cluster, "aggr1_ndo_03")["state"] = "offline"
    assert not cluster.run("ha_takeover", node="ndo-02", until="waiting_for_giveback").get("failed")
    cluster.forget()
    result = planned(cluster, aggregates=["aggr1_ndo_01"])
    barred = {one["name"]: one["barred"] for one in result["aggregates"]}
    assert barred["aggr1_ndo_03"] == "is offline" and barred["aggr1_ndo_02"] == "is on ndo-01 and not at home on ndo-02"
    assert barred["aggr1_ndo_04"] is None
    assert {"aggr1_ndo_03", "aggr1_ndo_02", "aggr2_ndo_02"}.isdisjoint(goals(result).values())
    alone = planned(cluster, aggregates=["aggr1_ndo_01"], candidates=["aggr1_ndo_02", "aggr1_ndo_03"])
    cause, reason = reasons(alone)["nas1_vol1a"]
    assert cause == "no_place" and "aggr1_ndo_03 is offline" in reason and "not at home" in reason


def test_svm_uses_only_its_own_aggregates(lab: Any) -> None:
    cluster = lab()
    wanted = aggregate(cluster, "aggr2_ndo_02")
    cluster.world.store.find("svms", name="nas1")["aggregates"] = [{"name": wanted["name"], "uuid": wanted["uuid"]}]
    result = planned(cluster, aggregates=["aggr1_ndo_01"])
    assert {one["destination"] for one in result["moves"] if one["svm"] == "nas1"} == {"aggr2_ndo_02"}
    none = planned(cluster, aggregates=["aggr1_ndo_01"], candidates=["aggr1_ndo_02"])
    assert reasons(none)["nas1_vol1a"] == (
        "no_place",
        "No aggregate may take it: aggr1_ndo_02 is not in the list of aggregates of SVM nas1.",
    )


def test_media_are_those_of_the_source_unless_others_are_named(lab: Any) -> None:
    cluster = lab()
    for name in OTHERS:
        aggregate(cluster, name)["block_storage"]["primary"]["disk_class"] = "capacity"
        aggregate(cluster, name)["block_storage"]["storage_type"] = "hdd"
    options = {"aggregates": ["aggr1_ndo_01"], "candidates": OTHERS}
    cause, reason = reasons(planned(cluster, **options))["nas1_vol1a"]
    assert cause == "no_place" and "aggr2_ndo_02 has other media (capacity hdd) than aggr1_ndo_01 (solid_state ssd)" in reason
    for media in (["any"], ["capacity"], ["same", "hdd"]):
        assert planned(cluster, **options, media=media)["complete"], media
    assert "has other media (capacity hdd)" in reasons(planned(cluster, **options, media=["virtual"]))["nas1_vol1a"][1]


def test_encryption_is_kept_unless_it_does_not_matter(lab: Any) -> None:
    cluster = lab()
    options = {"aggregates": ["aggr1_ndo_01"], "candidates": OTHERS}
    assert set(reasons(planned(cluster, **options, encryption="required"))) == set(goals(planned(cluster, **options)))
    aggregate(cluster, "aggr1_ndo_02")["data_encryption"]["software_encryption_enabled"] = True
    volume(cluster, "nas1_vol1a")["encryption"] = {"enabled": True, "state": "encrypted", "type": "aggregate"}
    kept = goals(planned(cluster, **options))
    assert kept["nas1_vol1a"] == "aggr1_ndo_02" and kept["nas1_vol1c"] == "aggr2_ndo_02"
    assert set(goals(planned(cluster, **options, encryption="required")).values()) == {"aggr1_ndo_02"}
    assert set(goals(planned(cluster, **options, encryption="any")).values()) == set(OTHERS)


def test_luns_stay_in_their_pair_and_other_volumes_go_anywhere(lab: Any) -> None:
    cluster = lab("two_pairs")
    result = planned(cluster, node="ndo-01")
    mapped = [one for one in result["moves"] if one["mapped_luns"]]
    assert mapped and all("ndo_02" in one["destination"] and not one["changes_paths"] for one in mapped)
    assert any("ndo_03" in one["destination"] or "ndo_04" in one["destination"] for one in result["moves"])
    assert (result["totals"]["path_changes"], result["totals"]["path_changes_bound"]) == (0, 0)
    away = planned(cluster, node="ndo-01", affinity="other_pair")
    assert all(one["changes_paths"] == one["mapped_luns"] for one in away["moves"])
    assert away["totals"]["path_changes"] == away["totals"]["path_changes_bound"] == len(mapped)
    home = planned(cluster, node="ndo-01", affinity="same_pair")
    assert {name.rpartition("_")[2] for name in goals(home).values()} == {"02"}


def test_pinned_volume_goes_to_its_aggregate_or_nowhere(lab: Any) -> None:
    cluster = lab("two_pairs")
    pin = {"nas1:nas1_vol1a": "aggr2_ndo_04", "nas1_vol1c": "aggr1_ndo_01", "gone": "aggr1_ndo_02"}
    result = planned(cluster, aggregates=["aggr1_ndo_01"], candidates=OTHERS, pin=pin)
    assert goals(result)["nas1_vol1a"] == "aggr2_ndo_04" and result["unmatched"] == ["gone"]
    assert reasons(result)["nas1_vol1c"] == ("no_place", "It is pinned, and aggr1_ndo_01 is to be emptied itself.")
    alone = planned(cluster, volumes=["nas1_vol1a"], pin={"nas1_vol1a": "aggr2_ndo_04"})
    assert goals(alone) == {"nas1_vol1a": "aggr2_ndo_04"}
    assert planned(cluster, volumes=["nas1_vol1a"], pin={"nas1_vol1a": "aggr1_ndo_01"})["settled"]


# -- what cannot be moved --------------------------------------------------------------------------------------------------


def test_volumes_that_cannot_be_moved_say_why(lab: Any) -> None:
    cluster = lab()
    volume(cluster, "nas1_vol1a")["state"] = "offline"
    volume(cluster, "nas1_vol1c")["type"] = "ls"
    result = planned(cluster, aggregates=["aggr1_ndo_01"], svm_roots=False)
    found = reasons(result)
    assert found["nas1_vol1a"] == ("not_movable", "It is offline; only a volume that is online can be moved.")
    assert found["nas1_vol1c"] == ("not_movable", "It is a load-sharing mirror, which ONTAP does not move.")
    assert found["nas1_root"] == ("not_movable", "It is the root volume of its SVM, which svm_roots leaves where it is.")
    assert list(goals(result)) == ["san1_vol1a"]


def test_volume_that_is_being_split_waits(lab: Any) -> None:
    cluster = lab()
    made = cluster.run("volume", svm="nas1", name="copy", clone={"parent_volume": "nas1_vol1a"}, split=True, wait=False)
    assert not made.get("failed"), made
    cluster.advance(3)
    cluster.forget()
    waiting = ("not_movable", "It is being split from its parent; wait until that is done.")
    assert reasons(planned(cluster, aggregates=["aggr1_ndo_01"]))["copy"] == waiting
    cluster.advance(86400)
    assert "copy" in goals(planned(cluster, aggregates=["aggr1_ndo_01"]))


def test_move_that_is_under_way_is_joined_when_it_goes_to_a_candidate(lab: Any) -> None:
    cluster = lab("volume_move")
    result = planned(cluster, node="ndo-02")
    assert "nas1_vol2a" in reasons(result) and "is being moved to aggr2_ndo_02 already (replicating)" in reasons(result)["nas1_vol2a"][1]
    result = planned(cluster, aggregates=["aggr1_ndo_02"])
    joined = {one["volume"]: one for one in result["joined"]}
    assert joined["nas1_vol2a"]["destination"] == "aggr2_ndo_02" and joined["nas1_vol2a"]["state"] == "replicating"
    assert joined["nas1_vol2a"]["percent"] == 42 and "nas1_vol2a" not in goals(result)
    assert "1 on the way already" in result["message"]


def test_moves_of_other_volumes_take_slots_and_space(lab: Any) -> None:
    cluster = lab("volume_move")
    # san1_vol1a is being moved from ndo-01 to ndo-02, where nas1_vol2a is moved within the node.
    result = planned(cluster, volumes=["nas1_vol2c"], candidates=["aggr1_ndo_01"], max_moves_per_node=1)
    assert [one["wave"] for one in result["moves"]] == [2]
    goal = next(one for one in result["aggregates"] if one["name"] == "aggr2_ndo_01")
    assert goal["arriving"] == 1


def test_state_that_nobody_knows_stops_the_plan(lab: Any) -> None:
    cluster = lab("volume_move")
    volume(cluster, "nas1_vol2a")["movement"]["state"] = "dreaming"
    result = cluster.run("evacuation_plan", aggregates=["aggr1_ndo_02"])
    assert result["failed"] and result["error"]["kind"] == "UnknownState"


def test_nothing_to_move_is_a_plan_too(lab: Any) -> None:
    cluster = lab()
    for row in list(cluster.world.store.each("volumes")):
        row["aggregates"] = [{"name": "aggr1_ndo_02", "uuid": aggregate(cluster, "aggr1_ndo_02")["uuid"]}]
    result = planned(cluster, aggregates=["aggr1_ndo_01"])
    assert (result["moves"], result["complete"], result["message"]) == ([], True, "There is no volume to move.")


@pytest.mark.parametrize("scenario", ["two_pairs", "san"])
def test_plan_comes_true(lab: Any, scenario: str) -> None:
    cluster = lab(scenario)
    result = planned(cluster, node="ndo-01", order="smallest_first")
    assert result["complete"] and result["moves"]
    for move in result["moves"]:
        body = {"movement": {"destination_aggregate": {"name": move["destination"]}}}
        started = cluster.run("rest", method="PATCH", path=f"/storage/volumes/{move['uuid']}", body=body)
        assert not started.get("failed"), started
    cluster.advance(7 * 86400)
    found = {one["name"]: one["used"] for one in cluster.run("aggregate_info")["records"]}
    assert {one["name"]: one["used_after"] for one in result["aggregates"]}.items() <= found.items()
    cluster.forget()
    assert planned(cluster, node="ndo-01")["message"] == "There is no volume to move."
