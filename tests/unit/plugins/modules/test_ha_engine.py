# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takeover and giveback by ONTAPI: chosen, or because the account may not use the CLI passthrough."""

from __future__ import annotations

import sys
from typing import Any

import pytest

COMMANDS = "/private/cli/storage/failover/*"


def out(cluster: Any) -> None:
    """ndo-01 is out and waits for giveback; the log is empty."""
    assert not cluster.run("ha_takeover", node="ndo-01", until="waiting_for_giveback").get("failed")
    cluster.forget()


def closed(cluster: Any, **more: Any) -> None:
    """The account may not use the commands of the passthrough."""
    cluster.fault("*", COMMANDS, "error", times=0, status=403, code="6", message="not authorized for that command", **more)


def without_library(monkeypatch: Any) -> None:
    """netapp-lib is not installed."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "netapp_lib"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "netapp_lib", None)


def asked(cluster: Any) -> list[tuple[str, Any]]:
    """The writes: the call and its inputs, or the method and the body."""
    found = []
    for entry in cluster.writes():
        inputs = entry["body"]["inputs"] if "call" in entry else entry["body"]
        found.append((entry.get("call", entry["method"]), inputs))
    return found


def test_takeover_names_the_partner_and_passes_its_options_on(lab: Any) -> None:
    cluster = lab()
    options = {"option": "immediate", "bypass_optimization": True, "skip_lif_migration": False}
    result = cluster.run("ha_takeover", node="ndo-01", engine="ontapi", **options)
    assert result["record"] == {"node": "ndo-01", "partner": "ndo-02", "storage": "taken_over", "served_by": "ndo-02"}
    inputs = [["node", "ndo-02"], ["bypass-optimization", "true"], ["skip-lif-migration", "false"], ["immediate", "true"]]
    assert asked(cluster) == [("cf-takeover", inputs)]


def test_giveback_names_the_partner_and_passes_its_options_on(lab: Any) -> None:
    cluster = lab()
    out(cluster)
    options = {"override_vetoes": True, "require_partner_waiting": True}
    result = cluster.run("ha_giveback", node="ndo-01", engine="ontapi", **options)
    assert result["record"]["storage"] == "home", result
    inputs = [["node", "ndo-02"], ["override-vetoes", "true"], ["require-partner-waiting", "true"]]
    assert asked(cluster) == [("cf-giveback", inputs)]


def test_a_version_mismatch_is_allowed_by_its_own_input(lab: Any) -> None:
    cluster = lab()
    cluster.run("ha_takeover", node="ndo-01", engine="ontapi", option="allow_version_mismatch")
    assert asked(cluster) == [("cf-takeover", [["node", "ndo-02"], ["version-mismatch-ok", "true"]])]


def test_auto_takes_ontapi_when_the_passthrough_is_closed(lab: Any) -> None:
    cluster = lab()
    closed(cluster)
    assert cluster.run("ha_takeover", node="ndo-01", until="waiting_for_giveback")["record"]["storage"] == "taken_over"
    assert [name for name, _inputs in asked(cluster)] == ["POST", "cf-takeover"]
    cluster.forget()
    assert cluster.run("ha_giveback", node="ndo-01", override_vetoes=True)["record"]["storage"] == "home"
    assert [name for name, _inputs in asked(cluster)] == ["POST", "cf-giveback"]


def test_auto_takes_ontapi_too_when_the_public_action_is_closed(lab: Any) -> None:
    cluster = lab()
    out(cluster)
    cluster.fault("PATCH", "/cluster/nodes/*", "error", times=0, status=403, code="6", message="not authorized for that command")
    result = cluster.run("ha_giveback", node="ndo-01")
    assert (result["actions"], result["record"]["storage"]) == (["giveback"], "home")
    assert [name for name, _inputs in asked(cluster)] == ["PATCH", "cf-giveback"]


BOTH_CLOSED: list[tuple[str, dict[str, Any], str]] = [
    ("error", {"code": "13003", "message": "Insufficient privileges"}, "application ontapi"),
    ("error", {"code": "13005", "message": "Unable to find API: cf-takeover"}, "release"),
    ("status", {"status": 401}, "application ontapi"),
    ("status", {"status": 403}, "application ontapi"),
    ("status", {"status": 404}, "switches ONTAPI off"),
    ("status", {"status": 200, "body": "Hello"}, "switches ONTAPI off"),
]


@pytest.mark.parametrize(("kind", "effect", "words"), BOTH_CLOSED)
def test_where_both_ways_are_closed_both_reasons_are_told(lab: Any, kind: str, effect: dict[str, Any], words: str) -> None:
    cluster = lab()
    closed(cluster)
    cluster.simulator.faults.on_call("cf-takeover", kind, **effect)
    result = cluster.run("ha_takeover", node="ndo-01")
    assert result["error"]["kind"] == "NotAuthorized" and result["error"]["code"] == "6", result
    assert "not authorized for that command" in result["msg"] and words in result["msg"], result["msg"]
    assert not result["changed"]


def test_what_ontap_refuses_behind_the_closed_way_is_its_own_reason(lab: Any) -> None:
    cluster = lab()
    closed(cluster)
    cluster.simulator.faults.on_call("cf-takeover", "error", code="13001", message="The partner has a reason.")
    result = cluster.run("ha_takeover", node="ndo-01")
    assert (result["error"]["kind"], result["error"]["code"]) == ("ApiError", "13001")


def test_rest_stops_when_the_passthrough_is_closed(lab: Any) -> None:
    cluster = lab()
    closed(cluster)
    result = cluster.run("ha_takeover", node="ndo-01", engine="rest")
    assert result["error"]["kind"] == "NotAuthorized" and not result["changed"]
    assert [name for name, _inputs in asked(cluster)] == ["POST"]


def test_the_passthrough_is_what_auto_takes_first(lab: Any) -> None:
    cluster = lab()
    out(cluster)
    assert cluster.run("ha_giveback", node="ndo-01")["actions"] == ["giveback"]
    assert cluster.simulator.log.calls() == []


def test_a_giveback_of_data_alone_is_not_for_ontapi(lab: Any) -> None:
    cluster = lab()
    out(cluster)
    result = cluster.run("ha_giveback", node="ndo-01", only_sfo_aggregates=True, engine="ontapi")
    assert result["error"]["kind"] == "InputError" and "only_sfo_aggregates" in result["msg"]
    closed(cluster)
    result = cluster.run("ha_giveback", node="ndo-01", only_sfo_aggregates=True)
    assert result["error"]["kind"] == "NotAuthorized"
    assert cluster.simulator.log.calls() == []


def test_an_account_of_an_svm_is_told_that_it_cannot(lab: Any) -> None:
    cluster = lab()
    username, password = cluster.simulator.svm_account("vsadmin", "san1")
    result = cluster.run("ha_takeover", node="ndo-01", engine="ontapi", username=username, password=password)
    assert result["error"]["kind"] == "NotAuthorized" and "cluster-scoped" in result["msg"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_without_netapp_lib_the_engine_says_what_to_install(lab: Any, monkeypatch: Any, check_mode: bool) -> None:
    cluster = lab()
    without_library(monkeypatch)
    result = cluster.run("ha_takeover", check_mode, node="ndo-01", engine="ontapi")
    assert "netapp-lib" in result["msg"] and "pip install netapp-lib" in result["msg"]
    assert cluster.writes() == []


def test_without_netapp_lib_rest_works_and_auto_names_both_ways(lab: Any, monkeypatch: Any) -> None:
    cluster = lab()
    without_library(monkeypatch)
    assert cluster.run("ha_takeover", node="ndo-01", until="waiting_for_giveback")["actions"] == ["takeover"]
    closed(cluster)
    result = cluster.run("ha_giveback", node="ndo-01", override_vetoes=True)
    assert result["error"]["kind"] == "NotAuthorized"
    assert "not authorized for that command" in result["msg"] and "pip install netapp-lib" in result["msg"]


@pytest.mark.parametrize(
    ("kind", "effect"), [("drop_after", {}), ("drop_before", {}), ("status", {"status": 503}), ("lif_silent", {"after": True})]
)
@pytest.mark.parametrize("call", ["cf-takeover", "cf-giveback"])
def test_a_lost_answer_is_resolved_by_reading(lab: Any, call: str, kind: str, effect: dict[str, Any]) -> None:
    cluster = lab()
    module, storage = ("ha_takeover", "taken_over") if call == "cf-takeover" else ("ha_giveback", "home")
    if call == "cf-giveback":
        out(cluster)
    cluster.simulator.faults.on_call(call, kind, **effect)
    result = cluster.run(module, node="ndo-01", engine="ontapi")
    assert not result.get("failed"), result
    assert (result["actions"], result["record"]["storage"]) == ([call.partition("-")[2]], storage)
    happened = kind in ("drop_after", "lif_silent")
    assert len(cluster.simulator.log.calls(call)) == (1 if happened else 2)
    verdict = cluster.world.ledger.verdict()
    assert not verdict["outages"] and not verdict["data_lost"]


def test_a_vetoed_giveback_is_tried_again_by_ontapi(lab: Any) -> None:
    cluster = lab("veto")
    out(cluster)
    cluster.trigger("clear_veto", 400, aggregate="aggr1_ndo_01")
    result = cluster.run("ha_giveback", node="ndo-01", engine="ontapi", veto_timeout=900)
    assert result["record"]["storage"] == "home", result
    assert len(cluster.simulator.log.calls("cf-giveback")) > 1


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_behind_a_closed_way_is_resolved_too(lab: Any, kind: str) -> None:
    cluster = lab()
    closed(cluster)
    cluster.simulator.faults.on_call("cf-takeover", kind)
    result = cluster.run("ha_takeover", node="ndo-01")
    assert (result["actions"], result["record"]["storage"]) == (["takeover"], "taken_over"), result
    assert [name for name, _inputs in asked(cluster)] == ["POST", "cf-takeover"] * (1 if kind == "drop_after" else 2)
