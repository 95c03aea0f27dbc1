# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/protocols/nfs/export-policies and their rules."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

POLICIES = "/api/protocols/nfs/export-policies"
RULE = {"clients": [{"match": "10.0.0.0/8"}], "ro_rule": ["sys"], "rw_rule": ["sys"]}
NEW = {"name": "web", "svm": {"name": "nas1"}, "rules": [RULE, {**RULE, "clients": [{"match": "host2"}]}]}


@pytest.fixture(name="client")
def _client() -> Client:
    return Client()


def make(client: Client, **more: Any) -> str:
    """Make a policy; returns its path."""
    response = client.call("POST", POLICIES, {**NEW, **more})
    assert response.status == 201 and response.body == {}
    return response.headers["Location"]


def indexes(client: Client, path: str) -> list[tuple[int, str]]:
    """The rules of a policy: index and first client."""
    records = client.get(f"{path}/rules?fields=clients")["records"]
    return [(one["index"], one["clients"][0]["match"]) for one in records]


def add(client: Client, path: str, match: str, **more: Any) -> Any:
    """Add a rule."""
    return client.call("POST", f"{path}/rules", {**RULE, "clients": [{"match": match}], **more})


def test_every_svm_has_a_default_policy_and_the_volumes_refer_to_it(client: Client) -> None:
    records = client.get(f"{POLICIES}?fields=svm,rules")["records"]
    assert [(one["name"], one["svm"]["name"]) for one in records] == [("default", "nas1"), ("default", "san1")]
    volume = client.get("/api/storage/volumes?name=nas1_vol1a&fields=nas.export_policy")["records"][0]
    assert volume["nas"]["export_policy"] == {"name": "default", "id": records[0]["id"]}


def test_a_policy_has_rules_with_defaults_and_indexes(client: Client) -> None:
    record = client.get(make(client))
    first, second = record["rules"]
    assert (first["index"], second["index"]) == (1, 2)
    assert (first["protocols"], first["superuser"], first["chown_mode"], first["allow_suid"]) == (["any"], ["any"], "restricted", True)
    assert record["_links"]["self"]["href"] == f"{POLICIES}/{record['id']}"


def test_a_rule_is_read_changed_and_removed_by_its_index(client: Client) -> None:
    path = make(client)
    rule = client.get(f"{path}/rules/1")
    assert rule["policy"]["name"] == "web" and rule["svm"]["name"] == "nas1" and rule["_links"]["self"]["href"] == f"{path}/rules/1"
    assert client.call("PATCH", f"{path}/rules/1", {"rw_rule": ["never"]}).status == 200
    assert client.get(f"{path}/rules/1")["rw_rule"] == ["never"]
    assert client.call("DELETE", f"{path}/rules/1").status == 200
    assert indexes(client, path) == [(2, "host2")]
    assert client.refused("GET", f"{path}/rules/1") == (404, "4")


def test_a_new_rule_goes_to_the_end_or_pushes_others_up_to_the_next_free_index(client: Client) -> None:
    path = make(client)
    response = add(client, path, "end")
    assert response.status == 201 and response.headers["Location"] == f"{path}/rules/3"
    add(client, path, "far", index=7)
    add(client, path, "first", index=1)
    assert indexes(client, path) == [(1, "first"), (2, "10.0.0.0/8"), (3, "host2"), (4, "end"), (7, "far")]


def test_a_rule_is_moved(client: Client) -> None:
    path = make(client)
    assert client.call("PATCH", f"{path}/rules/2?new_index=1", {}).status == 200
    assert indexes(client, path) == [(1, "host2"), (2, "10.0.0.0/8")]
    assert client.refused("PATCH", f"{path}/rules/2?new_index=x", {}) == (400, "262247")


def test_a_patch_replaces_all_rules(client: Client) -> None:
    path = make(client)
    assert client.call("PATCH", path, {"rules": [{**RULE, "clients": [{"match": "only"}]}]}).status == 200
    assert indexes(client, path) == [(1, "only")]


def test_a_new_name_is_followed_by_the_volumes(client: Client) -> None:
    path = make(client)
    volume = f"/api/storage/volumes/{client.uuid('/storage/volumes', 'nas1_vol1a')}"
    client.done(client.call("PATCH", volume, {"nas": {"export_policy": {"name": "web"}}}))
    assert client.call("PATCH", path, {"name": "intranet"}).status == 200
    assert client.get(volume)["nas"]["export_policy"]["name"] == "intranet"
    assert client.refused("DELETE", path) == (400, "1703945")
    client.done(client.call("PATCH", volume, {"nas": {"export_policy": {"name": "default"}}}))
    assert client.call("DELETE", path).status == 200
    assert client.refused("GET", path) == (404, "4")


def test_policies_of_two_svms_may_have_the_same_name(client: Client) -> None:
    one, other = make(client), make(client, svm={"name": "san1"})
    assert one != other
    assert client.get(POLICIES, X_Dot_SVM_Name="san1")["num_records"] == 2


def test_the_policy_of_an_svm_comes_and_goes_with_it(client: Client) -> None:
    response = client.call("POST", "/api/svm/svms", {"name": "fresh"})
    client.done(response)
    (record,) = client.get(f"{POLICIES}?svm.name=fresh&fields=rules")["records"]
    assert record["name"] == "default" and record["rules"] == []
    client.done(client.call("DELETE", response.headers["Location"]))
    assert client.get(f"{POLICIES}?name=default")["num_records"] == 2


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"name": "default"}, 409, "1"),
        ({"name": "two words"}, 400, "1703952"),
        ({"name": "x" * 257}, 400, "1704047"),
        ({"name": ""}, 400, "262245"),
        ({"svm": {}}, 400, "2621707"),
        ({"rules": [{"ro_rule": ["any"], "rw_rule": ["any"]}]}, 400, "262245"),
        ({"rules": [{**RULE, "ro_rule": ["nonsense"]}]}, 400, "262247"),
        ({"rules": [{**RULE, "index": 0}]}, 400, "262247"),
    ],
)
def test_a_bad_policy_is_refused(client: Client, more: dict[str, Any], status: int, code: str) -> None:
    assert client.refused("POST", POLICIES, {**NEW, **more}) == (status, code)
    assert client.get(f"{POLICIES}?name=web")["num_records"] == 0


def test_the_default_policy_stays(client: Client) -> None:
    number = client.get(f"{POLICIES}?svm.name=nas1")["records"][0]["id"]
    assert client.refused("DELETE", f"{POLICIES}/{number}") == (400, "1703947")


def test_the_number_of_a_policy_is_a_number(client: Client) -> None:
    assert client.refused("GET", f"{POLICIES}/web") == (404, "2")
    assert client.refused("GET", f"{POLICIES}/17/rules") == (404, "4")
    assert client.refused("GET", f"{POLICIES}/x/rules") == (404, "2")
    assert client.names(f"{POLICIES}/*/rules", "index") == [1, 1]
