# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of ONTAPI, with the real netapp-lib, against the simulator: one connection, errors of ours, SVMs, lost answers."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from typing import Any, Callable

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import errors, ontapi, transport
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.transport import Settings, Transport
from ansible_collections.ndo.ontap.tests.simulator import certificates

VOLUMES = ["san1_vol1a", "san1_vol2a"]
START = {"snapshot": "group", "volumes": [{"volume-name": name} for name in VOLUMES]}

Make = Callable[..., ontapi.Ontapi]


@pytest.fixture
def site(lab: Any) -> Any:
    """A pair with an SVM san1."""
    return lab("ha_pair")


@pytest.fixture
def connect(site: Any) -> Iterator[Make]:
    """A maker of clients: connect(username=..., password=...)."""
    made: list[Transport] = []

    def make(**params: Any) -> ontapi.Ontapi:
        made.append(Transport(Settings({**site.connection(), **params})))
        return ontapi.Ontapi(Client(made[-1]))

    yield make
    for one in made:
        one.close()


def take(client: ontapi.Ontapi, svm: str | None = "san1") -> None:
    """A snapshot in two phases."""
    client.call("cg-commit", {"cg-id": client.call("cg-start", START, svm)["cg-id"]}, svm)


def names(client: ontapi.Ontapi, **query: str) -> list[tuple[str, str]]:
    """Volume and name of the snapshots that a query finds."""
    found = client.records("snapshot-get-iter", "snapshot-info", query, ("name", "volume"), "san1")
    return [(one["volume"], one["name"]) for one in found]


def test_both_apis_share_one_connection_and_no_login_is_asked_for(site: Any, connect: Make) -> None:
    client = connect()
    assert client.client.release() == (9, 16, 1)
    take(client)
    assert names(client) == [(name, "group") for name in VOLUMES]
    assert site.simulator.log.connections() == 1
    assert [entry["status"] for entry in site.simulator.log.entries] == [200] * 4
    assert client.client.usage()["requests"] == 4


def test_outputs_are_plain_values(connect: Make) -> None:
    found = connect().call("system-get-version")
    assert found["is-clustered"] == "true"
    assert found["version-tuple"]["system-version-tuple"] == {"generation": "9", "major": "16", "minor": "1"}


def test_lists_are_lists_also_of_one(site: Any, connect: Make) -> None:
    client = connect()
    client.call("snapshot-create", {"volume": VOLUMES[0], "snapshot": "one"}, "san1")
    site.world.store.find("snapshots", name="one")["owners"] = ["snapmirror"]
    (found,) = client.records("snapshot-get-iter", "snapshot-info", svm="san1")
    assert found["snapshot-owners-list"] == [{"owner": "snapmirror"}]


def test_false_and_zero_are_sent_and_none_is_not(site: Any, connect: Make) -> None:
    with pytest.raises(errors.ApiError):
        connect().call("cf-giveback", {"node": "ndo-01", "override-vetoes": False, "require-partner-waiting": None})
    (entry,) = site.simulator.log.calls("cf-giveback")
    assert entry["body"]["inputs"] == [["node", "ndo-01"], ["override-vetoes", "false"]]


def test_records_are_read_to_the_last_page(site: Any, connect: Make) -> None:
    client = connect()
    take(client)
    site.simulator.faults.on_call("snapshot-get-iter", "empty_page")
    site.simulator.faults.on_call("snapshot-get-iter", "short_page", nth=2, times=0)
    assert names(client, name="group") == [(name, "group") for name in VOLUMES]
    assert len(site.simulator.log.calls("snapshot-get-iter")) == 3


@pytest.mark.parametrize(
    ("errno", "reason", "kind"),
    [
        ("13003", "Insufficient privileges", errors.NotAuthorized),
        ("13005", "Unable to find API: cg-start on data vserver san1", errors.NotAuthorized),
        ("13005", "Unable to find API: cg-start", errors.UnsupportedRelease),
        ("13040", "Volume not found", errors.NotFound),
        ("35", "Try again", errors.Busy),
        ("13001", "RPC: Couldn't make connection [from mgwd]", errors.Busy),
        ("13700", "Something else.", errors.ApiError),
    ],
)
def test_an_errno_becomes_an_error_with_the_words_of_ontap(site: Any, connect: Make, errno: str, reason: str, kind: type) -> None:
    site.simulator.faults.on_call("cg-start", "error", code=errno, message=reason)
    with pytest.raises(errors.OntapError) as caught:
        connect().call("cg-start", START, "san1")
    assert caught.value.__class__ is kind
    assert (caught.value.code, caught.value.facts["path"]) == (errno, "cg-start")
    assert caught.value.message == f"ONTAP refused the ONTAPI call cg-start: {reason.rstrip('.')} (errno {errno})."


@pytest.mark.parametrize(
    ("kind", "effect", "there"),
    [("drop_before", {}, 0), ("drop_after", {}, 1), ("reset", {"after": True}, 1), ("status", {"status": 503}, 0)],
)
def test_a_lost_answer_is_no_failure_and_is_not_repeated(site: Any, connect: Make, kind: str, effect: dict[str, Any], there: int) -> None:
    site.simulator.faults.on_call("snapshot-create", kind, **effect)
    with pytest.raises(errors.LostAnswer, match="the ONTAPI call snapshot-create"):
        connect().call("snapshot-create", {"volume": VOLUMES[0], "snapshot": "one"}, "san1")
    assert len(site.world.store.table("snapshots")) == there
    assert len(site.simulator.log.calls("snapshot-create")) == 1


@pytest.mark.parametrize(
    ("kind", "effect"), [("drop_before", {}), ("drop_after", {}), ("status", {"status": 503}), ("status", {"status": 429})]
)
def test_a_safe_call_is_repeated(site: Any, connect: Make, kind: str, effect: dict[str, Any]) -> None:
    site.simulator.faults.on_call("snapshot-get-iter", kind, **effect)
    assert names(connect()) == []
    assert len(site.simulator.log.calls("snapshot-get-iter")) == 2


def test_an_account_of_an_svm_and_one_of_the_cluster_do_the_same(site: Any, connect: Make) -> None:
    username, password = site.simulator.svm_account("vsadmin", "san1")
    mine = connect(username=username, password=password)
    take(mine)
    assert len(names(mine)) == 2 and len(names(connect())) == 2
    assert {one["vserver-name"] for one in mine.records("vserver-get-iter", "vserver-info")} == {"san1"}


def test_an_account_of_an_svm_is_told_which_is_needed(site: Any, connect: Make) -> None:
    username, password = site.simulator.svm_account("vsadmin", "san1")
    mine = connect(username=username, password=password)
    with pytest.raises(errors.NotAuthorized) as caught:
        mine.call("cf-takeover", {"node": "ndo-01"})
    assert "cluster-scoped account" in caught.value.hint
    with pytest.raises(errors.NotAuthorized):
        take(mine, "nas1")


def test_a_call_of_an_svm_without_one_says_so(connect: Make) -> None:
    with pytest.raises(errors.ApiError) as caught:
        take(connect(), None)
    assert "name the SVM" in caught.value.hint
    with pytest.raises(errors.NotFound, match="Specified vserver not found"):
        take(connect(), "nowhere")


def test_a_certificate_is_a_login(lab: Any) -> None:
    site = lab("ha_pair", client_ca=certificates.authority().path)
    login = {"username": None, "password": None, "cert_filepath": certificates.authority().issue("admin")}
    made = Transport(Settings({**site.connection(), **login}))
    take(ontapi.Ontapi(Client(made)))
    made.close()
    assert [entry["call"] for entry in site.simulator.log.calls()] == ["cg-start", "cg-commit"]


def test_a_wrong_password_an_unknown_authority_and_a_closed_port_are_told_apart(connect: Make) -> None:
    with pytest.raises(errors.AuthenticationFailed):
        take(connect(password="wrong"))
    with pytest.raises(errors.UntrustedCertificate):
        take(connect(ca_path=None))
    with socket.socket() as idle:
        idle.bind(("127.0.0.1", 0))
        with pytest.raises(errors.Unreachable):
            take(connect(port=idle.getsockname()[1]))


@pytest.mark.parametrize(("status", "kind"), [(401, errors.AuthenticationFailed), (403, errors.NotAuthorized)])
def test_an_account_without_the_application_is_told_its_name(site: Any, connect: Make, status: int, kind: type) -> None:
    site.simulator.faults.on_call("cg-start", "status", status=status)
    with pytest.raises(kind) as caught:
        take(connect())
    assert "application ontapi" in caught.value.hint and "http application" not in caught.value.hint


@pytest.mark.parametrize("effect", [{"status": 404}, {"status": 200, "body": ""}])
def test_where_ontapi_is_switched_off_the_hint_says_so(site: Any, connect: Make, effect: dict[str, Any]) -> None:
    site.simulator.faults.on_call("cg-start", "status", **effect)
    with pytest.raises(errors.ApiError) as caught:
        take(connect())
    assert "switches ONTAPI off" in caught.value.hint


@pytest.mark.parametrize("body", ["<html><body>Hello</body></html>", "not XML"])
def test_an_answer_of_something_else_is_told(site: Any, connect: Make, body: str) -> None:
    site.simulator.faults.on_call("cg-start", "status", status=200, body=body)
    with pytest.raises(errors.OntapError, match="is not ONTAPI's XML"):
        take(connect())


def test_without_netapp_lib_one_sentence_says_what_to_install(connect: Make, site: Any, monkeypatch: Any) -> None:
    for name in ["netapp_lib", *(name for name in sys.modules if name.startswith("netapp_lib."))]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(errors.InputError):
        ontapi.require_library()
    with pytest.raises(errors.InputError) as caught:
        connect()
    assert caught.value.to_fail()["msg"] == f"{ontapi.MISSING} pip install netapp-lib, or use engine: rest."
    assert site.requests() == []


def test_the_name_of_a_request_is_its_method_and_path() -> None:
    assert transport.Request("GET", "/api/cluster").name == "GET /api/cluster"
    assert transport.Request("GET", "/api/cluster").safe and not transport.Request("POST", "/api/cluster").safe
