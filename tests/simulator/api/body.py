# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies of writes: read, put into nested form, and held against the schema.

Source: clients mix nested objects, dotted keys and numbers as text, and ONTAP takes all three.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ..schema import Field, Resource
from ..store import Row
from . import errors
from .messages import Request

UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4, "P": 1024**5}
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGTP]?)i?B?", re.IGNORECASE)
FLAGS = {"POST": "c", "PATCH": "u"}


def read(request: Request) -> Row:
    """The JSON object of a body; no body is an empty one. Choice: code 262247 for what is no JSON object."""
    if not request.body.strip():
        return {}
    try:
        body = json.loads(request.body)
    except ValueError:
        raise errors.bad_value("body", request.body[:40].decode(errors="replace")) from None
    if not isinstance(body, dict):
        raise errors.bad_value("body", type(body).__name__)
    return body


def expand(value: Any) -> Any:
    """Dotted keys as nested objects: {"space.size": 1} is {"space": {"size": 1}}."""
    if isinstance(value, list):
        return [expand(item) for item in value]
    if not isinstance(value, dict):
        return value
    result: Row = {}
    for key, item in value.items():
        first, _dot, rest = key.partition(".")
        _merge(result, first, expand({rest: item} if rest else item))
    return result


def _merge(result: Row, name: str, value: Any) -> None:
    if isinstance(value, dict) and isinstance(result.get(name), dict):
        for key, item in value.items():
            _merge(result[name], key, item)
    else:
        result[name] = value


class Checker:
    """Holds a body against a resource for one method and release."""

    def __init__(self, resource: Resource, method: str, version: tuple[int, ...]) -> None:
        self._resource = resource
        self._flag = FLAGS[method]
        self._fields = {name: field for name, field in resource.fields.items() if field.since <= version and field.flags != "h"}
        self._objects = {name[:at] for name in self._fields for at, character in enumerate(name) if character == "."}

    def check(self, body: Row) -> Row:
        """The body with its values in the types of the schema; anything that the operation cannot take is refused."""
        if not isinstance(body, dict):
            raise errors.bad_value("records", body)
        return self._object(expand(body), "")

    def _object(self, value: Row, prefix: str) -> Row:
        return {key: self._value(f"{prefix}{key}", item) for key, item in value.items() if key != "_links"}

    def _value(self, name: str, value: Any) -> Any:
        field = self._fields.get(name)
        if field is not None:
            if self._flag not in field.flags and not (self._flag == "u" and name in self._resource.in_patch):
                raise errors.read_only(name)
            return _list(field, value) if field.is_list else scalar(field, value)
        if name not in self._objects:
            raise errors.unknown_field(name)
        if name in self._resource.lists:
            # Choice: one object where a list of objects belongs is a list of one (dotted keys make such bodies).
            items = value if isinstance(value, list) else [value]
            if len(items) > self._resource.most.get(name, len(items)):
                raise errors.bad_value(name, f"{len(items)} elements")
            return [self._nested(name, self._named(name, item)) for item in items]
        return self._nested(name, value)

    def _named(self, name: str, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) and name in self._resource.as_text else value

    def _nested(self, name: str, value: Any) -> Row:
        if not isinstance(value, dict):
            raise errors.bad_value(name, value)
        return self._object(value, f"{name}.")


def _list(field: Field, value: Any) -> list[Any]:
    return [scalar(field, item) for item in (value if isinstance(value, list) else [value])]


def scalar(field: Field, value: Any) -> Any:
    """A value in the type of its field, or a refusal."""
    if value is None or isinstance(value, (list, dict)):
        raise errors.bad_value(field.name, value)
    if field.kind == "boolean":
        return _boolean(field, value)
    if field.kind in ("integer", "number"):
        return _number(field, value)
    if not isinstance(value, str):
        raise errors.bad_value(field.name, value)
    if field.values:
        known = {one.lower(): one for one in field.values}
        if value.lower() not in known:
            raise errors.bad_value(field.name, value)
        return known[value.lower()]
    return value


def _boolean(field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() not in ("true", "false"):
        raise errors.bad_value(field.name, value)
    return str(value).lower() == "true"


def _number(field: Field, value: Any) -> float | int:
    if isinstance(value, bool):
        raise errors.bad_value(field.name, value)
    if isinstance(value, str):
        found = SIZE.fullmatch(value.strip())
        if not found or (found.group(2) and not field.name.endswith("size")):
            raise errors.bad_value(field.name, value)
        value = float(found.group(1)) * UNITS[found.group(2).upper()]
    return int(value) if field.kind == "integer" else value
