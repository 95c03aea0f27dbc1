# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A snapshot of several volumes of one SVM at one instant, by cg-start and cg-commit, without an object for the group.

Between the two, writes to the volumes wait; at most `timeout` seconds, then ONTAP ends the fence by itself and there is no snapshot.
Nothing else ends it: ONTAPI has no call that aborts, and none that lists what was started. So:

- A start whose answer was lost is waited out, and what it left behind is read: nothing, unless somebody else committed it.
- A commit can be sent again: it names what it ends. One that fails is believed only when the volumes have no snapshot of the name.

Source: documentation of the manageability SDK, cg-start and cg-commit.
"""

from __future__ import annotations

from collections.abc import Iterable

from . import waiting
from .errors import ApiError, InputError, LostAnswer, OntapError, Unreachable
from .ontapi import Ontapi

SHORTEST, LONGEST = 5, 120
DEFAULT = 7
"""Seconds that a fence may last at least, at most, and where nothing is said. Source: user-timeout, and the timeout "medium"."""

OVER = ("22", "60")
"""Errnos of a commit for which there is nothing to end, or no more. Source: documentation of the manageability SDK, cg-commit."""

GRACE = 1.0
"""Seconds after the end of a fence until it is surely over (choice)."""


class GroupSnapshot:
    """The snapshot `name` of these volumes, each once however often it is named. `fenced` is the time that writes waited, in seconds."""

    def __init__(
        self, ontapi: Ontapi, svm: str, name: str, volumes: Iterable[str], *, timeout: int = DEFAULT, label: str | None = None
    ) -> None:
        if not SHORTEST <= timeout <= LONGEST:
            raise InputError(f"A fence lasts from {SHORTEST} to {LONGEST} seconds, not {timeout}.", target="fence_timeout")
        self.ontapi = ontapi
        self.svm = svm
        self.name = name
        self.volumes = list(dict.fromkeys(volumes))
        self.timeout = timeout
        self.label = label
        self.fenced = 0.0
        self.key: str | None = None
        self._since = 0.0

    def take(self) -> None:
        """Both phases, one right after the other: two calls, however many volumes there are."""
        self.start()
        self.commit()

    def resume(self, key: str, since: float) -> None:
        """Go on with what another task has started: its cg-id, and when (seconds since the Unix epoch)."""
        self.key = key
        self._since = waiting.clock.now() - max(0.0, waiting.clock.wall() - since)

    def start(self) -> None:
        """Let the writes wait. After LostAnswer no fence is left, and it may be tried again."""
        inputs = {
            "snapshot": self.name,
            "user-timeout": self.timeout,
            "snapmirror-label": self.label,
            "volumes": [{"volume-name": name} for name in self.volumes],
        }
        self._since = waiting.clock.now()
        try:
            self.key = self.ontapi.call("cg-start", inputs, self.svm).get("cg-id")
        except LostAnswer as error:
            raise self._waited_out(error) from error
        if not self.key:
            raise self._waited_out(
                OntapError("ONTAP answered cg-start without a cg-id, so that nothing can be committed.", path="cg-start")
            )

    def commit(self) -> None:
        """Take the snapshots, and let the writes go on."""
        try:
            self._send_commit()
        except (ApiError, Unreachable) as error:
            self._measure()
            # The first of two tries may have done it, and its answer was lost.
            if self.holders() != set(self.volumes):
                late = self._late(error)
                self._pass()
                raise late from error
        self._measure()

    def _send_commit(self) -> None:
        """A second time too, when it is refused: one that has ended the fence is told so, and one that has not is worth it."""
        try:
            self.ontapi.call("cg-commit", {"cg-id": self.key}, self.svm, safe=True)
        except ApiError as error:
            if error.code in OVER:
                raise
            try:
                self.ontapi.call("cg-commit", {"cg-id": self.key}, self.svm, safe=True)
            except ApiError:
                raise error from None

    def _measure(self) -> None:
        self.fenced = self.fenced or min(waiting.clock.now() - self._since, float(self.timeout))

    def _pass(self) -> None:
        """Let the time of the fence pass."""
        waiting.pause(max(0.0, self.timeout - (waiting.clock.now() - self._since)) + GRACE)

    def holders(self) -> set[str]:
        """The volumes that have a snapshot of this name; one read, in pages."""
        found = self.ontapi.records("snapshot-get-iter", "snapshot-info", {"name": self.name}, ("name", "volume"), self.svm)
        return {one["volume"] for one in found if one["name"] == self.name} & set(self.volumes)

    def _waited_out(self, error: OntapError) -> OntapError:
        """The error, once the fence that there may be has ended by itself."""
        self._pass()
        left = self.holders()
        if left:
            error.hint = f"Snapshot {self.name} is there in {', '.join(sorted(left))}: delete it before you take it again."
        else:
            error.hint = (
                f"If writes waited, they did for {self.timeout} seconds at most, and go on. No snapshot {self.name} was left behind."
            )
        return error

    def _late(self, error: OntapError) -> OntapError:
        spent = waiting.clock.now() - self._since
        if spent > self.timeout:
            error.hint = f"The commit came {spent:.0f} seconds after the start, and the fence lasts {self.timeout}: raise its timeout."
        return error
