# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only file that sleeps: the clock, deadlines, the pace of polling, and wait().

Tests put another clock in the place of `clock`; nothing else about time is ever substituted.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from .errors import Unreachable, WaitTimeout

Report = Callable[[str], None]


class SystemClock:
    """Real time."""

    def now(self) -> float:
        """Seconds on a clock that is never set back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let real time pass."""
        time.sleep(seconds)

    def wall(self) -> float:
        """Seconds since the Unix epoch, for marks that other runs compare."""
        return time.time()


clock: Any = SystemClock()


class Deadline:
    """A point in time that many steps share, so that their waits add up to no more than was allowed."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._started = clock.now()

    def spent(self) -> float:
        """Seconds since the start."""
        return clock.now() - self._started

    def left(self) -> float:
        """Seconds that remain; never negative."""
        return max(0.0, self.seconds - self.spent())


class Pace:
    """How long to pause between two looks: short at first, growing to a ceiling (seconds)."""

    def __init__(self, first: float = 0.5, factor: float = 1.5, ceiling: float = 10.0) -> None:
        self.first = first
        self.factor = factor
        self.ceiling = ceiling

    def pauses(self) -> Any:
        """An endless series of pauses."""
        pause = self.first
        while True:
            yield pause
            pause = min(self.ceiling, pause * self.factor)


class Progress:
    """What a probe saw: done with a value, or not yet, with a few words on how far it is."""

    def __init__(self, done: bool, text: str, value: Any = None) -> None:
        self.done = done
        self.text = text
        self.value = value


def pause(seconds: float) -> None:
    """Let time pass between two looks that wait() does not pace."""
    clock.sleep(seconds)


def backoff(attempt: int, at_least: float = 0.0) -> float:
    """Pause before repeating a request: about 0.5 s, 1 s, 2 s, 4 s, with jitter against many hosts in step."""
    seconds = max(at_least, min(8.0, 0.5 * 2**attempt) * random.uniform(0.75, 1.25))
    pause(seconds)
    return seconds


def wait(probe: Callable[[], Progress], deadline: Deadline, what: str, pace: Pace | None = None, report: Report | None = None) -> Any:
    """Look until the probe is done, and return its value.

    An address that goes away while we look (a management LIF that moves) is waited out. After the deadline WaitTimeout
    says what was waited for and what was seen last; nothing is cancelled.
    """
    seen = "nothing yet"
    for seconds in (pace or Pace()).pauses():
        try:
            progress = probe()
            text = progress.text
        except Unreachable as error:
            progress, text = Progress(False, ""), f"the management address does not answer ({error.message})"
        if report and text != seen:
            report(f"{what}: {text}")
        seen = text
        if progress.done:
            return progress.value
        if deadline.left() <= 0:
            raise WaitTimeout(
                f"{what} is not done after {deadline.seconds:.0f} seconds; last seen: {seen}.",
                hint="It goes on in ONTAP: run the same task again to join it, or raise wait_timeout.",
                state=seen,
            )
        pause(min(seconds, max(deadline.left(), 0.05)))
    raise AssertionError("the pauses never end")
