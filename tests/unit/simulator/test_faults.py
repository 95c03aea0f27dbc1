# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: when rules strike, and what they do."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.api.messages import Response
from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

NODES = "/api/cluster/nodes"
VOLUMES = "/api/storage/volumes"
NEW = {"name": "new1", "svm": {"name": "nas1"}, "aggregates": [{"name": "aggr1_ndo_01"}]}


@pytest.fixture(name="client")
def _client() -> Client:
    return Client()


def strikes(client: Client, count: int, target: str = NODES) -> list[bool]:
    """Which of so many GETs met a 503."""
    return [client.call("GET", target).status == 503 for _request in range(count)]


def test_a_rule_strikes_once_at_the_first_match(client: Client) -> None:
    client.simulator.faults.on("GET", NODES, "status")
    assert strikes(client, 3) == [True, False, False]


def test_a_rule_can_begin_later_and_last(client: Client) -> None:
    client.simulator.faults.on("GET", NODES, "status", nth=2, times=2)
    assert strikes(client, 5) == [False, True, True, False, False]


def test_a_rule_can_strike_every_so_often_and_for_ever(client: Client) -> None:
    client.simulator.faults.add("GET", NODES, every=2, times=0, effect={"kind": "status"})
    assert strikes(client, 6) == [False, True] * 3


def test_only_what_matches_counts(client: Client) -> None:
    client.simulator.faults.add("GET", "/api/cluster/*", query="*fields=name*", nth=2, effect={"kind": "status"})
    assert strikes(client, 2) == [False, False]
    assert strikes(client, 2, f"{NODES}?fields=name") == [False, True]
    assert client.call("PATCH", f"{NODES}?fields=name").status != 503


def test_a_rule_that_says_nonsense_is_refused(client: Client) -> None:
    for rule in ({"effect": {"kind": "explode"}}, {"effect": {"kind": "status"}, "nonsense": 1}, {}):
        with pytest.raises(ValueError):
            client.simulator.faults.add(**rule)
    assert client.simulator.faults.rules == []


def test_a_status_comes_from_before_the_api(client: Client) -> None:
    client.simulator.faults.on("GET", NODES, "status", status=429, retry_after=7, body="slow down")
    response = client.call("GET", NODES, Authorization="")
    assert (response.status, response.payload(), response.headers["Retry-After"]) == (429, b"slow down", "7")


def test_an_error_has_the_envelope_of_the_api(client: Client) -> None:
    client.simulator.faults.on("GET", NODES, "error", status=500, code="65538", message="internal", target="x")
    response = client.call("GET", NODES)
    assert (response.status, response.body) == (500, {"error": {"message": "internal", "code": "65538", "target": "x"}})


def test_a_delay_lets_simulated_time_pass(client: Client) -> None:
    client.simulator.faults.on("GET", NODES, "delay", seconds=30)
    before = client.world.clock.now()
    assert client.call("GET", NODES).status == 200
    assert client.world.clock.now() - before == 30


def is_there(client: Client) -> bool:
    """Whether the new volume came into being."""
    client.simulator.advance(10)
    return client.get(f"{VOLUMES}?name=new1")["num_records"] == 1


@pytest.mark.parametrize(
    ("kind", "options", "drop", "effect"),
    [
        ("drop_before", {}, "close", False),
        ("drop_after", {}, "close", True),
        ("reset", {}, "reset", False),
        ("reset", {"after": True}, "reset", True),
    ],
)
def test_an_answer_is_lost_with_or_without_the_effect(client: Client, kind: str, options: dict[str, Any], drop: str, effect: bool) -> None:
    client.simulator.faults.on("POST", VOLUMES, kind, **options)
    assert client.call("POST", VOLUMES, NEW).drop == drop
    assert is_there(client) is effect
    entry = client.simulator.log.sent("POST")[0]
    assert (entry["status"], entry["fault"]) == (None, kind)


def test_pages_come_short_and_empty_and_nothing_is_missed(client: Client) -> None:
    whole = client.names(VOLUMES, "uuid")
    client.simulator.faults.on("GET", VOLUMES, "empty_page", nth=1)
    client.simulator.faults.on("GET", VOLUMES, "short_page", nth=2, records=2)
    client.simulator.faults.on("GET", VOLUMES, "empty_page", nth=3)
    sizes, found, target = [], [], f"{VOLUMES}?fields=name"
    while target:
        body = client.get(target)
        sizes.append(body["num_records"])
        found += [record["uuid"] for record in body["records"]]
        target = body["_links"].get("next", {}).get("href")
    assert sizes == [0, 2, 0, 10] and found == whole


def job(client: Client, response: Response) -> Response:
    """The answer to a GET of the job of a response, when its time is over."""
    client.simulator.advance(10)
    return client.call("GET", response.body["job"]["_links"]["self"]["href"])


def test_a_job_fails_without_effect(client: Client) -> None:
    client.simulator.faults.on("POST", VOLUMES, "job_failure", code="13107341", message="no room")
    record = job(client, client.call("POST", VOLUMES, NEW)).body
    assert (record["state"], record["error"]) == ("failure", {"code": "13107341", "message": "no room"})
    assert not is_there(client)


def test_the_record_of_a_job_vanishes_and_the_effect_comes(client: Client) -> None:
    client.simulator.faults.on("POST", VOLUMES, "job_vanish")
    assert job(client, client.call("POST", VOLUMES, NEW)).status == 404
    assert is_there(client)


def test_a_job_stays_paused(client: Client) -> None:
    client.simulator.faults.on("POST", VOLUMES, "job_pause")
    assert job(client, client.call("POST", VOLUMES, NEW)).body["state"] == "paused"
    assert not is_there(client)


@pytest.mark.parametrize("after", [False, True])
def test_the_management_address_is_silent_for_a_while(client: Client, after: bool) -> None:
    client.simulator.faults.on("POST", VOLUMES, "lif_silent", seconds=60, after=after)
    assert client.call("POST", VOLUMES, NEW).drop == "close"
    client.simulator.advance(59)
    assert client.call("GET", NODES).drop == "close"
    assert client.call("GET", "/simulator/state").status == 200
    client.simulator.advance(1)
    assert client.call("GET", NODES).status == 200
    assert is_there(client) is after


def test_the_address_is_silent_when_its_lif_moves(client: Client) -> None:
    client.call("POST", "/api/private/cli/storage/failover/takeover", {"ofnode": "ndo-01"})
    silent = []
    for _second in range(60):
        client.simulator.advance(1)
        silent.append(client.call("GET", NODES).drop == "close")
    assert 10 <= sum(silent) <= 20 and not silent[-1]


def test_rules_are_dropped(client: Client) -> None:
    client.simulator.faults.on("GET", NODES, "status", times=0)
    client.simulator.faults.clear()
    assert strikes(client, 2) == [False, False]
