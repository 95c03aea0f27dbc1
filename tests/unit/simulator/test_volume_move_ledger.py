# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts notice of moves between HA pairs: optimized paths that reporting nodes keep or lose, and changes of identity."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.move_client import Moves

LUN, HOST = "/vol/san1_vol1a/lun0", "SAN host san1-host1"


@pytest.fixture(name="cluster")
def _cluster() -> Moves:
    """Two pairs; san1-host1 has a LUN in a volume of ndo-01."""
    return Moves()


def reporting(cluster: Moves) -> str:
    """The address of the reporting nodes of the LUN's map."""
    lun, igroup = cluster.uuid("/storage/luns", LUN), cluster.uuid("/protocols/san/igroups", "san1-host1")
    return f"/api/protocols/san/lun-maps/{lun}/{igroup}/reporting-nodes"


def change(cluster: Moves, method: str, node: str) -> None:
    """Add or remove a node and its partner."""
    path = reporting(cluster)
    if method == "POST":
        response = cluster.call("POST", path, {"name": node})
    else:
        response = cluster.call("DELETE", f"{path}/{cluster.uuid('/cluster/nodes', node)}")
    assert response.status in (200, 201), response.body


def test_a_move_within_the_pair_keeps_the_optimized_paths(cluster: Moves) -> None:
    cluster.start("san1_vol1a", "aggr1_ndo_02").wait(200)
    assert cluster.get(f"/api/storage/luns?name={LUN}&fields=location.node")["records"][0]["location"]["node"]["name"] == "ndo-02"
    verdict = cluster.verdict()
    assert verdict["non_disruptive"] and (verdict["optimized_paths_lost"], verdict["detours"]) == (0, 0)
    assert {entry["kind"] for entry in cluster.world.ledger.entries} == {"io_pause"}


def test_without_reporting_nodes_a_move_to_another_pair_costs_the_optimized_paths(cluster: Moves) -> None:
    cluster.start("san1_vol1a", "aggr1_ndo_03").wait(200)
    (lost,) = cluster.entries("optimized_paths_lost")
    assert (lost["client"], lost["object"], lost["detail"]) == (HOST, LUN, "volume san1_vol1a was moved")
    verdict = cluster.verdict()
    assert not verdict["non_disruptive"] and verdict["detours"] == 1
    assert verdict["reasons"] == ["1 LUN(s) have lost their optimized paths"]
    # It can be put right afterwards, and stays in the ledger.
    change(cluster, "POST", "ndo-03")
    verdict = cluster.verdict()
    assert verdict["non_disruptive"] and (verdict["optimized_paths_lost"], verdict["detours"]) == (1, 0)
    assert [entry["object"] for entry in cluster.entries("optimized_paths_restored")] == [LUN]


def test_reporting_nodes_that_go_ahead_keep_the_optimized_paths(cluster: Moves) -> None:
    change(cluster, "POST", "ndo-03")
    cluster.start("san1_vol1a", "aggr1_ndo_03").wait(200)
    change(cluster, "DELETE", "ndo-01")
    verdict = cluster.verdict()
    assert verdict["non_disruptive"] and (verdict["optimized_paths_lost"], verdict["outages"]) == (0, 0)


def test_trimming_too_early_costs_them(cluster: Moves) -> None:
    change(cluster, "POST", "ndo-03")
    change(cluster, "DELETE", "ndo-01")
    assert cluster.verdict()["detours"] == 1
    cluster.start("san1_vol1a", "aggr1_ndo_03").wait(200)
    assert cluster.verdict()["detours"] == 0


def test_a_lun_that_moves_to_another_pair_needs_them_at_once(cluster: Moves) -> None:
    path = f"/api/storage/luns/{cluster.uuid('/storage/luns', LUN)}"
    assert cluster.call("PATCH", path, {"name": "/vol/san1_vol3a/moved"}).status == 200
    assert [entry["object"] for entry in cluster.entries("optimized_paths_lost")] == ["/vol/san1_vol3a/moved"]


def test_a_takeover_is_no_detour_because_both_nodes_of_a_pair_report(cluster: Moves) -> None:
    cluster.call("POST", "/api/private/cli/storage/failover/takeover", {"ofnode": "ndo-01"})
    assert cluster.wait(300).verdict()["detours"] == 0


def test_a_map_without_reporting_nodes_is_reported_by_all(cluster: Moves) -> None:
    for row in cluster.world.store.table("lun_maps").values():
        row["reporting_nodes"] = []
    cluster.world.ledger.forget()
    cluster.start("san1_vol1a", "aggr1_ndo_03").wait(200)
    assert cluster.verdict()["non_disruptive"]


def test_what_was_a_detour_from_the_start_is_nobodys_loss(cluster: Moves) -> None:
    cluster.start("san1_vol1a", "aggr1_ndo_03").wait(200)
    cluster.world.ledger.forget()
    verdict = cluster.verdict()
    assert verdict["non_disruptive"] and verdict["detours"] == 0
    cluster.start("san1_vol1a", "aggr1_ndo_01").wait(200)
    assert cluster.verdict()["non_disruptive"] and not cluster.entries("optimized_paths_restored")


@pytest.mark.parametrize(
    ("table", "field", "value", "thing"),
    [("luns", "serial_number", "another00000", LUN), ("volumes", "nas", {"path": "/elsewhere"}, "nas1_vol1a")],
)
def test_a_change_of_identity_is_an_entry(cluster: Moves, table: str, field: str, value: Any, thing: str) -> None:
    row = next(one for one in cluster.world.store.table(table).values() if one["name"] == thing)
    row[field] = {**row[field], **value} if isinstance(value, dict) else value
    verdict = cluster.verdict()
    assert not verdict["non_disruptive"] and "identity change(s) of what hosts use" in verdict["reasons"][0]
    assert {entry["object"] for entry in cluster.entries("identity_changed")} == {thing}
    count = verdict["identity_changed"]
    assert cluster.verdict()["identity_changed"] == count > 0


def test_the_path_of_a_lun_is_no_identity(cluster: Moves) -> None:
    path = f"/api/storage/luns/{cluster.uuid('/storage/luns', LUN)}"
    cluster.call("PATCH", path, {"name": "/vol/san1_vol1a/renamed"})
    cluster.call("PATCH", path, {"name": "/vol/san1_vol2a/moved"})
    assert cluster.wait(500).verdict()["non_disruptive"] and not cluster.entries("identity_changed")
