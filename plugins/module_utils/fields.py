# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbook word <-> REST path: how one attribute is written, read back, and compared.

A table of fields is all the API knowledge that a resource has. `None` means not asked, an empty value means clear it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .client import dig
from .errors import InputError

UNITS = {"": 1, "b": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4, "p": 1024**5}
SIZE = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*([bkmgtp]?)(?:i?b)?\s*$", re.IGNORECASE)
DURATION = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")


class Codec:
    """How a value travels: `normal` gives what a playbook wrote the one form that results show, `encode` makes it what the API
    takes, `decode` brings it back, and `same` says whether the current value (first) is good enough for the wanted one."""

    def __init__(
        self,
        encode: Callable[[Any], Any] = lambda value: value,
        decode: Callable[[Any], Any] = lambda value: value,
        same: Callable[[Any, Any], bool] = lambda one, other: one == other,
        normal: Callable[[Any], Any] = lambda value: value,
    ) -> None:
        self.encode = encode
        self.decode = decode
        self.same = same
        self.normal = normal


def size(value: Any) -> int:
    """Bytes of a size such as "20GiB", "512m" or 1048576; units are powers of 1024, as in ONTAP."""
    match = SIZE.match(str(value))
    if not match:
        raise InputError(f"{value!r} is not a size; write bytes, or a number with KiB, MiB, GiB, TiB or PiB.")
    return int(float(match.group(1)) * UNITS[match.group(2).lower()])


def duration(value: Any) -> int:
    """Seconds of an ISO 8601 duration such as "PT1H30M" or "P2D"."""
    match = DURATION.match(str(value))
    if not match or not any(match.groups()):
        raise InputError(f"{value!r} is not a duration such as PT1H30M.")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def iso_duration(seconds: int) -> str:
    """Seconds as the ISO 8601 duration that ONTAP writes."""
    return f"PT{int(seconds)}S"


PLAIN = Codec()
SIZE_CODEC = Codec(encode=size, same=lambda one, other: size(one) == size(other), normal=size)
DURATION_CODEC = Codec(encode=iso_duration, decode=duration)
NAMES = Codec(encode=lambda names: [{"name": name} for name in names], decode=lambda refs: [ref["name"] for ref in refs or []])
NAME_OR_NONE = Codec(encode=lambda name: name or "none", decode=lambda name: "" if name == "none" else name)
"""The name of a policy that can be taken away; ONTAP's word for no policy is none, a playbook's is an empty text."""
SET = Codec(
    encode=sorted,
    decode=lambda values: sorted(values or []),
    same=lambda one, other: set(one or []) == set(other or []),
    normal=lambda values: sorted(set(values)),
)
"""A list whose order the API says is meaningless."""


class Field:
    """One attribute of a resource.

    option: the playbook word; path: the dotted REST path (the same word unless given); immutable: can only be set at creation (a
    text says what to do instead of changing it); later: ONTAP takes it only once the object exists, and `initial` is what it is until
    then; unset: what is shown when ONTAP leaves it out of a record; since: the ONTAP release that has it.
    """

    def __init__(
        self,
        option: str,
        path: str | None = None,
        codec: Codec = PLAIN,
        *,
        immutable: bool | str = False,
        later: bool = False,
        initial: Any = None,
        unset: Any = None,
        since: str | None = None,
    ) -> None:
        self.option = option
        self.path = path or option
        self.codec = codec
        self.immutable = bool(immutable)
        self.remedy = immutable if isinstance(immutable, str) else "ONTAP sets it at creation only."
        self.later = later
        self.initial = initial
        self.unset = unset
        self.since = since

    def read(self, record: dict[str, Any]) -> Any:
        """The attribute of an API record in playbook form; `unset` when the record does not have it."""
        raw = dig(record, self.path)
        return self.unset if raw is None else self.codec.decode(raw)

    def write(self, value: Any) -> dict[str, Any]:
        """The part of a request body that sets this attribute."""
        body: Any = self.codec.encode(value)
        for part in reversed(self.path.split(".")):
            body = {part: body}
        return body

    def differs(self, current: Any, wanted: Any) -> bool:
        """Whether a change is needed; what was not asked for never differs."""
        if wanted is None:
            return False
        if current is None:
            return wanted not in ("", [], {})
        return not self.codec.same(current, wanted)


def join(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Several nested bodies in one."""
    body: dict[str, Any] = {}
    for part in parts:
        _merge(body, part)
    return body


def _merge(into: dict[str, Any], part: dict[str, Any]) -> None:
    for key, value in part.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value
