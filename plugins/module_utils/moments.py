# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moments: times with their offset from UTC, compared as what they mean and not as text."""

from __future__ import annotations

import datetime
import re
from typing import Any

from .errors import InputError
from .fields import Codec

TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?\s*([Zz]|[+-]\d\d:?\d\d)")


def moment(text: Any) -> float:
    """Seconds since the Unix epoch of a time such as 2027-01-31T18:00:00+01:00, in any of the spellings that ONTAP uses."""
    match = TIME.fullmatch(str(text).strip())
    try:
        if match:
            day, minutes, seconds, zone = match.groups()
            zone = "+00:00" if zone in "Zz" else zone[:3] + ":" + zone[-2:]
            return datetime.datetime.fromisoformat(f"{day}T{minutes}{seconds or ':00'}{zone}").timestamp()
    except ValueError:
        pass
    raise InputError(f"{text!r} is not a time with its offset from UTC.", hint="Write it like 2027-01-31T18:00:00+01:00.")


def utc(text: Any) -> str:
    """A time in the one form that results show; an empty text stays empty."""
    if not text:
        return ""
    try:
        seconds = moment(text)
    except InputError:
        # ONTAP may say something else than a time, such as infinite.
        return str(text)
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat()


def checked_time(text: str) -> str:
    """The time that a task gives, in the form that results show; raises InputError for what is none."""
    if text:
        moment(text)
    return utc(text)


TIME_CODEC = Codec(decode=utc, same=lambda one, other: utc(one) == utc(other), normal=checked_time)
