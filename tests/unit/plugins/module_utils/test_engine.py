# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine on plain objects: shares (synchronous) and volumes (jobs), through real modules' layers."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import waiting
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.errors import (
    Ambiguous,
    JobFailed,
    OntapError,
    Refused,
    UnsupportedRelease,
    WaitTimeout,
)
from ansible_collections.ndo.ontap.plugins.module_utils.fields import SIZE_CODEC, Field
from ansible_collections.ndo.ontap.plugins.module_utils.objects import Resource, ensure
from ansible_collections.ndo.ontap.plugins.module_utils.transport import Settings, Transport

SHARE = Resource(
    "share",
    "/protocols/cifs/shares",
    (Field("svm", "svm.name"), Field("name")),
    (
        Field("path", immutable=True),
        Field("comment"),
        Field("continuously_available", since="9.10.1"),
    ),
    key=("svm.uuid", "name"),
)
VOLUME = Resource(
    "volume",
    "/storage/volumes",
    (Field("svm", "svm.name"), Field("name")),
    (
        Field("size", codec=SIZE_CODEC),
        Field("comment"),
        Field("aggregates"),
    ),
    asynchronous=True,
)
NEW_SHARE = {"name": "projects", "svm": "nas1", "path": "/nas1_vol1a", "comment": "new"}


@pytest.fixture
def client(lab: Any) -> Any:
    """A client of a cluster, with the lab that it belongs to as an attribute."""
    cluster = lab()
    made = Client(Transport(Settings(cluster.connection())))
    made.lab = cluster
    yield made
    made.transport.close()


def test_share_is_created_changed_and_removed_within_the_budgets(client: Any) -> None:
    for params, actions in [
        (NEW_SHARE, ["create"]),
        ({**NEW_SHARE, "comment": "", "continuously_available": True}, ["modify"]),
        ({**NEW_SHARE, "state": "absent"}, ["delete"]),
    ]:
        for check_mode, wanted, most in [(True, actions, 9), (False, actions, 2), (False, [], 1)]:
            if "continuously_available" in params:
                client.release()
            before = client.requests
            client.lab.forget()
            result = ensure(client, SHARE, params, check_mode)
            assert result["actions"] == wanted
            assert client.requests - before <= most
            assert bool(client.lab.writes()) == (bool(wanted) and not check_mode)


def test_several_changes_of_one_object_go_in_one_patch(client: Any) -> None:
    ensure(client, SHARE, NEW_SHARE, False)
    client.release()
    client.lab.forget()
    ensure(client, SHARE, {**NEW_SHARE, "comment": "changed", "continuously_available": True}, False)
    assert [entry["body"] for entry in client.lab.writes()] == [{"comment": "changed", "continuously_available": True}]


def test_same_name_in_two_svms_is_never_confused(client: Any) -> None:
    params = {"name": "nas1_vol1a", "svm": "san1", "comment": "x"}
    assert ensure(client, VOLUME, params, True)["actions"] == ["create"]


@pytest.mark.parametrize("name", ["nas1_vol*", "nas1_vol1a|nas1_vol2a", "!nas1_vol1a", "a..z", "null", "<z", 'say "hi"'])
def test_operators_in_a_name_match_nothing_else(client: Any, name: str) -> None:
    result = ensure(client, VOLUME, {"name": name, "svm": "nas1", "state": "absent"}, False)
    assert (result["changed"], client.lab.writes()) == (False, [])


@pytest.mark.parametrize("kind", ["empty_page", "short_page"])
def test_page_that_is_cut_short_never_turns_into_a_create(client: Any, kind: str) -> None:
    client.lab.fault("GET", "/storage/volumes", kind, **({"records": 0} if kind == "short_page" else {}))
    assert ensure(client, VOLUME, {"name": "nas1_vol1a", "svm": "nas1", "comment": ""}, False)["actions"] == []


def test_more_than_one_match_is_an_error(client: Any) -> None:
    for svm in ("nas1", "san1"):
        row = dict(next(client.lab.world.store.each("volumes", name="nas1_vol1a")))
        twin = {**row, "name": "twin", "uuid": client.lab.world.store.uuid(), "svm": {**row["svm"], "name": svm}}
        client.lab.world.store.insert("volumes", twin)
    with pytest.raises(Ambiguous, match="2 objects"):
        client.one("/storage/volumes", {"name": "twin"})


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "reset", "status"])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_lost_answer_is_resolved_by_reading(client: Any, kind: str, state: str) -> None:
    if state == "absent":
        ensure(client, SHARE, NEW_SHARE, False)
    method = "POST" if state == "present" else "DELETE"
    client.lab.fault(method, "/protocols/cifs/shares*", kind)
    result = ensure(client, SHARE, {**NEW_SHARE, "state": state}, False)
    assert result["actions"] == ["create" if state == "present" else "delete"]
    assert ensure(client, SHARE, {**NEW_SHARE, "state": state}, False)["actions"] == []


def test_job_is_followed_to_its_success(client: Any) -> None:
    result = ensure(client, VOLUME, {"name": "nas1_vol1a", "svm": "nas1", "comment": "moved", "size": "2TiB"}, False)
    assert result["actions"] == ["modify"]
    row = next(client.lab.world.store.each("volumes", name="nas1_vol1a"))
    assert (row["comment"], row["size"]) == ("moved", 2 * 1024**4)


def test_failed_job_is_told_in_ontaps_words(client: Any) -> None:
    client.lab.fault("PATCH", "/storage/volumes/*", "job_failure", code="13107406", message="Another operation is running.")
    with pytest.raises(JobFailed, match="Another operation is running.*13107406") as caught:
        ensure(client, VOLUME, {"name": "nas1_vol1a", "svm": "nas1", "comment": "x"}, False)
    assert caught.value.facts["job"] and caught.value.facts["actions_done"] == []


def test_vanished_job_is_resolved_by_reading(client: Any) -> None:
    client.lab.fault("PATCH", "/storage/volumes/*", "job_vanish")
    assert ensure(client, VOLUME, {"name": "nas1_vol1a", "svm": "nas1", "comment": "x"}, False)["actions"] == ["modify"]


def test_paused_job_is_waited_for_and_never_taken_for_success(client: Any) -> None:
    client.lab.fault("PATCH", "/storage/volumes/*", "job_pause")
    with pytest.raises(WaitTimeout, match="job paused") as caught:
        ensure(client, VOLUME, {"name": "nas1_vol1a", "svm": "nas1", "comment": "x"}, False, timeout=60)
    assert caught.value.facts["job"]


def test_job_that_is_not_waited_for_is_returned(client: Any) -> None:
    result = ensure(client, VOLUME, {"name": "nas1_vol1a", "svm": "nas1", "comment": "x"}, False, wait=False)
    assert result["job"]["uuid"] in client.lab.world.store.table("jobs")


def test_immutable_field_is_refused_before_the_write(client: Any) -> None:
    ensure(client, SHARE, NEW_SHARE, False)
    client.lab.forget()
    with pytest.raises(Refused, match="share projects: path is '/nas1_vol1a' and cannot be changed"):
        ensure(client, SHARE, {**NEW_SHARE, "path": "/elsewhere"}, False)
    assert client.lab.writes() == []


def test_field_that_the_release_lacks_is_refused_before_the_write(lab: Any) -> None:
    cluster = lab(version=(9, 9, 1))
    client = Client(Transport(Settings(cluster.connection())))
    with pytest.raises(UnsupportedRelease, match="9.9.1: option continuously_available needs ONTAP 9.10.1"):
        ensure(client, SHARE, {**NEW_SHARE, "continuously_available": True}, False)
    assert cluster.writes() == []


def test_read_is_repeated_after_passing_trouble(client: Any) -> None:
    client.lab.fault("GET", "/cluster", "status", status=503, times=2)
    client.lab.fault("GET", "/cluster", "reset", nth=3)
    assert client.release() == (9, 16, 1)


def test_retry_after_is_honoured(client: Any) -> None:
    client.lab.fault("GET", "/cluster", "status", status=429, retry_after=7)
    client.release()
    assert max(waiting.clock.slept) >= 7


def test_error_says_what_was_done_before_it(client: Any) -> None:
    client.lab.fault("POST", "/protocols/cifs/shares", "error", status=400, code="655551", message="The path does not exist.")
    with pytest.raises(OntapError, match="The path does not exist") as caught:
        ensure(client, SHARE, NEW_SHARE, False)
    assert caught.value.to_fail()["error"] == {
        "kind": "ApiError",
        "message": "ONTAP refused POST /protocols/cifs/shares: The path does not exist (code 655551).",
        "code": "655551",
        "status": 400,
        "method": "POST",
        "path": "/protocols/cifs/shares",
        "actions_done": [],
    }
