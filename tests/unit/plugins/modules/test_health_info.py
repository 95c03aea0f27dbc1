# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The health of a simulated cluster: what a takeover, a failure and a busy cluster look like, and what it costs to see it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import health
from ansible_collections.ndo.ontap.tests.unit import harness

WAYS = list(harness.WAYS)


def bad(result: dict[str, Any]) -> dict[str, set[str]]:
    """The objects of the problems by check."""
    assert not result.get("failed"), result
    found: dict[str, set[str]] = {}
    for one in result["problems"]:
        found.setdefault(one["check"], set()).add(one["object"])
    return found


def out(cluster: Any) -> None:
    """Have ndo-01 wait for giveback."""
    assert not cluster.run("ha_takeover", node="ndo-01", until="waiting_for_giveback").get("failed")


def take_offline(cluster: Any, name: str) -> None:
    """Take an aggregate offline."""
    cluster.world.store.find("aggregates", name=name)["state"] = "offline"


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("scenario", ["ha_pair", "large"])
def test_healthy_cluster_of_any_size_costs_eight_reads(lab: Any, scenario: str, way: str, check_mode: bool) -> None:
    cluster = lab(scenario, way=way)
    result = cluster.run("health_info", check_mode=check_mode, smb=True)
    assert (result["healthy"], result["changed"], result["problems"]) == (True, False, [])
    assert [one["check"] for one in result["records"]] == list(health.CHECKS)
    assert len(cluster.requests()) == result["api"]["requests"] == 8
    assert {entry["method"] for entry in cluster.requests()} == {"GET"}
    assert len({entry["connection"] for entry in cluster.requests()}) == 1


@pytest.mark.parametrize(
    ("checks", "reads"),
    [(["node_up", "ha_ready"], 1), (["lifs_up", "lifs_home"], 2), (["volume_moves"], 2), (["aggregates_home", "disks_failed"], 3)],
)
def test_only_the_checks_that_are_asked_for_are_paid_for(lab: Any, checks: list[str], reads: int) -> None:
    result = lab().run("health_info", checks=checks)
    assert [one["check"] for one in result["records"]] == checks
    assert result["api"]["requests"] == reads


def test_node_that_is_taken_over_shows_in_every_family(lab: Any) -> None:
    cluster = lab()
    out(cluster)
    result = cluster.run("health_info")
    found = bad(result)
    assert not result["healthy"]
    assert found["node_up"] == {"ndo-01"} and found["ha_ready"] == {"ndo-02"}
    assert found["aggregates_home"] == {"aggr1_ndo_01", "aggr2_ndo_01"}
    assert {"san1:san1_iscsi1a", "san1:san1_iscsi1b"} <= found["lifs_up"]
    assert "nas1:nas1_lif1" in found["lifs_home"]
    assert "ndo.ontap.ha_giveback" in result["message"]


def test_giveback_makes_it_healthy_against_the_baseline_taken_before(lab: Any) -> None:
    cluster = lab()
    before = cluster.run("health_info", nodes=["ndo-01"])
    out(cluster)
    during = cluster.run("health_info", nodes=["ndo-01"], baseline=before["baseline"])
    assert not during["healthy"] and during["new_problems"] == during["problems"]
    cluster.run("ha_giveback", node="ndo-01")
    after = cluster.run("health_info", nodes=["ndo-01"], baseline=before["baseline"], wait_timeout=600)
    assert after["healthy"], after["message"]


@pytest.mark.parametrize("way", WAYS)
def test_old_problem_does_not_count_against_a_baseline_and_a_new_one_does(lab: Any, way: str) -> None:
    cluster = lab(way=way)
    take_offline(cluster, "aggr1_ndo_01")
    before = cluster.run("health_info")
    assert bad(before)["aggregates_online"] == {"aggr1_ndo_01"} and not before["healthy"]
    assert cluster.run("health_info", baseline=before["baseline"])["healthy"]
    take_offline(cluster, "aggr1_ndo_02")
    later = cluster.run("health_info", baseline=before["baseline"])
    assert not later["healthy"]
    assert [one["object"] for one in later["new_problems"]] == ["aggr1_ndo_02"]
    assert "1 critical new problem" in later["message"]


def test_partial_giveback_names_the_aggregate_and_the_way_out(lab: Any) -> None:
    cluster = lab("veto")
    out(cluster)
    cluster.run("ha_giveback", node="ndo-01")
    result = cluster.run("health_info", nodes=["ndo-01"])
    assert bad(result)["aggregates_home"] == {"aggr1_ndo_01"}
    assert bad(result)["ha_ready"] == {"ndo-02 giveback"}
    assert "ndo.ontap.ha_giveback" in result["message"]


@pytest.mark.parametrize(
    ("scenario", "check", "objects", "healthy"),
    [
        ("ha_disabled", "ha_ready", {"ndo-01", "ndo-02"}, False),
        ("single_node", "ha_ready", {"ndo-01"}, True),
        ("volume_move", "volume_moves", {"nas1:nas1_vol1a", "san1:san1_vol1a", "nas1:nas1_vol2a"}, False),
    ],
)
def test_scenarios_show_their_problem(lab: Any, scenario: str, check: str, objects: set[str], healthy: bool) -> None:
    result = lab(scenario).run("health_info")
    assert bad(result)[check] == objects
    assert result["healthy"] is healthy


def test_interconnect_that_is_cut_is_seen_on_both_sides(lab: Any) -> None:
    cluster = lab()
    cluster.trigger("interconnect", node="ndo-01", state="down")
    result = cluster.run("health_info")
    assert bad(result)["interconnect"] == {"ndo-01", "ndo-02"}
    assert not result["healthy"]


def test_smb_sessions_are_looked_at_on_request_only(lab: Any) -> None:
    cluster = lab("smb_sessions")
    assert "smb_sessions" not in bad(cluster.run("health_info"))
    for options in ({"smb": True}, {"checks": ["smb_sessions"]}):
        result = cluster.run("health_info", **options)
        (one,) = result["problems"]
        assert (one["check"], one["object"]) == ("smb_sessions", "nas1 ndo-01")
        assert "mixed" in one["detail"] and "plain" in one["detail"] and "idle" not in one["detail"]
        assert result["healthy"]


def test_broken_disks_events_and_jobs_are_warnings(lab: Any) -> None:
    cluster = lab()
    disk = next(iter(cluster.world.store.table("disks").values()))
    disk.update(container_type="broken", state="broken")
    log(cluster, "ndo-02", "disk.outOfSpares", "emergency")
    log(cluster, "ndo-02", "raid.rg.recons", "notice")
    job = running_job(cluster)
    result = cluster.run("health_info")
    found = bad(result)
    assert result["healthy"] and {one["severity"] for one in result["problems"]} == {"warning"}
    assert found["disks_failed"] == {disk["name"]}
    assert found["ems_emergencies"] == {"ndo-02 disk.outOfSpares 1"}
    assert found["jobs_running"] == {job}


def log(cluster: Any, node: str, name: str, severity: str) -> None:
    """Have a node log an event."""
    from ansible_collections.ndo.ontap.tests.simulator.model import ems

    ems.log(cluster.world, cluster.world.store.find("nodes", name=node)["uuid"], name, severity, "words")


def running_job(cluster: Any) -> str:
    """Start a job that runs for an hour; returns its uuid."""
    from ansible_collections.ndo.ontap.tests.simulator.model import jobs

    return jobs.start(cluster.world, "a long one", 3600, "jobs.nothing")


def test_events_count_as_far_back_as_asked_by_the_clusters_clock(lab: Any) -> None:
    cluster = lab()
    log(cluster, "ndo-01", "cpu.hot", "alert")
    cluster.advance(1000)
    assert "ems_emergencies" in bad(cluster.run("health_info", ems_since=1010))
    assert bad(cluster.run("health_info", ems_since=900)) == {}


def test_scope_leaves_the_troubles_of_other_pairs_out(lab: Any) -> None:
    cluster = lab("two_pairs")
    cluster.trigger("interconnect", node="ndo-03", state="down")
    take_offline(cluster, "aggr2_ndo_04")
    log(cluster, "ndo-04", "disk.outOfSpares", "emergency")
    assert not cluster.run("health_info")["healthy"]
    ours = cluster.run("health_info", nodes=["ndo-02"])
    assert ours["problems"] == [] and ours["message"].startswith("ndo-01, ndo-02: 12 checks")
    theirs = cluster.run("health_info", nodes=["ndo-03"])
    assert set(bad(theirs)) == {"ha_ready", "interconnect", "aggregates_online", "ems_emergencies"}


def test_waiting_ends_as_soon_as_it_is_healthy(lab: Any) -> None:
    cluster = lab()
    cluster.trigger("interconnect", node="ndo-01", state="down")
    cluster.trigger("interconnect", delay=100, node="ndo-01", state="up")
    result = cluster.run("health_info", wait_timeout=600)
    assert result["healthy"]
    assert 100 <= result["api"]["seconds"] < 130


@pytest.mark.parametrize("way", WAYS)
def test_waiting_in_vain_is_a_verdict_and_no_failure(lab: Any, way: str) -> None:
    cluster = lab("ha_disabled", way=way)
    result = cluster.run("health_info", wait_timeout=60)
    assert not result.get("failed") and not result["healthy"]
    assert result["api"]["seconds"] >= 60


def test_waiting_outlasts_a_silent_management_address(lab: Any) -> None:
    cluster = lab()
    cluster.fault("GET", "/cluster/nodes", "lif_silent", seconds=60)
    assert cluster.run("health_info", wait_timeout=300)["healthy"]


def test_every_page_is_read(lab: Any) -> None:
    cluster = lab("large")
    names = [node["name"] for node in cluster.world.store.each("nodes")]
    away = [row for row in cluster.world.store.table("aggregates").values() if row["home_node"]["name"] == names[0]]
    away[-1]["node"] = {name: cluster.world.store.find("nodes", name=names[1])[name] for name in ("name", "uuid")}
    cluster.fault("GET", "/cluster/nodes", "short_page", records=3)
    cluster.fault("GET", "/storage/aggregates", "empty_page")
    assert bad(cluster.run("health_info", checks=["aggregates_home", "node_up"])) == {"aggregates_home": {away[-1]["name"]}}


def test_family_that_may_not_be_read_is_a_warning_and_the_rest_is_looked_at(lab: Any) -> None:
    cluster = lab()
    cluster.fault("GET", "/storage/disks", "error", status=403, code="6", message="not authorized for that command")
    result = cluster.run("health_info")
    (one,) = result["problems"]
    assert (one["check"], one["severity"]) == ("disks_failed", "warning")
    assert "could not be read: ONTAP refused GET /storage/disks: not authorized for that command (code 6)" in one["detail"]
    assert result["healthy"] and len(result["records"]) == 12


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("version", [(9, 8, 0), (9, 10, 1), (9, 12, 1)])
def test_older_release_is_looked_at_as_far_as_it_tells(lab: Any, way: str, version: tuple[int, int, int]) -> None:
    result = lab(way=way, version=version).run("health_info", smb=True, nodes=["ndo-01"])
    assert result["healthy"] and result["problems"] == []
    (one,) = [record for record in result["records"] if record["check"] == "interconnect"]
    assert ("does not report" in one["detail"]) == (version < (9, 11, 1))


@pytest.mark.parametrize("way", WAYS)
def test_svm_scoped_account_is_refused_in_one_sentence(lab: Any, way: str) -> None:
    cluster = lab(way=way)
    username, password = cluster.simulator.svm_account()
    result = cluster.run("health_info", username=username, password=password)
    assert result["failed"] and result["error"]["kind"] == "NotAuthorized"
    assert "cluster-scoped account" in result["msg"]
    assert password not in json.dumps(result)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"nodes": ["ndo-09"]}, "The cluster has no node ndo-09. Its nodes are: ndo-01, ndo-02."),
        ({"ems_since": -1}, "ems_since is -1"),
        ({"wait_timeout": -5}, "wait_timeout is -5"),
        ({"baseline": {"x": 1}}, "baseline is not the baseline of an earlier health_info"),
        ({"checks": ["fans"]}, "node_up"),
    ],
)
def test_wrong_options_are_one_clear_sentence(lab: Any, options: dict[str, Any], words: str) -> None:
    result = lab().run("health_info", **options)
    assert result["failed"] and words in result["msg"]


def test_both_ways_return_the_same(lab: Any) -> None:
    results = []
    for way in WAYS:
        cluster = lab("volume_move", way=way)
        result = cluster.run("health_info", smb=True, nodes=["ndo-02"])
        results.append({name: value for name, value in result.items() if name not in ("invocation", "failed")})
        results[-1]["api"] = result["api"]["requests"]
    assert all(result == results[0] for result in results)
