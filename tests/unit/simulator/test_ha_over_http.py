# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service of a node as a client sees it: over HTTPS, with filters, jobs, errors, and an address that falls silent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from ansible_collections.ndo.ontap.tests.simulator.server import Simulator

TAKEOVER = "private/cli/storage/failover/takeover"


class Client:
    """Requests to a simulated cluster whose clock the test moves."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        self.session.auth = (simulator.username, simulator.password)

    def __call__(self, method: str, path: str, status: int = 200, **body: Any) -> dict[str, Any]:
        """The body of an answer with the status that is expected."""
        url = f"{self.simulator.url}/api/{path}"
        answer = self.session.request(method, url, data=json.dumps(body) if body else None, verify=self.simulator.ca_path, timeout=10)
        assert answer.status_code == status, answer.text
        return answer.json()

    def node(self, name: str) -> dict[str, Any]:
        """A node with its HA state."""
        return self("GET", f"cluster/nodes?name={name}&fields=state,ha")["records"][0]

    def wait(self, seconds: float) -> None:
        """Let simulated time pass."""
        self.simulator.advance(seconds)


@pytest.fixture
def client() -> Iterator[Client]:
    """A client of a pair that listens."""
    with Simulator("ha_pair") as simulator:
        yield Client(simulator)


def test_a_node_is_taken_over_and_given_back(client):
    assert client("POST", TAKEOVER, ofnode="ndo-01") == {}
    client.wait(300)
    owner, holder = client.node("ndo-01"), client.node("ndo-02")
    assert (owner["state"], holder["ha"]["takeover"]["state"]) == ("waiting_for_giveback", "in_takeover")
    assert [entry["state"] for entry in holder["ha"]["giveback"]["status"]] == ["not_started"] * 3
    away = client("GET", "network/ip/interfaces?location.is_home=false")["records"]
    assert {row["name"] for row in away} == {"cluster_mgmt", "nas1_lif1"}
    aggregates = client("GET", "storage/aggregates?home_node.name=ndo-01&node.name=ndo-02")
    assert aggregates["num_records"] == 2, "root aggregates are not listed"
    job = client("PATCH", f"cluster/nodes/{owner['uuid']}?action=giveback", 202)["job"]
    client.wait(2)
    assert client("GET", f"cluster/jobs/{job['uuid']}")["state"] == "success"
    assert client.node("ndo-02")["ha"]["giveback"]["state"] == "in_progress"
    client.wait(100)
    assert client.node("ndo-02")["ha"]["giveback"] == {"state": "nothing_to_giveback"}
    assert client("GET", "network/ip/interfaces?location.is_home=false")["num_records"] == 0
    assert client.simulator.world.ledger.verdict()["non_disruptive"]


def test_the_management_address_answers_nothing_while_its_lif_moves(client):
    client("POST", TAKEOVER, ofnode="ndo-01")
    client.wait(5)
    with pytest.raises(requests.ConnectionError):
        client.node("ndo-02")
    client.wait(15)
    assert client.node("ndo-02")["ha"]["takeover"]["state"] == "in_progress"


def test_refusals_arrive_as_errors(client):
    assert client("POST", TAKEOVER, 400, ofnode="ndo-01", colour="red")["error"]["code"] == "262179"
    assert client("PATCH", TAKEOVER, 405, ofnode="ndo-01")["error"]["code"] == "3"
    client("PATCH", "private/cli/storage/failover?node=ndo-01", enabled=False)
    error = client("POST", TAKEOVER, 400, ofnode="ndo-01")["error"]
    assert (error["code"], error["message"]) == ("852131", "Takeover cannot be completed. Reason: disabled.")
    uuid = client.node("ndo-01")["uuid"]
    assert client("PATCH", f"cluster/nodes/{uuid}?action=takeover", 400)["error"]["target"] == "action"


def test_the_private_cli_shows_both_nodes(client):
    client("POST", TAKEOVER, ofnode="ndo-02")
    client.wait(300)
    rows = client("GET", "private/cli/storage/failover?fields=node,partner_name,possible,state_description&privilege_level=admin")
    assert {row["node"]: row["state_description"] for row in rows["records"]} == {
        "ndo-01": "In takeover",
        "ndo-02": "Waiting for giveback (HA mailboxes)",
    }
    waiting = client("GET", "private/cli/storage/failover/giveback?fields=aggregate,giveback_status&node=ndo-01")
    assert [row["aggregate"] for row in waiting["records"]] == ["aggr0_ndo_02", "aggr1_ndo_02", "aggr2_ndo_02"]
