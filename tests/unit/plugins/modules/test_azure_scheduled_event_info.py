# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scheduled events as a playbook sees them: documents of every kind, sources that fail, nodes and times."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ansible_collections.ndo.ontap.plugins.module_utils.errors import MalformedDocument
from ansible_collections.ndo.ontap.plugins.module_utils.scheduled_events import Document, moment_of, spell
from ansible_collections.ndo.ontap.tests.simulator.model.ha import TRIGGERS
from ansible_collections.ndo.ontap.tests.unit import harness

MODULE = "azure_scheduled_event_info"
WAYS = sorted(harness.WAYS)
EVENT: dict[str, Any] = {
    "EventId": "C7061BAC",
    "EventType": "Reboot",
    "ResourceType": "VirtualMachine",
    "Resources": ["cvo-vm1"],
    "EventStatus": "Scheduled",
    "NotBefore": "Thu, 01 Jan 2026 00:14:00 GMT",
    "Description": "Host server is undergoing maintenance.",
    "EventSource": "Platform",
    "DurationInSeconds": 9,
}
VMS = {"CVO-VM1": "ndo-01", "cvo-vm2": "ndo-02"}


def document(*events: dict[str, Any], incarnation: Any = 7) -> dict[str, Any]:
    """A document with these events; each is EVENT but for what is given."""
    return {"DocumentIncarnation": incarnation, "Events": [{**EVENT, **event} for event in events]}


def read(lab: Any, said: Any = None, way: str = "ordinary", **options: Any) -> dict[str, Any]:
    """What the module makes of a document at the start of the simulated clock; it must succeed."""
    result = lab().run(MODULE, way=way, document=document({}) if said is None else said, **options)
    assert not result.get("failed"), result
    return result


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", ["dictionary", "text", "file"])
def test_event_is_told_in_full_wherever_the_document_comes_from(lab: Any, tmp_path: Path, way: str, form: str) -> None:
    said = document({})
    source: dict[str, Any] = {"document": said if form == "dictionary" else json.dumps(said)}
    if form == "file":
        (tmp_path / "events.json").write_text(json.dumps(said), encoding="utf-8")
        source = {"path": str(tmp_path / "events.json")}
    result = lab().run(MODULE, way=way, vms=VMS, **source)
    assert result["records"] == [
        {
            "id": "C7061BAC",
            "type": "Reboot",
            "status": "Scheduled",
            "not_before": "2026-01-01T00:14:00Z",
            "seconds_left": 840,
            "duration": 9,
            "resources": ["cvo-vm1"],
            "nodes": ["ndo-01"],
            "unknown": [],
            "source": "Platform",
            "description": "Host server is undergoing maintenance.",
            "supported": True,
            "handled_by": "operator",
        }
    ]
    assert (result["incarnation"], result["unchanged"], result["changed"]) == (7, False, False)
    assert (result["unknown"], result["duplicates"], result["now"]) == ([], [], "2026-01-01T00:00:00Z")
    assert result["origin"] == source.get("path", "document")
    assert result["api"]["requests"] == 0


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        # The day of the week of the first is wrong, as in Azure's own example.
        ("Mon, 11 Apr 2026 22:26:58 GMT", "2026-04-11T22:26:58Z"),
        ("Sat, 11 Apr 2026 22:26:58 +0200", "2026-04-11T20:26:58Z"),
        ("2016-09-19T18:29:47Z", "2016-09-19T18:29:47Z"),
        ("2016-09-19T18:29:47.1234567Z", "2016-09-19T18:29:47Z"),
        ("2016-09-19T18:29:47", "2016-09-19T18:29:47Z"),
        ("soon", None),
        ("32 Foo 2026", None),
    ],
)
def test_dates_are_read_in_either_form(text: str, moment: str | None) -> None:
    assert spell(moment_of(text)) == moment


@pytest.mark.parametrize("blank", ["", "  ", None])
@pytest.mark.parametrize("status", ["Scheduled", "Started"])
def test_blank_not_before_is_no_time_at_all(lab: Any, blank: Any, status: str) -> None:
    (record,) = read(lab, document({"NotBefore": blank, "EventStatus": status}))["records"]
    assert (record["status"], record["not_before"], record["seconds_left"]) == (status, None, None)


def test_time_that_has_passed_is_negative_and_none_when_it_has_begun(lab: Any) -> None:
    late = "Wed, 31 Dec 2025 23:59:50 GMT"
    first, second = read(lab, document({"NotBefore": late}, {"EventId": "2", "NotBefore": late, "EventStatus": "Started"}))["records"]
    assert (first["seconds_left"], second["seconds_left"]) == (-10, None)


@pytest.mark.parametrize(("said", "duration"), [(0, 0), (9, 9), ("9", 9), (-1, None), (None, None)])
def test_unknown_duration_is_null(lab: Any, said: Any, duration: int | None) -> None:
    assert read(lab, document({"DurationInSeconds": said}))["records"][0]["duration"] == duration


def test_events_of_older_versions_lack_properties(lab: Any) -> None:
    old = {name: value for name, value in EVENT.items() if name not in ("Description", "EventSource", "DurationInSeconds", "ResourceType")}
    (record,) = read(lab, {"DocumentIncarnation": 1, "Events": [old]})["records"]
    assert (record["description"], record["source"], record["duration"], record["supported"]) == ("", "", None, True)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", "is no JSON"),
        ("{", "is no JSON"),
        ([], "is no object but a list"),
        ("null", "is no object but null"),
        ({"Events": []}, "has no DocumentIncarnation"),
        ({"DocumentIncarnation": 1}, "has no Events"),
        ({"DocumentIncarnation": "x", "Events": []}, "DocumentIncarnation that is no whole number: x"),
        ({"DocumentIncarnation": True, "Events": []}, "DocumentIncarnation that is no whole number"),
        ({"DocumentIncarnation": 1, "Events": {}}, "Events that are no list but an object"),
        ({"DocumentIncarnation": 1, "Events": ["E1"]}, "Events[0] that is no object but text"),
        (document({"EventId": ""}), "no EventId in Events[0]"),
        (document({}, {"EventId": "2", "EventType": None}), "no EventType in event 2"),
        (document({"EventStatus": "Completed"}), "EventStatus that nobody knows in event C7061BAC: Completed"),
        (document({"Resources": "cvo-vm1"}), "no list of names in Resources of event C7061BAC"),
        (document({"Resources": [1]}), "no list of names in Resources of event C7061BAC"),
        (document({"NotBefore": "soon"}), "NotBefore in event C7061BAC that is no date: soon"),
        (document({"NotBefore": 12}), "NotBefore in event C7061BAC that is no date: 12"),
        (document({"DurationInSeconds": "long"}), "DurationInSeconds of event C7061BAC that is no whole number: long"),
    ],
)
def test_malformed_document_is_refused_with_what_is_wrong(lab: Any, said: Any, words: str) -> None:
    result = lab().run(MODULE, document=said)
    assert result["failed"] and result["error"]["kind"] == "MalformedDocument"
    assert result["msg"].startswith("The scheduled-events document ") and words in result["msg"], result["msg"]


ODD = some.sampled_from(
    [None, True, 0, -1, 1.5, float("nan"), "", "E1", "Started", "Scheduled", "-1", [], ["vm"], [1], {}, {"EventId": "E1"}]
)


@given(
    some.fixed_dictionaries(
        {"DocumentIncarnation": ODD | some.integers()},
        optional={"Events": ODD | some.lists(some.fixed_dictionaries({}, optional=dict.fromkeys(EVENT, ODD)), max_size=3)},
    )
    | ODD
)
@settings(max_examples=60, deadline=None)
def test_no_document_ends_in_anything_but_a_reading_or_a_clear_refusal(said: Any) -> None:
    try:
        found = Document(said)
    except MalformedDocument as error:
        assert str(error).startswith("The scheduled-events document ")
    else:
        assert all(event.record()["status"] in ("Scheduled", "Started") for event in found.events)


# -- nodes ---------------------------------------------------------------------------------------------------------------


def test_vms_are_found_by_table_and_by_name_whatever_the_case(lab: Any) -> None:
    said = document({"Resources": ["cvo-VM1", "NDO-02", "backup-vm1"]}, {"EventId": "2", "Resources": ["backup-vm1"]})
    result = read(lab, said, vms={"CVO-vm1": "ndo-01"}, nodes=["ndo-01", "ndo-02"])
    first, second = result["records"]
    assert (first["nodes"], first["unknown"]) == (["ndo-01", "ndo-02"], ["backup-vm1"])
    assert (second["nodes"], second["unknown"]) == ([], ["backup-vm1"])
    assert result["unknown"] == ["backup-vm1"]


def test_node_of_the_table_is_not_looked_for_by_name_too(lab: Any) -> None:
    (record,) = read(lab, document({"Resources": ["ndo-01"]}), vms={"cvo-vm1": "ndo-01"}, nodes=["ndo-01"])["records"]
    assert (record["nodes"], record["unknown"]) == ([], ["ndo-01"])


@pytest.mark.parametrize("vms", [{"a": "ndo-01", "b": "NDO-01"}, {"a": "ndo-01", "A": "ndo-02"}, {"a": ""}, {"a": ["ndo-01"]}])
def test_table_that_is_no_table_is_refused(lab: Any, vms: dict[str, Any]) -> None:
    result = lab().run(MODULE, document=document({}), vms=vms)
    assert result["failed"] and (result["error"]["kind"], result["error"]["target"]) == ("InputError", "vms")


# -- kinds of events -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "supported", "who"),
    [
        ("Freeze", True, "cvo"),
        ("Reboot", True, "operator"),
        ("Redeploy", True, "operator"),
        ("Preempt", False, None),
        ("Terminate", False, None),
        ("Hibernate", False, None),
    ],
)
def test_who_has_to_act_depends_on_the_type(lab: Any, kind: str, supported: bool, who: str | None) -> None:
    (record,) = read(lab, document({"EventType": kind}))["records"]
    assert (record["supported"], record["handled_by"]) == (supported, who)


def test_freeze_is_the_operators_where_cvo_was_told_to_leave_it(lab: Any) -> None:
    assert read(lab, document({"EventType": "Freeze"}), cvo_handles=[])["records"][0]["handled_by"] == "operator"


def test_event_of_something_that_is_no_vm_is_not_supported(lab: Any) -> None:
    assert read(lab, document({"ResourceType": "Disk"}))["records"][0]["supported"] is False


def test_types_are_chosen(lab: Any) -> None:
    said = document({"EventId": "1", "EventType": "Freeze"}, {"EventId": "2"}, {"EventId": "3", "EventType": "Preempt", "Resources": ["x"]})
    assert [one["id"] for one in read(lab, said, types=["Reboot", "Redeploy"])["records"]] == ["2"]
    assert read(lab, said, types=[])["records"] == []


def test_duplicated_event_is_one_event_with_all_its_vms_and_the_later_status(lab: Any) -> None:
    said = document({}, {"EventId": "c7061bac", "EventStatus": "Started", "NotBefore": "", "Resources": ["cvo-vm2"]}, {})
    result = read(lab, said, vms=VMS)
    (record,) = result["records"]
    assert (record["status"], record["not_before"], record["nodes"]) == ("Started", None, ["ndo-01", "ndo-02"])
    assert result["duplicates"] == ["C7061BAC"]


def test_unchanged_incarnation_is_told_and_the_events_all_the_same(lab: Any) -> None:
    same, new = (read(lab, last_incarnation=number) for number in (7, 6))
    assert (same["unchanged"], new["unchanged"]) == (True, False)
    assert same["records"] == new["records"] != []


# -- the service ---------------------------------------------------------------------------------------------------------


def cloud(lab: Any, way: str = "ordinary", **options: Any) -> Any:
    """A lab with a metadata service, which has announced a reboot of ndo-01."""
    cluster = lab(way=way, imds=True, **options)
    TRIGGERS["cloud_event"](cluster.world, node="ndo-01", id="E1")
    return cluster


def ask(cluster: Any, **options: Any) -> dict[str, Any]:
    """What the module makes of the service."""
    return cluster.run(MODULE, **{"url": cluster.simulator.imds_url, "nodes": ["ndo-01", "ndo-02"], **options})


@pytest.mark.parametrize("way", WAYS)
def test_service_is_asked_as_it_wants_to_be_asked(lab: Any, monkeypatch: Any, way: str) -> None:
    cluster = cloud(lab, way)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    result = ask(cluster)
    assert [(one["id"], one["nodes"], one["seconds_left"]) for one in result["records"]] == [("E1", ["ndo-01"], 900)]
    assert (result["origin"], result["api"]["requests"]) == (cluster.simulator.imds_url, 1)
    (entry,) = cluster.requests()
    assert (entry["path"], entry["query"]) == ("/metadata/scheduledevents", "api-version=2020-07-01")


def test_time_that_is_left_is_by_the_clock_of_the_service(lab: Any, monkeypatch: Any) -> None:
    cluster = cloud(lab)
    monkeypatch.setattr(harness.LinkedClock, "wall", lambda self: self.now() + 3600)
    result = ask(cluster)
    assert (result["records"][0]["seconds_left"], result["now"]) == (900, "2026-01-01T00:00:00Z")


@pytest.mark.parametrize("tail", ["", "/", "/metadata/scheduledevents", "/metadata/scheduledevents?api-version=2019-08-01"])
def test_path_and_query_of_the_address_may_be_left_out(lab: Any, tail: str) -> None:
    cluster = cloud(lab)
    assert ask(cluster, url=cluster.simulator.imds_url.partition("/metadata")[0] + tail)["records"][0]["duration"] is None


@pytest.mark.parametrize("kind", ["status", "drop_before", "drop_after", "reset"])
def test_service_that_fails_for_a_while_is_asked_again(lab: Any, kind: str) -> None:
    cluster = cloud(lab)
    cluster.simulator.faults.on("GET", "/metadata/*", kind, times=3, **({"status": 500} if kind == "status" else {}))
    result = ask(cluster)
    assert len(result["records"]) == 1 and result["api"]["requests"] == 4
    assert cluster.world.now() - 1767225600 == 9, "it is asked three seconds apart"


def test_slow_first_answer_is_waited_for(lab: Any) -> None:
    cluster = cloud(lab)
    cluster.world.settings["imds_first_call"] = 120
    assert ask(cluster)["records"][0]["seconds_left"] == 780


@pytest.mark.parametrize("options", [{"retries": 2}, {"timeout": 7}])
def test_service_that_goes_on_failing_is_given_up_after_so_many_tries_or_so_long(lab: Any, options: dict[str, int]) -> None:
    cluster = cloud(lab)
    cluster.simulator.faults.on("GET", "/metadata/*", "status", status=503, times=0)
    result = ask(cluster, **options)
    assert result["failed"] and result["error"]["kind"] == "Unreachable" and result["error"]["status"] == 503
    assert "Only a VM that gets the events" in result["msg"]
    assert result["api"]["requests"] == 3


@pytest.mark.parametrize("answer", [{"status": 400, "body": '{"error": "Bad request."}'}, {"status": 302}, {"status": 404}])
def test_refusal_of_the_service_is_told_and_not_repeated(lab: Any, answer: dict[str, Any]) -> None:
    cluster = cloud(lab)
    cluster.simulator.faults.on("GET", "/metadata/*", "status", **answer)
    result = ask(cluster)
    assert result["failed"] and f"HTTP {answer['status']}" in result["msg"]
    assert result["error"]["status"] == answer["status"] and result["api"]["requests"] == 1


def test_answer_that_is_no_json_is_told(lab: Any) -> None:
    cluster = cloud(lab)
    cluster.simulator.faults.on("GET", "/metadata/*", "status", status=200, body="<html>")
    assert "is no JSON" in ask(cluster)["msg"]


def test_nobody_at_the_address(lab: Any) -> None:
    cluster = cloud(lab)
    url = cluster.simulator.imds_url
    cluster.simulator._imds.stop()
    cluster.simulator._imds = None
    result = ask(cluster, url=url)
    assert result["failed"] and "the connection was refused" in result["msg"] and result["api"]["requests"] == 4


# -- what makes no sense -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_sources_exclude_one_another(lab: Any, way: str) -> None:
    result = lab().run(MODULE, way=way, document=document({}), path="/nowhere")
    assert result["failed"] and "mutually exclusive" in result["msg"]


def test_file_that_is_not_there_or_no_text_is_told(lab: Any, tmp_path: Path) -> None:
    assert "No such file" in lab().run(MODULE, path=str(tmp_path / "none"))["msg"]
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    assert "is no text" in lab().run(MODULE, path=str(tmp_path / "bytes"))["msg"]


@pytest.mark.parametrize("url", ["169.254.169.254", "ftp://host", "http://"])
def test_address_that_is_none_is_refused(lab: Any, url: str) -> None:
    result = lab().run(MODULE, url=url)
    assert result["failed"] and result["error"]["target"] == "url" and result["api"]["requests"] == 0


def test_connection_options_are_not_for_it(lab: Any) -> None:
    result = harness.run_ordinary(MODULE, {"document": document({}), "hostname": "cluster"})
    assert result["failed"] and "Unsupported parameters" in result["msg"]
