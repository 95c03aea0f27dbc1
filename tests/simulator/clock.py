# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only source of time in the simulator: real, scaled, or moved by hand."""

from __future__ import annotations

import datetime
import math
import time

EPOCH = 1767225600.0
"""2026-01-01T00:00:00Z, where a manual clock starts."""


def iso(moment: float) -> str:
    """A moment the way the API writes it: ISO 8601 in whole seconds, with an offset."""
    return datetime.datetime.fromtimestamp(int(moment), datetime.timezone.utc).isoformat()


def duration(seconds: float) -> str:
    """A span of time the way the API writes it, such as P1DT2H3M4S."""
    days, rest = divmod(max(0, int(seconds)), 86400)
    hours, rest = divmod(rest, 3600)
    minutes, whole = divmod(rest, 60)
    clock = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (whole, "S")) if count)
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"P{text}" if text else "PT0S"


class ScaledClock:
    """Real time multiplied: with a scale of 60 a simulated hour takes a minute."""

    def __init__(self, scale: float = 1.0) -> None:
        self._skipped = 0.0
        self._line = (time.monotonic(), time.time(), 0.0)
        self.pace(scale)

    @property
    def scale(self) -> float:
        """Simulated seconds per second."""
        return self._line[2]

    def now(self) -> float:
        """Simulated seconds since the Unix epoch."""
        started, origin, scale = self._line
        return origin + self._skipped + (time.monotonic() - started) * scale

    def advance(self, seconds: float) -> None:
        """Skip ahead by this many simulated seconds."""
        self._skipped += max(0.0, seconds)

    def pace(self, scale: float) -> None:
        """From now on, so many simulated seconds are a second."""
        if scale <= 0:
            raise ValueError("the time scale must be greater than 0")
        started, origin, before = self._line
        now = time.monotonic()
        # In one piece: other threads read the time.
        self._line = (now, origin + (now - started) * before, scale)


class ManualClock:
    """Time that stands still until somebody advances it, so that an hour passes in no time."""

    scale = math.inf
    """Nobody can wait for this clock: no wait is long."""

    def __init__(self, start: float = EPOCH) -> None:
        self._now = start

    def now(self) -> float:
        """Simulated seconds since the Unix epoch."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Skip ahead by this many simulated seconds."""
        self._now += max(0.0, seconds)
