# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SVM peers: made for applications, seen from both sides."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

PEERS = "/api/svm/peers"
BODY = {"svm.name": "san2", "peer.svm.name": "san1", "applications": ["lun_copy"]}


@pytest.fixture(name="client")
def _client() -> Client:
    return Client("san")


def make(client: Client, **more: Any) -> str:
    """The address of a new relationship."""
    response = client.call("POST", PEERS, {**BODY, **more})
    assert client.done(response)["state"] == "success"
    return str(response.headers["Location"])


def test_a_relationship_is_made_by_a_job_and_seen_from_both_sides(client: Client) -> None:
    assert client.get(PEERS)["records"] == []
    found = client.get(make(client))
    assert (found["name"], found["svm"]["name"], found["peer"]["svm"]["name"]) == ("san1", "san2", "san1")
    assert (found["state"], found["applications"], found["peer"]["cluster"]["name"]) == ("peered", ["lun_copy"], "ndo")
    assert client.names(f"{PEERS}?svm.name=san1") == ["san2"]
    assert client.names(f"{PEERS}?svm.name=san2&peer.svm.name=san1&applications=lun_copy&state=peered") == ["san1"]


def test_a_relationship_has_another_name_on_request_and_follows_the_svm(client: Client) -> None:
    path = make(client, name="other", applications=["snapmirror", "lun_copy"], **{"peer.cluster.name": "ndo"})
    assert client.get(path)["name"] == "other"
    svm = f"/api/svm/svms/{client.uuid('/svm/svms', 'san1')}"
    assert client.done(client.call("PATCH", svm, {"name": "renamed"}))["state"] == "success"
    assert client.get(path)["peer"]["svm"]["name"] == "renamed"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"applications": []}, (400, "262245")),
        ({"applications": ["everything"]}, (400, "262247")),
        ({"svm.name": "nobody"}, (400, "2621462")),
        ({"peer.svm.name": "nobody"}, (400, "26345580")),
        ({"peer.svm.name": "san2"}, (400, "9896095")),
        ({"peer": {}}, (400, "262245")),
        ({"peer.cluster.name": "far"}, (400, "26345575")),
        ({"state": "peered"}, (400, "262196")),
        ({"force": True}, (400, "262196")),
    ],
)
def test_what_a_post_refuses(client: Client, change: dict[str, Any], expected: tuple[int, str]) -> None:
    body = {name: value for name, value in BODY.items() if "peer" not in change or not name.startswith("peer")}
    assert client.refused("POST", PEERS, {**body, **change}) == expected
    assert client.get(PEERS)["records"] == []


def test_there_is_one_relationship_between_two_svms_and_one_of_a_name(client: Client) -> None:
    make(client)
    assert client.refused("POST", PEERS, BODY) == (409, "9896086")
    assert client.refused("POST", PEERS, {**BODY, "svm.name": "san1", "peer.svm.name": "san2"}) == (409, "9896086")
    client.done(client.call("POST", "/api/svm/svms", {"name": "third"}))
    assert client.refused("POST", PEERS, {**BODY, "peer.svm.name": "third", "name": "san1"}) == (409, "9896088")


def test_an_svm_with_peers_stays(client: Client) -> None:
    client.done(client.call("POST", "/api/svm/svms", {"name": "third"}))
    make(client, **{"peer.svm.name": "third"})
    path = f"/api/svm/svms/{client.uuid('/svm/svms', 'third')}"
    assert client.refused("DELETE", path) == (400, "13434880")


def test_other_methods_are_not_there(client: Client) -> None:
    path = make(client)
    assert client.refused("PATCH", path, {"state": "suspended"}) == (405, "3")
    assert client.refused("DELETE", path) == (405, "3")
