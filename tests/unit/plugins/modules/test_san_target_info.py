# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module san_target_info: what hosts are configured with, by SVM."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest

from ansible_collections.ndo.ontap.tests.unit.harness import WAYS

READ = [
    "/api/protocols/san/iscsi/services",
    "/api/protocols/san/fcp/services",
    "/api/network/ip/interfaces",
    "/api/network/fc/interfaces",
]


@pytest.fixture
def cluster(lab: Any) -> Any:
    """Two SAN tenants of the same kind; the first has FC too."""
    return lab("san")


def targets(cluster: Any, **options: Any) -> list[dict[str, Any]]:
    """The records."""
    result = cluster.run("san_target_info", **options)
    assert not result.get("failed"), result
    assert result["changed"] is False
    return result["records"]


def of_svm(cluster: Any, table: str, svm: str) -> list[dict[str, Any]]:
    """The simulator's own rows of an SVM, in the order of their names."""
    rows = [row for row in cluster.world.store.each(table) if row.get("svm", {}).get("name") == svm]
    return sorted(rows, key=lambda row: row.get("name", ""))


def change(cluster: Any, path: str, **body: Any) -> None:
    """Change an object as an administrator would, by way of the API."""
    result = cluster.run("rest", method="PATCH", path=path, body=body)
    assert not result.get("failed"), result
    cluster.forget()


def test_iscsi_target_and_its_portals_are_what_the_cluster_has(cluster: Any) -> None:
    (record,) = targets(cluster, svm="san1")
    (service,) = of_svm(cluster, "iscsi_services", "san1")
    assert record["svm"] == "san1"
    assert (record["iscsi"]["enabled"], record["iscsi"]["target"]) == (True, service["target"]["name"])
    places = [("1a", "11", "ndo-01"), ("1b", "12", "ndo-01"), ("2a", "21", "ndo-02"), ("2b", "22", "ndo-02")]
    assert record["iscsi"]["portals"] == [
        {"lif": f"san1_iscsi{lif}", "address": f"203.0.113.{address}", "port": 3260, "node": node, "up": True}
        for lif, address, node in places
    ]


def test_fc_target_and_its_ports_are_what_the_cluster_has(cluster: Any) -> None:
    (record,) = targets(cluster, svm="san1")
    (service,) = of_svm(cluster, "fcp_services", "san1")
    assert (record["fcp"]["enabled"], record["fcp"]["target"]) == (True, service["target"]["name"])
    lifs = of_svm(cluster, "fc_interfaces", "san1")
    assert len(lifs) == 4
    assert record["fcp"]["ports"] == [
        {"lif": lif["name"], "wwpn": lif["wwpn"], "node": lif["location"]["node"]["name"], "up": True} for lif in lifs
    ]


def test_an_svm_without_fc_has_no_fc_target(cluster: Any) -> None:
    (record,) = targets(cluster, svm="san2")
    assert record["fcp"] == {"enabled": False, "target": None, "ports": []}
    assert len(record["iscsi"]["portals"]) == 4


@pytest.mark.parametrize(
    ("table", "protocol", "members"), [("interfaces", "iscsi", "portals"), ("fc_interfaces", "fcp", "ports")], ids=["iscsi", "fcp"]
)
def test_a_lif_that_was_taken_down_is_told_as_down(cluster: Any, table: str, protocol: str, members: str) -> None:
    of_svm(cluster, table, "san1")[0]["enabled"] = False
    (record,) = targets(cluster, svm="san1")
    assert [one["up"] for one in record[protocol][members]] == [False, True, True, True]


def test_portals_of_a_node_that_is_out_are_down(cluster: Any) -> None:
    cluster.trigger("fail_node", name="ndo-02")
    cluster.advance(1)
    (record,) = targets(cluster, svm="san1")
    assert {one["node"]: one["up"] for one in record["iscsi"]["portals"]} == {"ndo-01": True, "ndo-02": False}


@pytest.mark.parametrize(("protocol", "members"), [("iscsi", "portals"), ("fcp", "ports")])
def test_a_service_that_is_off_keeps_its_target_and_its_lifs(cluster: Any, protocol: str, members: str) -> None:
    (service,) = of_svm(cluster, f"{protocol}_services", "san1")
    change(cluster, f"protocols/san/{protocol}/services/{service['svm']['uuid']}", enabled=False)
    (record,) = targets(cluster, svm="san1")
    assert (record[protocol]["enabled"], record[protocol]["target"]) == (False, service["target"]["name"])
    assert len(record[protocol][members]) == 4


def test_an_svm_without_a_block_protocol_has_no_record(lab: Any) -> None:
    cluster = lab("ha_pair")
    assert [one["svm"] for one in targets(cluster)] == ["san1"]
    assert targets(cluster, svm="nas1") == []
    assert targets(cluster, svm="gone") == []


def test_all_svms_are_read_with_four_requests(cluster: Any) -> None:
    assert [one["svm"] for one in targets(cluster)] == ["san1", "san2"]
    assert [one["path"] for one in cluster.requests()] == READ
    assert cluster.writes() == []


def test_several_svms_are_selected_by_the_query_and_cost_the_same(cluster: Any) -> None:
    assert [one["svm"] for one in targets(cluster, svm=["san2", "san1"])] == ["san1", "san2"]
    assert [one["path"] for one in cluster.requests()] == READ
    assert {parse_qs(one["query"])["svm.name"][0] for one in cluster.requests()} == {"san2|san1"}
    assert {one["lif"].partition("_")[0] for one in targets(cluster, svm="san2")[0]["iscsi"]["portals"]} == {"san2"}


def test_an_operator_of_the_query_language_is_no_pattern(cluster: Any) -> None:
    assert targets(cluster, svm="san*") == []


def test_an_empty_list_selects_nothing(cluster: Any) -> None:
    assert targets(cluster, svm=[]) == []
    assert cluster.requests() == []


@pytest.mark.parametrize("kind", ["empty_page", "short_page"])
@pytest.mark.parametrize("path", READ)
def test_a_page_cut_short_loses_nothing(cluster: Any, path: str, kind: str) -> None:
    whole = targets(cluster)
    cluster.fault("GET", path[len("/api") :], kind)
    cluster.forget()
    assert targets(cluster) == whole
    # The only FC service fits on the shortest page.
    assert len(cluster.requests()) == (4 if "fcp" in path and kind == "short_page" else 5)


def test_both_ways_of_running_give_the_same(cluster: Any) -> None:
    found = [cluster.run("san_target_info", way=way)["records"] for way in WAYS]
    assert all(one == found[0] for one in found)
