# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: their records, their ends, and what may be done to them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.api.messages import Response
from ansible_collections.ndo.ontap.tests.simulator.model import jobs
from ansible_collections.ndo.ontap.tests.simulator.model.refusal import Refusal
from ansible_collections.ndo.ontap.tests.simulator.model.world import handler
from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client


@handler
def mark(world: Any, text: str) -> None:
    """An effect that a test can see."""
    world.settings["marked"] = text


@handler
def refuse(world: Any) -> None:
    """An effect that is refused."""
    raise Refusal(400, "918252", "no such path")


@pytest.fixture(name="client")
def _client() -> Client:
    return Client()


def start(client: Client, seconds: float = 10, name: str = "test_api_jobs.mark", **data: Any) -> str:
    """Start a job; returns the path of its record."""
    data = data or ({"text": "done"} if name.endswith("mark") else {})
    return f"/api/cluster/jobs/{jobs.start(client.world, 'a job', seconds, name, **data)}"


def test_a_job_runs_takes_effect_at_its_end_and_is_forgotten(client: Client) -> None:
    path = start(client)
    record = client.get(path)
    assert (record["state"], record["code"], record["start_time"]) == ("running", 0, "2026-01-01T00:00:00+00:00")
    assert "end_time" not in record and "error" not in record and "marked" not in client.world.settings
    client.simulator.advance(10)
    record = client.get(path)
    assert (record["state"], record["message"], record["end_time"]) == ("success", "success", "2026-01-01T00:00:10+00:00")
    assert client.world.settings["marked"] == "done"
    client.simulator.advance(299)
    assert client.get(f"{path}?fields=state,message")["state"] == "success"
    client.simulator.advance(1)
    assert client.refused("GET", path) == (404, "4")


def test_an_effect_that_is_refused_fails_the_job(client: Client) -> None:
    path = start(client, name="test_api_jobs.refuse")
    client.simulator.advance(10)
    record = client.get(path)
    assert (record["state"], record["code"], record["error"]["code"]) == ("failure", 918252, "918252")
    assert record["message"] == record["error"]["message"] == "no such path"


def test_old_releases_have_no_error_object() -> None:
    client = Client(version=(9, 8, 0))
    path = start(client, name="test_api_jobs.refuse")
    client.simulator.advance(10)
    record = client.get(path)
    assert record["code"] == 918252 and "error" not in record


def test_jobs_are_listed_by_their_state(client: Client) -> None:
    start(client)
    start(client, 100)
    client.simulator.advance(50)
    assert client.names("/api/cluster/jobs?state=running|paused&fields=description", "description") == ["a job"]
    assert client.get("/api/cluster/jobs?return_records=false")["num_records"] == 2


def act(client: Client, path: str, action: str) -> Response:
    """PATCH a job with an action."""
    return client.call("PATCH", f"{path}?action={action}", {})


def test_a_paused_job_takes_up_the_rest_of_its_time(client: Client) -> None:
    path = start(client)
    client.simulator.advance(4)
    assert act(client, path, "pause").status == 200
    client.simulator.advance(1000)
    assert client.get(path)["state"] == "paused"
    assert act(client, path, "resume").status == 200
    client.simulator.advance(5)
    assert client.get(path)["state"] == "running"
    client.simulator.advance(1)
    assert client.get(path)["state"] == "success"


def test_a_cancelled_job_fails_without_effect(client: Client) -> None:
    path = start(client)
    assert act(client, path, "cancel").status == 200
    client.simulator.advance(60)
    assert client.get(path)["state"] == "failure" and "marked" not in client.world.settings


@pytest.mark.parametrize(
    ("first", "then", "code"),
    [("pause", "pause", "458776"), (None, "resume", "458771"), ("cancel", "cancel", "458762"), ("cancel", "resume", "458762")],
)
def test_actions_that_do_not_fit_are_refused(client: Client, first: str | None, then: str, code: str) -> None:
    path = start(client)
    if first:
        act(client, path, first)
    assert client.refused("PATCH", f"{path}?action={then}", {}) == (400, code)


@pytest.mark.parametrize("query", ["", "?action=explode"])
def test_a_job_can_only_be_changed_by_a_known_action(client: Client, query: str) -> None:
    assert client.refused("PATCH", f"{start(client)}{query}", {}) == (400, "262247")


@pytest.mark.parametrize(("fate", "state", "effect"), [("failure", "failure", False), ("pause", "paused", False), ("vanish", None, True)])
def test_a_doomed_job_ends_as_told(client: Client, fate: str, state: str | None, effect: bool) -> None:
    path = start(client)
    jobs.doom(client.world, path.rpartition("/")[2], fate)
    client.simulator.advance(10)
    assert client.call("GET", path).status == (404 if state is None else 200)
    assert state is None or client.get(path)["state"] == state
    assert ("marked" in client.world.settings) is effect
