# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong logins, unreachable hosts, untrusted certificates: one clear sentence each, before any write, and no secret."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator import certificates
from ansible_collections.ndo.ontap.tests.unit import harness

WAYS = list(harness.WAYS)


def told(result: dict[str, Any], kind: str, *words: str) -> None:
    """The task failed with an error of this kind, whose message has these words and no traceback."""
    assert result.get("failed") is True, result
    assert result["error"]["kind"] == kind
    for word in words:
        assert word in result["msg"], result["msg"]
    assert "Traceback" not in str(result) and "0x7" not in result["msg"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("module", ["ha_takeover", "ha_giveback"])
def test_wrong_password(lab: Any, module: str, way: str) -> None:
    cluster = lab(way=way)
    result = cluster.run(module, node="ndo-01", password="not-the-password")
    told(result, "AuthenticationFailed", "127.0.0.1 does not accept the login of user admin")
    assert "not-the-password" not in str(result)
    assert cluster.writes() == []


@pytest.mark.parametrize("way", WAYS)
def test_unreachable_host(lab: Any, way: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        result = lab(way=way).run("ha_takeover", node="ndo-01", port=port)
    told(result, "Unreachable", f"No answer from 127.0.0.1:{port}", "Connection refused")


@pytest.mark.parametrize("way", WAYS)
def test_untrusted_certificate_is_never_accepted(lab: Any, way: str) -> None:
    cluster = lab(way=way)
    result = cluster.run("ha_takeover", node="ndo-01", ca_path=None)
    told(result, "UntrustedCertificate", "is not trusted", "ca_path")
    assert cluster.requests() == []


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_ca_path_and_validate_certs_beat_the_environment(lab: Any, monkeypatch: Any, variable: str, tmp_path: Any) -> None:
    other = tmp_path / "other.pem"
    other.write_text("", encoding="utf-8")
    monkeypatch.setenv(variable, str(other))
    cluster = lab()
    assert not cluster.run("ha_info").get("failed")
    assert not cluster.run("ha_info", ca_path=None, validate_certs=False).get("failed")


@pytest.mark.parametrize("way", WAYS)
def test_missing_certificate_file(lab: Any, way: str) -> None:
    told(lab(way=way).run("ha_info", ca_path="/nowhere/ca.pem"), "InputError", "ca_path", "no file /nowhere/ca.pem")


@pytest.mark.parametrize("way", WAYS)
def test_svm_scoped_account(lab: Any, way: str) -> None:
    cluster = lab(way=way)
    username, password = cluster.simulator.svm_account()
    result = cluster.run("ha_takeover", node="ndo-01", username=username, password=password)
    told(result, "NotAuthorized", "not authorized for that command (code 6)", "cluster-scoped account")
    assert cluster.writes() == []


def test_node_without_a_partner(lab: Any) -> None:
    cluster = lab("single_node")
    node = next(cluster.world.store.each("nodes"))["name"]
    told(cluster.run("ha_takeover", node=node), "Refused", f"{node} cannot be taken over: the node has no HA partner")
    told(cluster.run("ha_giveback", node=node), "Refused", f"{node} has no HA partner")


@pytest.mark.parametrize("version", [(9, 6, 0), (9, 7, 0)])
@pytest.mark.parametrize("module", ["ha_takeover", "ha_giveback", "maintenance_info"])
def test_release_without_the_ha_state(lab: Any, module: str, version: tuple[int, int, int]) -> None:
    cluster = lab(version=version)
    told(cluster.run(module, node="ndo-01"), "UnsupportedRelease", f"ONTAP 9.{version[1]}.0", "needs ONTAP 9.8")
    assert cluster.writes() == []


@pytest.mark.parametrize("version", [(9, 8, 0), (9, 9, 1), (9, 11, 1), (9, 12, 1), (9, 14, 1), (9, 18, 1)])
def test_old_and_new_releases_are_served(lab: Any, version: tuple[int, int, int]) -> None:
    cluster = lab(version=version)
    for module in ("ha_takeover", "ha_giveback"):
        assert not cluster.run(module, node="ndo-01").get("failed")
    assert cluster.run("ha_info")["records"][0]["storage"] == "home"
    assert cluster.run("maintenance_info", node="ndo-01")["objections"] == []


def test_answer_that_is_not_ontaps(lab: Any) -> None:
    cluster = lab()
    cluster.fault("GET", "/cluster/nodes", "status", status=200, body="<html>Welcome to the proxy</html>", times=0)
    told(cluster.run("ha_info"), "OntapError", "is not ONTAP's JSON", "cluster management LIF")


@pytest.mark.parametrize("way", WAYS)
def test_environment_gives_the_connection(lab: Any, monkeypatch: Any, way: str) -> None:
    cluster = lab(way=way)
    for option, value in cluster.connection().items():
        monkeypatch.setenv(f"ONTAP_{option.upper()}", str(value))
    monkeypatch.setattr(cluster, "connection", dict)
    assert len(cluster.run("ha_info")["records"]) == 2


@pytest.mark.parametrize("way", WAYS)
def test_client_certificate_is_a_login(lab: Any, way: str) -> None:
    cluster = lab(way=way, client_ca=certificates.authority().path)
    place = {name: value for name, value in cluster.connection().items() if name not in ("username", "password")}
    result = harness.WAYS[way]("ha_info", {**place, "cert_filepath": certificates.authority().issue("admin")})
    assert not result.get("failed"), result
    assert len(result["records"]) == 2
    stranger = {**place, "cert_filepath": certificates.authority().issue("somebody")}
    told(harness.WAYS[way]("ha_info", stranger), "AuthenticationFailed", "does not accept the login of the certificate")


@pytest.mark.parametrize("way", WAYS)
def test_missing_option_is_named(lab: Any, way: str) -> None:
    result = lab(way=way).run("ha_takeover")
    assert result["failed"] and "missing required arguments: node" in result["msg"]


@pytest.mark.parametrize("way", WAYS)
def test_password_is_masked_wherever_it_appears(lab: Any, way: str) -> None:
    cluster = lab(way=way)
    cluster.fault("GET", "/cluster/nodes", "error", status=400, code="2", message=f"echo {cluster.simulator.password}")
    result = cluster.run("ha_info")
    assert result["failed"] and cluster.simulator.password not in str(result)
