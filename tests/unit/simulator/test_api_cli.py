# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The passthrough to the CLI: paths, columns, filters, inputs."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

FAILOVER = "/api/private/cli/storage/failover"


@pytest.fixture(name="client")
def _client() -> Client:
    return Client()


def test_only_the_key_columns_come_by_themselves(client: Client) -> None:
    assert client.get(f"{FAILOVER}?privilege_level=admin") == {"records": [{"node": "ndo-01"}, {"node": "ndo-02"}], "num_records": 2}


@pytest.mark.parametrize("asked", ["partner_name,possible", "partner-name,possible,", "partner_name,possible,node"])
def test_columns_are_asked_for_with_either_spelling(client: Client, asked: str) -> None:
    records = client.get(f"{FAILOVER}?fields={asked}")["records"]
    assert records[0] == {"node": "ndo-01", "partner_name": "ndo-02", "possible": True}


@pytest.mark.parametrize(
    ("query", "nodes"),
    [
        ("node=ndo-01", ["ndo-01"]),
        ("possible=!true", []),
        ("possible=true&partner-name=ndo-01", ["ndo-02"]),
        ("delay_seconds=%3E100", ["ndo-01", "ndo-02"]),
        ("order_by=node%20desc", ["ndo-02", "ndo-01"]),
        ("order_by=possible,node", ["ndo-01", "ndo-02"]),
    ],
)
def test_rows_are_selected_and_sorted(client: Client, query: str, nodes: list[str]) -> None:
    assert client.names(f"{FAILOVER}?{query}", "node") == nodes


def test_all_columns(client: Client) -> None:
    record = client.get(f"{FAILOVER}?fields=*&node=ndo-01")["records"][0]
    assert record["mode"] == "ha" and record["auto_giveback"] is True and "_links" not in record and "uuid" not in record


def test_counting(client: Client) -> None:
    assert client.get(f"{FAILOVER}?return_records=false&node=ndo-0*") == {"num_records": 2}


def test_modify_changes_the_rows_of_the_query(client: Client) -> None:
    response = client.call("PATCH", f"{FAILOVER}?node=ndo-01&privilege_level=advanced", {"auto-giveback": False})
    assert (response.status, response.body) == (200, {"num_records": 1})
    assert client.names(f"{FAILOVER}?fields=auto_giveback", "auto_giveback") == [False, True]
    assert client.refused("PATCH", f"{FAILOVER}?node=nobody", {"auto_giveback": False}) == (404, "4")


@pytest.mark.parametrize(
    ("method", "target", "body", "status", "code"),
    [
        ("GET", f"{FAILOVER}?fields=nonsense", None, 400, "262197"),
        ("GET", f"{FAILOVER}?nonsense=1", None, 400, "262197"),
        ("GET", f"{FAILOVER}?order_by=nonsense", None, 400, "262197"),
        ("GET", f"{FAILOVER}?possible=perhaps", None, 400, "2"),
        ("GET", f"{FAILOVER}?privilege_level=god", None, 400, "262247"),
        ("GET", "/api/private/cli", None, 404, "3"),
        ("GET", "/api/private/cli/volume", None, 404, "3"),
        ("GET", f"{FAILOVER}/explode", None, 404, "3"),
        ("GET", f"{FAILOVER}/takeover/more", None, 404, "3"),
        ("DELETE", FAILOVER, None, 405, "3"),
        ("PATCH", FAILOVER, {"auto_giveback": False}, 400, "262245"),
        ("PATCH", "/api/private/cli/vserver", {}, 405, "3"),
        ("PATCH", f"{FAILOVER}?node=ndo-01", {"nonsense": 1}, 400, "262179"),
        ("PATCH", f"{FAILOVER}?node=ndo-01", {"possible": True}, 400, "262196"),
        ("POST", f"{FAILOVER}/takeover", {"ofnode": "ndo-01", "nonsense": 1}, 400, "262179"),
        ("POST", f"{FAILOVER}/takeover", {"ofnode": "nobody"}, 400, "262247"),
        ("DELETE", f"{FAILOVER}/takeover", {}, 405, "3"),
    ],
)
def test_what_the_command_does_not_have_is_refused(client: Client, method: str, target: str, body: Any, status: int, code: str) -> None:
    assert client.refused(method, target, body) == (status, code)


def test_an_action_takes_hyphens_and_underscores(client: Client) -> None:
    body = {"ofnode": "ndo-01", "skip-lif-migration-before-takeover": True, "bypass_optimization": "true"}
    response = client.call("POST", f"{FAILOVER}/takeover?privilege_level=admin", body)
    assert (response.status, response.body) == (200, {})


@pytest.mark.parametrize("methods", [["POST"], ["PATCH"], ["POST", "PATCH"]])
def test_an_action_takes_the_methods_that_it_is_told_to(client: Client, methods: list[str]) -> None:
    client.world.settings["takeover_methods"] = methods
    for method in ("POST", "PATCH"):
        taken = Client(scenario="ha_pair")
        taken.world.settings["takeover_methods"] = methods
        response = taken.call(method, f"{FAILOVER}/takeover", {"ofnode": "ndo-01"})
        assert response.status == (200 if method in methods else 405)
    assert client.call("OPTIONS", f"{FAILOVER}/takeover").headers["Allow"] == ", ".join([*methods, "GET", "HEAD", "OPTIONS"])


def test_the_query_of_an_action_says_on_what(client: Client) -> None:
    client.world.settings["takeover_methods"] = ["PATCH"]
    assert client.call("PATCH", f"{FAILOVER}/takeover?ofnode=ndo-01", {"option": "immediate"}).status == 200


def test_the_show_form_of_an_action_is_a_get(client: Client) -> None:
    records = client.get(f"{FAILOVER}/takeover?fields=node_status&node=ndo-01")["records"]
    assert records == [{"node": "ndo-01", "node_status": "Not attempted"}]


def test_vservers_tell_the_admin_svm(client: Client) -> None:
    assert client.get("/api/private/cli/vserver?fields=type&type=admin")["records"] == [{"vserver": "ndo", "type": "admin"}]
    assert client.names("/api/private/cli/vserver?type=data", "vserver") == ["nas1", "san1"]
