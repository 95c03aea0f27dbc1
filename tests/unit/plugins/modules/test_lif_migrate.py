# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LIFs that are brought elsewhere: who goes where, who stays and why, whom it would hurt, and what faults do to it."""

from __future__ import annotations

from typing import Any

import pytest

LIF: dict[str, Any] = {"svm": "nas1", "name": "nas1_lif1"}
LIFS = "/network/ip/interfaces"


def row(cluster: Any, name: str) -> Any:
    """The simulator's own row of a LIF."""
    return next(cluster.world.store.each("interfaces", name=name))


def where(cluster: Any, name: str = "nas1_lif1") -> tuple[str, str, str]:
    """Node and port of a LIF, and the node that is its home."""
    location = row(cluster, name)["location"]
    return location["node"]["name"], location["port"]["name"], location["home_node"]["name"]


def ok(result: dict[str, Any]) -> dict[str, Any]:
    """A task that did not fail."""
    assert not result.get("failed"), result
    return result


def refused(result: dict[str, Any], *words: str) -> None:
    """The task failed in one message that has these words, and without a traceback."""
    assert result.get("failed"), result
    for word in words:
        assert word in result["msg"], result["msg"]
    assert "Traceback" not in result["msg"]


def change(cluster: Any, table: str, wanted: dict[str, Any], **changes: Any) -> None:
    """Change a row of the model by hand."""
    for one in cluster.world.store.table(table).values():
        if all(one.get(key) == value for key, value in wanted.items()):
            one.update(changes)


# -- where to --------------------------------------------------------------------------------------------------------------


def test_all_that_can_leave_a_node_leave_it_and_the_others_are_told_with_the_reason(lab: Any) -> None:
    cluster = lab("two_pairs")
    result = ok(cluster.run("lif_migrate", from_node="ndo-01"))
    assert result["actions"] == ["migrate LIF nas1:nas1_lif1"]
    assert where(cluster) == ("ndo-02", "e0d", "ndo-01")
    reasons = {one["lif"]: one["reason"] for one in result["stayed"]}
    assert set(reasons) == {"ndo-01_mgmt1", "ndo-01_ic1", "san1:san1_iscsi1a", "san1:san1_iscsi1b", "cluster_mgmt"}
    assert "data_iscsi" in reasons["san1:san1_iscsi1a"] and "intercluster" in reasons["ndo-01_ic1"]
    assert "bound to its node" in reasons["ndo-01_mgmt1"] and "management" in reasons["cluster_mgmt"]
    assert result["message"].startswith("1 of 1 LIFs were changed. 5 stay: ")
    cluster.forget()
    again = ok(cluster.run("lif_migrate", from_node="ndo-01"))
    assert not again["changed"] and len(cluster.requests()) == 2
    assert cluster.world.ledger.verdict()["non_disruptive"]


def test_management_lif_of_the_cluster_leaves_when_asked(lab: Any) -> None:
    cluster = lab()
    result = ok(cluster.run("lif_migrate", from_node="ndo-01", management=True))
    assert sorted(result["actions"]) == ["migrate LIF cluster_mgmt", "migrate LIF nas1:nas1_lif1"]
    assert where(cluster, "cluster_mgmt")[0] == "ndo-02"


def test_guests_go_home_and_those_at_home_go_to_the_partner(lab: Any) -> None:
    cluster = lab("two_pairs")
    ok(cluster.run("lif_migrate", svm="nas1", name="nas1_lif4", to_node="ndo-01"))
    result = ok(cluster.run("lif_migrate", from_node="ndo-01"))
    assert len(result["actions"]) == 2
    assert where(cluster, "nas1_lif4")[0] == "ndo-04" and where(cluster)[0] == "ndo-02"


def test_another_node_is_chosen_when_the_partner_has_no_port(lab: Any) -> None:
    cluster = lab("two_pairs")
    for name in ("e0c", "e0d"):
        port = next(one for one in cluster.world.store.each("ports", name=name) if one["node"]["name"] == "ndo-02")
        port["state"] = "down"
    ok(cluster.run("lif_migrate", **LIF, from_node="ndo-01"))
    assert where(cluster)[:2] == ("ndo-03", "e0d")


def test_port_of_the_same_broadcast_domain_is_chosen(lab: Any) -> None:
    cluster = lab()
    port = next(one for one in cluster.world.store.each("ports", name="e0d") if one["node"]["name"] == "ndo-02")
    port["enabled"] = False
    ok(cluster.run("lif_migrate", **LIF, to_node="ndo-02"))
    assert where(cluster)[:2] == ("ndo-02", "e0c")


def test_rehoming_all_takes_those_that_are_away_but_belong_here(lab: Any) -> None:
    cluster = lab()
    ok(cluster.run("lif_migrate", **LIF, to_node="ndo-02"))
    assert not ok(cluster.run("lif_migrate", from_node="ndo-01", check_mode=True))["changed"]
    result = ok(cluster.run("lif_migrate", from_node="ndo-01", home="change"))
    assert result["actions"] == ["rehome LIF nas1:nas1_lif1"]
    assert where(cluster) == ("ndo-02", "e0d", "ndo-02")
    assert result["results"][0]["message"] == "LIF nas1:nas1_lif1 is on ndo-02, port e0d, its home."


def test_items_have_their_own_destinations_and_one_read_finds_them(lab: Any) -> None:
    cluster = lab("two_pairs")
    items = [{"name": "nas1_lif1", "to_node": "ndo-02"}, {"name": "nas1_lif3", "to_node": "ndo-04"}]
    result = ok(cluster.run("lif_migrate", svm="nas1", items=items))
    assert [one["record"]["node"] for one in result["results"]] == ["ndo-02", "ndo-04"]
    methods = [entry["method"] for entry in cluster.requests()]
    # The LIFs, ports and SMB sessions before the first write.
    assert methods[:5] == ["GET", "GET", "GET", "PATCH", "PATCH"] and methods.count("PATCH") == 2


def test_auto_revert_is_told(lab: Any) -> None:
    cluster = lab()
    assert "auto_revert" in ok(cluster.run("lif_migrate", **LIF, to_node="ndo-02", check_mode=True))["message"]
    row(cluster, "nas1_lif1")["location"]["auto_revert"] = False
    assert "until somebody sends it home" in ok(cluster.run("lif_migrate", **LIF, to_node="ndo-02"))["message"]


# -- refusals --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"svm": "san1", "name": "san1_iscsi1a"}, ["stays on ndo-01", "data_iscsi", "paths to other nodes"]),
        ({"name": "ndo-01_ic1"}, ["intercluster LIF"]),
        ({"name": "ndo-01_mgmt1"}, ["bound to its node"]),
        ({"svm": "nas1", "name": "nobody"}, ["LIF nas1:nobody does not exist"]),
        ({"svm": "nas2", "name": "nas1_lif1"}, ["does not exist"]),
        ({**LIF, "to_node": "ndo-09"}, ["has no node ndo-09"]),
        ({**LIF, "to_port": "e0M"}, ["broadcast domain Mgmt", "belongs into Default"]),
        ({**LIF, "to_port": "e7z"}, ["has no port e7z"]),
        ({**LIF, "from_node": "ndo-02"}, ["are the same"]),
        ({"name": "nas1_lif1", "svm": "nas1", "to_node": None, "to_port": "e0d", "from_node": "ndo-01"}, ["needs to_node"]),
        ({**LIF, "to_node": None}, ["to_node, or from_node"]),
        ({"to_node": None, "from_node": "ndo-77"}, ["has no node ndo-77"]),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_refusal_names_the_reason_and_changes_nothing(lab: Any, task: dict[str, Any], words: list[str]) -> None:
    cluster = lab()
    given = {name: value for name, value in {"to_node": "ndo-02", **task}.items() if value is not None}
    refused(cluster.run("lif_migrate", **given), *words)
    assert cluster.writes() == []


def test_fc_lif_is_refused_by_name_and_listed_with_its_node(lab: Any) -> None:
    cluster = lab("san")
    refused(cluster.run("lif_migrate", svm="san1", name="san1_fc1a", to_node="ndo-02"), "FC LIF on ndo-01")
    stayed = {one["lif"] for one in ok(cluster.run("lif_migrate", from_node="ndo-01"))["stayed"]}
    assert {"san1:san1_fc1a", "san1:san1_fc1b", "san1:san1_iscsi1a"} <= stayed
    only = {one["lif"] for one in ok(cluster.run("lif_migrate", from_node="ndo-01", svm="san2"))["stayed"]}
    assert only == {"san2:san2_iscsi1a", "san2:san2_iscsi1b"}


def test_port_that_is_down_is_refused(lab: Any) -> None:
    cluster = lab()
    port = next(one for one in cluster.world.store.each("ports", name="e0c") if one["node"]["name"] == "ndo-02")
    port["state"] = "down"
    refused(cluster.run("lif_migrate", **LIF, to_node="ndo-02", to_port="e0c"), "port e0c of ndo-02 is down")


def test_node_that_is_down_is_no_destination(lab: Any) -> None:
    cluster = lab("two_pairs")
    cluster.trigger("fail_node", name="ndo-03")
    cluster.advance(5)
    refused(cluster.run("lif_migrate", **LIF, to_node="ndo-03"), "no port on ndo-03")


def test_lifs_of_one_name_in_two_svms_are_told_apart(lab: Any) -> None:
    cluster = lab("two_pairs")
    row(cluster, "san1_iscsi1a")["name"] = "nas1_lif1"
    refused(cluster.run("lif_migrate", name="nas1_lif1", to_node="ndo-02"), "nas1:nas1_lif1, san1:nas1_lif1")
    ok(cluster.run("lif_migrate", name="nas1_lif1", svm="nas1", to_node="ndo-02"))
    assert where(cluster, "nas1_lif2")[0] == "ndo-02"


@pytest.mark.parametrize("name", ["lif*", "lif 1", "lif|1", "!lif", '"lif"', "a..b", "<lif>"])
def test_odd_names_are_taken_literally(lab: Any, name: str) -> None:
    cluster = lab()
    row(cluster, "nas1_lif1")["name"] = name
    row(cluster, "nas1_lif2")["name"] = "lif1"
    result = ok(cluster.run("lif_migrate", svm="nas1", name=name, to_node="ndo-02"))
    assert result["record"]["name"] == name and where(cluster, name)[0] == "ndo-02"


def test_sessions_that_would_be_lost_are_named(lab: Any) -> None:
    cluster = lab("smb_sessions")
    refused(cluster.run("lif_migrate", **LIF, to_node="ndo-02"), "2 SMB session(s)", "EXAMPLE\\plain", "accept_smb_disruption")
    assert cluster.writes() == []
    ok(cluster.run("lif_migrate", **LIF, to_node="ndo-02", accept_smb_disruption=True))
    assert cluster.world.ledger.verdict()["lost_sessions"] == 2


def test_refusal_of_one_stops_all_unless_the_others_may_go_on(lab: Any) -> None:
    cluster = lab()
    task: dict[str, Any] = {"to_node": "ndo-02", "items": [{"name": "san1_iscsi1a"}, {"name": "nas1_lif1"}]}
    result = cluster.run("lif_migrate", **task)
    refused(result, "1 of 2 objects failed", "data_iscsi")
    assert cluster.writes() == []
    result = cluster.run("lif_migrate", **task, on_error="continue")
    refused(result, "data_iscsi")
    assert [one["status"] for one in result["results"]] == ["failed", "ok"]
    assert where(cluster)[0] == "ndo-02"


# -- time and faults -------------------------------------------------------------------------------------------------------


def test_lif_that_does_not_come_up_is_told_and_the_next_run_finds_it(lab: Any) -> None:
    cluster = lab()
    cluster.world.settings["lif_migration"] = 500
    result = cluster.run("lif_migrate", **LIF, to_node="ndo-02", wait_timeout=30)
    refused(result, "does not answer on ndo-02, port e0d, after 30 seconds", "it is down")
    assert result["changed"] and result["error"]["actions_done"] == ["migrate"]
    cluster.forget()
    result = ok(cluster.run("lif_migrate", **LIF, to_node="ndo-02", wait_timeout=900))
    assert not result["changed"] and result["record"]["state"] == "up" and cluster.writes() == []


def test_many_are_waited_for_together(lab: Any) -> None:
    cluster = lab("large")
    cluster.world.settings["lif_migration"] = 10
    result = ok(cluster.run("lif_migrate", from_node="big-01", on_error="continue", accept_smb_disruption=True))
    assert len(result["actions"]) == len(result["results"]) > 20
    # One list, FC LIFs, ports, nodes, the writes, and a few looks.
    assert len(cluster.requests()) - len(cluster.writes()) < 20
    assert cluster.run("lif_migrate", from_node="big-01")["changed"] is False


def test_without_waiting_the_task_ends_at_once(lab: Any) -> None:
    cluster = lab()
    ok(cluster.run("lif_migrate", **LIF, to_node="ndo-02", wait=False))
    assert row(cluster, "nas1_lif1")["sim"]["moving_to"]


@pytest.mark.parametrize("method", ["GET", "PATCH"])
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset"},
        {"kind": "drop_after"},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 500},
    ],
    ids=lambda fault: f"{fault['kind']} {fault.get('status', '')}",
)
def test_fault_is_survived_or_told(lab: Any, method: str, fault: dict[str, Any]) -> None:
    cluster = lab()
    cluster.fault(method, LIFS + ("*" if method == "GET" else "/*"), **fault)
    result = cluster.run("lif_migrate", **LIF, to_node="ndo-02", home="change")
    assert not result.get("failed") or "Traceback" not in result["msg"]
    again = ok(cluster.run("lif_migrate", **LIF, to_node="ndo-02", home="change"))
    assert where(cluster) == ("ndo-02", "e0d", "ndo-02") and again["record"]["is_home"]
    assert cluster.world.ledger.verdict()["non_disruptive"]


def test_lost_answer_is_not_sent_again(lab: Any) -> None:
    cluster = lab()
    cluster.fault("PATCH", LIFS + "/*", "drop_after")
    result = ok(cluster.run("lif_migrate", **LIF, to_node="ndo-02"))
    assert result["actions"] == ["migrate"] and len(cluster.requests("PATCH")) == 1


def test_refusal_of_ontap_names_the_lif(lab: Any) -> None:
    cluster = lab()
    cluster.fault("PATCH", LIFS + "/*", "status", status=400)
    refused(cluster.run("lif_migrate", **LIF, to_node="ndo-02"), "LIF nas1:nas1_lif1: ONTAP refused PATCH", "HTTP 400")
