# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The raw request: reads to the last page, writes and their jobs, check mode, and what is never shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError
from ansible_collections.ndo.ontap.plugins.modules import rest
from ansible_collections.ndo.ontap.tests.unit import harness

WAYS = list(harness.WAYS)
GIVEBACK = {"method": "PATCH", "query": {"action": "giveback"}}


def node_path(cluster: Any, name: str = "ndo-01") -> str:
    """The path of a node."""
    return f"cluster/nodes/{cluster.world.store.find('nodes', name=name)['uuid']}"


def waiting_node(cluster: Any) -> str:
    """Have ndo-01 wait for giveback; returns its path."""
    assert not cluster.run("ha_takeover", node="ndo-01", until="waiting_for_giveback").get("failed")
    cluster.forget()
    return node_path(cluster)


@pytest.mark.parametrize(
    "path", ["cluster/nodes", "/cluster/nodes", "api/cluster/nodes", "/api/cluster/nodes/", "/api//cluster/nodes", " cluster/nodes "]
)
def test_path_may_be_written_with_or_without_api(path: str) -> None:
    assert rest.address(path) == ("/cluster/nodes", [])


def test_query_in_the_path_is_taken_apart() -> None:
    assert rest.address("/api/a?name=x%2Ay&comment=&fields=a,b") == ("/a", [("name", "x*y"), ("comment", ""), ("fields", "a,b")])


@pytest.mark.parametrize("path", ["https://cluster/api/cluster", "//cluster/api", "cluster#part", "", "/api", "/", "cluster/../x"])
def test_path_that_is_no_path_of_the_api_is_refused(path: str) -> None:
    with pytest.raises(InputError):
        rest.address(path)


@pytest.mark.parametrize(
    ("in_path", "query", "fields"),
    [
        ([("name", "a")], {"name": "b"}, None),
        ([("fields", "name")], None, ["state"]),
        ([], {"fields": "name"}, ["state"]),
        ([("name", "a"), ("name", "b")], None, None),
    ],
)
def test_parameter_given_twice_is_refused(in_path: Any, query: Any, fields: Any) -> None:
    with pytest.raises(InputError, match="given twice"):
        rest.parameters(in_path, query, fields)


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_read_works_the_same_under_check_mode(lab: Any, way: str, check_mode: bool) -> None:
    cluster = lab(way=way)
    result = cluster.run("rest", check_mode=check_mode, path="cluster/nodes", fields=["name", "state"], query={"name": "ndo-0*"})
    assert (result["changed"], result["status"], result["api"]["requests"]) == (False, 200, 1)
    assert [(record["name"], record["state"]) for record in result["records"]] == [("ndo-01", "up"), ("ndo-02", "up")]
    assert result["response"]["num_records"] == 2
    assert "job" not in result


def test_read_of_one_object_returns_it_as_the_response(lab: Any) -> None:
    result = lab().run("rest", path="/api/cluster?fields=name")
    assert result["response"]["name"] == "ndo"
    assert result["records"] == []


@pytest.mark.parametrize("way", WAYS)
def test_read_follows_every_page_over_one_connection(lab: Any, way: str) -> None:
    cluster = lab("large", way=way)
    cluster.fault("GET", "/storage/volumes", "empty_page", nth=2)
    result = cluster.run("rest", path="storage/volumes", query={"max_records": 900, "fields": "name"})
    count = len(cluster.world.store.table("volumes"))
    assert count == 5000
    assert len(result["records"]) == len(result["response"]["records"]) == result["response"]["num_records"] == count
    assert len({record["uuid"] for record in result["records"]}) == count
    assert "next" not in result["response"].get("_links", {})
    assert result["api"]["requests"] == 7
    assert len({entry["connection"] for entry in cluster.requests()}) == 1


def test_only_the_number_of_records_can_be_asked_for(lab: Any) -> None:
    result = lab("large").run("rest", path="storage/volumes", query={"return_records": False})
    assert result["response"]["num_records"] == 5000
    assert result["records"] == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_write_is_refused_under_check_mode_before_anything_is_sent(lab: Any, method: str, way: str) -> None:
    cluster = lab(way=way)
    result = cluster.run("rest", check_mode=True, method=method, path="/api/storage/volumes", body={"name": "v"})
    assert result["failed"] and not result["changed"]
    assert result["msg"].startswith(f"Check mode: {method} /api/storage/volumes was not sent")
    assert result["error"]["kind"] == "Refused"
    assert result["api"]["requests"] == 0 == len(cluster.requests())


@pytest.mark.parametrize("way", WAYS)
def test_write_is_sent_once_and_counts_as_a_change(lab: Any, way: str) -> None:
    cluster = lab(way=way)
    result = cluster.run("rest", method="PATCH", path="cluster", body={"location": "room 2"})
    assert result["changed"] and result["status"] == 200
    assert cluster.run("rest", path="cluster", fields=["location"])["response"]["location"] == "room 2"
    (write,) = cluster.writes()
    assert write["body"] == {"location": "room 2"}


def test_write_follows_its_job_to_the_end(lab: Any) -> None:
    cluster = lab()
    result = cluster.run("rest", path=waiting_node(cluster), **GIVEBACK)
    assert (result["changed"], result["status"]) == (True, 202)
    assert result["job"]["state"] == "success"
    assert result["response"]["job"]["uuid"] == result["job"]["uuid"]
    assert result["api"]["requests"] == len(cluster.requests()) > 1


def test_write_that_is_not_waited_for_names_its_job(lab: Any) -> None:
    cluster = lab()
    result = cluster.run("rest", path=waiting_node(cluster), wait=False, **GIVEBACK)
    assert list(result["job"]) == ["uuid"]
    assert len(cluster.requests()) == 1


@pytest.mark.parametrize("way", WAYS)
def test_failed_job_is_told_in_its_own_words_as_a_change(lab: Any, way: str) -> None:
    cluster = lab(way=way)
    path = waiting_node(cluster)
    cluster.fault("PATCH", "/cluster/nodes/*", "job_failure", code="852126", message="Failed to initiate giveback.")
    result = cluster.run("rest", path=path, **GIVEBACK)
    assert result["failed"] and result["changed"]
    assert "Failed to initiate giveback (code 852126)" in result["msg"]
    assert result["error"]["job"] and result["error"]["kind"] == "JobFailed"


def test_job_whose_record_is_gone_is_no_success(lab: Any) -> None:
    cluster = lab()
    path = waiting_node(cluster)
    cluster.fault("PATCH", "/cluster/nodes/*", "job_vanish")
    result = cluster.run("rest", path=path, **GIVEBACK)
    assert result["failed"] and result["changed"]
    assert "read the object" in result["msg"] and result["error"]["job"] in result["msg"]


def test_job_that_takes_too_long_is_named_and_goes_on(lab: Any) -> None:
    cluster = lab()
    path = waiting_node(cluster)
    cluster.fault("PATCH", "/cluster/nodes/*", "job_pause")
    result = cluster.run("rest", path=path, wait_timeout=20, **GIVEBACK)
    assert result["failed"] and "not done after 20 seconds" in result["msg"]
    assert result["error"]["job"]


def test_lost_answer_to_a_write_is_not_repeated(lab: Any) -> None:
    cluster = lab()
    cluster.fault("PATCH", "/cluster", "drop_after")
    result = cluster.run("rest", method="PATCH", path="cluster", body={"location": "room 2"})
    assert result["failed"] and result["error"]["kind"] == "LostAnswer"
    assert len(cluster.writes()) == 1


def test_refusal_keeps_the_code_and_the_words_of_ontap(lab: Any) -> None:
    result = lab().run("rest", path="cluster/nodes/00000000-0000-4000-8000-000000000000")
    assert result["failed"]
    assert (result["error"]["kind"], result["error"]["code"], result["error"]["status"]) == ("NotFound", "4", 404)


def test_body_of_a_read_is_refused(lab: Any) -> None:
    cluster = lab()
    assert "takes no body" in cluster.run("rest", path="cluster", body={"name": "x"})["msg"]
    assert cluster.requests() == []


def test_svm_scope_reaches_the_wire(lab: Any) -> None:
    cluster = lab()
    names = {record["name"] for record in cluster.run("rest", path="storage/volumes", svm="san1")["records"]}
    assert names and all(name.startswith("san1_") for name in names)


def test_svm_scoped_account_is_refused_in_one_sentence(lab: Any) -> None:
    cluster = lab()
    username, password = cluster.simulator.svm_account()
    result = cluster.run("rest", path="cluster/nodes", username=username, password=password)
    assert result["failed"] and result["error"]["kind"] == "NotAuthorized"
    assert "cluster-scoped account" in result["msg"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("check_mode", [False, True])
def test_secrets_of_the_connection_and_the_body_are_never_shown(lab: Any, way: str, check_mode: bool) -> None:
    cluster = lab(way=way)
    secrets = {"password": "pw-5f2e77", "nested": [{"private_key": "key-a41c09"}]}
    result = cluster.run("rest", check_mode, method="POST", path="security/accounts", body={"name": "bob", **secrets})
    shown = json.dumps(result)
    assert result["failed"]
    for secret in ("pw-5f2e77", "key-a41c09", cluster.simulator.password):
        assert secret not in shown


@pytest.mark.parametrize("way", WAYS)
def test_numeric_password_in_the_body_is_never_shown(lab: Any, way: str) -> None:
    result = lab(way=way).run("rest", method="POST", path="security/accounts", body={"name": "bob", "password": 73519042})
    assert "73519042" not in json.dumps(result)


def test_wrong_password_is_one_sentence(lab: Any) -> None:
    result = lab().run("rest", path="cluster", password="wrong")
    assert result["error"]["kind"] == "AuthenticationFailed"
    assert "does not accept the login of user admin" in result["msg"]


def test_both_ways_return_the_same(lab: Any) -> None:
    results = []
    for way in WAYS:
        cluster = lab(way=way)
        result = cluster.run("rest", path="cluster/nodes", fields=["name", "state"])
        results.append({name: value for name, value in result.items() if name not in ("invocation", "failed")})
        results[-1]["api"] = result["api"]["requests"]
    assert all(result == results[0] for result in results)
