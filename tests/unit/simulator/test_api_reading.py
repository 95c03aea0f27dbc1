# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GET: fields, order, pages, links, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

NODES = "/api/cluster/nodes"
VOLUMES = "/api/storage/volumes"


@pytest.fixture(name="client")
def _client() -> Client:
    return Client()


def pages(client: Client, target: str) -> list[list[dict[str, Any]]]:
    """The records of every page, by following the next links."""
    found = []
    while target:
        body = client.get(target)
        assert body["num_records"] == len(body["records"])
        found.append(body["records"])
        target = body.get("_links", {}).get("next", {}).get("href")
        assert not target or target.startswith("/api/")
        assert len(found) < 100
    return found


# -- fields ----------------------------------------------------------------------------------------------------------------


def test_a_collection_without_fields_has_the_identity_only(client: Client) -> None:
    for record in client.get(NODES)["records"]:
        assert set(record) == {"uuid", "name", "_links"}


def test_an_instance_without_fields_has_the_default_set(client: Client) -> None:
    record = client.get(f"{VOLUMES}/{client.uuid('/storage/volumes', 'nas1_vol1a')}")
    assert {"uuid", "name", "state", "size", "svm", "aggregates", "type", "style", "space"} <= set(record)
    assert "is_svm_root" not in record and "path" not in record["nas"]


@pytest.mark.parametrize("asked", ["nas.path", "nas", "**", "name,nas.path,", "nas.path,nas.path,uuid", "*,nas.path"])
def test_expensive_fields_come_when_they_are_asked_for(client: Client, asked: str) -> None:
    (record,) = client.get(f"{VOLUMES}?name=nas1_vol1a&fields={asked}")["records"]
    assert record["nas"]["path"] == "/nas1_vol1a"


def test_a_star_leaves_the_expensive_fields_out(client: Client) -> None:
    (record,) = client.get(f"{VOLUMES}?name=nas1_vol1a&fields=*")["records"]
    assert record["size"] and "path" not in record["nas"]


def test_a_parent_selects_all_that_is_below(client: Client) -> None:
    record = client.get(f"{NODES}?fields=ha")["records"][0]
    assert set(record) == {"uuid", "name", "ha", "_links"}
    assert record["ha"]["partners"][0]["name"] == "ndo-02" and record["ha"]["interconnect"]["state"] == "up"


@pytest.mark.parametrize("target", [f"{NODES}?fields=nonsense", f"{NODES}?fields=ha.nonsense", f"{NODES}?fields=name,h"])
def test_an_unknown_field_is_refused(client: Client, target: str) -> None:
    assert client.refused("GET", target) == (400, "262197")


def test_a_newer_field_is_unknown_and_does_not_come() -> None:
    old = Client(version=(9, 8, 0))
    assert old.refused("GET", f"{NODES}?fields=ha.interconnect") == (400, "262197")
    record = old.get(f"{NODES}?fields=**")["records"][0]
    assert "interconnect" not in record["ha"] and "status" not in record["ha"]["giveback"] and record["ha"]["partners"]


# -- pages and order -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 5, 12, 13])
def test_pages_hold_every_record_once(client: Client, size: int) -> None:
    whole = client.names(VOLUMES, "uuid")
    found = pages(client, f"{VOLUMES}?max_records={size}&fields=size")
    assert [record["uuid"] for page in found for record in page] == whole
    assert {len(page) for page in found[:-1]} <= {size} and all("size" in record for page in found for record in page)


def test_the_next_link_repeats_the_parameters_as_they_came(client: Client) -> None:
    href = client.get(f"{VOLUMES}?name=*vol*&fields=svm&max_records=2")["_links"]["next"]["href"]
    assert href.startswith("/api/storage/volumes?start.name=") and href.endswith("&name=*vol*&fields=svm&max_records=2")


def test_a_page_goes_on_in_the_right_place_when_its_last_record_has_gone(client: Client) -> None:
    whole = client.names(VOLUMES, "uuid")
    first = client.get(f"{VOLUMES}?max_records=4")
    del client.world.store.table("volumes")[first["records"][-1]["uuid"]]
    rest = pages(client, first["_links"]["next"]["href"])
    assert [record["uuid"] for page in rest for record in page] == whole[4:]


@settings(max_examples=25, deadline=None)
@given(st.permutations(["svm.name", "size", "name desc", "state", "nas.path desc"]), st.integers(1, 7))
def test_order_and_pages_fit_together(order: list[str], size: int) -> None:
    client = Client()
    target = f"{VOLUMES}?fields=size,nas.path&order_by={','.join(order).replace(' ', '%20')}"
    whole = [record["uuid"] for record in client.get(target)["records"]]
    assert [record["uuid"] for page in pages(client, f"{target}&max_records={size}") for record in page] == whole


def test_order_by_sorts_up_and_down_with_what_is_not_set_first(client: Client) -> None:
    assert client.names(f"{NODES}?order_by=name%20desc") == ["ndo-02", "ndo-01"]
    paths = [record.get("nas", {}).get("path") for record in client.get(f"{VOLUMES}?order_by=nas.path&fields=nas.path")["records"]]
    assert paths == sorted(paths, key=lambda path: path or "") and paths[0] is None


def test_the_server_may_cut_pages_shorter_than_asked(client: Client) -> None:
    client.world.settings["page_limit"] = 5
    assert [len(page) for page in pages(client, f"{VOLUMES}?max_records=1000")] == [5, 5, 2]


def test_counting_returns_no_records(client: Client) -> None:
    assert client.get(f"{NODES}?return_records=false") == {"num_records": 2}


def test_no_match_is_an_empty_collection(client: Client) -> None:
    body = client.get(f"{NODES}?name=nobody")
    assert body["records"] == [] and body["num_records"] == 0


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("max_records=0", "262245"),
        ("max_records=many", "262247"),
        ("return_timeout=121", "262245"),
        ("return_records=false?max_records=10000", "262247"),
        ("order_by=nonsense", "262197"),
        ("order_by=name%20sideways", "262197"),
        ("start.nonsense=1", "262197"),
    ],
)
def test_parameters_are_checked(client: Client, query: str, code: str) -> None:
    assert client.refused("GET", f"{NODES}?{query}") == (400, code)


def test_an_instance_ignores_max_records(client: Client) -> None:
    assert client.get("/api/cluster/?fields=version&max_records=10000")["version"]["major"] == 16


# -- links, headers, paths -------------------------------------------------------------------------------------------------


def test_links_come_unless_plain_json_is_asked_for(client: Client) -> None:
    uuid = client.uuid("/cluster/nodes", "ndo-01")
    linked = client.get(f"{NODES}?fields=ha.partners")
    assert linked["records"][0]["_links"]["self"]["href"] == f"{NODES}/{uuid}"
    assert linked["records"][0]["ha"]["partners"][0]["_links"]["self"]["href"].startswith(f"{NODES}/")
    plain = client.get(f"{NODES}?max_records=1", Accept="application/json")
    assert "_links" not in plain["records"][0] and set(plain["_links"]) == {"next"}
    assert "_links" not in client.get(f"{NODES}/{uuid}", Accept="application/json")


def test_the_headers_are_those_of_a_real_system(client: Client) -> None:
    headers = client.call("GET", NODES).headers
    assert headers["Server"] == "libzapid-httpd" and headers["Content-Type"] == "application/hal+json"
    assert client.call("GET", NODES, Accept="application/json").headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("target", ["/api//cluster/nodes", "/api/cluster/nodes/", "//api/cluster//nodes//?name=*"])
def test_slashes_are_collapsed(client: Client, target: str) -> None:
    assert client.names(target) == ["ndo-01", "ndo-02"]


def test_options_lists_the_methods(client: Client) -> None:
    assert client.call("OPTIONS", VOLUMES).headers["Allow"] == "GET, POST, PATCH, DELETE, HEAD, OPTIONS"
    assert client.call("OPTIONS", "/api/cluster").headers["Allow"] == "GET, PATCH, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("method", "target", "status", "code"),
    [
        ("GET", "/api/cluster/unknown", 404, "3"),
        ("GET", "/api", 404, "3"),
        ("GET", "/", 404, "3"),
        ("GET", "/other/cluster", 404, "3"),
        ("GET", f"{NODES}/a/b", 404, "3"),
        ("GET", f"{NODES}/not-a-uuid", 404, "2"),
        ("GET", f"{NODES}/00000000-0000-4000-8000-000000000000", 404, "4"),
        ("PUT", NODES, 405, "3"),
        ("DELETE", "/api/cluster", 405, "3"),
        ("POST", NODES, 405, "3"),
        ("GET", "/api/support/ems/application-logs", 405, "3"),
        ("GET", "/simulator/nothing", 404, "3"),
    ],
)
def test_what_is_not_there_is_an_error(client: Client, method: str, target: str, status: int, code: str) -> None:
    assert client.refused(method, target) == (status, code)


def test_an_endpoint_that_the_release_lacks_is_not_there() -> None:
    assert Client(version=(9, 7, 0)).refused("GET", "/api/protocols/cifs/sessions") == (404, "3")
    assert Client(version=(9, 10, 1)).refused("GET", "/api/protocols/cifs/session/files") == (404, "3")


# -- families --------------------------------------------------------------------------------------------------------------


def test_the_cluster_is_a_bare_object(client: Client) -> None:
    body = client.get("/api/cluster?fields=version")
    assert set(body) == {"uuid", "name", "version", "_links"}
    assert body["version"]["full"].startswith("NetApp Release 9.16.1: Wed Dec 31 00:00:00 UTC 2025")


def test_keys_of_several_parts_make_the_path_of_an_object(client: Client) -> None:
    for name in ("shares", "sessions", "session/files", "services"):
        collection = f"/api/protocols/cifs/{name}"
        record = client.get(f"{collection}?fields=*")["records"][0]
        assert client.get(f"{record['_links']['self']['href']}?fields=*") == record


@pytest.mark.parametrize(
    ("collection", "query"),
    [
        ("/api/protocols/nfs/connected-clients", "volume.name=nas1_vol1a&node.name=ndo-01"),
        ("/api/storage/disks", "node.name=ndo-01&state=present"),
        ("/api/network/ip/interfaces", "location.is_home=true&services=management_core"),
        ("/api/storage/aggregates", "home_node.name=ndo-01&node.name=ndo-01"),
        ("/api/protocols/cifs/sessions", "open_files=%3E0&continuous_availability=available"),
    ],
)
def test_families_answer_the_queries_of_the_runbooks(client: Client, collection: str, query: str) -> None:
    assert client.get(f"{collection}?{query}&fields=*")["records"]


def test_events_come_newest_first(client: Client) -> None:
    client.call("POST", "/api/private/cli/storage/failover/takeover", {"ofnode": "ndo-01"})
    client.simulator.advance(300)
    records = client.get("/api/support/ems/events?fields=time,message,log_message")["records"]
    assert len(records) > 1 and [one["time"] for one in records] == sorted((one["time"] for one in records), reverse=True)
    severity = records[0]["message"]["severity"]
    assert client.get(f"/api/support/ems/events?message.severity={severity}&time=%3E1767225600")["records"]
