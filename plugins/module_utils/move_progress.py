# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run has seen of something that copies data: its phases with their times, how fast it is, and what remains.

Nothing is asked for here: all follows from the looks that the run takes anyway, so times are as exact as its looks are frequent.
"""

from __future__ import annotations

from typing import Any

from . import waiting
from .waiting import Progress, spell

WINDOW = 300.0
"""Seconds that the rate is an average of; a shorter one would jump, because percents are whole numbers."""

NEAR = 20.0
"""Seconds before and after the expected end of the copying. Choice: two looks at the slowest pace."""

UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")


class Track:
    """The course of one copy. `total`: about how many bytes it has, where that is known; `copying`: the phases in which they flow."""

    def __init__(self, total: int | None = None, copying: tuple[str, ...] = ("replicating",)) -> None:
        self.total = total or None
        self.copying = copying
        self.percent: int | None = None
        self.phases: list[dict[str, Any]] = []
        self._started = waiting.clock.now()
        self._samples: list[tuple[float, int]] = []

    @property
    def phase(self) -> str | None:
        """The phase that was seen last."""
        return self.phases[-1]["phase"] if self.phases else None

    @property
    def elapsed(self) -> float:
        """Seconds since the run began to look."""
        return waiting.clock.now() - self._started

    def see(self, phase: str, percent: int | None) -> None:
        """Take note of a look."""
        now = waiting.clock.now() - self._started
        if self.phase != phase:
            self._close(now)
            self.phases.append({"phase": phase, "started": round(now, 1), "seconds": None})
            self._samples = []
        if percent is not None:
            self.percent = percent
            if phase in self.copying and (not self._samples or self._samples[-1][1] != percent):
                self._samples = [one for one in self._samples if now - one[0] <= WINDOW][-50:] + [(now, percent)]

    def end(self) -> None:
        """The last phase is over."""
        self._close(waiting.clock.now() - self._started)

    def _close(self, now: float) -> None:
        if self.phases and self.phases[-1]["seconds"] is None:
            self.phases[-1]["seconds"] = max(0.0, round(now - self.phases[-1]["started"], 1))  # the begin is rounded

    def seconds(self, phase: str) -> float:
        """Seconds that all phases of this name took, as far as they are over."""
        return round(sum(one["seconds"] or 0.0 for one in self.phases if one["phase"] == phase), 1)

    # -- in words ------------------------------------------------------------------------------------------------------

    @property
    def speed(self) -> float | None:
        """Percent a second at present; None when that cannot be told yet."""
        if len(self._samples) < 2:
            return None
        (first, low), (last, high) = self._samples[0], self._samples[-1]
        return (high - low) / (last - first) if high > low and last > first else None

    @property
    def remaining(self) -> float | None:
        """Seconds until all is copied, at the present speed; negative when it should have been."""
        if self.speed is None or self.percent is None:
            return None
        return (100 - self.percent) / self.speed - (self.elapsed - self._samples[-1][0])

    @property
    def nearly_done(self) -> bool:
        """Whether the end of the copying is due, so that what follows it is not to be missed."""
        return self.remaining is not None and -NEAR < self.remaining <= NEAR

    def progress(self, done: bool, words: str, value: Any = None) -> Progress:
        """What wait() and people are told: the words, and how far the copying is."""
        return Progress(done, words + self._measure(), value, percent=self.percent, phase=words)

    def _measure(self) -> str:
        if self.phase not in self.copying or self.percent is None:
            return ""
        parts = [f"{self.percent} %" + (f" of {size_words(self.total)}" if self.total else "")]
        if self.speed is not None and self.total:
            parts.append(f"{size_words(self.total * self.speed / 100)}/s")
        if self.remaining is not None and self.remaining >= 1 and self.percent < 100:
            parts.append(f"about {spell(self.remaining)} left")
        return ", " + ", ".join(parts)


def size_words(count: float) -> str:
    """A number of bytes for people: "341.3 GiB"."""
    power = 0
    while count >= 1024 and power < len(UNITS) - 1:
        count, power = count / 1024, power + 1
    return f"{count:.1f} {UNITS[power]}" if power else f"{count:.0f} {UNITS[0]}"
