# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated time that passes faster or slower than real time."""

from __future__ import annotations

import time

import pytest

from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The real time, moved by hand."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "time", lambda: 5000.0)
    return now


def test_scaled_time_goes_on_from_where_it_is_at_any_pace(seconds: list[float]) -> None:
    clock = ScaledClock(60)
    seconds[0] += 2
    clock.advance(10)
    assert clock.now() == 5000 + 120 + 10
    clock.pace(0.5)
    assert clock.scale == 0.5
    assert clock.now() == 5130
    seconds[0] += 4
    assert clock.now() == 5132
    clock.pace(100)
    seconds[0] += 1
    assert clock.now() == 5232


def test_time_neither_stops_nor_goes_back(seconds: list[float]) -> None:
    clock = ScaledClock(2)
    for scale in (0, -1):
        with pytest.raises(ValueError, match="greater than 0"):
            clock.pace(scale)
        with pytest.raises(ValueError, match="greater than 0"):
            ScaledClock(scale)
    clock.advance(-5)
    seconds[0] += 1
    assert clock.now() == 5002
