# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The snapshot of one consistency group in two phases, by REST: start and commit, and what becomes of the fence when answers are lost.

Between the two, writes to the volumes of the group wait; at most `timeout` seconds, then ONTAP ends the fence by itself and there is no
snapshot. Nothing else ends it: the API has a commit and no abort. So a start whose answer was lost is looked up by its name, and is ours to
commit; a commit is sent again, because it names what it ends, and one that fails is believed only when there is no snapshot.

    fence = GroupFence(client, group_uuid, "before", what="consistency group app", timeout=7, attributes={"comment": ""})
    fence.start()           # fence.uuid is the snapshot's
    ...                     # or later, elsewhere: GroupFence(..., uuid=..., since=...) and commit()
    fence.commit()          # fence.fenced: for how long writes waited at most, in seconds; fence.joined: somebody had committed it already

Source: API reference and the SDK's description, consistency_group_snapshot (9.12.1 and later): action, action_timeout, codes.
"""

from __future__ import annotations

from typing import Any

from . import waiting
from .client import Answer, Client
from .errors import ApiError, InputError, JobVanished, LostAnswer, NotFound, OntapError, Unreachable, UnsupportedRelease, WaitTimeout

GROUPS = "/application/consistency-groups"
SHORTEST, LONGEST = 5, 120
DEFAULT = 7
"""Seconds that a fence may last at least, at most, and where nothing is said. Source: API reference, action_timeout."""

SINCE = (9, 12, 1)
"""The release from which on snapshots of groups are taken in two phases. Source: SDK."""

UNKNOWN_PARAMETER = "262197"
NOTHING_STARTED, NOT_PERMITTED = "53411925", "53411918"
"""Codes. Source: API reference, consistency group snapshot, POST and PATCH."""

FIELDS = ("name", "uuid", "create_time", "comment", "snapmirror_label", "snapshot_volumes")
"""What is read of a group snapshot. One that was started and not committed has no create_time (choice of the simulator; see taken())."""

GRACE = 1.0
"""Seconds after the end of a fence until it is surely over (choice)."""

RETRY = 0.2
"""Seconds before a commit is sent again; hosts wait meanwhile."""

HOLD = 15
"""Seconds that ONTAP may hold a start open to save us a look at its job."""

TRIES = 3


def check_timeout(timeout: int) -> None:
    """Refuse a fence that cannot be."""
    if not SHORTEST <= timeout <= LONGEST:
        raise InputError(f"A fence lasts from {SHORTEST} to {LONGEST} seconds, not {timeout}.", target="fence_timeout")


def taken(record: dict[str, Any] | None) -> bool:
    """Whether a group snapshot was committed, and not only started."""
    return bool(record and record.get("create_time"))


class GroupFence:
    """The snapshot `name` of an existing group. `what` is the group in a sentence, `attributes` are further fields of the POST.

    uuid, since: of a snapshot that was started elsewhere (seconds since the Unix epoch), so that it can be committed here.
    """

    def __init__(
        self,
        client: Client,
        group: str,
        name: str,
        *,
        what: str,
        timeout: int = DEFAULT,
        attributes: dict[str, Any] | None = None,
        uuid: str | None = None,
        since: float | None = None,
    ) -> None:
        check_timeout(timeout)
        self.client = client
        self.name = name
        self.what = what
        self.timeout = timeout
        self.attributes = attributes or {}
        self.uuid = uuid
        self.fenced = 0.0
        self.joined = False
        self.record: dict[str, Any] | None = None
        self._path = f"{GROUPS}/{group}/snapshots"
        self._since = waiting.clock.now() - (max(0.0, waiting.clock.wall() - since) if since else 0.0)

    def take(self) -> None:
        """Both phases, one right after the other: two writes, however many volumes the group has."""
        self.start()
        self.commit()

    def start(self) -> None:
        """Let the writes wait. After an error no fence is left, or the hint says until when."""
        doubt: OntapError | None = None
        for _attempt in range(TRIES):
            self._since = waiting.clock.now()
            try:
                self.uuid = self._send_start()
            except (LostAnswer, JobVanished, WaitTimeout) as error:
                doubt = error
            except ApiError as error:
                # After a lost answer, this is what the snapshot is told that is there already.
                if doubt is None:
                    raise _explained(error) from error
            self.uuid = self.uuid or self._started(doubt)
            if self.uuid:
                return
        raise self._waited_out(doubt or OntapError(f"ONTAP started snapshot {self.name} of {self.what} and does not show it."))

    def commit(self) -> None:
        """Take the snapshot, and let the writes go on. After an error no fence is left, and nothing was taken unless the hint says so."""
        error: OntapError | None = None
        over = False
        for attempt in range(TRIES):
            try:
                self._call("PATCH", f"{self._path}/{self.uuid}", {"action": "commit"})
                error = None
                break
            except (LostAnswer, Unreachable, JobVanished) as doubt:
                error = doubt
                waiting.pause(RETRY)
            except ApiError as refusal:
                # That there is nothing to commit any more is what a second try is told; the first one says why.
                error = error if isinstance(error, ApiError) else refusal
                if isinstance(refusal, NotFound) or refusal.code == NOTHING_STARTED:
                    over, self.joined = True, attempt == 0
                    break
        self.fenced = min(self._spent(), float(self.timeout))
        if error is not None:
            self._look_after(error, over)

    def adopt(self) -> dict[str, Any] | None:
        """The snapshot of this name that somebody, such as a run that was killed, has started and not committed; one read.

        It can be committed then as if it had been started here; for how long writes have waited is not known.
        """
        found = self.find()
        if found is None or taken(found):
            return None
        self.uuid = str(found["uuid"])
        self._since = waiting.clock.now()
        return found

    def find(self) -> dict[str, Any] | None:
        """The snapshot of this name that the group has, committed or only started; one read."""
        return self.client.one(self._path, {"name": self.name}, FIELDS)

    # -- one request ---------------------------------------------------------------------------------------------------

    def _call(self, method: str, path: str, query: dict[str, Any], body: Any = None) -> Answer:
        answer = self.client.call(method, path, query=query, body=body)
        if answer.status == 202:
            for job in answer.jobs:
                self.client.follow(job, waiting.Deadline(max(0.0, self.timeout - self._spent()) + GRACE), f"snapshot {self.name}")
        return answer

    def _send_start(self) -> str | None:
        query = {"action": "start", "action_timeout": self.timeout, "return_records": True, "return_timeout": min(self.timeout, HOLD)}
        answer = self._call("POST", self._path, query, {"name": self.name, **self.attributes})
        return next((str(one["uuid"]) for one in answer.records if one.get("uuid")), None)

    def _started(self, doubt: OntapError | None) -> str | None:
        """The uuid of what was started, looked up by its name."""
        try:
            found = self.find()
        except Unreachable as error:
            raise self._waited_out(doubt or error) from error
        if found is None:
            return None
        if taken(found):
            raise ApiError(f"{self.what} has a snapshot {self.name} already.", hint="Nothing was started.", path=self._path)
        return str(found["uuid"])

    # -- when it goes wrong --------------------------------------------------------------------------------------------

    def _spent(self) -> float:
        return waiting.clock.now() - self._since

    def _pass(self) -> None:
        """Let the time of the fence pass, after which what was started is gone, and what was taken stays."""
        waiting.pause(max(0.0, self.timeout - self._spent()) + GRACE)

    def _look_after(self, error: OntapError, over: bool) -> None:
        """After a commit that failed: return when the snapshot is there all the same; raise the error otherwise.

        Unless ONTAP has said that the fence is over, its time has to pass first: what was only started looks like what was taken.
        """
        late = self._spent()
        if not over:
            self._pass()
        try:
            found = self.find()
        except OntapError as blind:
            error.hint = f"The fence has ended by itself, after {self.timeout} seconds at most. Whether there is a snapshot is not known."
            raise error from blind
        if found is not None and found["uuid"] == self.uuid:
            self.record = found
            return
        error.hint = f"No snapshot {self.name} was taken, and writes go on."
        if late > self.timeout:
            error.hint += f" The commit came {late:.0f} seconds after the start, and the fence lasts {self.timeout}: raise its timeout."
        raise error

    def _waited_out(self, error: OntapError) -> OntapError:
        """The error, once the fence that there may be has ended by itself."""
        self._pass()
        error.hint = f"If writes waited, they did for {self.timeout} seconds at most, and go on. No snapshot {self.name} was taken."
        return error


def _explained(error: ApiError) -> OntapError:
    """The refusal of a start, in the words that help."""
    if error.code == UNKNOWN_PARAMETER:
        return UnsupportedRelease(
            "This ONTAP release takes no group snapshots in two phases by REST: that needs ONTAP 9.12.1.",
            hint="Upgrade the cluster, or take them with ndo.ontap.group_snapshot and engine: ontapi.",
            code=error.code,
        )
    return error
