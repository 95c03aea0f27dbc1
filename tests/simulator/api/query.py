# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The query language of the API: what a value in a query means, and whether a record matches it.

    a|b  a,b     any of             !x     not                null  !null   not set, set
    lo..hi       range              <x >x <=x >=x             *             wildcard
    "a|b*"       literally

Source: API documentation, and what the vendor's clients send. Choices, where no source decides: `!` belongs to its own
alternative; on a list, `!x` means that no member is x; strings compare by their characters, with case; an empty list counts as
not set.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Any, Callable

from ..schema import Field
from ..store import Row
from .errors import bad_filter

Test = Callable[[list[Any]], bool]
DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
OPERATOR = re.compile(r"^[!<>]|\*|\.\.")
"""What may make a value more than a plain one."""

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
}


def values_at(record: Any, parts: list[str]) -> Iterable[Any]:
    """Every value under a dotted name, through lists; values that are not set are left out."""
    if isinstance(record, list):
        for item in record:
            yield from values_at(item, parts)
    elif not parts:
        if record is not None:
            yield record
    elif isinstance(record, dict) and parts[0] in record:
        yield from values_at(record[parts[0]], parts[1:])


def first_at(record: Any, parts: list[str]) -> Any:
    """The first value under a dotted name, or None."""
    value = record
    for part in parts:
        if not isinstance(value, dict):
            return next(iter(values_at(record, parts)), None)
        value = value.get(part)
    return value


def comparable(kind: str, value: Any) -> Any:
    """A value in a form that can be compared; raises ValueError when the text cannot be of this kind."""
    if kind in ("integer", "number"):
        return float(value)
    if kind == "boolean":
        text = str(value).lower()
        if text not in ("true", "false"):
            raise ValueError(value)
        return text == "true"
    if kind == "datetime":
        return moment(str(value))
    span = DURATION.fullmatch(str(value)) if str(value)[:1] == "P" and str(value)[1:2] else None
    if span and kind == "string":
        days, hours, minutes, seconds = (int(part or 0) for part in span.groups())
        return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return str(value)


def moment(text: str) -> float:
    """Seconds since the epoch: written as such (source: harvest filters so), or as an ISO date."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    parsed = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=datetime.timezone.utc)).timestamp()


class Filter:
    """One query parameter that selects records."""

    def __init__(self, name: str, text: str, kind: str, values: Iterable[str] = ()) -> None:
        self.name = name
        self.kind = kind
        self._parts = name.split(".")
        self._values = {value.lower() for value in values}
        self._wanted: set[Any] = set()
        """The alternatives that are plain values: thousands of them cost one look."""
        self._tests: list[Test] = []
        try:
            for one in alternatives(text):
                self._add(one)
        except ValueError:
            raise bad_filter(name, text) from None

    def matches(self, record: Row) -> bool:
        """Whether the record is one that the parameter selects."""
        values = list(values_at(record, self._parts))
        if self._wanted and any(comparable(self.kind, value) in self._wanted for value in values):
            return True
        return any(test(values) for test in self._tests)

    def _add(self, text: str) -> None:
        literal = len(text) > 1 and text[0] == text[-1] == '"'
        if literal or not (text in ("", "null") or OPERATOR.search(text)):
            self._wanted.add(self._plain(text[1:-1] if literal else text))
        else:
            self._tests.append(self._test(text))

    def _test(self, text: str) -> Test:
        if text.startswith("!"):
            inner = self._test(text[1:])
            return lambda values: not inner(values)
        if text == "null":
            return lambda values: not values
        if text == "":
            return lambda values: not values or "" in values
        if len(text) > 1 and text[0] == text[-1] == '"':
            return self._equal(text[1:-1])
        for sign, compare in COMPARE.items():
            if text.startswith(sign):
                return self._ordered(compare, text[len(sign) :])
        low, dots, high = text.partition("..")
        if dots and low and high:
            return self._range(low, high)
        return self._like(text) if "*" in text else self._equal(text)

    def _plain(self, text: str) -> Any:
        if self._values and text.lower() not in self._values:
            raise ValueError(text)
        return comparable(self.kind, text)

    def _equal(self, text: str) -> Test:
        wanted = self._plain(text)
        return lambda values: any(self._value(value) == wanted for value in values)

    def _ordered(self, compare: Callable[[Any, Any], bool], text: str) -> Test:
        limit = comparable(self.kind, text.strip('"'))
        return lambda values: any(_safely(compare, self._value(value), limit) for value in values)

    def _range(self, low: str, high: str) -> Test:
        first, last = comparable(self.kind, low), comparable(self.kind, high)
        return lambda values: any(_safely(lambda value, _none: first <= value <= last, self._value(value), None) for value in values)

    def _like(self, text: str) -> Test:
        pattern = re.compile(".*".join(re.escape(part.replace('"', "")) for part in text.split("*")), re.DOTALL)
        return lambda values: any(pattern.fullmatch(_text(value)) for value in values)

    def _value(self, value: Any) -> Any:
        return comparable(self.kind, value)


def _safely(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    try:
        return compare(left, right)
    except TypeError:
        return False


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def alternatives(text: str) -> list[str]:
    """The parts between | and , that are not inside double quotes; empty parts say nothing."""
    parts = [""]
    for token in re.findall(r'"[^"]*"|[|,]|[^|,"]+|"', text):
        if token in ("|", ","):
            parts.append("")
        else:
            parts[-1] += token
    return [part for part in parts if part] or [""]


def public_filter(fields: dict[str, Field], name: str, text: str) -> Filter | None:
    """The filter that a parameter of the public API is, or None when the resource has no such field.

    A reference may be filtered by the name of what it refers to (source: Cinder sends svm=<name>).
    """
    field = fields.get(name) or fields.get(f"{name}.name")
    return Filter(field.name, text, field.kind, field.values) if field else None
