# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/storage/snapshot-policies and their schedules."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

POLICIES = "/api/storage/snapshot-policies"
COPY = {"schedule": {"name": "daily"}, "count": 5, "snapmirror_label": "d"}
NEW = {"name": "mine", "svm": {"name": "nas1"}, "copies": [COPY]}


@pytest.fixture(name="client")
def _client() -> Client:
    return Client()


def make(client: Client, **more: Any) -> str:
    """Make a policy; returns its path."""
    response = client.call("POST", POLICIES, {**NEW, **more})
    assert response.status == 201
    return response.headers["Location"]


def test_a_cluster_has_three_policies_and_the_volumes_have_one_of_them(client: Client) -> None:
    assert client.names(POLICIES) == ["default", "default-1weekly", "none"]
    (record,) = client.get(f"{POLICIES}?name=default&fields=**")["records"]
    assert [(one["schedule"]["name"], one["prefix"], one["count"]) for one in record["copies"]] == [
        ("hourly", "hourly", 6),
        ("daily", "daily", 2),
        ("weekly", "weekly", 2),
    ]
    assert record["enabled"] is True and record["scope"] == "cluster" and "svm" not in record
    volume = client.get("/api/storage/volumes?name=nas1_vol1a&fields=snapshot_policy")["records"][0]
    assert volume["snapshot_policy"] == {"name": "default", "uuid": record["uuid"]}


def test_a_policy_of_an_svm_is_made_changed_and_removed(client: Client) -> None:
    path = make(client)
    record = client.get(path)
    assert record["scope"] == "svm" and record["svm"]["name"] == "nas1" and record["enabled"] is True
    assert record["copies"][0]["prefix"] == "daily" and record["copies"][0]["schedule"]["uuid"]
    assert client.call("PATCH", path, {"comment": "c", "enabled": False}).status == 200
    assert (client.get(path)["comment"], client.get(path)["enabled"]) == ("c", False)
    assert client.call("DELETE", path).status == 200
    assert client.refused("GET", path) == (404, "4")


def test_a_policy_without_svm_is_one_of_the_cluster(client: Client) -> None:
    body = {key: value for key, value in NEW.items() if key != "svm"}
    record = client.get(client.call("POST", POLICIES, body).headers["Location"])
    assert record["scope"] == "cluster"


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"name": "default"}, 409, "1"),
        ({"name": ""}, 400, "262245"),
        ({"copies": []}, 400, "262245"),
        ({"copies": [{"count": 3}]}, 400, "262245"),
        ({"copies": [{"schedule": {"name": "daily"}}]}, 400, "262245"),
        ({"copies": [{**COPY, "count": 1024}]}, 400, "262245"),
        ({"copies": [{**COPY, "schedule": {"name": "never"}}]}, 400, "262247"),
        ({"copies": [{**COPY, "snapmirror_label": "x" * 32}]}, 400, "262247"),
        ({"svm": {"name": "nobody"}}, 400, "2621462"),
    ],
)
def test_a_bad_policy_is_refused(client: Client, more: dict[str, Any], status: int, code: str) -> None:
    assert client.refused("POST", POLICIES, {**NEW, **more}) == (status, code)


def test_a_policy_in_use_or_of_the_cluster_stays(client: Client) -> None:
    path = make(client)
    volume = f"/api/storage/volumes/{client.uuid('/storage/volumes', 'nas1_vol1a')}"
    client.done(client.call("PATCH", volume, {"snapshot_policy": {"name": "mine"}}))
    assert client.refused("DELETE", path) == (400, "1638415")
    for name in ("default", "default-1weekly", "none"):
        assert client.refused("DELETE", f"{POLICIES}/{client.uuid('/storage/snapshot-policies', name)}") == (400, "1638431")
    assert client.refused("PATCH", path, {"name": "other"}) == (400, "262196")


def test_a_policy_of_an_svm_in_use_by_the_svm_stays(client: Client) -> None:
    path = make(client, name="svmwide")
    row = client.world.store.find("svms", name="nas1")
    row["snapshot_policy"] = {"name": "svmwide", "uuid": path.rpartition("/")[2]}
    assert client.refused("DELETE", path) == (400, "1638430")


def test_schedules_are_added_changed_and_removed(client: Client) -> None:
    path = make(client)
    response = client.call("POST", f"{path}/schedules", {"schedule": {"name": "hourly"}, "count": 3})
    assert response.status == 201
    record = client.get(response.headers["Location"])
    assert (record["schedule"]["name"], record["count"], record["prefix"], record["snapshot_policy"]["name"]) == (
        "hourly",
        3,
        "hourly",
        "mine",
    )
    assert client.call("PATCH", response.headers["Location"], {"count": 9}).status == 200
    assert {one["schedule"]["name"]: one["count"] for one in client.get(path)["copies"]} == {"daily": 5, "hourly": 9}
    assert client.refused("POST", f"{path}/schedules", {"schedule": {"name": "hourly"}, "count": 3}) == (409, "1")
    assert client.refused("PATCH", response.headers["Location"], {"count": 0}) == (400, "262245")
    assert client.call("DELETE", response.headers["Location"]).status == 200
    assert [one["schedule"]["name"] for one in client.get(path)["copies"]] == ["daily"]
