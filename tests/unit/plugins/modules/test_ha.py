# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takeover, giveback and ha_info beyond the laws: joining, refusing, vetoes, faults, and clear words."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit import harness

TAKEOVER_PATH = "/private/cli/storage/failover/takeover"


def failed(result: dict[str, Any], *words: str) -> None:
    """The task failed in one clear message that has these words, and without a traceback."""
    assert result.get("failed"), result
    for word in words:
        assert word in result["msg"], result["msg"]
    assert "Traceback" not in result["msg"]


def out(cluster: Any, node: str = "ndo-01") -> None:
    """Take a node over and let it boot."""
    assert not cluster.run("ha_takeover", node=node, until="waiting_for_giveback").get("failed")


@pytest.mark.parametrize("methods", [["POST"], ["PATCH"]])
def test_takeover_works_whichever_method_the_passthrough_takes(lab: Any, methods: list[str]) -> None:
    cluster = lab()
    cluster.world.settings["takeover_methods"] = methods
    result = cluster.run("ha_takeover", node="ndo-01")
    assert result["actions"] == ["takeover"]
    accepted = [entry["method"] for entry in cluster.writes() if entry["status"] < 300]
    assert accepted == methods


def test_patch_is_not_tried_when_post_is_refused_for_another_reason(lab: Any) -> None:
    cluster = lab()
    cluster.fault("POST", TAKEOVER_PATH, "error", status=400, code="852115", message="LIFs cannot be moved")
    failed(cluster.run("ha_takeover", node="ndo-01"), "852115", "ndo-01")
    assert [entry["method"] for entry in cluster.writes()] == ["POST"]


def test_options_reach_the_wire_by_their_cli_names(lab: Any) -> None:
    cluster = lab()
    cluster.run("ha_takeover", node="ndo-01", option="immediate", bypass_optimization=True, skip_lif_migration=False)
    (write,) = cluster.writes()
    assert write["body"] == {
        "ofnode": "ndo-01",
        "option": "immediate",
        "bypass-optimization": True,
        "skip-lif-migration-before-takeover": False,
    }


def test_strangers_takeover_is_joined_and_not_repeated(lab: Any) -> None:
    cluster = lab()
    cluster.trigger("start_takeover", ofnode="ndo-01")
    result = cluster.run("ha_takeover", node="ndo-01")
    assert (result["changed"], result["joined"], result["actions"]) == (False, True, [])
    assert result["record"]["served_by"] == "ndo-02"
    assert cluster.writes() == []


def test_takeover_is_refused_while_the_node_gets_its_storage_back(lab: Any) -> None:
    cluster = lab()
    out(cluster)
    cluster.trigger("start_giveback", ofnode="ndo-01")
    cluster.forget()
    failed(cluster.run("ha_takeover", node="ndo-01"), "ndo-01 is being given back at the moment", "ha_giveback")
    assert cluster.writes() == []


def test_second_node_of_a_pair_is_never_taken_over_too(lab: Any) -> None:
    cluster = lab()
    out(cluster, "ndo-01")
    cluster.forget()
    failed(cluster.run("ha_takeover", node="ndo-02"), "ndo-02 serves the storage of ndo-01", "ha_giveback")
    assert cluster.writes() == []


@pytest.mark.parametrize(
    ("scenario", "words"),
    [("ha_disabled", "failover is disabled"), ("single_node", "no HA partner")],
)
def test_takeover_that_cannot_work_is_refused_before_any_write(lab: Any, scenario: str, words: str) -> None:
    cluster = lab(scenario)
    node = next(cluster.world.store.each("nodes"))["name"]
    failed(cluster.run("ha_takeover", node=node), words)
    assert cluster.writes() == []


def test_unknown_node_is_refused_with_the_names_there_are(lab: Any) -> None:
    failed(lab().run("ha_takeover", node="ndo-09"), "no node ndo-09", "ndo-01, ndo-02")


def test_takeover_waits_out_a_management_address_that_moves(lab: Any) -> None:
    cluster = lab()
    cluster.fault("GET", "/cluster/nodes", "lif_silent", nth=3, seconds=60)
    assert cluster.run("ha_takeover", node="ndo-01")["record"]["storage"] == "taken_over"


@pytest.mark.parametrize("kind", ["reset", "drop_after", "status"])
def test_lost_answer_to_the_takeover_is_resolved_by_reading(lab: Any, kind: str) -> None:
    cluster = lab()
    cluster.fault("POST", TAKEOVER_PATH, kind)
    result = cluster.run("ha_takeover", node="ndo-01")
    assert not result.get("failed"), result
    assert result["actions"] == ["takeover"]
    # The command that took effect is not sent a second time.
    assert len(cluster.writes()) == (1 if kind == "drop_after" else 2)


@pytest.mark.parametrize("kind", ["reset", "drop_after", "status", "job_vanish"])
def test_lost_answer_to_the_giveback_is_resolved_by_reading(lab: Any, kind: str) -> None:
    cluster = lab()
    out(cluster)
    cluster.forget()
    cluster.fault("PATCH", "/cluster/nodes/*", kind)
    result = cluster.run("ha_giveback", node="ndo-01")
    assert not result.get("failed"), result
    assert result["record"] == {"node": "ndo-01", "partner": "ndo-02", "storage": "home", "served_by": "ndo-01"}
    assert result["actions"] == ["giveback"]


def test_failed_job_of_the_giveback_is_told_in_its_own_words(lab: Any) -> None:
    cluster = lab()
    out(cluster)
    cluster.fault("PATCH", "/cluster/nodes/*", "job_failure", code="852126", message="Failed to initiate giveback.")
    result = cluster.run("ha_giveback", node="ndo-01")
    failed(result, "852126", "Failed to initiate giveback", "ndo-01 is waiting_for_giveback")
    assert result["error"]["job"]


def test_veto_leaves_a_partial_giveback_that_a_later_run_finishes(lab: Any) -> None:
    cluster = lab("veto")
    out(cluster)
    result = cluster.run("ha_giveback", node="ndo-01")
    failed(result, "aggr1_ndo_01", "override_vetoes", "ndo-01")
    assert result["error"]["state"] == "partially_given_back"
    (record,) = cluster.run("ha_info", nodes=["ndo-01"])["records"]
    assert record["storage"] == "partially_given_back"
    assert [one["name"] for one in record["aggregates_away"]] == ["aggr1_ndo_01"]

    assert cluster.run("ha_giveback", node="ndo-01", override_vetoes=True)["record"]["storage"] == "home"


def test_hard_veto_stays_even_when_vetoes_are_overridden(lab: Any) -> None:
    cluster = lab("hard_veto")
    out(cluster)
    failed(cluster.run("ha_giveback", node="ndo-01", override_vetoes=True), "aggr1_ndo_01")


def test_veto_that_goes_away_is_waited_for(lab: Any) -> None:
    cluster = lab("veto")
    out(cluster)
    cluster.trigger("clear_veto", delay=200, aggregate="aggr1_ndo_01")
    result = cluster.run("ha_giveback", node="ndo-01", veto_timeout=1200)
    assert not result.get("failed"), result
    assert result["record"]["storage"] == "home"


def test_giveback_waits_for_a_node_that_still_boots(lab: Any) -> None:
    cluster = lab()
    cluster.run("ha_takeover", node="ndo-01", until="taken_over")
    assert cluster.run("ha_giveback", node="ndo-01")["record"]["served_by"] == "ndo-01"


def test_giveback_that_races_us_is_joined(lab: Any) -> None:
    cluster = lab()
    out(cluster)
    cluster.trigger("start_giveback", ofnode="ndo-01")
    cluster.forget()
    result = cluster.run("ha_giveback", node="ndo-01")
    assert (result["changed"], result["joined"]) == (False, True)
    assert cluster.writes() == []


def test_partner_that_dies_during_the_takeover_ends_in_a_clean_stop(lab: Any) -> None:
    cluster = lab()
    cluster.trigger("fail_node", delay=8, name="ndo-02")
    failed(cluster.run("ha_takeover", node="ndo-01"), "ndo-01", "ndo-02")
    assert len(cluster.writes()) == 1


def test_timeout_says_that_it_goes_on_and_a_second_run_joins(lab: Any) -> None:
    cluster = lab()
    result = cluster.run("ha_takeover", node="ndo-01", until="waiting_for_giveback", wait_timeout=30)
    failed(result, "not done after 30 seconds", "goes on in ONTAP")
    assert result["error"]["actions_done"] == ["takeover"]
    again = cluster.run("ha_takeover", node="ndo-01", until="waiting_for_giveback")
    assert (again["changed"], again["joined"]) == (False, True)


def test_node_by_node_the_ledger_has_pauses_only(lab: Any) -> None:
    cluster = lab()
    for node in ("ndo-01", "ndo-02"):
        out(cluster, node)
        assert not cluster.run("ha_giveback", node=node).get("failed")
    verdict = cluster.world.ledger.verdict()
    assert verdict["non_disruptive"], verdict
    assert verdict["pauses"] > 0


def test_lif_without_auto_revert_is_sent_home(lab: Any) -> None:
    cluster = lab()
    lif = next(cluster.world.store.each("interfaces", name="nas1_lif1"))
    lif["location"]["auto_revert"] = False
    out(cluster)
    result = cluster.run("ha_giveback", node="ndo-01")
    assert result["actions"] == ["giveback", "revert LIF nas1_lif1"]
    assert cluster.run("ha_info", nodes=["ndo-01"])["records"][0]["lifs_away"] == []


@pytest.mark.parametrize("way", list(harness.WAYS))
@pytest.mark.parametrize("scenario", ["ha_pair", "large"])
def test_ha_info_costs_three_reads_for_any_cluster(lab: Any, scenario: str, way: str) -> None:
    cluster = lab(scenario, way=way)
    result = cluster.run("ha_info")
    assert len(cluster.requests()) == result["api"]["requests"] == 3
    assert cluster.writes() == []
    assert len(result["records"]) == len(cluster.world.store.table("nodes"))
    assert all(record["storage"] == "home" and record["takeover"]["possible"] for record in result["records"])


def test_ha_info_follows_pages_that_are_cut_short(lab: Any) -> None:
    cluster = lab("large")
    cluster.fault("GET", "/cluster/nodes", "empty_page")
    cluster.fault("GET", "/cluster/nodes", "short_page", nth=2, records=3)
    assert len(cluster.run("ha_info")["records"]) == 8


def test_ha_info_sees_both_sides_of_a_takeover(lab: Any) -> None:
    cluster = lab()
    out(cluster)
    first, second = cluster.run("ha_info")["records"]
    assert (first["state"], first["storage"], first["takeover"]["state"]) == ("waiting_for_giveback", "taken_over", "in_takeover")
    assert {one["node"] for one in first["aggregates_away"]} == {"ndo-02"}
    assert not second["takeover"]["possible"] and second["takeover"]["reasons"]
