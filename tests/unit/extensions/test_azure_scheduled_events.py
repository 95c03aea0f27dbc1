# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the event source puts, and when: without ansible-rulebook, which the integration target eda runs."""

from __future__ import annotations

import datetime
import json
from email.utils import format_datetime
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.ndo.ontap.extensions.eda.plugins.event_source import azure_scheduled_events as source
from ansible_collections.ndo.ontap.plugins.module_utils.errors import OntapError
from ansible_collections.ndo.ontap.plugins.module_utils.scheduled_events import Document

NOW = 1767225600.0
MINUTE, DAY = 60, 86400


def moment(seconds: float) -> str:
    """NotBefore of an event that may begin so many seconds from now, as Azure writes it."""
    when = datetime.datetime.fromtimestamp(NOW + seconds, datetime.timezone.utc)
    return format_datetime(when, usegmt=True)


def event(identity: str = "A", **said: Any) -> dict[str, Any]:
    """An event of a document."""
    basis = {"EventType": "Reboot", "ResourceType": "VirtualMachine", "Resources": ["vm1"], "EventStatus": "Scheduled"}
    more = {"NotBefore": moment(15 * MINUTE), "Description": "Host server is undergoing maintenance.", "DurationInSeconds": 9}
    return {"EventId": identity, **basis, **more, "EventSource": "Platform", **said}


def started(identity: str = "A", **said: Any) -> dict[str, Any]:
    """The same, when it has begun."""
    return event(identity, EventStatus="Started", NotBefore="", **said)


class Look:
    """A watch, and the documents that it is given; each has a new incarnation."""

    def __init__(self, **wanted: Any) -> None:
        self.watch = source.Watch(source.arguments(wanted))
        self.incarnation = 0

    def sees(self, *events: Any, later: float = 0, same: bool = False) -> list[dict[str, Any]]:
        """What is put for these events."""
        self.incarnation += not same
        return self.watch.read(json.dumps({"DocumentIncarnation": self.incarnation, "Events": list(events)}).encode(), NOW + later)


def short(puts: list[dict[str, Any]]) -> list[str]:
    """The kind of each, and its event."""
    return [f"{one['change']} {one['event_id']}" if "event_id" in one else one["change"] for one in puts]


# -- what is told, and when ----------------------------------------------------------------------------------------------------


def test_a_new_event_is_told_with_the_whole_document() -> None:
    look = Look()
    look.sees()
    new, due = look.sees(event(), event("B", Resources=["other"], EventType="Terminate"))
    assert short([new, due]) == ["new A", "due A"]
    assert (new["event_type"], new["event_status"], new["resources"], new["not_before"]) == (
        "Reboot",
        "Scheduled",
        ["vm1"],
        moment(15 * MINUTE),
    )
    assert [one["EventId"] for one in new["document"]["Events"]] == ["A", "B"]
    assert new["document"]["DocumentIncarnation"] == 2
    assert (new["due"], due["due"]) == (False, True)


def test_the_first_document_says_how_much_is_due() -> None:
    first, *others = Look().sees(event(), event("B", NotBefore=moment(DAY)))
    assert (first["change"], first["events"], first["due"]) == ("first", 2, 1)
    assert short(others) == ["new A", "new B", "due A"]
    (empty,) = Look().sees()
    assert (empty["change"], empty["events"], empty["due"], empty["document"]["Events"]) == ("first", 0, 0, [])


def test_an_unchanged_incarnation_tells_nothing() -> None:
    look = Look()
    look.sees(event())
    assert look.sees(event(), same=True) == []
    assert look.sees(same=True) == []


def test_what_becomes_started_is_told_but_not_due_again() -> None:
    look = Look()
    look.sees(event())
    (changed,) = look.sees(started())
    assert (changed["change"], changed["event_status"], changed["not_before"]) == ("changed", "Started", "")
    assert changed["previous"] == {"event_status": "Scheduled", "resources": ["vm1"]}
    assert look.sees(started()) == []


def test_what_is_started_at_once_is_new_and_due() -> None:
    look = Look()
    look.sees()
    assert short(look.sees(started())) == ["new A", "due A"]


def test_other_machines_in_an_event_are_a_change_and_their_order_is_none() -> None:
    look = Look()
    look.sees(event(Resources=["vm1", "vm2"]))
    assert look.sees(event(Resources=["vm2", "vm1"])) == []
    assert short(look.sees(event(Resources=["vm2"]))) == ["changed A"]


def test_what_has_gone_has_ended_and_is_told_before_what_is_new() -> None:
    look = Look()
    look.sees(event())
    puts = look.sees(event("B"))
    assert short(puts) == ["ended A", "new B", "due B"]
    assert puts[0]["due"] is True
    assert [one["EventId"] for one in puts[0]["document"]["Events"]] == ["B"]
    assert short(look.sees()) == ["ended B"]


def test_what_comes_back_is_not_due_again() -> None:
    look = Look()
    look.sees(event())
    look.sees()
    assert short(look.sees(event())) == ["returned A"]
    assert short(look.sees()) == ["ended A"]


def test_an_event_in_a_week_is_due_when_its_time_comes() -> None:
    look = Look(lead=1200)
    look.sees()
    assert short(look.sees(event(NotBefore=moment(7 * DAY)))) == ["new A"]
    assert look.sees(later=7 * DAY - 1201, same=True) == []
    assert short(look.sees(later=7 * DAY - 1200, same=True)) == ["due A"]
    assert look.sees(later=7 * DAY, same=True) == []


def test_what_is_cancelled_before_it_was_due_says_so() -> None:
    look = Look()
    look.sees(event(NotBefore=moment(7 * DAY)))
    (ended,) = look.sees()
    assert (ended["change"], ended["due"]) == ("ended", False)


@pytest.mark.parametrize(
    "said", [{"NotBefore": ""}, {"NotBefore": None}, {"NotBefore": moment(-60)}, {"NotBefore": "2026-01-01T00:10:00Z"}]
)
def test_without_a_moment_or_after_it_an_event_is_due(said: dict[str, Any]) -> None:
    assert short(Look().sees(event(**said))) == ["first", "new A", "due A"]


def test_only_events_of_our_machines_and_types_are_told() -> None:
    look = Look(resources=["VM1", "vm2"])
    others = [event("X", Resources=["vm9"]), event("P", EventType="Preempt"), event("T", EventType="Terminate")]
    assert short(look.sees(event(Resources=["vm9", "Vm1"]), *others)) == ["first", "new A", "due A"]
    assert short(look.sees(event(Resources=["vm9"]), *others)) == ["ended A"]
    everything = Look(event_types=[])
    assert short(everything.sees(*others)) == ["first", "new X", "new P", "new T", "due X", "due P", "due T"]


def test_an_event_that_is_there_twice_is_one() -> None:
    look = Look()
    look.sees()
    new, due = look.sees(event(), started("a", Resources=["vm2"]))
    assert (new["resources"], new["event_status"], due["change"]) == (["vm1", "vm2"], "Started", "due")


def test_events_of_the_past_are_forgotten_one_day() -> None:
    look = Look()
    look.sees()
    for number in range(source.REMEMBERED + 5):
        look.sees(event(str(number)))
    look.sees()
    assert len(look.watch.gone) == len(look.watch.due) == source.REMEMBERED
    assert short(look.sees(event("0"), event("999"))) == ["new 0", "returned 999", "due 0"]


def test_the_limit_of_the_runs_goes_along() -> None:
    assert all(one["meta"] == {"hosts": "clusters"} for one in Look(hosts="clusters").sees(event()))
    assert all("meta" not in one for one in Look().sees(event()))


# -- what is refused -----------------------------------------------------------------------------------------------------------

MALFORMED: list[Any] = [
    None, [], "text", {}, {"Events": []}, {"DocumentIncarnation": 2}, {"DocumentIncarnation": "x", "Events": []},
    {"DocumentIncarnation": True, "Events": []}, {"DocumentIncarnation": 2, "Events": {}}, {"DocumentIncarnation": 2, "Events": ["A"]},
    *({"DocumentIncarnation": 2, "Events": [event(**said)]} for said in (
        {"EventId": ""}, {"EventId": 7}, {"EventType": None}, {"EventStatus": "Completed"}, {"EventStatus": " "}, {"Resources": "vm1"},
        {"Resources": [""]}, {"Resources": [1]}, {"Resources": None}, {"NotBefore": "soon"}, {"NotBefore": 12},
        {"NotBefore": "1 Jan 99999999999"}, {"DurationInSeconds": "long"}, {"DurationInSeconds": True},
    )),
]  # fmt: skip


@pytest.mark.parametrize("document", MALFORMED, ids=lambda document: json.dumps(document)[-60:])
def test_a_malformed_document_is_refused_and_ends_nothing(document: Any) -> None:
    look = Look()
    look.sees(event())
    with pytest.raises(ValueError):
        look.watch.read(json.dumps(document).encode(), NOW)
    assert look.sees(event(), same=True) == []
    assert list(look.watch.known) == ["a"]


@pytest.mark.parametrize(
    "text", [b"", b"<html>", b"{", b"\xff\xfe", b'{"DocumentIncarnation": 1, "Events": []' + b" " * source.LIMIT + b"}"]
)
def test_what_is_no_json_or_too_long_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):
        source.parse(text)


def taken_by_both(document: Any) -> tuple[bool, bool]:
    """Whether the source and the runbook take a document."""

    def takes(call: Any) -> bool:
        try:
            call()
        except (OntapError, ValueError):
            return False
        return True

    return takes(lambda: source.parse(json.dumps(document).encode())), takes(lambda: Document(document))


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 3), st.just([]), st.just({}), st.lists(st.sampled_from(["vm1", "vm2", "", 1]), max_size=3),
    st.sampled_from(["", " ", "A", "Scheduled", "Started", "Completed", "Reboot", "-1", "1.5", "x", moment(0)]),
    st.sampled_from(["2026-01-01T00:00:00Z", "2026", "1 Jan 2026"]),
)  # fmt: skip
# The machine may be busy: how long an example takes says nothing.
ANY = settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
EVENTS = st.dictionaries(st.sampled_from(sorted(event())), VALUES, max_size=2).map(lambda said: event(**said))


@ANY
@given(st.fixed_dictionaries({"DocumentIncarnation": VALUES, "Events": st.lists(st.one_of(EVENTS, VALUES), max_size=3)}))
def test_source_and_runbook_refuse_the_same_documents(document: Any) -> None:
    ours, runbooks = taken_by_both(document)
    assert ours == runbooks


@ANY
@given(st.lists(EVENTS, max_size=3))
def test_source_and_runbook_see_the_same_events(events: list[Any]) -> None:
    document = {"DocumentIncarnation": 1, "Events": events}
    if taken_by_both(document) == (True, True):
        _incarnation, _document, ours = source.parse(json.dumps(document).encode())
        seen = {one.id: (one.type, one.status, sorted(one.resources), one.not_before) for one in Document(document).events}
        assert {one.id: (one.type, one.status, list(one.resources), one.not_before) for one in ours.values()} == seen


@ANY
@given(st.text(alphabet="{}%# a", max_size=12))
def test_nothing_that_is_put_is_a_template(text: str) -> None:
    puts = Look().sees(event(Description=text, Resources=["vm1", f"x{text}"], **{f"More{text}": [text]}), started(f"B{text}"))
    assert puts
    for marker in ("{{", "{%", "{#"):
        # The braces of JSON itself stand side by side only where an object is empty or begins with one, which has no text.
        assert not [one for one in strings(puts) if marker in one]


def strings(value: Any) -> list[str]:
    """All texts in a value, names of keys too."""
    if isinstance(value, dict):
        return [text for pair in value.items() for one in pair for text in strings(one)]
    if isinstance(value, list):
        return [text for one in value for text in strings(one)]
    return [value] if isinstance(value, str) else []


# -- while the service fails ---------------------------------------------------------------------------------------------------


def test_an_outage_is_told_once_and_its_end_once() -> None:
    look = Look(attempts=3)
    look.sees(event())
    refused = OSError("Connection refused")
    assert look.watch.failed(refused) + look.watch.failed(refused) == []
    (warning,) = look.watch.failed(refused)
    assert warning["change"] == "warning"
    assert warning["message"] == f"No scheduled events from {source.URL}, 3 time(s) in a row: Connection refused"
    assert look.watch.failed(refused) + look.watch.failed(refused) == []
    assert short(look.sees()) == ["recovered", "ended A"]
    assert look.watch.failed(refused) + look.watch.failed(refused) == []
    assert short(look.watch.failed(refused)) == ["warning"]


def test_failures_that_nobody_was_told_of_need_no_recovery() -> None:
    look = Look(attempts=3)
    look.sees()
    look.watch.failed(OSError("x"))
    assert short(look.sees(event())) == ["new A", "due A"]


def test_pauses_double_up_to_a_limit_and_end_with_the_outage() -> None:
    look = Look(delay=2, max_delay=10)
    pauses = []
    for _attempt in range(5):
        look.watch.failed(OSError("x"))
        pauses.append(look.watch.pause)
    assert pauses == [2, 4, 8, 10, 10]
    look.sees()
    assert look.watch.pause == 2
    slow = Look(delay=300, max_delay=60)
    slow.watch.failed(OSError("x"))
    assert slow.watch.pause == 300


def test_only_the_first_answer_may_take_long() -> None:
    look = Look(timeout=4, first_timeout=200)
    assert look.watch.timeout == 200
    look.sees()
    assert look.watch.timeout == 4


# -- arguments -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted, words",
    [
        ({"dely": 5}, "There is no argument dely"),
        ({"url": "http://h/", "path": "/x"}, "Give url or path, not both."),
        ({"url": "ftp://h/"}, "url must look like http://HOST[:PORT]/PATH"),
        ({"url": "http://user:secret@h/"}, "url must look like"),
        ({"url": "http:///x"}, "url must look like"),
        ({"path": 7}, "path must be text, not 7."),
        ({"delay": 0}, "delay must be a number from 0.05 to 3600, not 0."),
        ({"delay": "often"}, "delay must be a number from 0.05 to 3600, not 'often'."),
        ({"delay": True}, "delay must be a number"),
        ({"timeout": float("nan")}, "timeout must be a number"),
        ({"first_timeout": 601}, "first_timeout must be a number from 0.05 to 600"),
        ({"attempts": 1.5}, "attempts must be a whole number from 1 to 1000, not 1.5."),
        ({"lead": -1}, "lead must be a number from 0 to 2592000, not -1."),
        ({"resources": {"vm1": 1}}, "resources must be a list of names"),
        ({"resources": ["vm1", 2]}, "resources must be a list of names"),
        ({"event_types": [""]}, "event_types must be a list of names"),
        ({"hosts": ["a"]}, "hosts must be text"),
    ],
)
def test_arguments_that_are_wrong_are_refused_in_words(wanted: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError) as refusal:
        source.arguments(wanted)
    assert words in str(refusal.value)


def test_what_a_template_left_empty_is_not_given() -> None:
    assert source.arguments(
        {"url": "", "path": None, "resources": "vm1", "delay": "2.5", "eda_feedback_queue": object()}
    ) == source.arguments({"resources": ["vm1"], "delay": 2.5})


@pytest.mark.parametrize(
    "url, asked",
    [
        ("http://h:81", "http://h:81/metadata/scheduledevents?api-version=2020-07-01"),
        ("http://h/", "http://h/metadata/scheduledevents?api-version=2020-07-01"),
        ("http://h/relay/", "http://h/relay?api-version=2020-07-01"),
        ("http://h/relay?api-version=2019-08-01", "http://h/relay?api-version=2019-08-01"),
    ],
)
def test_path_and_version_of_the_service_may_be_left_out(url: str, asked: str) -> None:
    assert source.arguments({"url": url}).url == asked


def test_the_documentation_is_what_is_taken() -> None:
    options = yaml.safe_load(source.DOCUMENTATION)["options"]
    assert sorted(options) == sorted(source.Arguments._fields)
    documented = {name: one["default"] for name, one in options.items() if "default" in one}
    assert source.arguments(documented) == source.arguments({})
    for one in yaml.safe_load(source.EXAMPLES):
        assert source.arguments(one["ndo.ontap.azure_scheduled_events"])
