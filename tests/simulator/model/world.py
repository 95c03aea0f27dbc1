# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulated cluster: its store, its clock, its ledger, and what is due later.

Nothing here runs by itself. Work that takes time is noted with `later()` as plain data, and `settle()` carries out what
has become due, in order, at the moment at which it was due. So an hour passes in no time under a manual clock, and a
snapshot of the store is a snapshot of everything that is under way.
"""

from __future__ import annotations

from typing import Any, Callable

from ..clock import ManualClock
from ..ledger import Ledger
from ..store import Row, Store

Handler = Callable[..., None]
HANDLERS: dict[str, Handler] = {}
"""What `later()` can name: handler name -> function(world, **data)."""


def handler(function: Handler) -> Handler:
    """Register a function that `World.later` may name; the name is module.function, so that names stay unique."""
    HANDLERS[f"{function.__module__.rpartition('.')[2]}.{function.__name__}"] = function
    return function


class World:
    """A cluster and its time. `settings` holds the times and switches that a scenario may change."""

    def __init__(self, clock: Any = None, seed: int = 0, version: tuple[int, int, int] = (9, 16, 1)) -> None:
        self.clock = clock or ManualClock()
        self.store = Store(seed)
        self.version = version
        self.settings: dict[str, Any] = {}
        self.ledger = Ledger(self)
        self._instant: float | None = None

    def now(self) -> float:
        """Simulated seconds since the Unix epoch; while a due event is carried out, the moment it was due."""
        return self.clock.now() if self._instant is None else self._instant

    def later(self, delay: float, name: str, **data: Any) -> Row:
        """Note that the handler of this name is to be called with this data, so many simulated seconds from now."""
        if name not in HANDLERS:
            raise KeyError(f"no handler is called {name}")
        counter = self.store.table("counters").setdefault("events", {"value": 0})
        counter["value"] += 1
        event = {"due": self.now() + delay, "order": counter["value"], "handler": name, "data": data}
        return self.store.insert("events", event)

    def forget(self, event: Row) -> None:
        """Drop an event that has not happened yet; one that has is ignored."""
        self.store.table("events").pop(event["uuid"], None)

    def settle(self) -> None:
        """Carry out everything that is due by now, each event at its own moment, in order."""
        horizon = self.clock.now()
        while True:
            due = [event for event in self.store.table("events").values() if event["due"] <= horizon]
            if not due:
                return
            event = min(due, key=lambda one: (one["due"], one["order"]))
            self.forget(event)
            self._instant = event["due"]
            try:
                HANDLERS[event["handler"]](self, **event["data"])
            finally:
                self._instant = None
