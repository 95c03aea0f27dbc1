# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people answer: texts that stand for lists, and values that cannot be meant."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.ndo.ontap.plugins.filter.answers import FilterModule, answer, refused


@pytest.mark.parametrize(
    ("given", "form", "meant"),
    [
        ("ndo-01, ndo-02", "names", ["ndo-01", "ndo-02"]),
        ("ndo-01\nndo-02,\n", "names", ["ndo-01", "ndo-02"]),
        ("", "names", []),
        (None, "names", []),
        (None, "dict", {}),
        (["a, b"], "names", ["a, b"]),
        ('[{"source": "/vol/a/b"}]', "list", [{"source": "/vol/a/b"}]),
        ("- source: /vol/a/b\n", "list", [{"source": "/vol/a/b"}]),
        (" ", "list", []),
        ('{"name": "db"}', "dict", {"name": "db"}),
        ("", "dict", {}),
        ({"name": "db"}, "dict", {"name": "db"}),
    ],
)
def test_text_stands_for_a_list_or_a_dictionary(given: Any, form: str, meant: Any) -> None:
    assert answer(given, form) == meant


def test_text_that_is_neither_yaml_nor_json_is_refused_with_its_place() -> None:
    with pytest.raises(AnsibleFilterError, match="line 1, column 3"):
        answer("{[", "dict")


def test_unknown_form_is_an_error() -> None:
    with pytest.raises(AnsibleFilterError):
        answer("", "tuple")
    with pytest.raises(AnsibleFilterError):
        refused({}, {"a": {"form": "tuple"}})


@pytest.mark.parametrize(
    ("limit", "good", "bad"),
    [
        ({"required": True}, ["x"], ["", "  ", None, 7, "a\nb"]),
        ({"pattern": "[a-z]+"}, ["", "abc"], ["ABC"]),
        ({"form": "integer", "min": 30, "max": 300}, [30, 300, "45"], [29, 301, "", "30.5", True, None, "x", []]),
        ({"form": "boolean"}, [True, False, "true", "no", None], ["", "maybe", 2]),
        ({"form": "boolean", "empty": True}, [""], ["maybe"]),
        ({"form": "size"}, ["0", "500GiB", 1024, "1.5 TB"], ["", "many", "-1", "5GiBs"]),
        ({"form": "size", "empty": True}, [""], ["many"]),
        ({"form": "names", "choices": ["a", "b"]}, [[], "", "a,b", ["b"]], ["c", ["a", "c"], 7, {"a": 1}, [""]]),
        ({"form": "names", "required": True}, ["a"], ["", [], ","]),
        (
            {"form": "sessions"},
            ["user=EXAMPLE\\a, client=10.0.0.0/8", "", [{"share": "x"}]],
            ["anna", [{"user": ""}], "client=10.0.0.1/8", [7]],
        ),
        ({"form": "mixed", "required": True}, ["a", [{"lun": "x"}, "y"]], ["", [7], [{}], 7]),
        (
            {"form": "list", "options": {"source": {"required": True}}},
            [[], "", [{"source": "a"}]],
            ["a", [{}], [{"source": ""}], [7], "{["],
        ),
        ({"form": "dict"}, ["{}", {}, "", None], ["a", [], 7, "{["]),
        ({"form": "any", "required": True}, [0, "a"], ["", None]),
    ],
)
def test_limits_tell_good_values_from_bad_ones(limit: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert refused({"it": value}, {"it": limit}) == [], value
    for value in bad:
        assert len(refused({"it": value}, {"it": limit})) == 1, value


def test_everything_is_told_at_once_in_sentences() -> None:
    limits: dict[str, Any] = {
        "members": {"form": "list", "options": {"source": {"required": True}, "kept": {"form": "boolean"}}},
        "window": {"form": "integer", "min": 30, "max": 300},
    }
    wrong = refused({"members": [{"kept": "maybe", "other": 1}], "window": 20}, limits)
    assert wrong == [
        "members has an entry 1: it lacks source.",
        "members has an entry 1: it has a key other that is not known.",
        "members has an entry 1: it has a kept that is 'maybe'; it has to be true or false.",
        "window is 20; it has to be 30 to 300.",
    ]


def test_further_keys_are_allowed_where_the_limit_is_open() -> None:
    assert refused({"it": {"name": "a", "more": 1}}, {"it": {"form": "dict", "open": True, "options": {"name": {}}}}) == []


def test_both_filters_are_there() -> None:
    assert set(FilterModule().filters()) == {"answer", "refused"}
