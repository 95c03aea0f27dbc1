# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""igroups: names, members, nesting, portsets, and who is connected."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

IGROUPS = "/api/protocols/san/igroups"
MAPS = "/api/protocols/san/lun-maps"
SVM = {"name": "san1"}
IQN = "iqn.1994-05.com.example:"
WWPN = "21:00:00:24:ff:00:00:aa"
FORCE = "?allow_delete_while_mapped=true"


@pytest.fixture(name="client")
def _client() -> Client:
    """Two SVMs with igroups of the same names."""
    return Client("san")


def body(name: str = "new", **more: Any) -> dict[str, Any]:
    """A POST of an igroup."""
    return {"svm": SVM, "name": name, "os_type": "linux", **more}


def make(client: Client, name: str = "new", **more: Any) -> str:
    """The address of an igroup that was made."""
    response = client.call("POST", IGROUPS, body(name, **more))
    assert response.status == 201, response.body
    return str(response.headers["Location"])


def where(client: Client, name: str, svm: str = "san1") -> str:
    """The address of an igroup by its name."""
    (found,) = client.get(f"{IGROUPS}?svm.name={svm}&name={name}")["records"]
    return f"{IGROUPS}/{found['uuid']}"


def members(client: Client, address: str) -> list[str]:
    """The names of all initiators of an igroup."""
    return [one["name"] for one in client.get(address).get("initiators", [])]


def map_to(client: Client, igroup: str, lun: str, number: int | None = None) -> int:
    """Map a LUN to an igroup; the number that it got."""
    wanted: dict[str, Any] = {"svm": SVM, "lun": {"name": lun}, "igroup": {"name": igroup}}
    if number is not None:
        wanted["logical_unit_number"] = number
    response = client.call("POST", f"{MAPS}?return_records=true", wanted)
    assert response.status == 201, response.body
    return int(response.body["records"][0]["logical_unit_number"])


# -- the igroup itself -----------------------------------------------------------------------------------------------------


def test_a_new_igroup_is_there_at_once_and_has_its_defaults(client: Client) -> None:
    found = client.get(make(client))
    assert found == {
        **found,
        "name": "new",
        "svm": found["svm"],
        "os_type": "linux",
        "protocol": "mixed",
        "delete_on_unmap": False,
        "supports_igroups": True,
    }
    assert "comment" not in found and "initiators" not in found and "portset" not in found
    assert (
        client.get(where(client, "new") + "?fields=connectivity_tracking")["connectivity_tracking"]["connection_state"] == "no_initiators"
    )


def test_it_is_made_with_initiators_and_comments(client: Client) -> None:
    initiators = [{"name": WWPN.upper(), "comment": "port 1"}, {"name": "IQN.1994-05.com.Example:h9"}]
    address = make(client, initiators=initiators, comment="cluster 9")
    assert members(client, address) == [WWPN, "iqn.1994-05.com.example:h9"]
    assert client.get(address)["comment"] == "cluster 9" and client.get(address)["supports_igroups"] is False
    assert client.get(f"{address}/initiators/{WWPN.upper()}")["comment"] == "port 1"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"name": "ig1"}, (409, "5374023")),
        ({"name": ""}, (400, "5373958")),
        ({"name": "a b"}, (400, "5373958")),
        ({"name": "*"}, (400, "5373958")),
        ({"name": "-a"}, (400, "5373958")),
        ({"name": "a" * 97}, (400, "5373958")),
        ({"os_type": "default"}, (400, "262247")),
        ({"protocol": "nvme"}, (400, "262247")),
        ({"svm": {"name": "nobody"}}, (400, "2621462")),
        ({"portset": {"name": "nobody"}}, (400, "5374911")),
        ({"initiators": [{"name": "host1"}]}, (400, "5373993")),
        ({"initiators": [{"comment": "nameless"}]}, (400, "5374033")),
        ({"initiators": [{"name": IQN + "a" * 96}]}, (400, "5373992")),
        ({"initiators": [{"name": "iqn.94-05.com.example:h"}]}, (400, "5373969")),
        ({"initiators": [{"name": "iqn.1994-13.com.example:h"}]}, (400, "5373969")),
        ({"initiators": [{"name": "iqn.1994-05.:h"}]}, (400, "5373971")),
        ({"initiators": [{"name": IQN + "h_1"}]}, (400, "5373972")),
        ({"initiators": [{"name": "eui.0123"}]}, (400, "5373977")),
        ({"initiators": [{"name": "21:00:00:24"}]}, (400, "5373982")),
        ({"initiators": [{"name": IQN + "a"}, {"name": (IQN + "A")}]}, (409, "5374035")),
        ({"initiators": [{"name": IQN + "a"}], "protocol": "fcp"}, (400, "5374038")),
        ({"initiators": [{"name": WWPN}], "protocol": "iscsi"}, (400, "5374039")),
        ({"initiators": [{"name": IQN + "a"}], "igroups": [{"name": "ig1"}]}, (400, "5374040")),
        ({"igroups": [{"name": "nobody"}]}, (400, "5374878")),
        ({"initiators": [{"name": IQN + "a", "proximity": {"local_svm": True}}]}, (400, "262196")),
        ({"replication": {"peer_svm": {"name": "other"}}}, (400, "262196")),
    ],
)
def test_what_a_post_refuses(client: Client, more: Any, expected: Any) -> None:
    before = client.names(IGROUPS)
    assert client.refused("POST", IGROUPS, {**body(), **more}) == expected
    assert client.names(IGROUPS) == before


def test_eui_names_are_initiators(client: Client) -> None:
    assert members(client, make(client, initiators=[{"name": "eui.02004567A425678D"}])) == ["eui.02004567a425678d"]


def test_properties_change_and_a_new_name_comes_alone(client: Client) -> None:
    address = make(client)
    assert client.call("PATCH", address, {"os_type": "vmware", "comment": "c", "delete_on_unmap": True}).status == 200
    assert client.refused("PATCH", address, {"name": "other", "comment": "d"}) == (400, "262196")
    assert client.refused("PATCH", address, {"name": "ig1"}) == (409, "5374023")
    assert client.refused("PATCH", address, {"protocol": "fcp"}) == (400, "262196")
    assert client.call("PATCH", address, {"name": "other"}).status == 200
    found = client.get(address)
    assert (found["name"], found["os_type"], found["comment"], found["delete_on_unmap"]) == ("other", "vmware", "c", True)
    client.call("PATCH", address, {"comment": ""})
    assert "comment" not in client.get(address)


def test_a_new_name_is_known_to_maps_and_parents(client: Client) -> None:
    make(client, "parent", igroups=[{"name": "ig1"}])
    map_to(client, "parent", "/vol/vol1/lun*")
    client.call("PATCH", where(client, "ig1"), {"name": "spare"})
    client.call("PATCH", where(client, "parent"), {"name": "top"})
    assert client.get(where(client, "top") + "?fields=igroups")["igroups"][0]["name"] == "spare"
    assert client.get(f"{MAPS}?igroup.name=top")["num_records"] == 1
    assert where(client, "ig1", "san2")


def test_a_mapped_igroup_is_deleted_only_when_that_is_allowed(client: Client) -> None:
    address = where(client, "host1")
    assert client.refused("DELETE", address) == (400, "1254213")
    assert client.call("DELETE", address + FORCE).status == 200
    assert client.refused("GET", address) == (404, "5374852")
    assert client.get(f"{MAPS}?igroup.name=host1&svm.name=san1")["num_records"] == 0
    assert where(client, "host1", "san2")


def test_the_last_unmap_takes_the_igroup_along_when_it_is_to(client: Client) -> None:
    make(client, delete_on_unmap=True)
    for lun in ("/vol/vol1/lun*", "/vol/vol1/LUN1"):
        map_to(client, "new", lun)
    client.call("DELETE", f"{MAPS}?svm.name=san1&igroup.name=new&lun.name=/vol/vol1/LUN1")
    assert where(client, "new")
    client.call("DELETE", f"{MAPS}?svm.name=san1&igroup.name=new")
    assert client.names(f"{IGROUPS}?name=new") == []


# -- initiators ------------------------------------------------------------------------------------------------------------


def test_initiators_are_added_one_by_one_and_many_at_a_time(client: Client) -> None:
    below = make(client) + "/initiators"
    response = client.call("POST", below, {"name": IQN + "a", "comment": "first"})
    assert response.status == 201 and response.headers["Location"].endswith("iqn.1994-05.com.example%3Aa")
    assert client.get(response.headers["Location"])["comment"] == "first"
    answer = client.call("POST", below, {"records": [{"name": IQN + "b"}, {"name": WWPN}]})
    assert (answer.status, answer.body["num_records"]) == (201, 2)
    assert client.names(below) == [WWPN, IQN + "a", IQN + "b"]
    assert client.refused("POST", below, {"name": (IQN + "a").upper().replace("IQN", "iqn")}) == (409, "5374035")


def test_comments_of_initiators_change_and_go(client: Client) -> None:
    address = make(client, initiators=[{"name": WWPN}]) + f"/initiators/{WWPN}"
    assert client.call("PATCH", address, {"comment": "port 2"}).status == 200
    assert client.get(address)["comment"] == "port 2"
    client.call("PATCH", address, {"comment": ""})
    assert "comment" not in client.get(address)
    assert client.refused("PATCH", address, {"proximity": {"local_svm": True}}) == (400, "262196")


def test_initiators_are_removed_one_by_one_and_by_a_query(client: Client) -> None:
    below = make(client, initiators=[{"name": IQN + letter} for letter in "abcd"]) + "/initiators"
    assert client.call("DELETE", f"{below}/{IQN}a").status == 200
    assert client.refused("DELETE", f"{below}/{IQN}a") == (404, "5374034")
    answer = client.call("DELETE", f"{below}?name={IQN}b|{IQN}c")
    assert (answer.status, answer.body["num_records"]) == (200, 2)
    assert client.names(below) == [IQN + "d"]


def test_initiators_of_a_mapped_igroup_are_removed_only_when_that_is_allowed(client: Client) -> None:
    below = where(client, "host2") + "/initiators"
    gone = client.names(below)[0]
    assert client.refused("DELETE", f"{below}/{gone}") == (400, "1254213")
    assert client.refused("DELETE", f"{below}?name={gone}") == (400, "1254213")
    assert client.call("DELETE", f"{below}/{gone}{FORCE}").status == 200
    assert client.call("DELETE", f"{below}{FORCE}&name=*").body["num_records"] == 1


def test_members_below_an_igroup_that_is_not_there(client: Client) -> None:
    nowhere = f"{IGROUPS}/00000000-0000-4000-8000-000000000000"
    assert client.refused("GET", f"{nowhere}/initiators") == (404, "5374852")
    assert client.refused("POST", f"{nowhere}/igroups", {"name": "ig1"}) == (404, "5374852")


def test_an_initiator_may_be_in_several_igroups_but_sees_a_lun_once(client: Client) -> None:
    name = client.get(where(client, "host1"))["initiators"][0]["name"]
    below = make(client) + "/initiators"
    assert client.call("POST", below, {"name": name}).status == 201
    wanted = {"svm": SVM, "lun": {"name": "/vol/vol1/lun1"}, "igroup": {"name": "new"}}
    assert client.refused("POST", MAPS, wanted) == (400, "1254193")
    assert map_to(client, "new", "/vol/vol1/lun*") == 1
    map_to(client, "ig1", "/vol/vol1/lun1")
    assert client.refused("POST", where(client, "ig1") + "/initiators", {"name": name}) == (400, "1254193")
    make(client, "third")
    map_to(client, "third", "/vol/vol1/LUN1", 0)
    assert client.refused("POST", where(client, "third") + "/initiators", {"name": name}) == (400, "1254324")


def test_igroups_are_found_by_the_initiators_that_they_have(client: Client) -> None:
    make(client, initiators=[{"name": IQN + "a"}, {"name": IQN + "b"}])
    assert client.names(f"{IGROUPS}?initiators.name={IQN}a,{IQN}z") == ["new"]
    assert client.names(f"{IGROUPS}?svm=san1&initiators.name={IQN}b&fields=lun_maps") == ["new"]
    assert client.names(f"{IGROUPS}?initiators.name={IQN}z") == []


# -- nesting ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(name="nested")
def _nested(client: Client) -> Client:
    """top contains middle contains bottom, which has an initiator."""
    make(client, "bottom", initiators=[{"name": IQN + "a"}], comment="down here")
    make(client, "middle", igroups=[{"name": "bottom"}])
    make(client, "top", igroups=[{"name": "middle"}])
    return client


def test_initiators_of_nested_igroups_are_listed_with_the_igroup_that_has_them(nested: Client) -> None:
    found = nested.get(where(nested, "top") + "?fields=*,igroups,parent_igroups")
    (initiator,) = found["initiators"]
    assert (initiator["name"], initiator["igroup"]["name"]) == (IQN + "a", "bottom")
    assert [one["igroups"][0]["name"] for one in found["igroups"]] == ["bottom"]
    assert found["supports_igroups"] is True
    below = nested.get(where(nested, "bottom") + "?fields=parent_igroups")
    assert [(one["name"], one["parent_igroups"][0]["name"]) for one in below["parent_igroups"]] == [("middle", "top")]
    assert nested.names(where(nested, "top") + "/initiators") == []
    assert nested.names(where(nested, "top") + "/igroups") == ["middle"]


@pytest.mark.parametrize(
    ("where_to", "what", "expected"),
    [
        ("bottom", "ig1.a:b-c_d", (400, "5374738")),
        ("middle", "top", (400, "5374735")),
        ("middle", "middle", (400, "5374735")),
        ("middle", "bottom", (409, "5374737")),
        ("fourth", "top", (400, "5374736")),
        ("fourth", "windows", (400, "5374734")),
        ("fourth", "fc", (400, "5374741")),
        ("fourth", "nobody", (400, "5374878")),
    ],
)
def test_what_nesting_refuses(nested: Client, where_to: str, what: str, expected: Any) -> None:
    make(nested, "fourth", protocol="iscsi")
    make(nested, "windows", os_type="windows")
    make(nested, "fc", protocol="fcp")
    assert nested.refused("POST", where(nested, where_to) + "/igroups", {"name": what}) == expected


def test_nested_igroups_come_and_go(nested: Client) -> None:
    below = make(nested, "fourth") + "/igroups"
    answer = nested.call("POST", below, {"records": [{"name": "bottom"}, {"uuid": where(nested, "ig1").rpartition("/")[2]}]})
    assert (answer.status, nested.names(below)) == (201, ["bottom", "ig1"])
    assert nested.refused("POST", where(nested, "fourth") + "/initiators", {"name": IQN + "z"}) == (400, "5374739")
    map_to(nested, "fourth", "/vol/vol1/lun*")
    address = f"{below}/{where(nested, 'bottom').rpartition('/')[2]}"
    assert nested.refused("DELETE", address) == (400, "1254213")
    assert nested.call("DELETE", address + FORCE).status == 200
    assert nested.refused("DELETE", address) == (404, "5374878")
    assert where(nested, "bottom")


def test_members_of_a_group_below_a_mapped_one_are_guarded_too(nested: Client) -> None:
    map_to(nested, "top", "/vol/vol1/lun*")
    address = where(nested, "bottom")
    assert nested.refused("DELETE", f"{address}/initiators/{IQN}a") == (400, "1254213")
    assert nested.refused("DELETE", address) == (400, "1254213")
    assert nested.refused("PATCH", address, {"os_type": "aix"}) == (400, "5374732")
    # The initiator sees the LUN by way of the uppermost group.
    make(nested, "other", initiators=[{"name": IQN + "a"}])
    wanted = {"svm": SVM, "lun": {"name": "/vol/vol1/lun*"}, "igroup": {"name": "other"}}
    assert nested.refused("POST", MAPS, wanted) == (400, "1254193")
    assert map_to(nested, "other", "/vol/vol1/LUN1") == 1


# -- portsets and connections ----------------------------------------------------------------------------------------------


def portset(client: Client, name: str, protocol: str, *lifs: str) -> None:
    """A portset with IP LIFs."""
    rows = [next(client.world.store.each("interfaces", name=lif)) for lif in lifs]
    found = [{"uuid": row["uuid"], "ip": {"uuid": row["uuid"], "name": row["name"]}} for row in rows]
    svm = next(client.world.store.each("svms", name="san1"))
    about = {"name": name, "svm": {"name": "san1", "uuid": svm["uuid"]}, "protocol": protocol, "interfaces": found}
    client.world.store.insert("portsets", about)


def test_an_igroup_is_bound_to_a_portset_and_unbound(client: Client) -> None:
    portset(client, "ps1", "iscsi", "san1_iscsi1a", "san1_iscsi2a")
    portset(client, "empty", "iscsi")
    address = make(client, protocol="iscsi", portset={"name": "ps1"})
    assert client.get(address)["portset"]["name"] == "ps1"
    assert client.refused("PATCH", address, {"portset": {"name": "empty"}}) == (400, "5374027")
    assert client.refused("PATCH", address, {"portset": {"name": "nobody"}}) == (400, "5374911")
    assert client.refused("POST", IGROUPS, body("fc", protocol="fcp", portset={"name": "ps1"})) == (400, "5374028")
    assert client.call("PATCH", address, {"portset": {"name": ""}}).status == 200
    assert "portset" not in client.get(address)


def tracking(client: Client, name: str) -> tuple[str, list[str], list[str]]:
    """Connection state, required nodes, and the states of the initiators."""
    found = client.get(where(client, name) + "?fields=connectivity_tracking,initiators.connectivity_tracking")
    about = found["connectivity_tracking"]
    states = [one["connectivity_tracking"]["connection_state"] for one in found.get("initiators", [])]
    return about["connection_state"], [node["name"] for node in about.get("required_nodes", [])], states


def test_connections_are_what_hosts_are_logged_in_to(client: Client) -> None:
    both = ["ndo-01", "ndo-02"]
    assert tracking(client, "host1") == ("full", both, ["full"])
    assert tracking(client, "host2") == ("full", ["ndo-02", "ndo-01"], ["full", "full"])
    assert tracking(client, "ig1") == ("no_lun_maps", [], ["no_lun_maps"])
    assert tracking(client, "ig1.a:b-c_d") == ("no_initiators", [], [])
    client.call("POST", where(client, "host1") + "/initiators", {"name": IQN + "stranger"})
    assert tracking(client, "host1") == ("partial", both, ["full", "none"])
    for lif in ("san1_iscsi2a", "san1_iscsi2b"):
        next(client.world.store.each("interfaces", name=lif))["enabled"] = False
    assert tracking(client, "host1") == ("partial", both, ["partial", "none"])
    next(row for row in client.world.store.each("san_hosts", name="host1") if row["svm"]["name"] == "san1")["offline"] = True
    assert tracking(client, "host1") == ("none", both, ["none", "none"])
