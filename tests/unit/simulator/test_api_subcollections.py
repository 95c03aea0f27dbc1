# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collections below an object, waits for jobs, and large queries: with resources of the test's own."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.api.messages import Response
from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock
from ansible_collections.ndo.ontap.tests.simulator.model import jobs
from ansible_collections.ndo.ontap.tests.simulator.model.family import Family, Outcome, flag, listed
from ansible_collections.ndo.ontap.tests.simulator.model.world import handler
from ansible_collections.ndo.ontap.tests.simulator.schema import Resource
from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

MARKS = Resource(
    "/storage/volumes/{volume.uuid}/marks",
    """
    comment string rcu
    name string rc
    size integer r
    svm.name string r
    svm.uuid string r
    volume.name string r
    volume.uuid string r
    """,
    keys=("volume.uuid", "name"),
    identity=("volume.uuid", "volume.name", "name"),
    methods={"GET": (), "POST": ("quickly",), "PATCH": (), "DELETE": ("force", "only")},
    background=("POST",),
    sdk=("none", "NoneSchema"),
)


@handler
def write(world: Any, row: dict[str, Any]) -> None:
    """The job of a POST ends."""
    world.store.insert("marks", row, key=f"{row['volume']['uuid']}/{row['name']}")


class Marks(Family):
    """Something with a name, below a volume; made by a job of as many seconds as the setting says, or at once."""

    path = MARKS.path
    parents = {"volume.uuid": "volumes"}

    def rows(self, world: Any, parents: dict[str, str]) -> Iterable[dict[str, Any]]:
        """The marks of one volume, or of all."""
        wanted = parents.get("volume.uuid")
        return [row for row in world.store.each("marks") if wanted in (None, row["volume"]["uuid"])]

    def create(self, world: Any, body: dict[str, Any], query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Start the job; the body never has the volume."""
        assert set(body) <= {"name", "comment", "svm"}
        volume = world.store.table("volumes")[parents["volume.uuid"]]
        row = {"volume": {"uuid": volume["uuid"], "name": volume["name"]}, "svm": volume["svm"], "size": 1, **body}
        if flag(query, "quickly"):
            write(world, row)
            return Outcome(key=body["name"])
        seconds = world.settings.get("mark_job", 5)
        return Outcome(key=body["name"], job=jobs.start(world, "a mark", seconds, "test_api_subcollections.write", row=row))

    def modify(self, world: Any, record: dict[str, Any], body: dict[str, Any], query: dict[str, str]) -> Outcome:
        """Change a mark."""
        record.update(body)
        return Outcome()

    def delete(self, world: Any, record: dict[str, Any], query: dict[str, str]) -> Outcome:
        """Remove a mark; with force, or with the name in the list `only`."""
        if flag(query, "force") or record["name"] in listed(query, "only"):
            world.store.remove("marks", f"{record['volume']['uuid']}/{record['name']}")
        return Outcome()


def extended(**options: Any) -> Client:
    """A simulator that serves marks too."""
    client = Client(**options)
    client.simulator.app._router._routes.append((MARKS, Marks()))
    return client


@pytest.fixture(name="client")
def _client() -> Client:
    return extended()


def marks(client: Client, volume: str = "nas1_vol1a") -> str:
    """The path of a volume's marks."""
    return f"/api/storage/volumes/{client.uuid('/storage/volumes', volume)}/marks"


def make(client: Client, name: str, volume: str = "nas1_vol1a") -> Response:
    """Make a mark at once."""
    return client.call("POST", f"{marks(client, volume)}?quickly=true", {"name": name})


EVERY = "/api/storage/volumes/*/marks"
ODD = "iqn.1994-05.com.example:host/1 a%b"


def test_an_object_below_another_is_made_read_changed_and_removed(client: Client) -> None:
    path = marks(client)
    response = make(client, "one")
    assert response.status == 201 and response.headers["Location"] == f"{path}/one"
    record = client.get(f"{path}/one")
    assert record["volume"]["name"] == "nas1_vol1a" and record["_links"]["self"]["href"] == f"{path}/one"
    assert client.call("PATCH", f"{path}/one", {"comment": "x"}).status == 200
    assert client.names(f"{path}?comment=x") == ["one"]
    assert client.call("DELETE", f"{path}/one?force=true").status == 200
    assert client.refused("GET", f"{path}/one") == (404, "4")


def test_a_collection_has_only_what_is_below_its_parent(client: Client) -> None:
    make(client, "one")
    make(client, "two", "nas1_vol1b")
    assert client.names(marks(client)) == ["one"]
    assert sorted(client.names(EVERY)) == ["one", "two"]


def test_the_next_page_stays_below_the_parent(client: Client) -> None:
    for name in ("a", "b", "c"):
        make(client, name)
    path = marks(client)
    page = client.get(f"{path}?max_records=2")
    following = page["_links"]["next"]["href"]
    assert following.startswith(f"{path}?") and client.names(following) == ["c"]


def test_keys_with_any_characters_are_quoted_and_understood(client: Client) -> None:
    location = make(client, ODD).headers["Location"]
    assert location == f"{marks(client)}/iqn.1994-05.com.example%3Ahost%2F1%20a%25b"
    record = client.get(location)
    assert record["name"] == ODD and record["_links"]["self"]["href"] == location
    plain = "iqn.1994-05.com.example:host1"
    make(client, plain)
    assert client.get(f"{marks(client)}/{plain}")["name"] == plain


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(("uuid", "code"), [("00000000-0000-4000-8000-000000000000", "4"), ("nonsense", "2")])
def test_a_parent_that_is_not_there_is_a_404(client: Client, method: str, uuid: str, code: str) -> None:
    assert client.refused(method, f"/api/storage/volumes/{uuid}/marks", {"name": "x"}) == (404, code)
    if method != "POST":
        assert client.refused(method, f"/api/storage/volumes/{uuid}/marks/x", {}) == (404, code)


def test_the_parent_of_another_svm_is_a_404(client: Client) -> None:
    make(client, "one")
    assert client.refused("GET", marks(client), X_Dot_SVM_Name="san1") == (404, "4")
    assert client.get(EVERY, X_Dot_SVM_Name="san1")["num_records"] == 0
    assert client.get(EVERY, X_Dot_SVM_Name="nas1")["num_records"] == 1


def test_records_name_their_parents_when_the_path_does_not(client: Client) -> None:
    first = client.uuid("/storage/volumes", "nas1_vol1a")
    records = [{"volume.uuid": first, "name": "one"}, {"volume": {"name": "nas1_vol1b"}, "name": "two"}]
    response = client.call("POST", f"{EVERY}?quickly=true", {"records": records})
    assert response.status == 201 and response.body["num_records"] == 2
    assert [record["volume"]["name"] for record in response.body["records"]] == ["nas1_vol1a", "nas1_vol1b"]
    changes = [{"volume.uuid": first, "name": "one", "comment": "changed"}]
    assert client.call("PATCH", EVERY, {"records": changes}).body == {"num_records": 1}
    assert client.get(f"{marks(client)}/one")["comment"] == "changed"
    keys = [{"volume": {"uuid": first}, "name": "one"}]
    assert client.call("DELETE", f"{EVERY}?force=true", {"records": keys}).body == {"num_records": 1}
    assert client.names(EVERY) == ["two"]


def test_a_query_reaches_the_objects_of_every_parent(client: Client) -> None:
    make(client, "same")
    make(client, "same", "nas1_vol1b")
    assert client.call("PATCH", f"{EVERY}?name=same", {"comment": "x"}).body == {"num_records": 2}
    assert client.call("DELETE", f"{EVERY}?name=same|other&force=true").body == {"num_records": 2}
    assert client.call("DELETE", f"{EVERY}?name=same|other&force=true").body == {"num_records": 0}


@pytest.mark.parametrize(
    ("path", "body", "answer"),
    [
        (EVERY, {"name": "x"}, (400, "262245")),
        (EVERY, {"name": "x", "volume": {"uuid": "00000000-0000-4000-8000-000000000000"}}, (404, "4")),
        (EVERY, {"name": "x", "volume": {"name": "nobody"}}, (404, "4")),
        (EVERY, {"name": "x", "volume": {"name": "nas1_vol1a"}, "svm": {"name": "san1"}}, (404, "4")),
        (None, {"name": "x", "volume": {"name": "nas1_vol1b"}}, (400, "262247")),
        (None, {"records": ["x"]}, (400, "262247")),
    ],
)
def test_a_body_that_names_no_parent_or_another_is_refused(client: Client, path: str | None, body: Any, answer: Any) -> None:
    assert client.refused("POST", path or marks(client), body) == answer


def test_parameters_of_a_method_are_flags_and_lists(client: Client) -> None:
    for name in ("a", "b", "c"):
        make(client, name)
    assert client.call("DELETE", f"{marks(client)}?name=*&only=a,c").body == {"num_records": 3}
    assert client.names(marks(client)) == ["b"]
    assert client.refused("DELETE", f"{marks(client)}/b?force=maybe") == (400, "262247")
    assert client.refused("DELETE", f"{marks(client)}/b?nonsense=true") == (400, "262197")


# -- records of what jobs make ---------------------------------------------------------------------------------------------


def test_the_record_comes_when_the_job_has_ended_in_time() -> None:
    client = extended(clock=ScaledClock(200))
    response = client.call("POST", f"{marks(client)}?return_timeout=30&return_records=true", {"name": "late"})
    assert response.status == 201 and response.body["job"]["uuid"]
    (record,) = response.body["records"]
    assert (record["name"], record["size"], record["volume"]["name"]) == ("late", 1, "nas1_vol1a")


def test_the_records_of_many_come_when_their_jobs_have_ended() -> None:
    client = extended(clock=ScaledClock(200))
    response = client.call("POST", marks(client), {"records": [{"name": "one"}, {"name": "two"}]})
    assert response.status == 201 and response.body["num_records"] == 2 and len(response.body["jobs"]) == 2
    assert [record["size"] for record in response.body["records"]] == [1, 1]


def test_of_many_jobs_those_that_failed_are_told() -> None:
    client = extended(clock=ScaledClock(200))
    client.world.settings["mark_job"] = 0.1
    uuid = client.uuid("/storage/volumes", "nas1_vol1a")
    client.simulator.faults.on("POST", f"/api/storage/volumes/{uuid}/marks", "job_failure", code="917536", message="no luck")
    response = client.call("POST", marks(client), {"records": [{"name": "one"}, {"name": "two"}]})
    assert [error["code"] for error in response.body["errors"]] == ["917536", "917536"]
    assert response.body["records"] == []


def test_a_record_is_not_shown_before_its_job_has_ended(client: Client) -> None:
    response = client.call("POST", f"{marks(client)}?return_timeout=30&return_records=true", {"name": "late"})
    assert response.status == 202 and set(response.body) == {"job"}
    client.world.settings["mark_job"] = 0
    response = client.call("POST", f"{marks(client)}?return_timeout=30&return_records=true", {"name": "now"})
    assert response.status == 201 and response.body["records"][0]["name"] == "now"


def test_a_wait_ends_when_the_job_does() -> None:
    client = extended(clock=ScaledClock(100))
    client.world.settings["mark_job"] = 0.2
    path = marks(client)
    started = time.perf_counter()
    for number in range(50):
        assert client.call("POST", f"{path}?return_timeout=30", {"name": f"mark{number}"}).status == 201
    # 50 jobs of 2 ms each; a wait in steps of 20 ms would take a second.
    assert time.perf_counter() - started < 0.7


# -- large requests --------------------------------------------------------------------------------------------------------


def test_an_address_that_is_too_long_is_refused(client: Client) -> None:
    names = "|".join(f"nas1_vol{number:04d}" for number in range(1300))
    assert client.get(f"/api/storage/volumes?name={names[: 16 * 1024 - 40]}")["num_records"] == 0
    assert client.refused("GET", f"/api/storage/volumes?name={names}") == (414, "262245")


@pytest.fixture(name="crowd", scope="module")
def _crowd() -> Iterator[Client]:
    """10,000 marks of one volume."""
    client = extended()
    volume = client.uuid("/storage/volumes", "nas1_vol1a")
    path = client.world.store.table("volumes")[volume]
    for number in range(10_000):
        row = {
            "volume": {"uuid": volume, "name": path["name"]},
            "svm": path["svm"],
            "size": number,
            "comment": "c",
            "name": f"m{number:05d}",
        }
        client.world.store.insert("marks", row, key=f"{volume}/{row['name']}")
    yield client


def timed(client: Client, target: str) -> tuple[float, int]:
    """The best of three: CPU seconds, and how many records came."""
    best, count = 9.0, 0
    for _attempt in range(3):
        started = time.thread_time()
        count = client.get(target)["num_records"]
        best = min(best, time.thread_time() - started)
    return best, count


def test_ten_thousand_records_come_in_one_page_quickly(crowd: Client) -> None:
    seconds, count = timed(crowd, f"{EVERY}?fields=**&max_records=10000")
    assert count == 10_000 and seconds < 0.6


def test_a_thousand_names_in_a_query_cost_little(crowd: Client) -> None:
    names = "|".join(f"m{number:05d}" for number in range(0, 10_000, 10))
    seconds, count = timed(crowd, f"{EVERY}?name={names}")
    assert count == 1000 and seconds < 0.2


def test_alternatives_may_be_plain_and_patterns_at_once(crowd: Client) -> None:
    assert timed(crowd, f'{EVERY}?name=m00001|"m00002"|m0001*|!m*')[1] == 12
    assert timed(crowd, f"{EVERY}?size=5|9..11|>=9998")[1] == 6
