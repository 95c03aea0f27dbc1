# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/protocols/san/portsets and their interfaces, and what they do to the paths of hosts."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.schema import RESOURCES
from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client
from ansible_collections.ndo.ontap.tests.unit.simulator.records import problems

PORTSETS = "/api/protocols/san/portsets"
LIFS = ["san1_iscsi1a", "san1_iscsi2a"]
NEW = {"name": "ps1", "svm": {"name": "san1"}, "protocol": "iscsi", "interfaces": [{"ip": {"name": name}} for name in LIFS]}


@pytest.fixture(name="client")
def _client() -> Client:
    return Client("san")


def make(client: Client, **more: Any) -> str:
    """Make a portset; returns its path."""
    response = client.call("POST", PORTSETS, {**NEW, **more})
    assert response.status == 201
    return response.headers["Location"]


def bind(client: Client, path: str, igroup: str = "host1") -> dict[str, Any]:
    """Bind an igroup of the first SVM to a portset, whatever the igroups make of it; returns the row of the igroup."""
    row = client.world.store.find("igroups", name=igroup, svm={"name": "san1", "uuid": client.uuid("/svm/svms", "san1")})
    row["portset"] = {"name": "ps1", "uuid": path.rpartition("/")[2]}
    client.world.ledger.observe("test")
    return row


def test_a_portset_is_made_with_interfaces_and_read(client: Client) -> None:
    path = make(client)
    record = client.get(path)
    assert [one["ip"]["name"] for one in record["interfaces"]] == LIFS and record["interfaces"][0]["ip"]["ip"]["address"]
    assert record["protocol"] == "iscsi" and "igroups" not in record
    assert problems(RESOURCES["/protocols/san/portsets"], client.get(f"{path}?fields=**", Accept="application/json")) == []


def test_the_protocol_is_mixed_unless_given(client: Client) -> None:
    body = {"name": "any", "svm": {"name": "san1"}}
    assert client.get(client.call("POST", PORTSETS, body).headers["Location"])["protocol"] == "mixed"


def test_interfaces_are_added_and_removed_one_by_one_or_many_at_once(client: Client) -> None:
    path = make(client, protocol="mixed", interfaces=[])
    response = client.call("POST", f"{path}/interfaces", {"ip": {"name": LIFS[0]}})
    assert response.status == 201
    record = client.get(response.headers["Location"])
    assert record["ip"]["name"] == LIFS[0] and record["portset"]["uuid"] == path.rpartition("/")[2]
    many = {"records": [{"ip": {"name": LIFS[1]}}, {"fc": {"name": "san1_fc1a"}}]}
    assert client.call("POST", f"{path}/interfaces", many).body["num_records"] == 2
    assert {one["fc"]["wwpn"][:2] for one in client.get(path)["interfaces"] if "fc" in one} == {"20"}
    assert client.call("DELETE", response.headers["Location"]).status == 200
    assert client.get(f"{path}/interfaces")["num_records"] == 2
    assert client.refused("GET", response.headers["Location"]) == (404, "4")
    assert client.refused("GET", f"{PORTSETS}/00000000-0000-4000-8000-000000000000/interfaces") == (404, "4")


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"name": "ps1"}, 409, "1"),
        ({"name": ""}, 400, "262245"),
        ({"svm": {}}, 400, "2621707"),
        ({"interfaces": [{"ip": {"name": "nobody"}}]}, 400, "5374906"),
        ({"interfaces": [{"ip": {"name": "san2_iscsi1a"}}]}, 400, "5374906"),
        ({"interfaces": [{"fc": {"name": "san1_fc1a"}}]}, 400, "262247"),
        ({"interfaces": [{}]}, 400, "262245"),
        ({"protocol": "nvme"}, 400, "262247"),
    ],
)
def test_a_bad_portset_is_refused(client: Client, more: dict[str, Any], status: int, code: str) -> None:
    make(client)
    assert client.refused("POST", PORTSETS, {**NEW, "name": "ps2", **more}) == (status, code)


def test_an_interface_is_in_a_portset_once(client: Client) -> None:
    path = make(client)
    assert client.refused("POST", f"{path}/interfaces", {"ip": {"name": LIFS[0]}}) == (409, "1")


def test_a_portset_cannot_be_changed(client: Client) -> None:
    assert client.call("PATCH", make(client), {"name": "other"}).status == 405


def test_a_bound_portset_is_deleted_only_when_that_is_allowed(client: Client) -> None:
    path = make(client)
    igroup = bind(client, path)
    assert client.get(path)["igroups"][0]["name"] == "host1"
    assert client.refused("DELETE", path) == (400, "5374063")
    assert client.call("DELETE", f"{path}?allow_delete_while_bound=true").status == 200
    assert "portset" not in igroup and client.refused("GET", path) == (404, "4")


def test_the_last_interface_of_a_bound_portset_stays(client: Client) -> None:
    path = make(client)
    bind(client, path)
    first, second = client.get(f"{path}/interfaces")["records"]
    assert client.call("DELETE", first["_links"]["self"]["href"]).status == 200
    assert client.refused("DELETE", second["_links"]["self"]["href"]) == (400, "5374063")


def test_an_interface_that_leaves_a_bound_portset_is_a_path_that_the_host_loses(client: Client) -> None:
    path = make(client)
    bind(client, path)
    before = len(client.world.ledger.entries)
    record = client.get(f"{path}/interfaces")["records"][0]
    client.call("DELETE", record["_links"]["self"]["href"])
    told = [entry for entry in client.world.ledger.entries[before:] if "host1" in str(entry)]
    assert told and client.world.ledger.verdict()["non_disruptive"] is True


def test_a_scenario_may_have_portsets() -> None:
    lif = {"name": "lif1", "node": "n1", "address": "10.0.0.1", "port": "e0e"}
    tenant = {"name": "s", "protocols": ["iscsi"], "lifs": [lif], "igroups": [{"name": "ig"}]}
    tenant["portsets"] = [{"name": "ps", "lifs": ["lif1"], "igroups": ["ig"]}]
    client = Client({"pairs": [["n1", "n2"]], "svms": [tenant]})
    (record,) = client.get(f"{PORTSETS}?fields=**")["records"]
    assert record["interfaces"][0]["ip"]["name"] == "lif1" and record["igroups"][0]["name"] == "ig"
    with pytest.raises(ValueError, match="no LIF nobody"):
        Client({"pairs": [["n1"]], "svms": [{**tenant, "lifs": [], "portsets": [{"name": "ps", "lifs": ["nobody"]}]}]})
