# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUNs: names, sizes, states, changes, deletion."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model import luns
from ansible_collections.ndo.ontap.tests.simulator.scenarios.presets import ODD_NAMES
from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client
from ansible_collections.ndo.ontap.tests.unit.simulator.lun_client import GIB, LUNS, at, body, change, code, make, quoted, settle, volume


@pytest.fixture(name="client")
def _client() -> Client:
    """Two SVMs with volumes and LUNs of the same names."""
    return Client("san")


# -- making and reading ----------------------------------------------------------------------------------------------------


def test_a_new_lun_is_made_by_a_job_and_has_its_defaults(client: Client) -> None:
    response = client.call("POST", LUNS, body())
    assert response.status == 202 and response.headers["Location"].startswith(LUNS)
    assert client.names(f"{LUNS}?name=/vol/vol1/new") == []
    client.simulator.advance(1)
    found = client.get(response.headers["Location"])
    assert found["name"] == "/vol/vol1/new" and found["svm"]["name"] == "san1"
    assert len(found["serial_number"]) == 12
    assert found["space"] == {
        "size": GIB,
        "used": 0,
        "scsi_thin_provisioning_support_enabled": True,
        "guarantee": {"requested": False, "reserved": False},
    }
    assert found["status"] == {"state": "online", "container_state": "online", "read_only": False}
    assert found["location"]["logical_unit"] == "new" and found["location"]["node"]["name"] == "ndo-01"
    assert "comment" not in found and "lun_maps" not in found


def test_without_the_setting_it_is_there_at_once(client: Client) -> None:
    settle(client, lun_job=0)
    response = client.call("POST", f"{LUNS}?return_records=true", body(comment="mine"))
    assert response.status == 201
    assert response.body["records"][0]["comment"] == "mine"


def test_serial_numbers_are_never_the_same_and_have_a_hexadecimal_form(client: Client) -> None:
    new = Client("san", version=(9, 17, 1))
    serials = [row["serial_number"] for row in new.get(f"{LUNS}?fields=serial_number,serial_number_hex")["records"]]
    assert len(set(serials)) == len(serials)
    one = new.get(f"{LUNS}?fields=serial_number,serial_number_hex&max_records=1")["records"][0]
    assert bytes.fromhex(one["serial_number_hex"]).decode() == one["serial_number"]
    assert client.refused("GET", f"{LUNS}?fields=serial_number_hex") == (400, "262197")


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_are_exact(client: Client, name: str) -> None:
    path = f"/vol/vol1/{name}"
    found = at(client, path)
    assert found["name"] == path
    others = client.names(f"{LUNS}?svm.name=san1&uuid=!{found['uuid']}", "uuid")
    answer = client.call("DELETE", f"{LUNS}?svm.name=san1&name=%22{quoted(path)}%22")
    assert (answer.status, answer.body["num_records"]) == (200, 1)
    assert client.names(f"{LUNS}?svm.name=san1", "uuid") == others


def test_the_same_name_in_two_svms_is_two_luns(client: Client) -> None:
    first, second = at(client, "/vol/vol1/lun1"), at(client, "/vol/vol1/lun1", "san2")
    assert first["uuid"] != second["uuid"] and first["serial_number"] != second["serial_number"]
    change(client, "/vol/vol1/lun1", {"comment": "the first"})
    assert "comment" not in at(client, "/vol/vol1/lun1", "san2")


@pytest.mark.parametrize(
    "location",
    [
        {"volume": {"name": "vol1"}, "logical_unit": "new"},
        {"volume": {"name": "vol1"}, "logical_unit": "new", "qtree": {"name": ""}},
    ],
)
def test_a_lun_is_placed_by_its_location(client: Client, location: Any) -> None:
    wanted = body(location=location)
    del wanted["name"]
    response = client.call("POST", LUNS, wanted)
    assert client.done(response)["state"] == "success"
    assert client.get(response.headers["Location"])["name"] == "/vol/vol1/new"


def test_a_qtree_must_be_there(client: Client) -> None:
    assert client.refused("POST", LUNS, body("/vol/vol1/q1/new")) == (400, "5242927")
    volume(client, "vol1")["sim"] = {"qtrees": ["q1"]}
    made = make(client, name="/vol/vol1/q1/new")
    assert made["location"]["qtree"]["name"] == "q1" and made["name"] == "/vol/vol1/q1/new"
    assert code(client, "/vol/vol1/q1/new", {"name": "/vol/vol1/q2/new"}) == "5242927"
    assert change(client, "/vol/vol1/q1/new", {"name": "/vol/vol1/moved"}).status == 200
    assert "qtree" not in at(client, "/vol/vol1/moved")["location"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"name": "/vol/vol1/lun1"}, (409, "5374242")),
        ({"name": "/vol/nowhere/l"}, (400, "917927")),
        ({"name": "/vol/san1_root/l"}, (400, "5374237")),
        ({"name": "vol1/l"}, (400, "5374127")),
        ({"name": "/vol/vol1/"}, (400, "5374127")),
        ({"name": "/vol/vol1/a/b/c"}, (400, "5374127")),
        ({"name": "/vol/vol1/.."}, (400, "5376461")),
        ({"name": "/vol/vol1/ l"}, (400, "5376461")),
        ({"name": "/vol/vol1/" + "l" * 256}, (400, "5376462")),
        ({"name": "/vol/vol1/l\n"}, (400, "5376461")),
        ({"name": "/vol/vol1/l\x01l"}, (400, "5374121")),
        ({"name": "/vol/vol1/.snapshot/s/l"}, (400, "5374238")),
        ({"name": "", "location": {"volume": {"name": "vol1"}}}, (400, "5374862")),
        ({"name": "", "location": {"logical_unit": "l"}}, (400, "5374859")),
        ({"location": {"volume": {"name": "vol2"}}}, (400, "5374858")),
        ({"location": {"qtree": {"name": "q"}}}, (400, "5374860")),
        ({"location": {"logical_unit": "other"}}, (400, "5374861")),
        ({"location": {"volume": {"uuid": "00000000-0000-4000-8000-000000000000"}}}, (400, "918235")),
        ({"os_type": ""}, (400, "262247")),
        ({"os_type": "default"}, (400, "262247")),
        ({"space": {}}, (400, "5374884")),
        ({"space": {"size": -1}}, (400, "5374123")),
        ({"space": {"size": 4095}}, (400, "5374124")),
        ({"space": {"size": 128 * 1024**4 + 1}}, (400, "5374125")),
        ({"space": {"size": "many"}}, (400, "262247")),
        ({"svm": {"name": "nobody"}}, (400, "2621462")),
        ({"class": "vvol"}, (400, "262196")),
        ({"lun_maps": [{"igroup": {"name": "ig1"}}]}, (400, "262196")),
        ({"qos_policy": {"name": "nobody"}}, (400, "8454243")),
        ({"attributes": [{"name": "a"}]}, (400, "5374928")),
        ({"attributes": [{"name": "a", "value": "b" * 4092}]}, (400, "5374929")),
        ({"attributes": [{"name": "a", "value": "b"}, {"name": "a", "value": "c"}]}, (400, "5374932")),
    ],
)
def test_what_a_post_refuses(client: Client, more: Any, expected: Any) -> None:
    before = client.get(f"{LUNS}?return_records=false")
    assert client.refused("POST", LUNS, body(**more)) == expected
    client.simulator.advance(60)
    assert client.get(f"{LUNS}?return_records=false") == before


def test_two_requests_for_one_name_do_not_make_two_luns(client: Client) -> None:
    first = client.call("POST", LUNS, body())
    assert client.refused("POST", LUNS, body()) == (409, "5702832")
    assert client.done(first)["state"] == "success"
    assert client.refused("POST", LUNS, body()) == (409, "5374242")
    change(client, "/vol/vol1/new", {"name": "/vol/vol1/other"})
    make(client)


def test_many_luns_are_made_quickly(client: Client) -> None:
    started = time.process_time()
    for number in range(300):
        assert client.call("POST", LUNS, body(f"/vol/vol1/many{number:03d}")).status == 202
    client.simulator.advance(1)
    assert len(client.names(f"{LUNS}?name=/vol/vol1/many*&svm.name=san1")) == 300
    assert time.process_time() - started < 3


# -- sizes and space -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("geometry", "asked", "given"), [(4096, 4097, 8192), (8225280, GIB, 1077511680), (512, 10000, 10240)])
def test_sizes_are_rounded_up(client: Client, geometry: int, asked: int, given: int) -> None:
    settle(client, lun_geometry=geometry)
    assert make(client, space={"size": asked})["space"]["size"] == given
    # What was asked for is what is there: neither growth nor shrinking.
    assert code(client, "/vol/vol1/new", {"space": {"size": asked}}) == "1254226"


def test_a_lun_grows_and_does_not_shrink(client: Client) -> None:
    make(client)
    assert change(client, "/vol/vol1/new", {"space.size": "2GB"}).status == 200
    assert at(client, "/vol/vol1/new")["space"]["size"] == 2 * GIB
    assert code(client, "/vol/vol1/new", {"space": {"size": GIB}}) == "5374892"
    assert code(client, "/vol/vol1/new", {"space": {"size": 2 * GIB}, "comment": "x"}) == "1254226"


def test_a_reservation_takes_its_space_in_a_reserved_volume(client: Client) -> None:
    free = volume(client, "thick")
    guarantee = {"guarantee": {"requested": True}}
    made = make(client, name="/vol/thick/l1", space={"size": 150 * GIB, **guarantee})
    assert made["space"]["guarantee"] == {"requested": True, "reserved": True}
    shown = client.get(f"/api/storage/volumes/{free['uuid']}?fields=space")["space"]
    assert shown["used"] >= 150 * GIB
    status, refused = client.refused("POST", LUNS, body("/vol/thick/l2", space={"size": 100 * GIB, **guarantee}))
    assert status == 400 and refused not in ("262247", "5374125")
    assert code(client, "/vol/thick/l1", {"space": {"size": 300 * GIB}}) == refused
    make(client, name="/vol/thick/l2", space={"size": 100 * GIB})
    assert code(client, "/vol/thick/l2", {"space": guarantee}) == refused


def test_a_reservation_in_a_thin_volume_is_not_honoured(client: Client) -> None:
    made = make(client, space={"size": GIB, "guarantee": {"requested": True}})
    assert made["space"]["guarantee"] == {"requested": True, "reserved": False}


def test_what_is_written_is_used_until_the_volume_is_full(client: Client) -> None:
    make(client, name="/vol/thick/l1", space={"size": 300 * GIB, "scsi_thin_provisioning_support_enabled": False})
    luns.write(client.world, "/vol/thick/l1", 50 * GIB)
    assert at(client, "/vol/thick/l1")["space"]["used"] == 50 * GIB
    with pytest.raises(Exception, match="space"):
        luns.write(client.world, "/vol/thick/l1", 290 * GIB)
    full = at(client, "/vol/thick/l1")
    assert (full["status"]["state"], full["enabled"]) == ("space_error", False)
    change(client, "/vol/thick/l1", {"enabled": True})
    assert at(client, "/vol/thick/l1")["status"]["state"] == "online"


# -- changing and deleting -------------------------------------------------------------------------------------------------


def test_properties_are_changed_together_and_cleared(client: Client) -> None:
    made = make(client)
    wanted = {"comment": "finance", "enabled": False, "auto_delete": True, "space": {"scsi_thin_provisioning_support_enabled": False}}
    assert change(client, "/vol/vol1/new", wanted).status == 200
    found = at(client, "/vol/vol1/new")
    assert (found["comment"], found["enabled"], found["auto_delete"]) == ("finance", False, True)
    assert found["space"]["scsi_thin_provisioning_support_enabled"] is False
    assert found["status"]["state"] == "offline" and found["serial_number"] == made["serial_number"]
    change(client, "/vol/vol1/new", {"comment": ""})
    assert "comment" not in at(client, "/vol/vol1/new")


def test_a_qos_policy_is_set_and_cleared_by_an_empty_name(client: Client) -> None:
    policy = client.world.store.insert("qos_policies", {"name": "gold", "svm": volume(client, "vol1")["svm"]})
    made = make(client, qos_policy={"name": "gold"})
    assert (made["qos_policy"]["name"], made["qos_policy"]["uuid"]) == ("gold", policy["uuid"])
    assert change(client, "/vol/vol1/new", {"qos_policy": {"name": ""}}).status == 200
    assert "qos_policy" not in at(client, "/vol/vol1/new")
    assert change(client, "/vol/vol1/new", {"qos_policy": {"uuid": policy["uuid"]}}).status == 200
    assert at(client, "/vol/vol1/new")["qos_policy"]["name"] == "gold"
    assert code(client, "/vol/vol1/new", {"qos_policy": {"name": "tin"}}) == "8454243"


def test_a_rename_keeps_the_lun_and_its_maps(client: Client) -> None:
    before = at(client, "/vol/vol1/lun1")
    assert change(client, "/vol/vol1/lun1", {"name": "/vol/vol1/first"}).status == 200
    after = at(client, "/vol/vol1/first")
    assert {name for name in before if before[name] != after.get(name)} == {"name", "location"}
    assert client.names("/api/protocols/san/lun-maps?svm.name=san1&igroup.name=host1", "lun")[0]["name"] == "/vol/vol1/first"
    assert change(client, "/vol/vol1/first", {"location": {"logical_unit": "lun1"}}).status == 200
    assert client.world.ledger.verdict()["non_disruptive"]


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({"name": "/vol/vol1/lun*"}, None),
        ({"name": "/vol/vol2/lun1"}, None),
        ({"name": "/vol/vol1/.."}, "5376461"),
        ({"location": {"volume": {"name": "nowhere"}}}, "917927"),
        ({"os_type": "windows"}, "262196"),
        ({"movement": {"max_throughput": 1}}, "5374889"),
        ({"copy": {"source": {"progress": {"state": "paused"}}}}, "5374889"),
        ({"clone": {"source": {"name": "/vol/vol2/lun1"}}}, "1260121"),
        ({"clone": {"source": {"name": "/vol/vol1/nobody"}}}, "5374876"),
    ],
)
def test_what_a_patch_refuses(client: Client, what: Any, expected: str | None) -> None:
    make(client)
    if expected is None:
        before = at(client, "/vol/vol1/new")
        assert change(client, "/vol/vol1/new", what).status == 409
        assert at(client, "/vol/vol1/new") == before
    else:
        assert code(client, "/vol/vol1/new", what) == expected


def test_data_is_not_written_through_the_api(client: Client) -> None:
    assert code(client, "/vol/vol1/lun1", {}, query="?data.offset=0") == "262196"
    assert client.refused("GET", f"{LUNS}/{at(client, '/vol/vol1/lun1')['uuid']}?data.offset=0&data.size=9") == (400, "262197")


def test_a_mapped_lun_is_deleted_only_when_that_is_allowed(client: Client) -> None:
    uuid = at(client, "/vol/vol1/lun1")["uuid"]
    assert client.refused("DELETE", f"{LUNS}/{uuid}") == (400, "1254197")
    assert client.refused("DELETE", f"{LUNS}/{uuid}?allow_delete_while_mapped=maybe") == (400, "262247")
    assert client.call("DELETE", f"{LUNS}/{uuid}?allow_delete_while_mapped=true").status == 200
    assert client.refused("GET", f"{LUNS}/{uuid}") == (404, "5374875")
    assert client.names("/api/protocols/san/lun-maps?svm.name=san1&igroup.name=host1", "lun") == []
    assert at(client, "/vol/vol1/lun1", "san2")


def test_a_delete_by_name_and_svm_as_cinder_does_it(client: Client) -> None:
    answer = client.call("DELETE", f"{LUNS}?name=/vol/vol1/lun1&svm=san1&allow_delete_while_mapped=true", {})
    assert (answer.status, answer.body["num_records"]) == (200, 1)
    assert client.call("DELETE", f"{LUNS}?name=/vol/vol1/lun1&svm=san1").body["num_records"] == 0


@pytest.mark.parametrize(("where", "expected"), [("volume", "5374866"), ("aggregate", "5374865")])
def test_luns_in_containers_that_are_offline_cannot_be_changed(client: Client, where: str, expected: str) -> None:
    row = volume(client, "vol2")
    (row if where == "volume" else client.world.store.table("aggregates")[row["aggregates"][0]["uuid"]])["state"] = "offline"
    assert at(client, "/vol/vol2/lun1")["status"]["container_state"] == f"{where}_offline"
    assert code(client, "/vol/vol2/lun1", {"comment": "x"}) == expected
    assert client.refused("DELETE", f"{LUNS}/{at(client, '/vol/vol2/lun1')['uuid']}?allow_delete_while_mapped=true") == (400, expected)
    assert client.refused("POST", LUNS, body("/vol/vol2/new")) == (400, expected)


def test_luns_of_a_mirror_are_read_only(client: Client) -> None:
    volume(client, "vol2")["type"] = "dp"
    assert at(client, "/vol/vol2/lun1")["status"]["read_only"] is True
    assert client.refused("POST", LUNS, body("/vol/vol2/new")) == (400, "5374129")
