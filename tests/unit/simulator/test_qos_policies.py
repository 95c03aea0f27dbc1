# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/storage/qos/policies: made, changed and removed by jobs, and what that does to the volumes and LUNs that have them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

POLICIES = "/api/storage/qos/policies"
VOLUMES = "/api/storage/volumes"
FIXED = {"name": "gold", "svm": {"name": "san1"}, "fixed": {"max_throughput_iops": 5000, "min_throughput_iops": 1000}}
ADAPTIVE = {"name": "grows", "svm": {"name": "san1"}, "adaptive": {"expected_iops": 500, "peak_iops": 1000, "absolute_min_iops": 100}}


@pytest.fixture(name="client")
def _client() -> Client:
    return Client()


def make(client: Client, body: dict[str, Any] | None = None) -> str:
    """Make a policy (FIXED unless told otherwise); returns its path."""
    response = client.call("POST", POLICIES, body or FIXED)
    assert client.done(response)["state"] == "success"
    return response.headers["Location"]


def give(client: Client, volume: str, policy: dict[str, Any]) -> str:
    """Give a volume a policy; returns the path of the volume."""
    path = f"{VOLUMES}/{client.uuid('/storage/volumes', volume)}"
    assert client.done(client.call("PATCH", path, {"qos": {"policy": policy}}))["state"] == "success"
    return path


def test_a_fixed_policy_has_its_limits_and_its_defaults(client: Client) -> None:
    record = client.get(make(client))
    assert record["fixed"] == {"capacity_shared": False, "max_throughput_iops": 5000, "min_throughput_iops": 1000}
    assert (record["policy_class"], record["scope"], record["object_count"], record["svm"]["name"]) == ("user_defined", "svm", 0, "san1")
    assert record["pgid"] > 0 and "adaptive" not in record


def test_an_adaptive_policy_has_its_limits_and_its_defaults(client: Client) -> None:
    record = client.get(make(client, ADAPTIVE))
    assert record["adaptive"]["expected_iops_allocation"] == "allocated_space" and record["adaptive"]["block_size"] == "any"
    assert record["adaptive"]["peak_iops"] == 1000 and "fixed" not in record


def test_a_policy_is_there_when_its_job_has_ended(client: Client) -> None:
    response = client.call("POST", POLICIES, FIXED)
    assert response.status == 202 and client.names(f"{POLICIES}?name=gold") == []
    client.simulator.advance(2)
    assert client.names(f"{POLICIES}?name=gold") == ["gold"]
    client.world.settings["qos_job"] = 0
    response = client.call("POST", f"{POLICIES}?return_timeout=15&return_records=true", {**FIXED, "name": "silver"})
    assert response.status == 201 and response.body["records"][0]["name"] == "silver"


def test_two_svms_may_have_policies_of_the_same_name(client: Client) -> None:
    make(client)
    make(client, {**FIXED, "svm": {"name": "nas1"}})
    assert client.get(f"{POLICIES}?name=gold&svm=nas1")["num_records"] == 1
    assert client.get(POLICIES, X_Dot_SVM_Name="san1")["num_records"] == 1


def test_limits_change_and_the_others_stay(client: Client) -> None:
    path = make(client)
    assert client.done(client.call("PATCH", path, {"fixed": {"max_throughput_iops": 9000}}))["state"] == "success"
    assert client.get(path)["fixed"] == {"capacity_shared": False, "max_throughput_iops": 9000, "min_throughput_iops": 1000}


def test_a_new_name_is_followed_by_the_volumes_and_luns_that_have_the_policy(client: Client) -> None:
    path = make(client)
    volume = give(client, "san1_vol1a", {"name": "gold"})
    lun = f"/api/storage/luns/{client.get('/api/storage/luns')['records'][0]['uuid']}"
    client.call("PATCH", f"{lun}?return_timeout=0", {"qos_policy": {"name": "gold"}})
    client.simulator.advance(10)
    assert client.get(path)["object_count"] == 2
    assert client.names(f"{POLICIES}?fields=object_count", "object_count") == [2]
    assert client.done(client.call("PATCH", path, {"name": "platinum"}))["state"] == "success"
    assert client.get(f"{volume}?fields=qos")["qos"]["policy"]["name"] == "platinum"
    assert client.get(lun)["qos_policy"]["name"] == "platinum"


def test_a_policy_that_is_deleted_is_taken_from_those_who_have_it(client: Client) -> None:
    path = make(client)
    volume = give(client, "san1_vol1a", {"name": "gold"})
    assert client.get(f"{volume}?fields=qos")["qos"]["policy"]["name"] == "gold"
    assert client.done(client.call("DELETE", path))["state"] == "success"
    assert client.refused("GET", path) == (404, "4")
    assert "policy" not in client.get(f"{volume}?fields=qos").get("qos", {})


def test_policies_are_deleted_by_a_pattern(client: Client) -> None:
    for name in ("deleted_cinder_1", "deleted_cinder_2", "kept"):
        make(client, {**FIXED, "name": name})
    response = client.call("DELETE", f"{POLICIES}?name=deleted_cinder_*&return_timeout=0")
    assert response.body["num_records"] == 2
    client.simulator.advance(5)
    assert client.names(POLICIES) == ["kept"]


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"name": "gold"}, 409, "8454154"),
        ({"name": ""}, 400, "262245"),
        ({"svm": {}}, 400, "2621707"),
        ({"svm": {"name": "nobody"}}, 400, "2621462"),
        ({"fixed": {"max_throughput_iops": 10, "min_throughput_iops": 20}}, 400, "8454194"),
        ({"fixed": {"max_throughput_mbps": 10, "min_throughput_mbps": 20}}, 400, "8454194"),
        ({"fixed": {}}, 400, "8454260"),
        ({"adaptive": ADAPTIVE["adaptive"]}, 400, "8454260"),
        ({"fixed": {}, "adaptive": {"expected_iops": 10}}, 400, "8454273"),
        ({"fixed": {}, "adaptive": {"expected_iops": 10, "peak_iops": 5}}, 400, "8454274"),
        ({"policy_class": "preset"}, 400, "262196"),
    ],
)
def test_a_bad_policy_is_refused(client: Client, more: dict[str, Any], status: int, code: str) -> None:
    make(client)
    assert client.refused("POST", POLICIES, {**FIXED, "name": "other", **more}) == (status, code)


def test_bursts_are_not_simulated_and_refused() -> None:
    client = Client(version=(9, 19, 1))
    assert client.refused("POST", POLICIES, {**FIXED, "burst": {"iops": 9000}}) == (400, "262196")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"fixed": {"capacity_shared": True}}, 400, "262196"),
        ({"fixed": {"min_throughput_iops": 6000}}, 400, "8454194"),
        ({"adaptive": ADAPTIVE["adaptive"]}, 400, "8454260"),
        ({"name": "silver"}, 409, "8454154"),
        ({"svm": {"name": "nas1"}}, 400, "262196"),
    ],
)
def test_a_bad_change_is_refused(client: Client, body: dict[str, Any], status: int, code: str) -> None:
    path = make(client)
    make(client, {**FIXED, "name": "silver"})
    assert client.refused("PATCH", path, body) == (status, code)


def test_a_scenario_may_have_policies() -> None:
    tenant = {"name": "san1", "protocols": ["iscsi"], "qos_policies": [{"name": "gold", "fixed": {"max_throughput_iops": 10}}]}
    client = Client({"pairs": [["n1", "n2"]], "svms": [tenant]})
    (record,) = client.get(f"{POLICIES}?fields=**")["records"]
    assert record["fixed"] == {"capacity_shared": False, "max_throughput_iops": 10}
