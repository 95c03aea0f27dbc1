# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may ask for what."""

from __future__ import annotations

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client, basic


@pytest.fixture(name="client")
def _client() -> Client:
    return Client()


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Bearer token", basic("admin", "wrong"), basic("nobody", "x"), "Basic /w=="])
def test_wrong_credentials_are_a_401_with_a_challenge(client: Client, header: str) -> None:
    response = client.call("GET", "/api/cluster", Authorization=header)
    assert response.status == 401 and response.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert response.body["error"]["message"] == "User is not authorized."


def test_unknown_paths_are_not_told_to_strangers(client: Client) -> None:
    assert client.call("GET", "/api/nonsense", Authorization="").status == 401


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/api/cluster/nodes"),
        ("GET", "/api/cluster/jobs"),
        ("PATCH", "/api/cluster"),
        ("GET", "/api/storage/aggregates?return_records=false"),
        ("GET", "/api/private/cli/storage/failover"),
        ("POST", "/api/private/cli/storage/failover/takeover"),
    ],
)
def test_an_svm_account_has_no_right_to_the_cluster(client: Client, method: str, target: str) -> None:
    header = basic(*client.simulator.svm_account())
    assert client.refused(method, target, {}, Authorization=header) == (403, "6")


def test_an_svm_account_sees_its_own_svm_and_its_jobs(client: Client) -> None:
    header = basic(*client.simulator.svm_account(svm="san1"))
    assert [one["name"] for one in client.get("/api/svm/svms", Authorization=header)["records"]] == ["san1"]
    volumes = client.get("/api/storage/volumes", Authorization=header, X_Dot_SVM_Name="nas1")["records"]
    assert volumes and all(one["name"].startswith("san1") for one in volumes)
    assert client.get("/api/cluster?fields=version", Authorization=header)["version"]
    body = {"name": "mine", "aggregates": [{"name": "aggr1_ndo_01"}]}
    response = client.call("POST", "/api/storage/volumes", body, Authorization=header)
    client.simulator.advance(10)
    assert client.get(response.body["job"]["_links"]["self"]["href"], Authorization=header)["state"] == "success"
    assert client.get("/api/storage/volumes?name=mine&fields=svm")["records"][0]["svm"]["name"] == "san1"
