# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What moves and copies of LUNs have in common: how LUNs are named, throttling, ONTAP's record of the progress, and what follows from it.

Source of fields, states and codes: API reference and the SDK's description, lun.movement and lun.copy.source. The record is there while a
move or copy is under way and for two minutes after its end. OpenStack's word for a LUN is understood too: svm:/vol/volume/lun.
"""

from __future__ import annotations

import re
from typing import Any, Optional

from . import states, waiting
from .client import Client
from .errors import InputError, OntapError, OperationFailed, Refused, WaitTimeout
from .fields import Codec, size
from .move_progress import Track
from .objects import ObjectGoal

ENDED = ("complete", "failed")
RECORD_GRACE = 10.0
"""Seconds until the progress of what ONTAP accepted must show. Choice: no source gives a figure."""

MIB = 1024**2
HANDLE = re.compile(r"^([^/:]+):(/vol/.+)$")


# -- how a place is written ------------------------------------------------------------------------------------------------

Named = tuple[Optional[str], str]
"""The SVM, where the text names it, and the path or the volume."""


def lun_of(text: str) -> Named:
    """SVM and path, or name, of a LUN; OpenStack writes svm:/vol/volume/lun."""
    match = HANDLE.match(text)
    return (match.group(1), match.group(2)) if match else (None, text)


def agreed(given: str | None, option: str, *named: Named) -> str:
    """The one SVM that a task and the places in it name."""
    found = {svm for svm in (given, *(svm for svm, _text in named)) if svm}
    if not found:
        raise InputError(f"{option} is missing: the SVM.", target=option)
    if len(found) > 1:
        raise InputError(f"The task names different SVMs where there can be one only: {', '.join(sorted(found))}.", target=option)
    return found.pop()


# -- throttling ------------------------------------------------------------------------------------------------------------


def throttle(value: Any) -> int:
    """Bytes per second of a text such as 100MiB or 100MiB/s, rounded up to what ONTAP makes of it.

    Source: SDK's description: rounded up to the nearest megabyte.
    """
    found = size(re.sub(r"\s*/\s*s(ec)?\s*$", "", str(value)))
    if found <= 0:
        raise InputError("max_throughput is 0.", hint="Leave it out for a transfer that is not slowed down.", target="max_throughput")
    return -(-found // MIB) * MIB


THROTTLE = Codec(encode=throttle, same=lambda now, wanted: throttle(now) == throttle(wanted), normal=throttle)


# -- progress --------------------------------------------------------------------------------------------------------------


class Transfer:
    """ONTAP's record of a move or copy of a LUN, or that there is none (state is None)."""

    def __init__(self, block: dict[str, Any] | None, total: int | None, what: str) -> None:
        self._block = block or {}
        progress = self._block.get("progress") or {}
        self.state: str | None = progress.get("state")
        if self.state is not None:
            states.meaning(states.LUN_TRANSFER, self.state, what)
        self.total = total
        self.percent: int | None = progress.get("percent_complete")
        self.elapsed: int | None = progress.get("elapsed")
        self.blocked: bool | None = progress.get("volume_snapshot_blocked")
        self._failure = progress.get("failure") or {}

    @property
    def active(self) -> bool:
        """Whether it is under way, a paused one included."""
        return self.state is not None and self.state not in ENDED

    @property
    def unfinished(self) -> bool:
        """Whether what is written is not whole: under way, or failed."""
        return self.active or self.state == "failed"

    @property
    def stuck(self) -> bool:
        """Whether it does not go on by itself."""
        return self.state in ("paused", "paused_error")

    @property
    def words(self) -> str:
        """ONTAP's words for a failure, and its code."""
        text = str(self._failure.get("message") or "ONTAP gives no reason").rstrip(".")
        code = str(self._failure.get("code") or "")
        return text + (f" (code {code})" if code else "")

    def failed(self, sentence: str, hint: str) -> OperationFailed:
        """The error for a transfer that does not go on: the sentence, and ONTAP's words."""
        return OperationFailed(f"{sentence}: {self.words}.", hint=hint, code=self._failure.get("code"), state=self.state)

    @property
    def text(self) -> str:
        """What it does, in a few words."""
        state = self.state or "no progress shown yet"
        return state + (", snapshots of the volume are blocked" if self.blocked else "")

    @property
    def sentence(self) -> str:
        """What it does, and how far it is."""
        return self.text + ("" if self.percent is None else f", {self.percent} %")

    @property
    def bytes(self) -> int | None:
        """Bytes that have been transferred, worked out from the percentage."""
        return None if self.percent is None or self.total is None else self.total * self.percent // 100

    def told(self) -> dict[str, Any]:
        """What a result says."""
        rate = self.bytes // self.elapsed if self.bytes and self.elapsed else None
        return {
            "state": self.state,
            "percent_complete": self.percent,
            "bytes": self.bytes,
            "bytes_total": self.total,
            "bytes_per_second": rate,
            "elapsed": self.elapsed,
            "max_throughput": self._block.get("max_throughput"),
            "volume_snapshot_blocked": self.blocked,
            "failure": self.words if self._failure else None,
        }


# -- the goal --------------------------------------------------------------------------------------------------------------


class TransferGoal(ObjectGoal):
    """A goal that a transfer leads to: what is known of it, and whether this run began it."""

    noun = "transfer"
    told_as = "transfer"
    """The key of a result that tells how far it is."""

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        super().__init__(client, params)
        given = params.get("max_throughput")
        self.throttle = None if given is None else throttle(given)
        self.transfer = Transfer(None, None, self.what)
        self.track: Track | None = None
        self.wait = True
        self.joined = self.sent = False
        self._seen = False
        self._started: waiting.Deadline | None = None

    # -- watching ------------------------------------------------------------------------------------------------------

    @property
    def is_watched(self) -> bool:
        """Whether what the task asks for takes time."""
        return True

    @classmethod
    def look_up(cls, client: Client, goals: list[Any]) -> list[Any]:
        """What there is now, for each of the goals: one read for all of them."""
        raise NotImplementedError

    def judge(self, state: Any) -> waiting.Progress:
        """How far it is; done with the final state as value; raises when it does not get there."""
        raise NotImplementedError

    def note(self, transfer: Transfer) -> Transfer:
        """Take note of the record that was read."""
        self.transfer = transfer
        self._seen = self._seen or transfer.state is not None
        self.joined = self.joined or (transfer.active and not self.sent)
        if transfer.active:
            self.track = self.track or Track(transfer.total)
            self.track.see(str(transfer.state), transfer.percent)
        elif self.track:
            self.track.end()
        return transfer

    def begins(self, deadline: waiting.Deadline) -> bool:
        """Called right before the request that begins it."""
        self.sent = True
        self._started = waiting.Deadline(RECORD_GRACE)
        return True

    @property
    def too_early(self) -> bool:
        """Whether a missing record means nothing yet: what ONTAP accepted a moment ago may still be on its way."""
        return not self._seen and self._started is not None and self._started.left() > 0

    def throttle_differs(self, now: Any) -> bool:
        """Whether a transfer that is under way has to be slowed down, or less so."""
        return self.throttle is not None and (not now or throttle(now) != self.throttle)

    def progress(self, value: Any = None) -> waiting.Progress:
        """How far it is, in words; done when there is a value."""
        if self.track is None or value is not None:
            return waiting.Progress(value is not None, self.transfer.text, value)
        return self.track.progress(False, self.transfer.text)

    # -- the result ----------------------------------------------------------------------------------------------------

    def told(self) -> dict[str, Any]:
        """What a result says of it, and whether somebody else had begun it."""
        phases = self.track.phases if self.track else []
        return {self.told_as: {**self.transfer.told(), "phases": phases}, "joined": self.joined}

    def explain(self, error: OntapError) -> OntapError:
        """The error with what is known of the transfer; that it goes on is said where the error does not say so itself."""
        error.more.update(self.told())
        if self.transfer.active and not isinstance(error, (OperationFailed, Refused, InputError, WaitTimeout)):
            error.message += f" The {self.noun} of {self.what} goes on in ONTAP: {self.transfer.sentence}."
        return error
