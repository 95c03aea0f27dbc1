# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the move of a volume changes which nodes report its LUNs: before it begins, after it has ended, and after a run that was killed.

The state is read from the cluster, and nothing is noted anywhere. A volume that is not mounted is looked at before its move begins; of a
mounted one, which hardly ever has LUNs, right after that, long before a cutover, so that a move in a world of files costs no request
more. A volume whose move ended lately is looked at again: nodes of the place that it came from, or was going to, are left-overs of a run
that did not get to its end.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from . import waiting
from .client import Client, dig
from .errors import InputError, NotAuthorized, OntapError
from .moments import moment
from .move_paths import NOBODY, MapsGoal, Paths, Place, carry_out, current_nodes, look, read_maps, with_nodes, words_for
from .movement import Movement, place_of_data

if TYPE_CHECKING:
    from .volume_move import MoveGoal

COMMAND = "/private/cli/volume/move"
"""Where the last move of a volume came from is told here only. Source: CLI manual, volume move show."""

UNKNOWN = (
    "more nodes than those of the HA pair report LUNs of it, and private/cli/volume/move, which tells whether its last move has left "
    "them over, cannot be read; ndo.ontap.lun_map removes them with reporting_nodes_mode: trim"
)

LATELY = 7 * 86400.0
"""Seconds after the begin of a move in which left-overs are looked for. Choice: a run that was killed is run again within days."""


class Follower:
    """The reporting nodes of one volume's LUNs, and what its move does to them; nothing with paths: ignore."""

    def __init__(self, client: Client, goal: MoveGoal) -> None:
        self.client = client
        self.goal = goal
        self.paths: Paths | None = None
        self.late = False
        """Whether the maps are looked at when the move has begun."""
        self.other: str | None = None
        """The aggregate whose nodes an earlier run left over."""
        self.kept: list[str] = []
        self.notes: list[str] = []
        """What people should know."""
        self.before: dict[str, list[str]] | None = None
        self.after: dict[str, list[str]] = {}
        """The reporting nodes by LUN and igroup, before this run changed them and now."""
        self._source = ""
        self._there: str | None = None
        self._replaced: str | None = None
        self._added: set[str] = set()

    def wanted(self, record: dict[str, Any], early: bool) -> set[str]:
        """The aggregates that matter, when the maps have to be known before anything is done; none when they do not.

        LUNs in a mounted volume are rare: unless `early`, its maps are looked at when the move has begun.
        """
        move, here = Movement(record), place_of_data(record)
        self._source, self._there = here, self.goal.destination or move.destination
        if self.goal.params["paths"] != "follow" or self.goal.action in ("pause", "resume"):
            return set()
        if move.active:
            self._replaced = move.destination
            return {here, *filter(None, (move.destination, self._there))}
        if self.goal.action != "move" or here == self.goal.destination:
            return set()
        self.late = bool(dig(record, "nas.path")) and not early
        return set() if self.late else {here, str(self._there)}

    def may_be_left(self, record: dict[str, Any]) -> bool:
        """Whether the record speaks of a move that ended lately, and after which nodes may have to go."""
        move, here = Movement(record), place_of_data(record)
        if self.goal.params["paths"] != "follow" or dig(record, "nas.path") or move.active or not _lately(move.start):
            return False
        if self.goal.action == "abort":
            return move.state in ("aborted", "failed") and move.destination != here
        return self.goal.action in ("move", "cutover") and move.state == "success" and move.destination == here == self._there

    # -- before --------------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Refuse a move that would cut hosts off."""
        if self.paths is not None and self._comes():
            self.paths.check(self.goal.what, str(self._there))

    def prepare(self, deadline: waiting.Deadline, check_mode: bool = False) -> list[str]:
        """Let the nodes of the destination report the LUNs; the steps that were taken, or would be."""
        if self.paths is None or not self._comes():
            return []
        goal = self.paths.goal(self.paths.pair(self._there), NOBODY, known=self.paths.maps)
        try:
            return self._carry_out(goal, deadline, check_mode)
        finally:
            self._added = goal.added

    def look_late(self, record: dict[str, Any]) -> None:
        """Look at the maps of a mounted volume."""
        place = _place(record)
        self.paths = look(self.client, {place: {self._source, str(self._there)}})[place]

    def _comes(self) -> bool:
        """Whether the volume comes to another HA pair by what the task does."""
        return self.paths is not None and self.goal.action != "abort" and self.paths.cross(self._source, str(self._there))

    # -- after ---------------------------------------------------------------------------------------------------------

    def arrived(self, deadline: waiting.Deadline, check_mode: bool = False) -> list[str]:
        """The nodes of the place that the volume came from stop to report its LUNs."""
        if self.paths is None or not self.paths.maps:
            return []
        there = self.paths.pair(self._there)
        gone = self.paths.pair(self._source) | self.paths.pair(self._replaced)
        if not there or not gone - there:
            return []
        known = with_nodes(self.paths.maps, there) if check_mode else None
        return self._carry_out(self.paths.goal(there, gone, known=known), deadline, check_mode)

    def came_to_nothing(self, deadline: waiting.Deadline, ours: bool, check_mode: bool = False) -> list[str]:
        """The move has ended without bringing the volume anywhere: what was added is taken away again.

        What another run added cannot be told from what was there before, so that all nodes of the destination go, which have none of
        the data.
        """
        if self.paths is None or not self.paths.maps:
            return []
        there = self.paths.pair(self._there) | self.paths.pair(self._replaced)
        gone = there - self.paths.pair(self._source)
        if not gone or (ours and not self._added):
            return []
        goal = self.paths.goal(NOBODY, gone, only=self._added if ours else None, known=self.paths.maps if check_mode else None)
        return self._carry_out(goal, deadline, check_mode)

    def tidy(self, deadline: waiting.Deadline, check_mode: bool) -> list[str]:
        """Take away what an earlier run left over."""
        if self.paths is None or self.other is None:
            return []
        gone = self.paths.pair(self.other) - self.paths.pair(self._source)
        return self._carry_out(self.paths.goal(NOBODY, gone, known=self.paths.maps), deadline, check_mode)

    def _carry_out(self, goal: MapsGoal, deadline: waiting.Deadline, check_mode: bool) -> list[str]:
        if self.before is None and self.paths is not None:
            self.before = {words_for(one): sorted(current_nodes(one)) for one in self.paths.maps}
            self.after = dict(self.before)
        actions = carry_out(self.client, goal, deadline, check_mode)
        goal.apply(actions, self.after)
        self.kept = goal.kept
        return actions

    def diff(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The reporting nodes before and after, where they have changed."""
        if self.before == self.after or not self.after:
            return {}, {}
        return {"reporting_nodes": self.before}, {"reporting_nodes": self.after}


def survey(client: Client, found: list[tuple[MoveGoal, Any]]) -> None:
    """Read what the followers of all volumes of a task must know: one read of the maps, and others only where there are any."""
    early = len(found) > 1
    try:
        try:
            _survey(client, found, early)
        except NotAuthorized:
            if not early:
                raise
            # Volumes that are mounted can be moved without that access.
            _survey(client, found, False)
    except NotAuthorized as error:
        error.hint = f"{error.hint} Without that access, paths: ignore moves volumes and leaves all reporting nodes as they are."
        raise


def _survey(client: Client, found: list[tuple[MoveGoal, Any]], early: bool) -> None:
    pairs = [(goal, record) for goal, record in found if record is not None]
    asked: dict[Place, set[str]] = {}
    for goal, record in pairs:
        aggregates = goal.follower.wanted(record, early)
        if aggregates:
            asked[_place(record)] = aggregates
    rest = [(goal, record) for goal, record in pairs if _place(record) not in asked and goal.follower.may_be_left(record)]
    if not asked and not rest:
        return
    maps = read_maps(client, [*asked, *(_place(record) for _goal, record in rest)])
    for goal, record in rest:
        follower = goal.follower
        if any(len(current_nodes(one)) > 2 for one in maps[_place(record)]):
            follower.other = _other(client, goal, record)
            follower.notes += [] if follower.other else [UNKNOWN]
        if follower.other:
            asked[_place(record)] = {place_of_data(record), follower.other}
    routes = look(client, asked, maps) if asked else {}
    for goal, record in pairs:
        goal.follower.paths = routes.get(_place(record))


def _other(client: Client, goal: MoveGoal, record: dict[str, Any]) -> str | None:
    """The aggregate to which the last move led, when that came to nothing; else the one from which it came, as far as ONTAP says so."""
    if goal.action == "abort":
        return Movement(record).destination
    return shown(client, record, "source_aggregate").get("source_aggregate")


def shown(client: Client, record: dict[str, Any], *columns: str) -> dict[str, Any]:
    """What volume move show says about the last move of a volume; nothing for an account that may not ask."""
    svm, volume = _place(record)
    query = {"vserver": svm, "volume": volume}
    with contextlib.suppress(OntapError):
        for one in client.records(COMMAND, columns, query):
            if (one.get("vserver"), one.get("volume")) == (svm, volume):
                return one
    return {}


def _lately(start: str | None) -> bool:
    try:
        return start is not None and waiting.clock.wall() - moment(start) < LATELY
    except InputError:
        return False


def _place(record: dict[str, Any]) -> Place:
    return str(dig(record, "svm.name")), str(record["name"])
