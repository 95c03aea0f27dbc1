# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task notes for the report of its runbook: every write that it sends, and what its reads show of nodes, aggregates, LIFs and moves.

It listens to the client, so no module has to do anything for it, and no request is sent for it. Bodies are never noted. Where no
journal is asked for, there is none, and nothing is collected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ansible.module_utils.common.parameters import remove_values

from . import waiting
from .errors import OntapError

ASKED = "NDO_ONTAP_JOURNAL"
"""An environment variable by which the action plugin asks a module for its notes that runs elsewhere."""
HANDED_OVER = "ndo_ontap_journal"
"""The key of the result in which such a module hands them over. The action plugin takes it out again."""

CREDENTIAL_WORDS = ("password", "passphrase", "secret", "private_key", "token")
DULL = ("return_timeout", "return_records")
"""Parameters of a query that say nothing about what was asked for."""
STEP = 5
"""Percent of a copy after which a look is noted although nothing else is new."""

Entry = dict[str, Any]
Keep = Callable[[Entry], None]
Sight = tuple[str, str, dict[str, Any]]
"""A thing that was seen: its kind, its name, and what was seen of it."""


class Journal:
    """The notes of one task. `keep` gets each of them at once; `secrets` are texts that must not be in any of them."""

    def __init__(self, keep: Keep, secrets: Iterable[str] = ()) -> None:
        self.reads = 0
        self._keep = keep
        self._secrets = set(secrets)
        self._sent = 0
        self._seen: dict[tuple[str, str], tuple[dict[str, Any], float]] = {}

    def on(self, cluster: str) -> None:
        """Note to which cluster the task speaks."""
        self._note({"kind": "cluster", "name": cluster})

    @contextmanager
    def writing(self, method: str, path: str, query: Any = None) -> Iterator[Callable[[int], None]]:
        """Note a write before it is sent, for a run may be killed while it waits for the answer; and what was answered."""
        self._sent += 1
        number, began = self._sent, waiting.clock.now()
        self._note({"kind": "write", "number": number, "method": method, "path": path, "query": shown(query)})
        status: list[int] = []
        error = ""
        try:
            yield status.append
        except OntapError as failure:
            status += [failure.facts["status"]] if "status" in failure.facts else []
            error = failure.message
            raise
        finally:
            seconds = round(waiting.clock.now() - began, 3)
            self._note({"kind": "answer", "number": number, "status": status[0] if status else None, "seconds": seconds, "error": error})

    def read(self, path: str, body: dict[str, Any]) -> None:
        """Note what an answer shows, as far as it is new to this task."""
        self.reads += 1
        look = _look_of(path)
        if look is None:
            return
        news: list[Entry] = []
        # A record that is not what it should be is for the module to complain about.
        with suppress(AttributeError, TypeError, ValueError, LookupError):
            for record in body.get("records", [body]):
                for sight in look(record):
                    news += self._new(sight, waiting.clock.wall())
        if news:
            self._note({"kind": "seen", "things": news})

    def _new(self, sight: Sight, now: float) -> list[Entry]:
        kind, name, state = sight
        known, looked = self._seen.get((kind, name), (None, None))
        if known is not None and not _differs(known, state):
            self._seen[kind, name] = (known, now)
            return []
        self._seen[kind, name] = (state, now)
        # The last look at which it was not so yet bounds the moment at which it became so.
        return [{"thing": kind, "name": name, **state, **({"after": round(looked, 3)} if looked is not None else {})}]

    def _note(self, entry: Entry) -> None:
        entry = remove_values(entry, self._secrets) if self._secrets else entry
        self._keep({**entry, "at": round(waiting.clock.wall(), 3)})


def shown(query: Any) -> dict[str, str]:
    """The parameters of a query as they may be shown."""
    found = {}
    for name, value in dict(query or {}).items():
        if name not in DULL and value is not None:
            secret = any(word in str(name).lower() for word in CREDENTIAL_WORDS)
            found[str(name)] = "********" if secret else str(value)
    return found


def _differs(known: dict[str, Any], state: dict[str, Any]) -> bool:
    """Whether a look shows something new; the percentage of a copy counts in steps."""
    if known == state:
        return False
    before, now = known.get("percent"), state.get("percent")
    if before is None or now is None or {**known, "percent": now} != state:
        return True
    return bool(abs(now - before) >= STEP)


# -- what the records of an answer show ------------------------------------------------------------------------------------


def _look_of(path: str) -> Callable[[dict[str, Any]], Iterator[Sight]] | None:
    """What reads the records of an address, which is that of a collection or of one object in it."""
    parts = path.partition("?")[0].strip("/").split("/")
    return next((look for place, look in _SHOWS.items() if parts[: len(place)] == list(place) and len(parts) <= len(place) + 1), None)


def _at(record: Any, *keys: str) -> Any:
    for key in keys:
        record = record.get(key) if isinstance(record, dict) else None
    return record


def _name(record: dict[str, Any]) -> str:
    svm = _at(record, "svm", "name")
    return f"{svm}:{record.get('name')}" if svm else str(record.get("name"))


def _some(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _nodes(record: dict[str, Any]) -> Iterator[Sight]:
    if not record.get("state"):
        return
    doing = [
        f"{what} {state}"
        for what, quiet in (("takeover", ("not_attempted", "not_possible")), ("giveback", ("not_attempted", "nothing_to_giveback")))
        for state in [_at(record, "ha", what, "state")]
        if state and state not in quiet
    ]
    yield "node", record["name"], _some(state=record["state"], doing=", ".join(doing) or None)
    for status in _at(record, "ha", "giveback", "status") or []:
        name, state = _at(status, "aggregate", "name"), status.get("state")
        if name and state:
            yield "giveback", name, _some(state=state, why=_at(status, "error", "message"))


def _aggregates(record: dict[str, Any]) -> Iterator[Sight]:
    place = _at(record, "node", "name")
    if place:
        yield "aggregate", record["name"], _some(place=place, home=_at(record, "home_node", "name"), state=record.get("state"))


def _lifs(record: dict[str, Any]) -> Iterator[Sight]:
    place = _at(record, "location", "node", "name")
    if place:
        yield "lif", _name(record), _some(place=place, home=_at(record, "location", "home_node", "name"), state=record.get("state"))


def _volumes(record: dict[str, Any]) -> Iterator[Sight]:
    move = record.get("movement") or {}
    if move.get("state"):
        place = ((record.get("aggregates") or [{}])[0]).get("name")
        to = _at(move, "destination_aggregate", "name")
        yield "move", _name(record), _some(state=move["state"], percent=move.get("percent_complete"), place=place, to=to)


def _luns(record: dict[str, Any]) -> Iterator[Sight]:
    for move in (record.get("movement"), _at(record, "copy", "source")):
        state = _at(move, "progress", "state")
        if state:
            ends = move.get("paths") if isinstance(move, dict) else None
            percent = _at(move, "progress", "percent_complete")
            yield "lun", _name(record), _some(state=state, percent=percent, place=_at(ends, "source"), to=_at(ends, "destination"))


_SHOWS: dict[tuple[str, ...], Callable[[dict[str, Any]], Iterator[Sight]]] = {
    ("cluster", "nodes"): _nodes,
    ("storage", "aggregates"): _aggregates,
    ("network", "ip", "interfaces"): _lifs,
    ("storage", "volumes"): _volumes,
    ("storage", "luns"): _luns,
}
