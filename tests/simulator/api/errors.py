# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors that every resource has in common. Source for codes: API reference, common errors; statuses as marked."""

from __future__ import annotations

from typing import Any

from ..model.refusal import Refusal


def envelope(refusal: Refusal) -> dict[str, Any]:
    """The error object of an answer. Source: API reference: the code is a string."""
    error: dict[str, Any] = {"message": refusal.message, "code": str(refusal.code)}
    if refusal.target:
        error["target"] = refusal.target
    return {"error": error}


def no_api() -> Refusal:
    """There is no such path."""
    return Refusal(404, "3", "API not found")


def no_method(method: str) -> Refusal:
    """The path is there, but does not take the method. Status: API reference; the code is a choice."""
    return Refusal(405, "3", f"The method {method} is not supported on this resource.")


def no_entry() -> Refusal:
    """The object of an instance path is not there."""
    return Refusal(404, "4", "entry doesn't exist")


def bad_key(name: str, value: str) -> Refusal:
    """A value in the path cannot be a key. Source: SDK documentation, a malformed uuid: 404 with code 2."""
    return Refusal(404, "2", f'"{value}" is an invalid value for field "{name}"', name)


def bad_filter(name: str, value: str) -> Refusal:
    """A value in the query cannot be compared with the field. Source: code 2; the status is a choice."""
    return Refusal(400, "2", f'"{value}" is an invalid value for field "{name}"', name)


def unknown_query(name: str) -> Refusal:
    """A query parameter, or a name in fields, that the resource does not have."""
    return Refusal(400, "262197", f'Invalid field "{name}".', name)


def unknown_field(name: str) -> Refusal:
    """A field in a body that the resource does not have."""
    return Refusal(400, "262179", f'Unexpected argument "{name}".', name)


def read_only(name: str) -> Refusal:
    """A field in a body that this operation cannot set."""
    return Refusal(400, "262196", f'Field "{name}" cannot be set in this operation.', name)


def bad_value(name: str, value: Any) -> Refusal:
    """A value in a body, or of a parameter, that the field does not take."""
    return Refusal(400, "262247", f'Invalid value "{value}" for field "{name}".', name)


def required(name: str) -> Refusal:
    """A field without which a body means nothing is not there."""
    return Refusal(400, "262245", f'The field "{name}" is required.', name)


def too_long(length: int, limit: int) -> Refusal:
    """The address of the request has more characters than a server takes. Status: as web servers answer; the code is a choice."""
    return Refusal(414, "262245", f"The address of the request has {length} characters; {limit} is the most.")


def out_of_range(name: str, value: Any, low: int, high: int) -> Refusal:
    """A number outside its limits."""
    return Refusal(400, "262245", f'The value {value} of "{name}" is not in the range {low} to {high}.', name)
