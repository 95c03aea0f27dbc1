# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoint of ONTAPI as netapp-lib meets it: logins, tunnelling, versions, failures, faults and the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from netapp_lib.api.zapi import zapi

from ansible_collections.ndo.ontap.tests.simulator.server import Simulator
from ansible_collections.ndo.ontap.tests.unit.simulator.ontapi_client import Ontapi

PATH = "/servlets/netapp.servlets.admin.XMLrequest_filer"
QUESTION = b'<netapp xmlns="http://www.netapp.com/filer/admin" version="1.15"><system-get-ontapi-version/></netapp>'


@pytest.fixture
def simulator(monkeypatch: Any) -> Iterator[Simulator]:
    """A pair that listens; its certificate is one that netapp-lib trusts."""
    with Simulator("ha_pair") as one:
        monkeypatch.setenv("SSL_CERT_FILE", one.ca_path)
        yield one


@pytest.fixture
def cluster(simulator: Simulator) -> Ontapi:
    """The administrator of the cluster."""
    return Ontapi(simulator)


def post(simulator: Simulator, body: bytes, **more: Any) -> requests.Response:
    """A request without netapp-lib."""
    return requests.request(more.pop("method", "POST"), simulator.url + PATH, data=body, verify=simulator.ca_path, timeout=10, **more)


def test_versions_are_told(cluster: Ontapi) -> None:
    found = cluster.call("system-get-ontapi-version")
    assert (found.get_child_content("major-version"), found.get_child_content("minor-version")) == ("1", "260")
    found = cluster.call("system-get-version")
    assert found.get_child_content("version").startswith("NetApp Release 9.16.1")
    assert found.get_child_content("is-clustered") == "true"
    parts = found.get_child_by_name("version-tuple").get_child_by_name("system-version-tuple")
    assert [parts.get_child_content(name) for name in ("generation", "major", "minor")] == ["9", "16", "1"]


def test_the_dict_form_of_netapp_lib_works(cluster: Ontapi) -> None:
    found = cluster.server.invoke_api("vserver-get-iter", {"query": {"vserver-info": {"vserver-type": "admin"}}})
    assert found["results"]["attributes-list"]["vserver-info"]["vserver-name"] == "ndo"


def test_the_iterator_of_netapp_lib_follows_its_tags(cluster: Ontapi, simulator: Simulator) -> None:
    simulator.faults.on_call("vserver-get-iter", "short_page", times=0)
    pages = list(zapi.invoke_api(cluster.server, "vserver-get-iter", is_iter=True))
    assert [page.get_child_content("num-records") for page in pages] == ["1"] * 5


def test_nodes_and_vservers_are_listed(cluster: Ontapi) -> None:
    assert cluster.listed("system-node-get-iter", "node") == ["ndo-01", "ndo-02"]
    assert cluster.listed("vserver-get-iter", "vserver-name") == ["nas1", "ndo", "ndo-01", "ndo-02", "san1"]


def test_a_login_is_asked_for_and_a_wrong_one_refused(cluster: Ontapi, simulator: Simulator) -> None:
    assert post(simulator, QUESTION).headers["WWW-Authenticate"].startswith("Basic ")
    simulator.log.clear()
    cluster.call("system-get-ontapi-version")
    assert [entry["status"] for entry in simulator.log.entries] == [401, 200]
    assert Ontapi(simulator, auth=("admin", "wrong")).errno("system-get-ontapi-version") == "401"


def test_an_answer_is_xml_with_its_version(simulator: Simulator) -> None:
    sent = b"<?xml version='1.0' encoding='utf-8'?><!DOCTYPE netapp SYSTEM 'file:/etc/netapp_filer.dtd'>" + QUESTION
    answer = post(simulator, sent, auth=simulator.auth)
    assert answer.headers["Content-Type"] == "text/xml"
    assert '<netapp version="1.260" xmlns="http://www.netapp.com/filer/admin"><results status="passed">' in answer.text


@pytest.mark.parametrize("body", [b"", b"no xml", b"<netapp/>", b"<other><system-get-version/></other>", b"<netapp><a/><b/></netapp>"])
def test_what_is_no_request_fails(simulator: Simulator, body: bytes) -> None:
    answer = post(simulator, body, auth=simulator.auth)
    assert answer.status_code == 200 and 'status="failed"' in answer.text and 'errno="13001"' in answer.text


def test_only_post_is_served(simulator: Simulator) -> None:
    assert post(simulator, b"", auth=simulator.auth, method="GET").status_code == 405


def test_a_call_of_a_vserver_needs_one(cluster: Ontapi, simulator: Simulator) -> None:
    assert cluster.errno("snapshot-create", volume="san1_vol1a", snapshot="one") == "13001"
    assert Ontapi(simulator, "nowhere").errno("snapshot-create", volume="san1_vol1a", snapshot="one") == "15698"
    Ontapi(simulator, "san1").call("snapshot-create", volume="san1_vol1a", snapshot="one")
    assert cluster.listed() == ["one"] and cluster.listed(word="vserver") == ["san1"]
    assert Ontapi(simulator, "nas1").listed() == []


def test_a_call_of_the_cluster_is_not_there_on_a_vserver(simulator: Simulator) -> None:
    with pytest.raises(zapi.NaApiError) as caught:
        Ontapi(simulator, "san1").call("cf-takeover", node="ndo-01")
    assert (caught.value.code, caught.value.message) == ("13005", "Unable to find API: cf-takeover on data vserver san1")


def test_an_account_of_a_vserver_has_only_that(simulator: Simulator) -> None:
    auth = simulator.svm_account("vsadmin", "san1")
    mine = Ontapi(simulator, auth=auth)
    mine.call("snapshot-create", volume="san1_vol1a", snapshot="one")
    assert Ontapi(simulator, "san1", auth).listed() == ["one"]
    assert mine.listed("vserver-get-iter", "vserver-name") == ["san1"]
    assert mine.errno("system-node-get-iter") == "13005"
    assert Ontapi(simulator, "nas1", auth).errno("snapshot-get-iter") == "13003"


def test_an_unknown_call_version_or_input_fails(cluster: Ontapi, simulator: Simulator) -> None:
    assert cluster.errno("volume-teleport") == "13005"
    assert cluster.errno("cf-status") == "13006"
    assert cluster.errno("cf-status", node="ndo-01", colour="red") == "13115"
    assert cluster.errno("cf-takeover", node="ndo-01", immediate="perhaps") == "13115"
    assert cluster.errno("snapshot-get-iter", query={"snapshot-info": {"colour": "red"}}) == "13115"
    assert cluster.errno("snapshot-get-iter", tag="<other/>") == "13115"
    cluster.server.set_api_version(1, 999)
    assert cluster.errno("system-get-version") == "13010"


def test_what_is_not_simulated_is_refused(cluster: Ontapi, simulator: Simulator) -> None:
    assert cluster.errno("cf-takeover", node="ndo-01", force="true") == "13012"
    assert Ontapi(simulator, "san1").errno("snapshot-create", volume="san1_vol1a", snapshot="one", **{"async": "true"}) == "13012"


# -- faults and the log ----------------------------------------------------------------------------------------------------


def test_a_fault_tells_its_errno(cluster: Ontapi, simulator: Simulator) -> None:
    simulator.faults.on_call("system-*", "error", code="13001", message="RPC: Couldn't make connection")
    assert cluster.errno("system-get-version") == "13001"
    cluster.call("system-get-version")


def test_a_lost_answer_comes_after_the_effect(simulator: Simulator) -> None:
    tunnel = Ontapi(simulator, "san1")
    simulator.faults.on_call("snapshot-create", "drop_after")
    with pytest.raises(Exception, match="Remote end closed"):
        tunnel.call("snapshot-create", volume="san1_vol1a", snapshot="one")
    assert tunnel.listed() == ["one"]


def test_a_request_without_login_is_not_what_a_fault_waits_for(simulator: Simulator) -> None:
    rule = simulator.faults.on_call("system-get-version", "error", nth=2)
    Ontapi(simulator).call("system-get-version")
    assert (rule["matched"], rule["struck"]) == (1, 0)


def test_the_log_says_what_was_called(simulator: Simulator) -> None:
    tunnel = Ontapi(simulator, "san1")
    tunnel.start("san1_vol1a", timeout="urgent")
    tunnel.listed()
    (entry,) = simulator.log.calls("cg-start")
    inputs = [["snapshot", "group"], ["volumes", [["volume-name", "san1_vol1a"]]], ["timeout", "urgent"]]
    assert entry["body"] == {"call": "cg-start", "vfiler": "san1", "inputs": inputs}
    assert [one["call"] for one in simulator.log.calls()] == ["cg-start", "snapshot-get-iter"]
    assert [one["call"] for one in simulator.log.writes()] == ["cg-start"]
