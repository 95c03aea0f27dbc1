# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only file that sleeps: the clock, deadlines, the pace of polling, and wait().

Tests put another clock in the place of `clock`; nothing else about time is ever substituted.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from typing import Any

from .errors import Unreachable, WaitTimeout

Report = Callable[[str], None]
NUMBER = re.compile(r"\d+")


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
    """How long to pause between two looks, so that an end is seen within a second or within a tenth of the time that it took.

    first: the first pause; least and ceiling: bounds of all others; in between, a pause is this share of the time since the first look.
    """

    def __init__(self, first: float = 0.5, least: float = 0.9, share: float = 0.09, ceiling: float = 10.0) -> None:
        self.first = first
        self.least = least
        self.share = share
        self.ceiling = ceiling

    def pauses(self) -> Any:
        """An endless series of pauses."""
        started = clock.now()
        yield self.first
        while True:
            yield self.after(clock.now() - started)

    def after(self, elapsed: float) -> float:
        """The pause after a look that finds work unfinished which began so many seconds ago."""
        return min(self.ceiling, max(self.least, self.share * elapsed))


class Progress:
    """What a probe saw: done with a value, or not yet, with a few words on how far it is.

    percent: how much is done, where that is known; phase: what is being done, where the words alone do not tell one phase from another.
    """

    def __init__(self, done: bool, text: str, value: Any = None, *, percent: float | None = None, phase: str | None = None) -> None:
        self.done = done
        self.text = text
        self.value = value
        self.percent = percent
        self.phase = phase


class Telling:
    """Tells people how far something is that takes long: at once, when something else is being done, and else now and then.

    A line has the name of the object first, for several may be under way. Looks are more frequent than lines.
    """

    STEP = 10.0
    """Percent after which a line is due."""
    SILENCE = 30.0
    """Seconds after which a line is due, or a tenth of the time that the wait has taken, if that is longer."""

    def __init__(self, what: str, report: Report | None) -> None:
        self.what = what
        self.report = report
        self._started = clock.now()
        self._told: float | None = None
        self._text = ""
        self._phase = ""
        self._percent = 0.0

    def see(self, progress: Progress) -> None:
        """Take note of a look, and give a line when one is due."""
        if self.report is None or not progress.text:
            return
        now = clock.now()
        phase = progress.phase if progress.phase is not None else NUMBER.sub("#", progress.text)
        percent = progress.percent if progress.percent is not None else self._percent
        if self._told is not None and phase == self._phase and not progress.done:
            quiet = now - self._told < max(self.SILENCE, (now - self._started) / 10)
            if quiet and abs(percent - self._percent) < self.STEP:
                return
        if not (progress.done and progress.text == self._text):
            same = f" ({spell(now - self._started)})" if progress.text == self._text else ""
            self.report(f"{self.what}: {progress.text}{same}")
        self._told, self._text, self._phase, self._percent = now, progress.text, phase, percent


def spell(seconds: float) -> str:
    """A span of time for people: "45 s", "12 min", "3 h 20 min"."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"


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
    telling = Telling(what, report)
    pauses = (pace or Pace()).pauses()
    while True:
        try:
            progress = probe()
        except Unreachable as error:
            progress = Progress(False, f"the management address does not answer ({error.message})")
        telling.see(progress)
        seen = progress.text
        if progress.done:
            return progress.value
        if deadline.left() <= 0:
            raise WaitTimeout(
                f"{what} is not done after {deadline.seconds:.0f} seconds; last seen: {seen}.",
                hint="It goes on in ONTAP: run the same task again to join it, or raise wait_timeout.",
                state=seen,
            )
        pause(min(next(pauses), max(deadline.left(), 0.05)))
