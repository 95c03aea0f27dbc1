# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metadata service as its clients meet it: what it takes and refuses, what it tells, approvals, faults, the socket."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from ansible_collections.ndo.ontap.tests.simulator.api.messages import Request, Response
from ansible_collections.ndo.ontap.tests.simulator.imds import Imds
from ansible_collections.ndo.ontap.tests.simulator.model.ha import TRIGGERS
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator

PATH = "/metadata/scheduledevents?api-version=2020-07-01"


class Vm:
    """A VM beside a pair: it asks the service, without a socket."""

    def __init__(self, **settings: Any) -> None:
        self.simulator = Simulator("ha_pair")
        self.simulator.world.settings.update(settings)
        self._imds = Imds(self.simulator.app)

    def ask(self, target: str = PATH, method: str = "GET", body: Any = b"", **headers: str) -> Response:
        """The answer to a request with the header that every request must have."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in {"Metadata": "true", **headers}.items()}
        return self._imds(Request(method, target, named, content))

    def approve(self, *events: str) -> int:
        """The status of an approval."""
        return self.ask(method="POST", body={"StartRequests": [{"EventId": one} for one in events]}).status

    def events(self) -> list[dict[str, Any]]:
        """The events in the document."""
        return self.ask().body["Events"]

    def trigger(self, name: str, /, **args: Any) -> Any:
        """Azure does something."""
        return TRIGGERS[name](self.simulator.world, **args)


@pytest.fixture
def vm() -> Vm:
    """A VM beside a pair."""
    return Vm()


def test_a_quiet_document_has_a_number_and_no_events(vm: Vm) -> None:
    answer = vm.ask()
    assert (answer.status, answer.body) == (200, {"DocumentIncarnation": 1, "Events": []})
    assert answer.headers["Date"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert vm.ask("/metadata/scheduledevents?API-Version=2020-07-01").status == 200


@pytest.mark.parametrize(
    ("target", "method", "headers", "status", "words"),
    [
        (PATH, "GET", {"Metadata": ""}, 400, "metadata header"),
        (PATH, "POST", {"Metadata": "false"}, 400, "metadata header"),
        (PATH, "GET", {"X_Forwarded_For": "192.0.2.1"}, 400, "X-Forwarded-For"),
        ("/metadata/scheduledevents", "GET", {}, 400, "api-version"),
        ("/metadata/scheduledevents?api-version=latest", "GET", {}, 400, "api-version"),
        (PATH + "&api-version=2019-08-01", "GET", {}, 400, "Duplicate"),
        (PATH, "PUT", {}, 405, "not allowed"),
        ("/metadata/instance?api-version=2020-07-01", "GET", {}, 404, "/metadata/instance"),
    ],
)
def test_requests_that_are_not_for_it_are_rejected(vm: Vm, target: str, method: str, headers: dict, status: int, words: str) -> None:
    answer = vm.ask(target, method, **headers)
    assert answer.status == status and words in answer.body["error"]


def test_a_wrong_version_is_told_the_newest_ones(vm: Vm) -> None:
    assert vm.ask("/metadata/scheduledevents").body["newest-versions"][0] == "2020-07-01"


def test_an_event_has_all_properties_of_the_version_that_is_asked_for(vm: Vm) -> None:
    vm.trigger("cloud_event", node="ndo-01", type="Freeze", id="E1", duration=9)
    (event,) = vm.events()
    assert event == {
        "EventId": "E1",
        "EventType": "Freeze",
        "ResourceType": "VirtualMachine",
        "Resources": ["ndo-01"],
        "EventStatus": "Scheduled",
        "NotBefore": "Thu, 01 Jan 2026 00:15:00 GMT",
        "Description": "Virtual machine is being paused because of a memory-preserving Live Migration operation.",
        "EventSource": "Platform",
        "DurationInSeconds": 9,
    }
    older = vm.ask("/metadata/scheduledevents?api-version=2019-04-01").body["Events"][0]
    assert set(event) - set(older) == {"EventSource", "DurationInSeconds"}


@pytest.mark.parametrize(("kind", "minutes"), [("Freeze", 15), ("Reboot", 15), ("Redeploy", 10), ("Preempt", 0.5), ("Terminate", 5)])
def test_each_type_has_its_notice(vm: Vm, kind: str, minutes: float) -> None:
    vm.trigger("cloud_event", node="ndo-01", type=kind)
    vm.simulator.advance(60 * minutes - 1)
    assert vm.events()[0]["EventStatus"] == "Scheduled"
    vm.simulator.advance(1)
    assert (vm.events()[0]["EventStatus"], vm.events()[0]["NotBefore"]) == ("Started", "")


def test_the_number_grows_with_every_change_and_only_then(vm: Vm) -> None:
    numbers = [vm.ask().body["DocumentIncarnation"]]
    vm.trigger("cloud_event", node="ndo-01")
    for seconds in (0, 450, 450, 10, 590, 600):
        vm.simulator.advance(seconds)
        numbers.append(vm.ask().body["DocumentIncarnation"])
    assert numbers == [1, 2, 2, 3, 3, 4, 4]


def test_vms_have_the_names_that_the_setting_gives_them() -> None:
    vm = Vm(cloud_vms={"cvo-vm1": "ndo-01"})
    vm.trigger("cloud_event", node=["ndo-01", "ndo-02"], others=["app-vm1"])
    assert vm.events()[0]["Resources"] == ["cvo-vm1", "ndo-02", "app-vm1"]


def test_an_approval_lets_the_event_begin_soon_and_may_be_repeated(vm: Vm) -> None:
    vm.trigger("cloud_event", node="ndo-01", id="E1")
    assert vm.approve("e1") == vm.approve("E1") == 200
    assert vm.events()[0]["EventStatus"] == "Scheduled"
    vm.simulator.advance(5)
    assert vm.events()[0]["EventStatus"] == "Started"
    assert vm.approve("E1") == 200
    vm.simulator.advance(900)
    assert vm.events() == []
    assert vm.approve("E1") == 400


@pytest.mark.parametrize(
    "body", [b"", b"{", {}, {"StartRequests": []}, {"StartRequests": [{"Id": "E1"}]}, {"StartRequests": [{"EventId": 1}]}]
)
def test_malformed_approvals_are_rejected_and_start_nothing(vm: Vm, body: Any) -> None:
    vm.trigger("cloud_event", node="ndo-01", id="E1")
    assert vm.ask(method="POST", body=body).status == 400
    vm.simulator.advance(60)
    assert vm.events()[0]["EventStatus"] == "Scheduled"


def test_an_approval_with_an_unknown_event_starts_none(vm: Vm) -> None:
    vm.trigger("cloud_event", node="ndo-01", id="E1")
    assert vm.approve("E1", "E2") == 400
    vm.simulator.advance(60)
    assert vm.events()[0]["EventStatus"] == "Scheduled"


def test_the_first_answer_takes_its_time_and_so_does_one_after_a_silent_day() -> None:
    vm = Vm(imds_first_call=120)
    began = vm.simulator.world.now()

    def asked() -> float:
        before = vm.simulator.world.now()
        vm.ask()
        return vm.simulator.world.now() - before

    assert (asked(), asked()) == (120, 0)
    vm.simulator.advance(86000)
    assert asked() == 0
    vm.simulator.advance(86500)
    assert asked() == 120
    assert vm.simulator.world.now() - began == 120 + 86000 + 86500 + 120


def test_faults_strike_it_as_they_strike_the_cluster(vm: Vm) -> None:
    vm.trigger("cloud_event", node="ndo-01", id="E1")
    vm.simulator.faults.on("GET", "/metadata/scheduledevents", "status", status=500)
    vm.simulator.faults.on("GET", "/metadata/scheduledevents", "delay", nth=2, seconds=90)
    vm.simulator.faults.on("POST", "/metadata/*", "drop_after")
    assert vm.ask().status == 500
    before = vm.simulator.world.now()
    assert vm.ask().status == 200 and vm.simulator.world.now() == before + 90
    assert vm.ask(method="POST", body={"StartRequests": [{"EventId": "E1"}]}).drop == "close"
    vm.simulator.advance(5)
    assert vm.events()[0]["EventStatus"] == "Started"


def test_it_answers_while_the_management_address_is_silent_and_is_in_the_same_log(vm: Vm) -> None:
    vm.simulator.world.settings["silent_until"] = vm.simulator.world.now() + 60
    assert vm.ask().status == 200
    (entry,) = vm.simulator.log.entries
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/metadata/scheduledevents", 200)


def test_it_listens_by_plain_http_without_a_login_and_stops_with_the_cluster() -> None:
    with Simulator("ha_pair", imds=True) as simulator:
        url = str(simulator.imds_url)
        answer = requests.get(url, params={"api-version": "2020-07-01"}, headers={"Metadata": "true"}, timeout=10)
        assert answer.json() == {"DocumentIncarnation": 1, "Events": []}
        assert answer.headers["Date"] == "Thu, 01 Jan 2026 00:00:00 GMT"
        assert requests.get(simulator.control_url + "/log", verify=simulator.ca_path, timeout=10).json()["requests"]
    assert simulator.imds_url is None
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=10)


def test_events_are_set_off_through_the_control_paths() -> None:
    with Simulator("ha_pair", imds=True) as simulator:
        wanted = {"name": "cloud_timeline", "args": {"name": "redeploy", "node": "ndo-02"}}
        assert requests.post(f"{simulator.control_url}/trigger", json=wanted, verify=simulator.ca_path, timeout=10).status_code == 200
        wrong = {"name": "cloud_event", "args": {"node": "ndo-02", "type": "Flood"}}
        assert requests.post(f"{simulator.control_url}/trigger", json=wrong, verify=simulator.ca_path, timeout=10).status_code == 400
        answer = requests.get(str(simulator.imds_url) + "?api-version=2020-07-01", headers={"Metadata": "true"}, timeout=10).json()
        assert [(event["EventType"], event["Resources"]) for event in answer["Events"]] == [("Redeploy", ["ndo-02"])]
