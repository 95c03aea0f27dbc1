# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator on a socket: TLS, connections, lost answers, control paths, the command line."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from ansible_collections.ndo.ontap.tests.simulator import certificates
from ansible_collections.ndo.ontap.tests.simulator.__main__ import arguments
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator

ROOT = Path(__file__).parents[3]


@pytest.fixture(name="simulator")
def _simulator() -> Iterator[Simulator]:
    with Simulator("ha_pair") as simulator:
        yield simulator


def ask(simulator: Simulator, path: str, method: str = "GET", session: Any = requests, **options: Any) -> requests.Response:
    """A request over the socket."""
    return session.request(method, simulator.url + path, auth=simulator.auth, verify=simulator.ca_path or True, timeout=10, **options)


def test_tls_is_verified_with_the_certificate_authority_of_the_simulator(simulator: Simulator) -> None:
    assert ask(simulator, "/api/cluster").json()["name"] == "ndo"
    for host in ("localhost", "127.0.0.1"):
        url = f"https://{host}:{simulator.port}/api/cluster"
        assert requests.get(url, auth=simulator.auth, verify=simulator.ca_path, timeout=10).status_code == 200
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(simulator.url, verify=True, timeout=10, headers={"Connection": "close"})


def test_a_name_of_its_own_is_in_the_certificate() -> None:
    text = ssl._ssl._test_decode_cert(certificates.server_certificate("storage.example.com"))  # type: ignore[attr-defined]
    assert ("DNS", "storage.example.com") in text["subjectAltName"] and ("IP Address", "127.0.0.1") in text["subjectAltName"]


def test_plain_http_is_served_when_asked_for() -> None:
    with Simulator("ha_pair", tls=False) as simulator:
        assert simulator.url.startswith("http://") and simulator.ca_path is None
        assert ask(simulator, "/api/cluster").status_code == 200


def test_a_kept_connection_is_one_connection_in_the_log(simulator: Simulator) -> None:
    with requests.Session() as session:
        for _request in range(3):
            ask(simulator, "/api/cluster", session=session)
    assert simulator.log.connections() == 1
    ask(simulator, "/api/cluster")
    assert simulator.log.connections() == 2 and len(simulator.log.entries) == 4


def test_a_head_has_no_body_and_a_get_the_same_length(simulator: Simulator) -> None:
    head = ask(simulator, "/api/cluster", "HEAD")
    assert head.content == b"" and head.headers["Content-Length"] == ask(simulator, "/api/cluster").headers["Content-Length"]


@pytest.mark.parametrize(("kind", "error"), [("drop_before", http.client.RemoteDisconnected), ("reset", ConnectionResetError)])
def test_a_lost_answer_looks_like_one(kind: str, error: type[Exception]) -> None:
    with Simulator("ha_pair", tls=False) as simulator:
        simulator.faults.on("GET", "/api/cluster", kind)
        connection = http.client.HTTPConnection(simulator.host, simulator.port, timeout=10)
        connection.request("GET", "/api/cluster")
        with pytest.raises(error):
            connection.getresponse()
        connection.close()


def test_an_answer_can_be_lost_over_tls(simulator: Simulator) -> None:
    simulator.faults.on("GET", "/api/cluster", "reset")
    with pytest.raises(requests.ConnectionError):
        ask(simulator, "/api/cluster")
    assert ask(simulator, "/api/cluster").status_code == 200


def test_a_silent_address_closes_kept_connections_too(simulator: Simulator) -> None:
    with requests.Session() as session:
        assert ask(simulator, "/api/cluster", session=session).status_code == 200
        simulator.world.settings["silent_until"] = simulator.world.now() + 60
        with pytest.raises(requests.ConnectionError):
            ask(simulator, "/api/cluster", session=session)
        simulator.advance(60)
        assert ask(simulator, "/api/cluster", session=session).status_code == 200


def test_a_client_that_does_not_shake_hands_stops_nobody(simulator: Simulator) -> None:
    with socket.create_connection((simulator.host, simulator.port)):
        assert ask(simulator, "/api/cluster").status_code == 200


def test_stopping_closes_what_is_open() -> None:
    simulator = Simulator("ha_pair", tls=False).start()
    with socket.create_connection((simulator.host, simulator.port), timeout=10) as connection:
        connection.sendall(b"GET /api/cluster HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 401"
        simulator.stop()
        while connection.recv(65536):
            pass
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", simulator._listen[1] or 1), timeout=1)


def test_a_client_certificate_is_as_good_as_a_password() -> None:
    authority = certificates.authority()
    with Simulator("ha_pair", client_ca=authority.path) as simulator:
        url = f"{simulator.url}/api/cluster"
        known, stranger = authority.issue("admin"), authority.issue("stranger")
        assert requests.get(url, cert=known, verify=simulator.ca_path, timeout=10).status_code == 200
        assert requests.get(url, cert=stranger, verify=simulator.ca_path, timeout=10).status_code == 401
        assert requests.get(url, auth=simulator.auth, verify=simulator.ca_path, timeout=10).status_code == 200


# -- control paths ---------------------------------------------------------------------------------------------------------


def control(simulator: Simulator, path: str, method: str = "GET", body: Any = None) -> Any:
    """A request to a control path, which needs no credentials; returns the body."""
    response = requests.request(method, f"{simulator.control_url}/{path}", json=body, verify=simulator.ca_path, timeout=10)
    assert response.status_code == 200, response.text
    return response.json()


def test_time_is_moved_and_state_is_seen(simulator: Simulator) -> None:
    before = control(simulator, "state")
    assert before["clock"]["kind"] == "ManualClock" and set(before["tables"]) >= {"nodes", "volumes"}
    after = control(simulator, "advance", "POST", {"seconds": 60})
    assert after["now"] - before["clock"]["now"] == 60
    assert set(control(simulator, "state?table=nodes")["tables"]) == {"nodes"}


def test_faults_are_set_and_dropped_from_outside(simulator: Simulator) -> None:
    rule = {"method": "GET", "path": "/api/cluster", "effect": {"kind": "status"}}
    assert len(control(simulator, "faults", "POST", [rule, rule])["rules"]) == 2
    assert ask(simulator, "/api/cluster").status_code == 503
    assert control(simulator, "faults")["rules"][0]["struck"] == 1
    control(simulator, "faults", "DELETE")
    assert ask(simulator, "/api/cluster").status_code == 200
    bad = requests.post(f"{simulator.control_url}/faults", json={"effect": {}}, verify=simulator.ca_path, timeout=10)
    assert bad.status_code == 400 and "no effect" in bad.json()["error"]["message"]


def test_the_log_has_no_secrets(simulator: Simulator) -> None:
    ask(simulator, "/api/cluster/peers", "POST", json={"authentication": {"passphrase": "open sesame"}, "name": "x"})
    log = control(simulator, "log")
    assert log["connections"] == 1 and log["requests"][0]["body"] == {"authentication": {"passphrase": "********"}, "name": "x"}
    assert "open sesame" not in json.dumps(log) and simulator.password not in json.dumps(log)
    control(simulator, "log", "DELETE")
    assert control(simulator, "log")["requests"] == []


def test_the_ledger_has_entries_and_a_verdict(simulator: Simulator) -> None:
    assert control(simulator, "ledger")["verdict"]["non_disruptive"] is True
    control(simulator, "trigger", "POST", {"name": "fail_node", "args": {"name": "ndo-01"}})
    control(simulator, "advance", "POST", {"seconds": 600})
    assert control(simulator, "ledger")["entries"]


def test_reset_goes_back_to_the_start(simulator: Simulator) -> None:
    start = control(simulator, "state")["tables"]["nodes"]
    control(simulator, "trigger", "POST", {"name": "fail_node", "args": {"name": "ndo-01"}})
    control(simulator, "advance", "POST", {"seconds": 60})
    assert control(simulator, "state")["tables"]["nodes"] != start
    control(simulator, "settings", "PATCH", {"page_limit": 1})
    control(simulator, "reset", "POST")
    again = control(simulator, "state")
    assert "page_limit" not in again["settings"] and set(again["tables"]["nodes"]) == set(start)
    assert ask(simulator, "/api/cluster/nodes?state=up").json()["num_records"] == 2


def test_control_paths_are_off_unless_asked_for() -> None:
    with Simulator("ha_pair", control=False) as simulator:
        assert simulator.control_url is None
        assert ask(simulator, "/simulator/state").status_code == 404


# -- the command line ------------------------------------------------------------------------------------------------------


def test_the_command_line_has_defaults() -> None:
    options = arguments([])
    assert (options.scenario, options.port, options.ontap_version, options.control) == ("ha_pair", 0, (9, 16, 1), False)
    assert arguments(["--ontap-version", "9.12.1"]).ontap_version == (9, 12, 1)


def test_the_command_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    options = ["--time-scale", "60", "--control", "--imds", "--svm-account", "--ready-file", str(ready)]
    command = [sys.executable, "-m", "tests.simulator", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            deadline = time.monotonic() + 20
            while not ready.exists() and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            facts = json.loads(ready.read_text())
            assert set(facts) >= {"url", "host", "port", "scheme", "username", "password", "ca_path", "control_url", "pid"}
            assert stat.S_IMODE(os.stat(ready).st_mode) == 0o600 and facts["pid"] == process.pid
            answer = requests.get(
                f"{facts['url']}/api/cluster", auth=(facts["username"], facts["password"]), verify=facts["ca_path"], timeout=10
            )
            assert answer.status_code == 200
            events = requests.get(f"{facts['imds_url']}?api-version=2020-07-01", headers={"Metadata": "true"}, timeout=10)
            assert events.json() == {"DocumentIncarnation": 1, "Events": []}
        finally:
            process.send_signal(signal.SIGTERM)
            output = process.communicate(timeout=20)[0]
    assert process.returncode == 0 and not ready.exists() and not os.path.exists(facts["ca_path"])
    assert facts["url"] in output and facts["password"] not in output


def test_a_scenario_that_does_not_exist_is_one_sentence() -> None:
    command = [sys.executable, "-m", "tests.simulator", "--scenario", "nonsense"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2 and "no scenario and no file called nonsense" in done.stderr and "Traceback" not in done.stderr
