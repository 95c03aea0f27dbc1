# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules that say what comes next about events of a cloud: what they never allow, and what they do in each case."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ansible_collections.ndo.ontap.plugins.module_utils import cloud_maintenance as rules
from ansible_collections.ndo.ontap.plugins.module_utils.cloud_marks import Mark, mark_from, marks_among
from ansible_collections.ndo.ontap.plugins.module_utils.cloud_scene import ACT, HELD, NOTED, WAITING, Finding, Node, Planned, Scene, Terms
from ansible_collections.ndo.ontap.plugins.module_utils.ha import Pair
from ansible_collections.ndo.ontap.plugins.module_utils.scheduled_events import Event

NOW = 1_000_000.0
A, B = "ndo-01", "ndo-02"
TERMS: dict[str, Any] = {
    "approve": False, "approved": [], "adopt": False, "keep_out": True, "lead_seconds": 9000, "takeover_seconds": 240, "event_seconds": 600,
    "giveback_seconds": 240, "cvo_grace": 120, "cvo_giveback_wait": 900, "cvo_handles": ["Freeze"],
}  # fmt: skip
RECORDS = {
    "home": ("up", "not_attempted", "nothing_to_giveback"),
    "takeover_in_progress": ("up", "in_progress", "nothing_to_giveback"),
    "taken_over": ("waiting_for_giveback", "in_takeover", "not_attempted"),
    "giveback_in_progress": ("up", "in_takeover", "in_progress"),
    "partially_given_back": ("up", "not_attempted", "failed"),
    "down": ("down", "not_possible", "nothing_to_giveback"),
}
"""Storage of a node -> its state, and what its partner's takeover and giveback say."""


def event(name: str = "x", kind: str = "Reboot", left: float | None = 900, status: str = "Scheduled", nodes: Any = (A,)) -> Planned:
    """An event of a document."""
    said = {"EventId": name, "EventType": kind, "EventStatus": status, "Resources": list(nodes), "NotBefore": ""}
    made = Event(said, "a test")
    made.not_before = None if left is None or status == "Started" else NOW + left
    return Planned(made, list(nodes))


def nodes(a: str = "home", b: str = "home", marks: dict[str, str] | None = None, serviced: Any = (), auto: Any = (A, B)) -> dict[str, Node]:
    """A pair whose nodes have their storage in these places, and these marks on them."""
    records: dict[str, dict[str, Any]] = {}
    for name, other, mine, its in ((A, B, a, b), (B, A, b, a)):
        takeover, giveback = RECORDS[its][1:]
        told = {"enabled": True, "auto_giveback": name in auto, "partners": [{"name": other}], "interconnect": {"state": "up"}}
        records[name] = {
            "name": name,
            "uuid": name,
            "state": RECORDS[mine][0],
            "ha": {**told, "takeover": {"state": takeover}, "giveback": {"state": giveback}},
        }
    found = {name: mark_from(text) for name, text in (marks or {}).items()}
    pairs = {A: Pair(records[A], records[B]), B: Pair(records[B], records[A])}
    return {name: Node(pairs[name], storage, found.get(name), name in serviced) for name, storage in ((A, a), (B, b))}


def look(
    pair: dict[str, Node], *events: Planned, waited: float = 0.0, live: bool = True, incarnation: int = 7, **terms: Any
) -> list[Finding]:
    """What the rules find."""
    about: dict[str, Any] = {"now": NOW, "incarnation": incarnation, "live": live, "waited": lambda key: waited}
    return rules.findings(Scene(pair, list(events), Terms({**TERMS, **terms}), **about))


def task(found: list[Finding]) -> dict[str, Any]:
    """The one thing to do."""
    (one,) = [one.task for one in found if one.kind == ACT and one.task]
    return one


def only(found: list[Finding]) -> Finding:
    """The one finding."""
    (one,) = found
    return one


# -- what is never allowed -------------------------------------------------------------------------------------------------

STORAGE = some.sampled_from(sorted(RECORDS))
EVENTS = some.lists(
    some.builds(
        event,
        name=some.sampled_from(["x", "y", "z"]),
        kind=some.sampled_from(["Freeze", "Reboot", "Redeploy", "Preempt"]),
        left=some.sampled_from([None, -60, 100, 900, 1200, 9000]),
        status=some.sampled_from(["Scheduled", "Started"]),
        nodes=some.sampled_from([(A,), (B,), (A, B)]),
    ),
    max_size=3,
    unique_by=lambda one: one.id,
)
MARKS = some.dictionaries(
    some.sampled_from([A, B]),
    some.builds("{}.both.{}.{}".format, some.sampled_from(["begun", "taken", "joined", "served"]), some.just(5), some.sampled_from("xyz")),
)
FREE = {
    "a": STORAGE, "b": STORAGE, "marks": MARKS, "events": EVENTS, "approve": some.booleans(), "adopt": some.booleans(),
    "live": some.booleans(), "waited": some.sampled_from([0.0, 10000.0]),
}  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(**FREE)
def test_no_takeover_is_proposed_that_could_leave_nobody(a: str, b: str, marks: Any, events: Any, **how: Any) -> None:
    pair = nodes(a, b, marks)
    found = look(pair, *events, **how)
    assert len([one for one in found if one.kind == ACT]) <= 1
    for one in (one for one in found if one.task and one.task["action"] == "takeover" and not one.task["joined"]):
        partner = pair[pair[one.node].partner or ""]
        assert pair[one.node].storage == "home" and partner.storage == "home"
        done = partner.mark.event if partner.mark and partner.mark.stage == "served" else None
        for other in (other for other in events if partner.name in other.nodes and other.id != done):
            assert other.event.status == "Scheduled" and other.event.not_before and other.event.not_before >= NOW + 240 + 600 + 240
        for mark in (node.mark for node in pair.values() if node.mark and node.mark.open):
            assert mark.stage == "begun" and mark.event == one.event
        assert (pair[one.node].mark is None) or pair[one.node].mark.stage != "served" or pair[one.node].mark.event != one.event


@settings(max_examples=250, deadline=None)
@given(**FREE)
def test_approval_and_giveback_are_proposed_only_at_their_time(a: str, b: str, marks: Any, events: Any, **how: Any) -> None:
    pair = nodes(a, b, marks)
    for one in look(pair, *events, **how):
        mark = pair[one.node].mark
        if one.task and one.task["action"] == "approve":
            assert how["approve"] and pair[one.node].storage == "taken_over" and mark and mark.stage in ("taken", "joined")
            assert one.task["event"].id == mark.event == one.event
        if one.task and one.task["action"] == "giveback":
            over = mark is None or not mark.open or mark.event not in {other.id for other in events}
            assert over or pair[one.node].storage == "partially_given_back"
            assert how["adopt"] or (mark and mark.open)


# -- what is done ----------------------------------------------------------------------------------------------------------


def test_nothing_is_found_where_nothing_is_announced() -> None:
    assert look(nodes()) == []


def test_takeover_in_time_says_how_long_it_may_wait_and_what_to_switch_off() -> None:
    found = task(look(nodes(auto=[B]), event()))
    assert (found["action"], found["node"].name, found["late"], found["patience"], found["joined"]) == ("takeover", A, False, 660, False)
    assert found["mark"].text == "taken.partner.7.x"
    assert task(look(nodes(), event(), keep_out=False))["mark"].text == "taken.none.7.x"


@pytest.mark.parametrize(("left", "status"), [(100, "Scheduled"), (-5, "Scheduled"), (None, "Started")])
def test_takeover_that_is_late_is_said_to_be_and_done(left: Any, status: str) -> None:
    found = look(nodes(), event(left=left, status=status))
    assert task(found)["late"] and "LATE" in found[0].reason and task(found)["patience"] == 0


def test_event_without_a_time_is_served_at_once() -> None:
    assert (task(look(nodes(), event(left=None)))["late"], task(look(nodes(), event(left=None)))["patience"]) == (False, 0)


def test_event_that_is_far_away_is_left_for_later() -> None:
    found = only(look(nodes(), event(left=86400), lead_seconds=1200))
    assert found.kind == NOTED and "from 1200 s before" in found.reason
    assert task(look(nodes(), event(left=1200), lead_seconds=1200))["action"] == "takeover"


def test_cvo_has_a_grace_to_begin_by_itself_unless_time_is_short_or_it_was_told_not_to() -> None:
    freeze = event(kind="Freeze")
    assert only(look(nodes(), freeze)).kind == WAITING
    assert task(look(nodes(), freeze, waited=121))["mark"].stage == "taken"
    assert task(look(nodes(), event(kind="Freeze", left=200)))["late"]
    assert task(look(nodes(), freeze, cvo_handles=[]))["action"] == "takeover"


@pytest.mark.parametrize(
    ("kind", "mark", "stage"), [("Freeze", None, "joined"), ("Freeze", "begun.both.7.x", "taken"), ("Reboot", None, "taken")]
)
def test_takeover_that_is_there_is_joined_and_remembered_as_whose_it_is(kind: str, mark: str | None, stage: str) -> None:
    for storage in ("takeover_in_progress", "taken_over"):
        found = task(look(nodes(storage, marks={A: mark} if mark else {}), event(kind=kind)))
        assert (found["action"], found["joined"], found["mark"].stage) == ("takeover", True, stage)


def test_end_of_the_event_is_waited_for_and_approved_once_when_asked() -> None:
    out = nodes("taken_over", marks={A: "taken.both.7.x"})
    assert only(look(out, event())).kind == WAITING
    assert task(look(out, event(), approve=True))["action"] == "approve"
    assert only(look(out, event(), approve=True, approved=["X"])).kind == WAITING
    assert only(look(out, event(status="Started"), approve=True)).kind == WAITING


def test_storage_goes_home_when_the_event_is_gone_and_the_proof_follows() -> None:
    assert task(look(nodes("taken_over", marks={A: "taken.both.7.x"})))["steps"] == ["giveback", "verify"]
    assert task(look(nodes("giveback_in_progress", marks={A: "taken.both.7.x"})))["steps"] == ["giveback", "verify"]
    assert task(look(nodes(marks={A: "taken.both.7.x"})))["steps"] == ["verify"]
    assert task(look(nodes(marks={A: "begun.both.7.x"})))["steps"] == ["verify"], "cancelled before the takeover"
    assert look(nodes(marks={A: "served.none.7.x"})) == []


def test_cvo_is_given_time_to_bring_its_node_back() -> None:
    out = nodes("taken_over", marks={A: "joined.none.7.x"})
    assert only(look(out)).kind == WAITING
    assert task(look(out, waited=901))["steps"] == ["giveback", "verify"]


def test_event_that_was_served_is_known_when_it_comes_again() -> None:
    found = only(look(nodes(marks={A: "served.none.7.x"}), event("X")))
    assert found.kind == NOTED and "once more" in found.reason


def test_node_that_came_home_early_is_not_taken_over_twice_for_one_event() -> None:
    found = only(look(nodes(marks={A: "taken.both.7.x"}), event()))
    assert found.kind == WAITING and "not taken over twice" in found.reason


def test_node_that_is_out_stays_out_for_its_next_event() -> None:
    found = task(look(nodes("taken_over", marks={A: "taken.partner.7.x"}), event("y"), incarnation=9))
    assert (found["action"], found["joined"], found["mark"].text) == ("takeover", True, "taken.partner.9.y")


# -- what is held ----------------------------------------------------------------------------------------------------------


def held(found: list[Finding], *words: str) -> None:
    """Nothing is done, and the reason has these words."""
    assert not [one for one in found if one.task]
    (one,) = [one for one in found if one.kind == HELD]
    assert "ON HOLD" in one.reason
    assert all(word in one.reason for word in words), one.reason


@pytest.mark.parametrize("kind", ["Reboot", "Freeze", "Preempt"])
@pytest.mark.parametrize(("left", "status"), [(None, "Started"), (None, "Scheduled"), (1000, "Scheduled")])
def test_node_with_an_event_of_its_own_takes_nobody_over_if_that_comes_too_early(kind: str, left: Any, status: str) -> None:
    found = look(nodes(), event("x", left=300), event("y", kind=kind, left=left, status=status, nodes=[B]))
    assert not [one for one in found if one.node == A and one.task]


def test_earlier_event_is_served_first_when_there_is_time_and_the_later_one_is_held() -> None:
    first, later = event("x", left=600), event("y", left=1500, nodes=[B])
    found = look(nodes(), first, later)
    assert task(found)["node"].name == A
    assert [one.node for one in found if one.kind == HELD] == [B]


def test_approval_makes_time_where_there_is_none_otherwise() -> None:
    first, later = event("x", left=900), event("y", left=1200, nodes=[B])
    found = look(nodes(), first, later)
    assert not [one for one in found if one.task]
    assert "an approval would let this event begin, and end, earlier" in found[0].reason
    assert task(look(nodes(), first, later, approve=True))["node"].name == A


@pytest.mark.parametrize("storage", ["taken_over", "giveback_in_progress", "partially_given_back", "home"])
def test_second_event_is_held_while_the_first_node_is_not_done_with(storage: str) -> None:
    found = look(nodes(storage, marks={A: "taken.both.7.x"}), event("y", left=5000, nodes=[B]))
    assert task(found)["node"].name == A and task(found)["action"] == "giveback"
    assert [one.node for one in found if one.kind == HELD] == [B]


def test_one_event_for_both_nodes_is_held() -> None:
    found = look(nodes(), event(nodes=[A, B]))
    assert not [one for one in found if one.task] and "nobody is left" in found[0].reason


def test_pair_that_cannot_take_over_is_held_in_its_own_words() -> None:
    pair = nodes()
    pair[B].pair.owner["ha"]["enabled"] = False
    held(look(pair, event()), "storage failover is disabled")
    held(look(nodes(b="down"), event()), f"{B} is down")


def test_run_of_node_maintenance_is_left_alone() -> None:
    held(look(nodes("taken_over", serviced=[A]), event()), "node_maintenance")
    held(look(nodes(serviced=[B]), event()), "node_maintenance")
    assert only(look(nodes("taken_over", serviced=[A]))).kind == NOTED


def test_stranger_is_left_alone_unless_adopted() -> None:
    assert only(look(nodes("taken_over"))).kind == NOTED
    assert task(look(nodes("taken_over"), adopt=True))["steps"] == ["giveback", "verify"]


def test_types_that_a_takeover_does_not_help_against_are_only_told() -> None:
    found = only(look(nodes(), event(kind="Preempt")))
    assert found.kind == NOTED and "does not help" in found.reason


def test_copy_from_before_the_event_does_not_end_it() -> None:
    out = nodes("taken_over", marks={A: "taken.both.7.x"})
    found = look(out, live=False, incarnation=6)
    assert not [one for one in found if one.task] and "too old" in found[0].reason
    assert task(look(out, live=False, incarnation=8))["action"] == "giveback"
    assert task(look(out, live=True, incarnation=1))["action"] == "giveback", "the service of another VM may count on its own"


# -- marks -----------------------------------------------------------------------------------------------------------------


def test_marks_are_read_as_they_are_written_and_nothing_else_is() -> None:
    mark = Mark("taken", "C7061BAC-AFDC.x:y", 12, "partner")
    assert mark_from(mark.text).text == mark.text and mark.at("served").text == "served.none.12.C7061BAC-AFDC.x:y"
    for text in (None, "", "taken", "taken.both.7.", "taken.both.x.y", "gone.both.7.y", "taken.some.7.y"):
        assert mark_from(text) is None
    tags = [f"ndo_event_{A}:{mark.text}", "team:storage", "bare", f"ndo_event_{B}:nonsense"]
    assert {name: one.event for name, one in marks_among(tags, [A, B]).items()} == {A: mark.event}
