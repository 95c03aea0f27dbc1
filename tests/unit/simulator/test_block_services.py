# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""iSCSI and FC services, sessions and logins, FC interfaces and ports, credentials; and mirrors."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model import families
from ansible_collections.ndo.ontap.tests.simulator.schema import RESOURCES
from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client
from ansible_collections.ndo.ontap.tests.unit.simulator.records import problems

ISCSI = "/api/protocols/san/iscsi/services"
FCP = "/api/protocols/san/fcp/services"
SESSIONS = "/api/protocols/san/iscsi/sessions"
LOGINS = "/api/network/fc/logins"
SVMS = "/api/svm/svms"
MIRRORS = "/api/snapmirror/relationships"


@pytest.fixture(name="client")
def _client() -> Client:
    return Client("san")


def fresh(client: Client) -> str:
    """Make an SVM without services; returns its uuid."""
    client.done(client.call("POST", SVMS, {"name": "fresh"}))
    return client.uuid("/svm/svms", "fresh")


@pytest.mark.parametrize("path", ["/protocols/san/fcp/services", "/network/fc/interfaces", "/network/fc/logins", "/network/fc/ports"])
def test_what_fc_has_to_show_is_in_the_schema(client: Client, path: str) -> None:
    family = next(one for one in families() if one.path == path)
    records = list(family.rows(client.world, {}))
    assert records and [found for record in records for found in problems(RESOURCES[path], record)] == []


# -- services --------------------------------------------------------------------------------------------------------------


def test_an_svm_with_iscsi_has_a_service_with_a_target_name(client: Client) -> None:
    records = client.get(f"{ISCSI}?fields=target,enabled")["records"]
    assert [one["svm"]["name"] for one in records] == ["san1", "san2"]
    assert len({one["target"]["name"] for one in records}) == 2
    for one in records:
        assert one["target"]["name"] == f"iqn.1992-08.com.netapp:sn.{one['svm']['uuid'].replace('-', '')}:vs.2"
        assert one["target"]["alias"] == one["svm"]["name"] and one["enabled"] is True
    assert client.get(f"{FCP}?fields=target.name")["records"][0]["target"]["name"].startswith("20:00:")


@pytest.mark.parametrize(("path", "protocol"), [(ISCSI, "iscsi"), (FCP, "fcp")])
def test_a_service_is_made_disabled_and_removed(client: Client, path: str, protocol: str) -> None:
    uuid = fresh(client)
    response = client.call("POST", f"{path}?return_records=true", {"svm": {"name": "fresh"}})
    assert response.status == 201 and response.headers["Location"] == f"{path}/{uuid}"
    assert response.body["records"][0]["enabled"] is True and response.body["records"][0]["target"]["name"]
    assert client.get(f"{SVMS}/{uuid}")[protocol]["enabled"] is True
    assert client.refused("DELETE", f"{path}/{uuid}") == (400, "5373960")
    assert client.call("PATCH", f"{path}/{uuid}", {"enabled": False}).status == 200
    assert client.get(f"{SVMS}/{uuid}")[protocol]["enabled"] is False
    assert client.call("DELETE", f"{path}/{uuid}").status == 200
    assert client.refused("GET", f"{path}/{uuid}") == (404, "4")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        (ISCSI, {"svm": {"name": "san1"}}, 409, "5374077"),
        (FCP, {"svm": {"name": "san1"}}, 409, "5374082"),
        (ISCSI, {"svm": {"name": "nobody"}}, 400, "2621462"),
        (ISCSI, {}, 400, "2621707"),
        (ISCSI, {"svm": {"name": "fresh"}, "target": {"alias": "a b"}}, 400, "262247"),
        (ISCSI, {"svm": {"name": "fresh"}, "target": {"name": "iqn.x"}}, 400, "262196"),
        (FCP, {"svm": {"name": "san2"}}, 400, "2621507"),
    ],
)
def test_a_bad_service_is_refused(client: Client, path: str, body: dict[str, Any], status: int, code: str) -> None:
    fresh(client)
    assert client.refused("POST", path, body) == (status, code)


def test_a_stopped_svm_gets_no_service(client: Client) -> None:
    client.world.store.table("svms")[fresh(client)]["state"] = "stopped"
    assert client.refused("POST", ISCSI, {"svm": {"name": "fresh"}}) == (400, "5374893")


def test_the_alias_of_a_target_changes_and_goes(client: Client) -> None:
    path = f"{ISCSI}/{client.uuid('/svm/svms', 'san1')}"
    client.call("PATCH", path, {"target": {"alias": "other"}})
    assert client.get(path)["target"]["alias"] == "other"
    client.call("PATCH", path, {"target.alias": ""})
    assert set(client.get(path)["target"]) == {"name"}


def test_hosts_notice_when_a_service_is_disabled(client: Client) -> None:
    path = f"{ISCSI}/{client.uuid('/svm/svms', 'san1')}"
    assert client.get(SESSIONS)["num_records"] == 8
    client.call("PATCH", path, {"enabled": False})
    assert client.world.ledger.verdict()["non_disruptive"] is False
    assert {one["svm"]["name"] for one in client.get(SESSIONS)["records"]} == {"san2"}


# -- sessions and logins ---------------------------------------------------------------------------------------------------


def test_a_host_has_a_session_for_each_lif(client: Client) -> None:
    records = client.get(f"{SESSIONS}?svm.name=san1&fields=**")["records"]
    assert [one["target_portal_group"] for one in records] == ["san1_iscsi1a", "san1_iscsi1b", "san1_iscsi2a", "san1_iscsi2b"]
    first = records[0]
    assert first["initiator"]["name"] == "iqn.1994-05.com.example:san1-host1"
    assert [one["name"] for one in first["igroups"]] == ["host1"]
    assert first["connections"][0]["interface"]["name"] == "san1_iscsi1a" and first["connections"][0]["interface"]["ip"]["port"] == 3260
    assert len({one["isid"] for one in records}) == len({one["tsih"] for one in records}) == 4


def test_a_session_is_read_by_its_keys_and_asked_for_by_its_portal_group(client: Client) -> None:
    (record,) = client.get(f"{SESSIONS}?tpgroup=san1_iscsi1a")["records"]
    href = record["_links"]["self"]["href"]
    assert href == f"{SESSIONS}/{record['svm']['uuid']}/san1_iscsi1a/{record['tsih']}"
    assert client.get(href)["initiator"]["name"]


def test_sessions_end_with_their_lif_and_with_their_host(client: Client) -> None:
    lif = f"/api/network/ip/interfaces/{client.uuid('/network/ip/interfaces', 'san1_iscsi1a')}"
    numbers = {one["target_portal_group"]: one["tsih"] for one in client.get(f"{SESSIONS}?svm.name=san1")["records"]}
    client.call("PATCH", lif, {"enabled": False})
    left = {one["target_portal_group"]: one["tsih"] for one in client.get(f"{SESSIONS}?svm.name=san1")["records"]}
    assert left == {name: number for name, number in numbers.items() if name != "san1_iscsi1a"}
    client.world.store.find("san_hosts", name="host1")["offline"] = True
    assert client.get(f"{SESSIONS}?svm.name=san1")["num_records"] == 0


def test_an_fc_host_has_logins_with_its_port_names(client: Client) -> None:
    records = client.get(f"{LOGINS}?fields=**")["records"]
    assert len(records) == 8 and {one["initiator"]["wwpn"] for one in records} == {"21:00:00:24:ff:00:00:01", "21:00:00:24:ff:00:00:02"}
    assert {one["protocol"] for one in records} == {"fcp"} and records[0]["igroups"][0]["name"] == "host2"
    record = client.get(records[0]["_links"]["self"]["href"])
    assert record["interface"]["wwpn"].startswith("20:") and record["interface"]["name"] == "san1_fc1a"
    assert "%3A" in records[0]["_links"]["self"]["href"]


def test_fc_logins_end_with_the_service(client: Client) -> None:
    client.call("PATCH", f"{FCP}/{client.uuid('/svm/svms', 'san1')}", {"enabled": False})
    assert client.get(LOGINS)["num_records"] == 0


def test_fc_interfaces_are_on_ports_of_their_node(client: Client) -> None:
    records = client.get("/api/network/fc/interfaces?fields=wwpn,location,state")["records"]
    assert [one["name"] for one in records] == ["san1_fc1a", "san1_fc1b", "san1_fc2a", "san1_fc2b"]
    assert len({one["wwpn"] for one in records}) == 4 and {one["state"] for one in records} == {"up"}
    port = client.get(f"/api/network/fc/ports/{records[0]['location']['port']['uuid']}")
    assert (port["name"], port["node"]["name"], port["interface_count"], port["state"]) == ("0e", "ndo-01", 1, "online")


def test_the_default_credentials_come_with_the_service(client: Client) -> None:
    path = "/api/protocols/san/iscsi/credentials"
    records = client.get(f"{path}?initiator=default&fields=authentication_type")["records"]
    assert [one["authentication_type"] for one in records] == ["none", "none"]
    assert client.get(f"{path}?initiator=iqn.1994-05.com.example:san1-host1")["num_records"] == 0


# -- SVMs ------------------------------------------------------------------------------------------------------------------


def test_an_svm_counts_the_volumes_that_can_come_back(client: Client) -> None:
    path = f"{SVMS}/{client.uuid('/svm/svms', 'san1')}"
    assert client.get(path)["number_of_volumes_in_recovery_queue"] == 0
    svm = {"name": "san1", "uuid": path.rpartition("/")[2]}
    client.world.store.insert("recovery_queue", {"name": "v_1025", "svm": svm})
    assert client.get(path)["number_of_volumes_in_recovery_queue"] == 1
    counts = client.get(f"{SVMS}?fields=number_of_volumes_in_recovery_queue")["records"]
    assert [one["number_of_volumes_in_recovery_queue"] for one in counts] == [1, 0]


def test_a_new_name_of_an_svm_shows_in_services_and_sessions(client: Client) -> None:
    client.done(client.call("PATCH", f"{SVMS}/{client.uuid('/svm/svms', 'san1')}", {"name": "san9"}))
    for path in (ISCSI, FCP, SESSIONS, LOGINS, "/api/network/fc/interfaces"):
        assert client.get(f"{path}?svm.name=san9")["num_records"] and not client.get(f"{path}?svm.name=san1")["num_records"]


# -- mirrors ---------------------------------------------------------------------------------------------------------------


def test_there_are_no_mirrors_unless_the_scenario_has_some(client: Client) -> None:
    assert client.get(MIRRORS)["num_records"] == 0
    assert client.call("POST", MIRRORS, {}).status == 405


def test_mirrors_are_listed_by_their_ends() -> None:
    tenant = {"name": "nas1", "volumes": [{"name": "v", "aggregate": "aggr1_n1"}, {"name": "m", "aggregate": "aggr1_n1"}]}
    mirrors = [
        {"source": "nas1:v", "destination": "dr:v_dr", "destination_cluster": "far", "policy": "Sync", "state": "in_sync"},
        {"source": "far:w", "destination": "nas1:m", "source_cluster": "far", "healthy": False},
    ]
    client = Client({"pairs": [["n1"]], "svms": [tenant], "snapmirror": mirrors})
    assert client.names(f"{MIRRORS}?fields=source.path", "source") == [{"path": "far:w"}]
    (outgoing,) = client.get(f"{MIRRORS}?list_destinations_only=true&source.path=nas1:v&fields=**")["records"]
    assert (outgoing["destination"]["path"], outgoing["policy"]["type"], outgoing["state"]) == ("dr:v_dr", "sync", "in_sync")
    assert outgoing["source"]["svm"]["uuid"] == client.uuid("/svm/svms", "nas1") and "uuid" not in outgoing["destination"]["svm"]
    assert client.names(f"{MIRRORS}?destination.path=nas1:m&fields=healthy", "healthy") == [False]
    assert problems(RESOURCES["/snapmirror/relationships"], client.get(f"{MIRRORS}/{outgoing['uuid']}", Accept="application/json")) == []
