# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module lun_move: reporting nodes that follow a LUN to another HA pair, and hosts that have paths at every instant."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.transfers import after_looks, row_of

USED: dict[str, Any] = {"svm": "san1", "lun": "/vol/san1_vol1a/lun0", "path": "/vol/san1_vol3a/lun9"}
PAIR = "ndo-03 ndo-04 /vol/san1_vol1a/lun0 san1-host1"


def reporting(cluster: Any, path: str) -> set[str]:
    """The names of the nodes that report a LUN."""
    uuid = row_of(cluster, path)["uuid"]
    maps = [row for row in cluster.world.store.each("lun_maps") if row["lun"]["uuid"] == uuid]
    return {node["name"] for row in maps for node in row["reporting_nodes"]}


def near_paths(cluster: Any) -> list[Any]:
    """The paths of the host that lead to the first HA pair."""
    near = {row["uuid"] for row in cluster.world.store.each("interfaces") if row["location"]["node"]["name"] in ("ndo-01", "ndo-02")}
    return [one for one in host_of(cluster)["paths"] if one["uuid"] in near]


def host_of(cluster: Any) -> Any:
    """The host that uses the LUN."""
    return next(row for row in cluster.world.store.each("san_hosts") if row["name"] == "san1-host1")


@pytest.fixture
def pairs(lab: Any) -> Any:
    """Two HA pairs, and a LUN on the first that a host uses."""
    return lab("two_pairs")


def test_hosts_have_paths_at_every_instant(pairs: Any) -> None:
    result = pairs.run("lun_move", **USED)
    assert [action.split()[0] for action in result["actions"]] == ["add_reporting_nodes", "move", "remove_reporting_nodes"]
    assert reporting(pairs, "/vol/san1_vol3a/lun9") == {"ndo-03", "ndo-04"}
    assert result["diff"]["before"]["reporting_nodes"] == {"san1-host1": ["ndo-01", "ndo-02"]}
    verdict = pairs.world.ledger.verdict()
    assert verdict["non_disruptive"] and not verdict["optimized_paths_lost"] and not verdict["identity_changed"], verdict


def test_a_move_that_ignores_paths_is_noticed(pairs: Any) -> None:
    assert pairs.run("lun_move", **USED, paths="ignore")["actions"] == ["move"]
    verdict = pairs.world.ledger.verdict()
    assert verdict["optimized_paths_lost"] == 1 and not verdict["non_disruptive"]


def test_a_move_within_the_pair_reads_no_maps(pairs: Any) -> None:
    assert pairs.run("lun_move", **{**USED, "path": "/vol/san1_vol2a/lun9"})["actions"] == ["move"]
    assert not any("lun-maps" in entry["path"] for entry in pairs.requests())


def test_a_host_that_is_not_logged_in_there_stops_the_move(pairs: Any) -> None:
    host_of(pairs)["paths"] = near_paths(pairs)
    result = pairs.run("lun_move", **USED)
    assert "are logged in to no LIF" in result["msg"] and "san1-host1" in result["msg"] and pairs.writes() == []


def test_nodes_that_were_added_for_nothing_go_again(pairs: Any) -> None:
    pairs.fault("PATCH", "/storage/luns/*", "error", code="5374480", message="A foreign import.")
    result = pairs.run("lun_move", **USED)
    assert "have been taken away again" in result["msg"]
    assert result["error"]["actions_done"] == [f"add_reporting_nodes {PAIR}"]
    assert reporting(pairs, USED["lun"]) == {"ndo-01", "ndo-02"}


def test_nodes_go_again_when_the_move_fails_on_its_way(pairs: Any) -> None:
    pairs.trigger("fail_transfer", delay=6, path=USED["path"], state="failed")
    assert "have been taken away again" in pairs.run("lun_move", **USED)["msg"]
    assert reporting(pairs, USED["lun"]) == {"ndo-01", "ndo-02"}
    assert pairs.world.ledger.verdict()["non_disruptive"]


def test_nodes_stay_while_a_move_goes_on(pairs: Any) -> None:
    assert pairs.run("lun_move", **USED, wait_timeout=5)["error"]["kind"] == "WaitTimeout"
    assert reporting(pairs, USED["path"]) == {"ndo-01", "ndo-02", "ndo-03", "ndo-04"}
    result = pairs.run("lun_move", **USED)
    assert result["joined"] and [action.split()[0] for action in result["actions"]] == ["remove_reporting_nodes"]
    assert reporting(pairs, USED["path"]) == {"ndo-03", "ndo-04"}


def test_nodes_that_a_host_still_needs_stay(pairs: Any, monkeypatch: Any) -> None:
    after_looks(monkeypatch, 4, lambda: host_of(pairs).update(paths=near_paths(pairs)))
    result = pairs.run("lun_move", **USED)
    assert [action.split()[0] for action in result["actions"]] == ["add_reporting_nodes", "move"]
    assert "ndo-01, ndo-02 for" in result["paths"]["kept"][0]
    assert not pairs.world.ledger.verdict()["outages"]


def test_trouble_with_the_last_step_says_that_the_lun_has_arrived(pairs: Any) -> None:
    pairs.fault("DELETE", "/protocols/san/lun-maps/*", "error", code="3", message="No.", times=0)
    result = pairs.run("lun_move", **USED)
    assert "has arrived, and reporting nodes are left that are not needed" in result["msg"]
    assert result["error"]["actions_done"][-1] == "move" and row_of(pairs, USED["path"])


def test_an_old_release_cannot_let_nodes_follow(lab: Any) -> None:
    cluster = lab("two_pairs", version=(9, 9, 1))
    result = cluster.run("lun_move", **USED)
    assert "9.10.1" in result["msg"] and "paths: ignore" in result["msg"] and cluster.writes() == []
    assert cluster.run("lun_move", **USED, paths="ignore")["actions"] == ["move"]


def test_a_map_that_reports_all_nodes_is_left_alone(pairs: Any) -> None:
    for row in pairs.world.store.each("lun_maps"):
        row["reporting_nodes"] = []
    assert pairs.run("lun_move", **USED)["actions"] == ["move"]


def test_an_account_of_the_svm_moves_luns_that_nobody_uses(lab: Any) -> None:
    cluster = lab("two_pairs")
    assert cluster.run("lun", svm="san1", name="/vol/san1_vol1a/free", size="1GiB", os_type="linux")["actions"] == ["create"]
    username, password = cluster.simulator.svm_account(svm="san1")
    account = {"username": username, "password": password}
    assert cluster.run("lun_move", svm="san1", lun="/vol/san1_vol1a/free", volume="san1_vol3b", **account)["actions"] == ["move"]
    refused = cluster.run("lun_move", **USED, **account)
    assert "account of the cluster is needed" in refused["msg"] and refused["error"]["kind"] == "NotAuthorized"
    assert cluster.run("lun_move", **USED, paths="ignore", **account)["actions"] == ["move"]
