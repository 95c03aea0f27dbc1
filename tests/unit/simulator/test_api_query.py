# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The query language: what a value in a query selects."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.ndo.ontap.tests.simulator.api.query import Filter, alternatives
from ansible_collections.ndo.ontap.tests.simulator.model.refusal import Refusal
from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client

STRINGS = [
    ("vol1", "vol1", True),
    ("vol1", "vol10", False),
    ("vol1", "VOL1", False),
    ("a|b", "b", True),
    ("a,b", "b", True),
    ("a|b", "c", False),
    ("a,", "a", True),
    ("vol*", "vol_9", True),
    ("*vol", "vol_9", False),
    ("*", "anything", True),
    ("*", None, False),
    ("!vol1", "vol2", True),
    ("!vol1", "vol1", False),
    ("!vol1", None, True),
    ("!vol*", "vol1", False),
    ("null", None, True),
    ("null", "x", False),
    ("null", [], True),
    ("!null", "x", True),
    ("!null", None, False),
    ('"a|b"', "a|b", True),
    ('"a|b"', "a", False),
    ('"vol*"', "vol*", True),
    ('"vol*"', "vol1", False),
    ('"!x"', "!x", True),
    ('"a,b",c', "c", True),
    ("<b", "a", True),
    ("<b", "b", False),
    ("a..c", "b", True),
    ("a..c", "d", False),
    (">P2D", "P3DT1H", True),
    (">P2D", "PT47H", False),
    ("PT60S", "PT1M", True),
    ("", None, True),
    ("", "", True),
    ("", "x", False),
]


def one(text: str, value: Any, kind: str = "string") -> bool:
    """Whether a filter on a field selects a record with this value."""
    return Filter("field", text, kind).matches({} if value is None else {"field": value})


@pytest.mark.parametrize(("text", "value", "selected"), STRINGS)
def test_strings(text: str, value: Any, selected: bool) -> None:
    assert one(text, value) is selected


@pytest.mark.parametrize(
    ("text", "value", "selected"),
    [
        ("5", 5, True),
        ("5.0", 5, True),
        ("<5", 4, True),
        ("<5", 5, False),
        ("<=5", 5, True),
        (">5", 10, True),
        (">=5", 5, True),
        (">=5", 4, False),
        ("3..7", 7, True),
        ("3..7", 8, False),
        ("!3..7", 8, True),
        ("1|10..20", 15, True),
        (">5", None, False),
    ],
)
def test_numbers_are_compared_as_numbers(text: str, value: Any, selected: bool) -> None:
    assert one(text, value, "integer") is selected


@pytest.mark.parametrize(
    ("text", "value", "selected"),
    [
        (">=2026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00", True),
        (">=2026-01-01T02:00:00+01:00", "2026-01-01T00:59:59+00:00", False),
        ("<1767225600", "2025-12-31T23:59:59+00:00", True),
        ("2025-12-31..2026-01-02", "2026-01-01T12:00:00+00:00", True),
    ],
)
def test_moments_are_compared_as_moments(text: str, value: str, selected: bool) -> None:
    assert one(text, value, "datetime") is selected


@pytest.mark.parametrize(("text", "value", "selected"), [("true", True, True), ("false", True, False), ("!true", False, True)])
def test_booleans(text: str, value: bool, selected: bool) -> None:
    assert one(text, value, "boolean") is selected


def test_any_member_of_a_list_is_enough_and_not_means_none_of_them() -> None:
    record = {"nodes": [{"name": "a"}, {"name": "b"}], "services": ["x", "y"]}
    assert Filter("nodes.name", "b", "string").matches(record)
    assert Filter("services", "z|y", "string").matches(record)
    assert not Filter("nodes.name", "!b", "string").matches(record)
    assert Filter("nodes.name", "!c", "string").matches(record)


@pytest.mark.parametrize(("kind", "text"), [("integer", "five"), ("boolean", "yes"), ("datetime", "tomorrow")])
def test_a_value_of_the_wrong_type_is_refused(kind: str, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        Filter("field", text, kind)
    assert (refused.value.code, refused.value.target) == ("2", "field")


@given(st.text(alphabet=st.characters(exclude_characters='"', exclude_categories=("Cs",))))
def test_quotes_make_any_value_literal(text: str) -> None:
    assert one(f'"{text}"', text)
    assert not one(f'"{text}"', text + "x")


@given(st.lists(st.text(alphabet='ab"|,*!', max_size=8), min_size=1))
def test_no_query_is_more_than_its_parts(texts: list[str]) -> None:
    joined = "|".join(texts)
    assert "".join(alternatives(joined)).replace('"', "").count("a") == joined.count("a")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name=ndo-01", ["ndo-01"]),
        ("name=ndo-0*&name=!ndo-01", ["ndo-02"]),
        ("ha.partners.name=ndo-01", ["ndo-02"]),
        ("ha.enabled=false", []),
        ("state=up|degraded&ha.takeover.state=not_attempted", ["ndo-01", "ndo-02"]),
        ("uptime=%3E100", ["ndo-01", "ndo-02"]),
        ("name=%22ndo-02%22", ["ndo-02"]),
        ("version.minor=1&version.major=16", ["ndo-01", "ndo-02"]),
    ],
)
def test_filters_on_nodes(query: str, names: list[str]) -> None:
    assert Client().names(f"/api/cluster/nodes?{query}") == names


def test_a_reference_can_be_filtered_by_the_name_of_what_it_refers_to() -> None:
    client = Client()
    assert client.names("/api/storage/volumes?svm=san1") == client.names("/api/storage/volumes?svm.name=san1") != []


def test_filters_work_on_fields_that_do_not_come_back_by_themselves() -> None:
    record = Client().get("/api/storage/volumes?is_svm_root=true&svm.name=nas1")["records"][0]
    assert record["is_svm_root"] is True and record["svm"] == {"name": "nas1"}


@pytest.mark.parametrize(
    ("query", "code"),
    [("nonsense=1", "262197"), ("ha=1", "262197"), ("state=sleeping", "2"), ("uptime=long", "2"), ("ha.enabled=perhaps", "2")],
)
def test_what_the_resource_does_not_have_is_refused(query: str, code: str) -> None:
    assert Client().refused("GET", f"/api/cluster/nodes?{query}") == (400, code)


def test_a_field_that_the_release_lacks_is_unknown() -> None:
    query = "/api/cluster/nodes?ha.takeover_check.takeover_possible=true"
    assert Client(version=(9, 14, 1)).names(query) == ["ndo-01", "ndo-02"]
    assert Client(version=(9, 13, 1)).refused("GET", query) == (400, "262197")
