# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUN maps: numbers, reporting nodes, and finding them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

MAPS = "/api/protocols/san/lun-maps"
IGROUPS = "/api/protocols/san/igroups"
LUNS = "/api/storage/luns"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(name="client")
def _client() -> Client:
    """Two SVMs with LUNs and igroups of the same names."""
    return Client("san")


def body(lun: Any = "/vol/vol1/lun1", igroup: str = "ig1", svm: str = "san1", **more: Any) -> dict[str, Any]:
    """A POST of a map."""
    return {"svm": {"name": svm}, "lun": {"name": lun} if isinstance(lun, str) else lun, "igroup": {"name": igroup}, **more}


def make(client: Client, *about: Any, query: str = "", **more: Any) -> str:
    """The address of a map that was made."""
    response = client.call("POST", MAPS + query, body(*about, **more))
    assert response.status == 201, response.body
    return str(response.headers["Location"])


def numbers(client: Client, igroup: str) -> list[int]:
    """The numbers that an igroup of the first SVM has given away."""
    return sorted(client.names(f"{MAPS}?svm.name=san1&igroup.name={igroup}&fields=logical_unit_number", "logical_unit_number"))


def reporting(client: Client, address: str) -> list[str]:
    """The reporting nodes of a map."""
    return sorted(node["name"] for node in client.get(address)["reporting_nodes"])


# -- making ----------------------------------------------------------------------------------------------------------------


def test_a_map_is_there_at_once_and_comes_back_when_asked_for(client: Client) -> None:
    response = client.call("POST", f"{MAPS}?return_records=true", body())
    assert response.status == 201
    (record,) = response.body["records"]
    assert response.headers["Location"] == f"{MAPS}/{record['lun']['uuid']}/{record['igroup']['uuid']}"
    assert record["logical_unit_number"] == 0
    assert (record["lun"]["name"], record["lun"]["node"]["name"]) == ("/vol/vol1/lun1", "ndo-01")
    assert (record["igroup"]["name"], record["igroup"]["os_type"], record["igroup"]["protocol"]) == ("ig1", "linux", "mixed")
    assert record["igroup"]["initiators"] == ["iqn.1994-05.com.example:san1-spare"]
    assert reporting(client, response.headers["Location"]) == ["ndo-01", "ndo-02"]
    found = client.get(f"{LUNS}/{record['lun']['uuid']}?fields=status.mapped,lun_maps")
    assert found["status"]["mapped"] is True
    assert [one["igroup"]["name"] for one in found["lun_maps"]] == ["host1", "ig1"]


def test_without_a_number_the_lowest_free_one_is_taken(client: Client) -> None:
    for number, lun in ((0, "lun1"), (5, "lun*"), (1, "LUN1")):
        make(client, f"/vol/vol1/{lun}", logical_unit_number=number)
    make(client, "/vol/vol1/lun 2")
    assert numbers(client, "ig1") == [0, 1, 2, 5]
    client.call("DELETE", f"{MAPS}?svm.name=san1&igroup.name=ig1&logical_unit_number=1")
    make(client, "/vol/vol2/lun1")
    assert numbers(client, "ig1") == [0, 1, 2, 5]


def test_numbers_of_other_igroups_with_the_same_initiator_are_not_free(client: Client) -> None:
    name = client.get(f"{IGROUPS}?svm.name=san1&name=host1&fields=initiators")["records"][0]["initiators"][0]["name"]
    client.call("POST", IGROUPS, {"svm": {"name": "san1"}, "name": "more", "os_type": "linux", "initiators": [{"name": name}]})
    make(client, "/vol/vol1/lun*", "more")
    assert numbers(client, "more") == [1]
    assert client.refused("POST", MAPS, body("/vol/vol1/LUN1", "more", logical_unit_number=0)) == (400, "1254324")
    assert client.refused("POST", MAPS, body("/vol/vol1/LUN1", "more", logical_unit_number=1)) == (400, "1254324")
    assert client.refused("POST", MAPS, body("/vol/vol1/lun1", "more")) == (400, "1254193")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (body("/vol/vol1/lun1", "host1"), (409, "1254207")),
        (body("/vol/vol1/nobody"), (400, "5374875")),
        (body("/vol/vol1/.snapshot/s/lun1"), (400, "5374238")),
        (body({"uuid": NOBODY}), (400, "5374875")),
        (body({}), (400, "5374901")),
        (body(igroup="nobody"), (400, "5374878")),
        (body(igroup=""), (400, "5374902")),
        (body(logical_unit_number=4096), (400, "262245")),
        (body(logical_unit_number=-1), (400, "262245")),
        (body(svm="nobody"), (400, "2621462")),
        (body("/vol/vol1/lun*", svm="san2", igroup="host2"), (400, "5374878")),
    ],
)
def test_what_a_post_refuses(client: Client, wanted: Any, expected: Any) -> None:
    assert client.refused("POST", MAPS, wanted) == expected


def test_uuid_and_name_must_agree(client: Client) -> None:
    (lun,) = client.names(f"{LUNS}?svm.name=san1&name=/vol/vol2/lun1", "uuid")
    assert client.refused("POST", MAPS, body({"uuid": lun, "name": "/vol/vol1/lun1"})) == (400, "5374874")
    (other,) = client.names(f"{LUNS}?svm.name=san2&name=/vol/vol2/lun1", "uuid")
    assert client.refused("POST", MAPS, body({"uuid": other})) == (400, "5374875")
    assert make(client, {"uuid": lun}).endswith(client.names(f"{IGROUPS}?svm.name=san1&name=ig1", "uuid")[0])


def test_the_svm_may_come_by_the_header(client: Client) -> None:
    wanted = {"lun": {"name": "/vol/vol2/lun1"}, "igroup": {"name": "ig1"}}
    assert client.call("POST", MAPS, wanted, X_Dot_SVM_Name="san2").status == 201
    assert client.get(f"{MAPS}?svm.name=san1&igroup.name=ig1")["num_records"] == 0
    assert client.get(f"{MAPS}?svm.name=san2&igroup.name=ig1")["num_records"] == 1


# -- finding and deleting --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("lun.name=/vol/vol1/lun1", 2),
        ("lun.name=/vol/vol1/lun1&svm.name=san1", 1),
        ("igroup.name=host1", 2),
        ("svm.name=san1", 2),
        ("igroup.initiators=21:00:00:24:ff:00:00:01", 1),
        ("reporting_nodes.name=ndo-01", 3),
        ("reporting_nodes.name=ndo-03", 0),
        ("lun.node.name=ndo-02", 1),
        ("logical_unit_number=0", 3),
    ],
)
def test_maps_are_found_by_what_they_join(client: Client, query: str, count: int) -> None:
    assert client.get(f"{MAPS}?{query}")["num_records"] == count


def test_a_collection_names_lun_igroup_and_svm(client: Client) -> None:
    for record in client.get(MAPS, Accept="application/json")["records"]:
        assert set(record) == {"lun", "igroup", "svm"}
        assert set(record["lun"]) == set(record["igroup"]) == set(record["svm"]) == {"name", "uuid"}


def test_a_map_is_deleted_and_then_missing(client: Client) -> None:
    address = make(client)
    assert client.call("DELETE", address).status == 200
    assert client.refused("DELETE", address) == (404, "5374922")
    assert client.refused("GET", address) == (404, "5374922")
    assert client.call("DELETE", f"{MAPS}?lun.name=/vol/vol1/nobody").body["num_records"] == 0
    address = make(client)
    assert client.refused("DELETE", f"{address}?local_delete_only=true") == (400, "262196")


# -- reporting nodes -------------------------------------------------------------------------------------------------------


@pytest.fixture(name="four")
def _four() -> tuple[Client, str]:
    """Four nodes in two pairs, and a map of a LUN on the first pair."""
    client = Client("two_pairs")
    (record,) = client.get(f"{MAPS}?lun.name=/vol/san1_vol1a/lun0")["records"]
    return client, f"{MAPS}/{record['lun']['uuid']}/{record['igroup']['uuid']}"


def test_the_pair_of_the_lun_reports_it(four: tuple[Client, str]) -> None:
    client, address = four
    assert reporting(client, address) == ["ndo-01", "ndo-02"]
    assert {one["name"] for one in client.get(f"{address}/reporting-nodes")["records"]} == {"ndo-01", "ndo-02"}


def test_nodes_come_and_go_in_pairs(four: tuple[Client, str]) -> None:
    client, address = four
    response = client.call("POST", f"{address}/reporting-nodes", {"name": "ndo-04"})
    assert response.status == 201 and response.headers["Location"].startswith(f"{address}/reporting-nodes/")
    assert reporting(client, address) == ["ndo-01", "ndo-02", "ndo-03", "ndo-04"]
    first = client.uuid("/cluster/nodes", "ndo-01")
    assert client.call("DELETE", f"{address}/reporting-nodes/{first}").status == 200
    assert reporting(client, address) == ["ndo-03", "ndo-04"]
    assert client.refused("DELETE", response.headers["Location"]) == (400, "5374608")
    assert client.refused("DELETE", f"{address}/reporting-nodes/{first}") == (404, "4")
    assert client.call("POST", f"{address}/reporting-nodes", {"uuid": first}).status == 201
    assert client.call("POST", f"{address}/reporting-nodes", {"uuid": first}).status == 201
    assert len(reporting(client, address)) == 4


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, (400, "5374923")),
        ({"name": "nobody"}, (400, "5374920")),
        ({"uuid": NOBODY, "name": "ndo-03"}, (400, "5374920")),
        ({"name": "ndo-03", "uuid": "first"}, (400, "5374921")),
    ],
)
def test_what_a_new_reporting_node_refuses(four: tuple[Client, str], wanted: Any, expected: Any) -> None:
    client, address = four
    if wanted.get("uuid") == "first":
        wanted = {**wanted, "uuid": client.uuid("/cluster/nodes", "ndo-01")}
    assert client.refused("POST", f"{address}/reporting-nodes", wanted) == expected


def test_a_map_may_be_made_with_another_pair_at_once(four: tuple[Client, str]) -> None:
    client, address = four
    client.call("DELETE", address)
    wanted = body("/vol/san1_vol1a/lun0", "san1-host1")
    assert client.refused("POST", f"{MAPS}?additional_reporting_node.name=nobody", wanted) == (400, "5374920")
    assert client.call("POST", f"{MAPS}?additional_reporting_node.name=ndo-03", wanted).status == 201
    assert reporting(client, address) == ["ndo-01", "ndo-02", "ndo-03", "ndo-04"]


def test_there_are_no_reporting_nodes_of_a_map_that_is_not_there(four: tuple[Client, str]) -> None:
    client, address = four
    client.call("DELETE", address)
    assert client.refused("GET", f"{address}/reporting-nodes") == (404, "5374922")


# -- many ------------------------------------------------------------------------------------------------------------------


def test_hundreds_of_maps_are_found_quickly(client: Client) -> None:
    client.world.settings["lun_job"] = 0
    spec = {"svm": {"name": "san1"}, "os_type": "linux", "space": {"size": 4096}}
    for number in range(300):
        client.call("POST", LUNS, {**spec, "name": f"/vol/vol1/m{number:04d}"})
    started = time.process_time()
    for number in range(300):
        assert client.call("POST", MAPS, body(f"/vol/vol1/m{number:04d}")).status == 201
    assert time.process_time() - started < 2
    started = time.process_time()
    for _time in range(5):
        assert client.get(f"{MAPS}?svm.name=san1&igroup.name=ig1&fields=*")["num_records"] == 300
        assert client.get(f"{MAPS}?lun.name=/vol/vol1/m0299&fields=*")["num_records"] == 1
    assert time.process_time() - started < 1
