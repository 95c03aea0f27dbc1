# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""POST, PATCH and DELETE: bodies, answers, many objects at once, and the rules of the plain families."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock
from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

VOLUMES = "/api/storage/volumes"
SHARES = "/api/protocols/cifs/shares"
NEW = {"name": "new1", "svm": {"name": "nas1"}, "aggregates": [{"name": "aggr1_ndo_01"}], "size": 1024**3}
SHARE = {"name": "new_share", "svm": {"name": "nas1"}, "path": "/nas1_vol1a/folder"}


@pytest.fixture(name="client")
def _client() -> Client:
    return Client()


def volume(client: Client, name: str = "nas1_vol1a") -> str:
    """The path of a volume."""
    return f"{VOLUMES}/{client.uuid('/storage/volumes', name)}"


# -- one object ------------------------------------------------------------------------------------------------------------


def test_a_volume_is_there_when_its_job_has_ended(client: Client) -> None:
    response = client.call("POST", VOLUMES, NEW)
    assert response.status == 202 and set(response.body) == {"job"}
    assert client.names(f"{VOLUMES}?name=new1") == []
    job = client.done(response)
    assert (job["state"], job["code"]) == ("success", 0)
    record = client.get(response.headers["Location"])
    assert (record["name"], record["size"], record["state"], record["aggregates"][0]["name"]) == ("new1", 1024**3, "online", "aggr1_ndo_01")


def test_the_job_link_comes_whatever_is_accepted(client: Client) -> None:
    response = client.call("POST", VOLUMES, NEW, Accept="application/json")
    assert response.body["job"]["_links"]["self"]["href"] == f"/api/cluster/jobs/{response.body['job']['uuid']}"


def test_dotted_keys_and_numbers_as_text_are_taken(client: Client) -> None:
    body = {"name": "new2", "svm.name": "nas1", "aggregates.name": "aggr1_ndo_01", "space.size": "1073741824", "nas.path": "/new2"}
    assert client.done(client.call("POST", VOLUMES, body))["state"] == "success"
    (record,) = client.get(f"{VOLUMES}?name=new2&fields=size,nas.path,nas.export_policy.name")["records"]
    assert record["size"] == 1024**3 and record["nas"] == {"path": "/new2", "export_policy": {"name": "default"}}


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"comment": "mine"}, {"comment": "mine"}),
        ({"size": "2TB"}, {"size": 2 * 1024**4}),
        ({"space": {"size": 2 * 1024**4}}, {"size": 2 * 1024**4}),
        ({"nas.path": ""}, {"nas": {"export_policy": {"name": "default"}, "security_style": "unix"}}),
        ({"nas": {"path": "/elsewhere"}}, {"nas": {"path": "/elsewhere", "export_policy": {"name": "default"}, "security_style": "unix"}}),
        ({"state": "OFFLINE"}, {"state": "offline", "nas": {"export_policy": {"name": "default"}, "security_style": "unix"}}),
        ({}, {"state": "online"}),
    ],
)
def test_a_volume_changes_when_the_job_ends(client: Client, change: dict[str, Any], seen: dict[str, Any]) -> None:
    path = volume(client)
    before = client.get(f"{path}?fields=**")
    response = client.call("PATCH", path, change)
    assert client.get(f"{path}?fields=**") == before
    assert client.done(response)["state"] == "success"
    after = client.get(f"{path}?fields=**")
    after["nas"].pop("junction_parent", None)
    assert after["nas"]["export_policy"].pop("id") > 0
    after["nas"]["export_policy"].pop("id", None)
    assert {name: after[name] for name in seen} == seen


def test_a_new_name_is_followed_by_every_reference(client: Client) -> None:
    client.done(client.call("PATCH", volume(client, "nas1_vol1c"), {"name": "renamed"}))
    assert client.get(f"{SHARES}?name=nas1_share1&fields=volume")["records"][0]["volume"]["name"] == "renamed"
    assert client.names("/api/protocols/cifs/sessions?volumes.name=renamed", "identifier")


def test_a_deleted_volume_is_gone(client: Client) -> None:
    path = volume(client)
    assert client.done(client.call("DELETE", path, {}))["state"] == "success"
    assert client.refused("GET", path) == (404, "4")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({**NEW, "nonsense": 1}, 400, "262179"),
        ({**NEW, "nas": {"nonsense": 1}}, 400, "262179"),
        ({**NEW, "nas.": 1}, 400, "262247"),
        ({**NEW, "uuid": "x"}, 400, "262196"),
        ({**NEW, "create_time": "2026-01-01"}, 400, "262196"),
        ({**NEW, "size": "big"}, 400, "262247"),
        ({**NEW, "size": True}, 400, "262247"),
        ({**NEW, "size": None}, 400, "262247"),
        ({**NEW, "comment": 5}, 400, "262247"),
        ({**NEW, "type": "none"}, 400, "262247"),
        ({**NEW, "nas": "text"}, 400, "262247"),
        ({**NEW, "size": 1024}, 400, "917534"),
        ({**NEW, "name": "1st"}, 400, "917887"),
        ({**NEW, "name": "a-b"}, 400, "917888"),
        ({**NEW, "name": "x" * 204}, 400, "917886"),
        ({**NEW, "name": "nas1_vol1a"}, 409, "917526"),
        ({**NEW, "nas": {"path": "/NAS1_VOL1A"}}, 409, "918252"),
        ({**NEW, "nas": {"path": "relative"}}, 400, "918252"),
        ({**NEW, "state": "error"}, 400, "918652"),
        ({**NEW, "aggregates": []}, 400, "787140"),
        ({**NEW, "aggregates": [{"name": "a"}, {"name": "b"}]}, 400, "918242"),
        ({**NEW, "aggregates": [{"name": "nowhere"}]}, 400, "917508"),
        ({**NEW, "aggregates": [{"name": "aggr0_ndo_01"}]}, 400, "917597"),
        ({**NEW, "svm": {"name": "nobody"}}, 400, "2621462"),
        ({"name": "x", "aggregates": NEW["aggregates"]}, 400, "2621707"),
        ({**NEW, "qos": {"policy": {"name": "gold"}}}, 400, "8454243"),
        ([NEW], 400, "262247"),
        (b"{not json", 400, "262247"),
    ],
)
def test_a_bad_volume_is_refused_before_any_job(client: Client, body: Any, status: int, code: str) -> None:
    assert client.refused("POST", VOLUMES, body) == (status, code)
    assert client.get("/api/cluster/jobs")["num_records"] == 0


def test_both_names_of_a_reference_must_agree(client: Client) -> None:
    wrong = {"uuid": client.uuid("/svm/svms", "san1"), "name": "nas1"}
    assert client.refused("POST", VOLUMES, {**NEW, "svm": wrong}) == (400, "2621706")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"movement": {"destination_aggregate": {"name": "aggr1_ndo_01"}}}, 400, "918265"),
        ({"svm": {"name": "san1"}}, 400, "262196"),
        ({"size": 20 * 1024**2}, 400, "917534"),
        ({"name": "nas1_vol1b"}, 409, "917526"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(client: Client, change: dict[str, Any], status: int, code: str) -> None:
    assert client.refused("PATCH", volume(client), change) == (status, code)


def test_a_root_volume_goes_last(client: Client) -> None:
    assert client.refused("DELETE", volume(client, "nas1_root")) == (400, "917531")


def test_filters_mean_nothing_on_a_single_object(client: Client) -> None:
    assert client.refused("PATCH", f"{volume(client)}?comment=x", {"comment": "y"}) == (400, "262197")
    assert client.call("PATCH", f"{volume(client)}?fields=uuid&max_records=10000&return_timeout=0", {}).status == 202


def test_a_delete_takes_an_empty_body_only(client: Client) -> None:
    assert client.refused("DELETE", volume(client), {"name": "x"}) == (400, "262179")


# -- return_timeout --------------------------------------------------------------------------------------------------------


def test_with_time_that_stands_still_a_job_is_not_waited_for(client: Client) -> None:
    assert client.call("POST", f"{VOLUMES}?return_timeout=120", NEW).status == 202


def test_a_job_that_is_over_at_once_makes_the_call_synchronous(client: Client) -> None:
    client.world.settings["volume_job"] = 0
    response = client.call("POST", f"{VOLUMES}?return_timeout=30&return_records=true", NEW)
    assert response.status == 201 and response.body["job"]["uuid"]
    assert client.get(response.headers["Location"])["name"] == "new1"
    assert client.call("DELETE", f"{response.headers['Location']}?return_timeout=30").status == 200


def test_without_return_timeout_an_asynchronous_call_is_never_synchronous(client: Client) -> None:
    client.world.settings["volume_job"] = 0
    assert client.call("POST", VOLUMES, NEW).status == 202


def test_with_time_that_runs_the_call_waits_for_the_job() -> None:
    client = Client(clock=ScaledClock(100))
    assert client.call("POST", f"{VOLUMES}?return_timeout=30", NEW).status == 201
    client.world.settings["volume_job"] = 60
    assert client.call("PATCH", f"{volume(client)}?return_timeout=1", {"comment": "x"}).status == 202


def test_a_job_that_fails_in_time_is_an_error_of_the_call() -> None:
    client = Client(clock=ScaledClock(1000))
    client.simulator.faults.on("POST", VOLUMES, "job_failure", code="917536", message="no luck")
    assert client.refused("POST", f"{VOLUMES}?return_timeout=30", NEW) == (400, "917536")


@pytest.mark.parametrize(("value", "code"), [("121", "262245"), ("-1", "262247"), ("soon", "262247")])
def test_return_timeout_has_limits(client: Client, value: str, code: str) -> None:
    assert client.refused("POST", f"{VOLUMES}?return_timeout={value}", NEW) == (400, code)


# -- many objects ----------------------------------------------------------------------------------------------------------


def test_a_query_changes_every_match(client: Client) -> None:
    response = client.call("PATCH", f"{VOLUMES}?svm.name=nas1&name=nas1_vol1*&return_timeout=0", {"comment": "all"})
    assert response.status == 202 and response.body["num_records"] == 3 and len(response.body["jobs"]) == 3
    client.simulator.advance(10)
    assert client.names(f"{VOLUMES}?comment=all") == ["nas1_vol1a", "nas1_vol1b", "nas1_vol1c"]


def test_a_query_that_matches_nothing_changes_nothing(client: Client) -> None:
    assert client.call("PATCH", f"{SHARES}?name=nobody", {"comment": "x"}).body == {"num_records": 0}


def test_a_write_on_everything_is_refused(client: Client) -> None:
    assert client.refused("DELETE", SHARES) == (400, "262245")


def test_records_in_a_body_create_many(client: Client) -> None:
    records = [{**SHARE, "name": name} for name in ("a", "b")]
    response = client.call("POST", SHARES, {"records": records})
    assert response.status == 201 and response.body["num_records"] == 2
    assert [record["name"] for record in response.body["records"]] == ["a", "b"]


def test_records_in_a_body_change_and_remove_by_their_keys(client: Client) -> None:
    one, two = client.get(SHARES)["records"]
    changes = [{"svm.uuid": one["svm"]["uuid"], "name": one["name"], "comment": "first"}]
    assert client.call("PATCH", SHARES, {"records": changes}).body == {"num_records": 1}
    assert client.names(f"{SHARES}?comment=first") == [one["name"]]
    key = {"svm": {"uuid": two["svm"]["uuid"]}, "name": two["name"]}
    assert client.call("DELETE", SHARES, {"records": [key]}).body == {"num_records": 1}
    assert client.names(SHARES) == [one["name"]]
    assert client.refused("PATCH", SHARES, {"records": [{"name": "x"}]}) == (400, "262245")


def test_the_first_failure_stops_unless_told_to_go_on(client: Client) -> None:
    records = [SHARE, SHARE, {**SHARE, "name": "third"}]
    assert client.refused("POST", SHARES, {"records": records}) == (409, "1")
    client.call("DELETE", f"{SHARES}?name=new_share")
    response = client.call("POST", f"{SHARES}?continue_on_failure=true", {"records": records})
    assert response.body["num_records"] == 2 and [error["code"] for error in response.body["errors"]] == ["1"]


# -- SVM scope -------------------------------------------------------------------------------------------------------------


def test_the_tunnel_header_supplies_the_svm(client: Client) -> None:
    body = {key: value for key, value in SHARE.items() if key != "svm"}
    response = client.call("POST", SHARES, body, X_Dot_SVM_Name="nas1")
    assert response.status == 201
    assert client.get(response.headers["Location"])["svm"]["name"] == "nas1"


def test_the_tunnel_header_hides_what_other_svms_have(client: Client) -> None:
    names = [record["name"] for record in client.get(VOLUMES, X_Dot_SVM_Name="san1")["records"]]
    assert names and all(name.startswith("san1") for name in names)
    assert client.get(VOLUMES, X_Dot_SVM_Name="nobody")["num_records"] == 0
    assert client.refused("GET", volume(client), X_Dot_SVM_UUID=client.uuid("/svm/svms", "san1")) == (404, "4")
    assert client.get("/api/cluster/nodes", X_Dot_SVM_Name="san1")["num_records"] == 2


# -- rules of the plain families -------------------------------------------------------------------------------------------


def test_a_share_comes_with_its_volume_and_its_defaults(client: Client) -> None:
    response = client.call("POST", f"{SHARES}?return_records=true", SHARE)
    assert response.status == 201
    (record,) = response.body["records"]
    assert record["volume"]["name"] == "nas1_vol1a" and record["continuously_available"] is False and record["oplocks"] is True
    uuid = client.uuid("/svm/svms", "nas1")
    assert response.headers["Location"] == f"{SHARES}/{uuid}/new_share"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({**SHARE, "name": "nas1_share1"}, 409, "1"),
        ({**SHARE, "path": "relative"}, 400, "655551"),
        ({**SHARE, "name": "x" * 81}, 400, "655577"),
        ({**SHARE, "svm": {"name": "san1"}}, 400, "655399"),
        ({"name": "x", "svm": {"name": "nas1"}}, 400, "262245"),
        ({**SHARE, "volume": {"name": "nas1_vol1a"}}, 400, "262196"),
    ],
)
def test_a_bad_share_is_refused(client: Client, body: dict[str, Any], status: int, code: str) -> None:
    assert client.refused("POST", SHARES, body) == (status, code)


def test_a_share_is_changed_and_removed_at_once(client: Client) -> None:
    path = client.call("POST", SHARES, SHARE).headers["Location"]
    assert client.call("PATCH", path, {"continuously_available": "true", "path": "/nas1_vol2a"}).body == {}
    record = client.get(path)
    assert record["continuously_available"] is True and record["volume"]["name"] == "nas1_vol2a"
    assert client.call("DELETE", path, {}).status == 200
    assert client.refused("GET", path) == (404, "4")


def test_closing_a_session_is_noticed(client: Client) -> None:
    session = client.get("/api/protocols/cifs/sessions")["records"][0]
    assert client.call("DELETE", session["_links"]["self"]["href"]).status == 200
    assert client.refused("GET", session["_links"]["self"]["href"]) == (404, "4")
    assert client.world.ledger.verdict()["lost_sessions"] == 1


def test_the_cluster_takes_plain_properties(client: Client) -> None:
    assert client.call("PATCH", "/api/cluster", {"contact": "ops", "location": "here", "_tags": ["a:b"]}).status == 200
    body = client.get("/api/cluster")
    assert (body["contact"], body["location"], body["_tags"]) == ("ops", "here", ["a:b"])
    assert client.refused("PATCH", "/api/cluster", {"name": ""}) == (400, "9240587")
    assert client.refused("PATCH", "/api/cluster", {"version": {"major": 17}}) == (400, "262196")
    assert Client(version=(9, 12, 1)).refused("PATCH", "/api/cluster", {"_tags": []}) == (400, "262179")


def test_an_svm_is_made_changed_and_removed_by_jobs(client: Client) -> None:
    response = client.call("POST", "/api/svm/svms", {"name": "new_svm", "comment": "one"})
    assert client.done(response)["state"] == "success"
    path = response.headers["Location"]
    assert client.get(path)["ipspace"]["name"] == "Default"
    assert client.done(client.call("PATCH", path, {"name": "newer"}))["state"] == "success"
    assert client.get(path)["name"] == "newer"
    assert client.done(client.call("DELETE", path))["state"] == "success"
    assert client.refused("GET", path) == (404, "4")


@pytest.mark.parametrize(
    ("method", "name", "body", "status", "code"),
    [
        ("PATCH", "nas1", {"name": "san1"}, 409, "13434908"),
        ("PATCH", "nas1", {"name": "x" * 48}, 400, "13434911"),
        ("PATCH", "nas1", {"state": "stopped"}, 400, "262196"),
        ("DELETE", "nas1", {}, 400, "2621525"),
        ("DELETE", "san1", {}, 400, "13434880"),
    ],
)
def test_the_rules_of_svms(client: Client, method: str, name: str, body: dict[str, Any], status: int, code: str) -> None:
    assert client.refused(method, f"/api/svm/svms/{client.uuid('/svm/svms', name)}", body) == (status, code)


def test_a_renamed_svm_is_renamed_everywhere(client: Client) -> None:
    path = f"/api/svm/svms/{client.uuid('/svm/svms', 'nas1')}"
    before = client.names(f"{VOLUMES}?svm.name=nas1")
    client.done(client.call("PATCH", path, {"name": "nas9"}))
    assert client.names(f"{VOLUMES}?svm.name=nas9") == before
    assert client.names("/api/network/ip/interfaces?svm=nas9") and client.names(f"{SHARES}?svm=nas9")


def test_an_application_log_is_taken(client: Client) -> None:
    entry = {"computer_name": "host", "event_source": "cinder", "severity": "notice", "event_id": "0", "autosupport_required": False}
    assert client.call("POST", "/api/support/ems/application-logs", entry).status == 201
    assert client.refused("POST", "/api/support/ems/application-logs", {"severity": "debug"}) == (400, "262247")
