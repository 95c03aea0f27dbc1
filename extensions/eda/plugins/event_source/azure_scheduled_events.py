# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An event source of ansible-rulebook: the scheduled events of Azure, as its instance metadata service or a file tells them.

ansible-rulebook runs this file alone, by its path: it can import nothing of the collection. Which documents are refused is therefore said
twice, here and in module_utils/scheduled_events.py; a test holds the two against each other.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import http.client
import json
import re
import socket
import time
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

DOCUMENTATION = r"""
---
short_description: Scheduled events of Azure
description:
  - Asks the instance metadata service for scheduled events, or reads such a document from a file, and puts what has changed.
  - >-
    What is put has C(change): C(first) once, with the number of events that are C(due); C(new), C(changed), C(returned) and C(ended) for an
    event; C(due) once for an event, when it has begun or may begin soon, even if it comes back after it had gone; C(warning) once for an
    outage of the service, C(recovered) when it is over.
  - >-
    C(event_id), C(event_type), C(event_status), C(resources), C(not_before), C(description) and C(due) say what the event is, and
    C(document) is the whole document, as the service has sent it.
  - A document with the same C(DocumentIncarnation) as the last one tells nothing new. A malformed one never means that an event is over.
  - The service is asked without a proxy and without following redirects.
options:
  url:
    description: Where the service is. It answers only on the virtual machines themselves. Path and version may be left out.
    type: str
    default: http://169.254.169.254
  path:
    description: A file with such a document, which is read instead.
    type: str
  delay:
    description: Seconds between two looks.
    type: float
    default: 5
  max_delay:
    description: Seconds between two looks at most, while the service fails. The delay doubles with each failure.
    type: float
    default: 60
  timeout:
    description: Seconds that one answer may take.
    type: float
    default: 10
  first_timeout:
    description: The same, until the service has answered once. The first answer may take two minutes.
    type: float
    default: 150
  attempts:
    description: After how many failures in a row a warning is put.
    type: int
    default: 3
  lead:
    description:
      - Seconds before C(NotBefore) from which on an event is due. Azure announces most events 15 minutes before, but some a week.
    type: float
    default: 1200
  resources:
    description: Names of virtual machines. Events of others are not told. Nothing means all.
    type: list
    elements: str
    default: []
  event_types:
    description: Types of events that are told. Nothing means all.
    type: list
    elements: str
    default: [Freeze, Reboot, Redeploy]
  hosts:
    description: The limit of the runs that a rule starts, put as C(meta.hosts).
    type: str
"""

EXAMPLES = r"""
- ndo.ontap.azure_scheduled_events:
    resources: [cvo-vm1, cvo-vm2]

- ndo.ontap.azure_scheduled_events:
    path: /var/lib/ndo/scheduled-events.json
    delay: 30
"""

PATH, QUERY = "/metadata/scheduledevents", "api-version=2020-07-01"
URL = f"http://169.254.169.254{PATH}?{QUERY}"
HANDLED = ("Freeze", "Reboot", "Redeploy")
LIMIT = 1024 * 1024
"""Bytes that a document may have (choice)."""

REMEMBERED = 1000
"""Events that are over and not forgotten (choice)."""

NUMBERS = {
    "delay": (5.0, 0.05, 3600),
    "max_delay": (60.0, 0.05, 3600),
    "timeout": (10.0, 0.05, 600),
    "first_timeout": (150.0, 0.05, 600),
    "attempts": (3, 1, 1000),
    "lead": (1200.0, 0, 30 * 86400),
}
"""Default, least and most of each."""

LISTS: dict[str, tuple[str, ...]] = {"resources": (), "event_types": HANDLED}
TEMPLATE = re.compile(r"\{(?=[{%#])")
FAILURES = (OSError, http.client.HTTPException, ValueError, RecursionError, asyncio.TimeoutError)


class Arguments(NamedTuple):
    """What the rulebook asks for."""

    url: str
    path: str
    hosts: str
    delay: float
    max_delay: float
    timeout: float
    first_timeout: float
    attempts: float
    lead: float
    resources: tuple[str, ...]
    event_types: tuple[str, ...]


class Event(NamedTuple):
    """One event of a document. `not_before`: seconds since the Unix epoch, None where it is blank."""

    id: str
    type: str
    status: str
    resources: tuple[str, ...]
    not_before: float | None
    words: dict[str, str]


# -- what the rulebook asks for ------------------------------------------------------------------------------------------------


def arguments(given: dict[str, Any]) -> Arguments:
    """The arguments, checked. What a template left empty counts as not given."""
    said = {name: value for name, value in given.items() if value not in (None, "") and not name.startswith("eda_")}
    unknown = sorted(set(said) - set(Arguments._fields))
    if unknown:
        raise ValueError(f"There is no argument {', '.join(unknown)}. There are: {', '.join(Arguments._fields)}.")
    if "url" in said and "path" in said:
        raise ValueError("Give url or path, not both.")
    checked: dict[str, Any] = {name: _text(said, name) for name in ("url", "path", "hosts")}
    checked.update({name: _number(said, name) for name in NUMBERS})
    checked.update({name: _names(said, name) for name in LISTS})
    if not checked["path"]:
        checked["url"] = _service(checked["url"] or URL)
    return Arguments(**checked)


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{name} must be text, not {value!r}.")
    return value


def _service(url: str) -> str:
    parts = urlsplit(url)
    # The port is checked when it is asked for.
    if parts.scheme != "http" or not parts.hostname or parts.username or parts.port == 0:
        raise ValueError(f"url must look like http://HOST[:PORT]/PATH, as the metadata service has it, not {url!r}.")
    return parts._replace(path=parts.path.rstrip("/") or PATH, query=parts.query or QUERY).geturl()


def _number(said: dict[str, Any], name: str) -> float:
    default, least, most = NUMBERS[name]
    value = said.get(name, default)
    with contextlib.suppress(TypeError, ValueError):
        number = float("none" if isinstance(value, bool) else value)
        if least <= number <= most and (name != "attempts" or number == int(number)):
            return number
    kind = "a whole number" if name == "attempts" else "a number"
    raise ValueError(f"{name} must be {kind} from {least} to {most}, not {value!r}.")


def _names(said: dict[str, Any], name: str) -> tuple[str, ...]:
    value = said.get(name, LISTS[name])
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) and one for one in value):
        raise ValueError(f"{name} must be a list of names, not {value!r}.")
    return tuple(one.lower() for one in value)


# -- what a document says ------------------------------------------------------------------------------------------------------


def parse(text: bytes) -> tuple[int, dict[str, Any], dict[str, Event]]:
    """The incarnation of a document, the document, and its events by their ids. Raises ValueError when it is not what Azure sends."""
    if len(text) > LIMIT:
        raise ValueError(f"the document has more than {LIMIT} bytes")
    said = json.loads(text)
    if not isinstance(said, dict) or not isinstance(said.get("Events"), list):
        raise ValueError("the document has no list of Events")
    incarnation = _whole(said.get("DocumentIncarnation"), "DocumentIncarnation")
    events: dict[str, Event] = {}
    for one in said["Events"]:
        event = _event(one)
        events[event.id.lower()] = _merged(events.get(event.id.lower()), event)
    return incarnation, harmless(said), events


def harmless(value: Any) -> Any:
    """A value without templates. It becomes an extra variable of a playbook, and Ansible renders templates in those."""
    if isinstance(value, str):
        return TEMPLATE.sub("{ ", value)
    if isinstance(value, list):
        return [harmless(one) for one in value]
    if isinstance(value, dict):
        return {harmless(name): harmless(one) for name, one in value.items()}
    return value


def _event(said: Any) -> Event:
    if not isinstance(said, dict):
        raise ValueError("an entry of Events is no object")
    texts: dict[str, Any] = {name: said.get(name) for name in ("EventId", "EventType", "EventStatus")}
    for name, value in texts.items():
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"an event has no {name}")
    identity, kind, status = (harmless(value.strip()) for value in texts.values())
    if status not in ("Scheduled", "Started"):
        raise ValueError(f"event {identity} has an EventStatus that nobody knows: {status}")
    resources = said.get("Resources")
    if not isinstance(resources, list) or not all(isinstance(name, str) and name for name in resources):
        raise ValueError(f"event {identity} has no list of names in Resources")
    if said.get("DurationInSeconds") is not None:
        _whole(said["DurationInSeconds"], "DurationInSeconds")
    words = {name: harmless(str(said.get(key) or "")) for name, key in (("not_before", "NotBefore"), ("description", "Description"))}
    return Event(identity, kind, status, tuple(harmless(sorted(set(resources)))), _moment(said.get("NotBefore")), words)


def _whole(value: Any, name: str) -> int:
    with contextlib.suppress(ValueError):
        return int("none" if isinstance(value, bool) else str(value))
    raise ValueError(f"{name} is no whole number: {value}")


def _moment(value: Any) -> float | None:
    """NotBefore, which is blank once an event has started. The day of the week is not looked at: Azure's own examples have a wrong one."""
    text = value.strip() if isinstance(value, str) else value
    if text is None or text == "":
        return None
    if isinstance(text, str):
        with contextlib.suppress(TypeError, ValueError, IndexError, OverflowError):
            return _in_utc(parsedate_to_datetime(text))
        with contextlib.suppress(ValueError, OverflowError):
            return _in_utc(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")))
    raise ValueError(f"NotBefore is no date: {value}")


def _in_utc(moment: datetime.datetime) -> float:
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)).timestamp()


def _merged(known: Event | None, other: Event) -> Event:
    """An event that is in a document twice: all resources, and what is said where it is further."""
    if known is None:
        return other
    further = other if other.status == "Started" else known
    return further._replace(resources=tuple(sorted({*known.resources, *other.resources})))


# -- what is to be told --------------------------------------------------------------------------------------------------------


class Watch:
    """What has been seen, and what is therefore to be put."""

    def __init__(self, wanted: Arguments) -> None:
        self.wanted = wanted
        self.incarnation: int | None = None
        self.document: dict[str, Any] = {}
        self.known: dict[str, Event] = {}
        self.gone: dict[str, Event] = {}
        self.due: set[str] = set()
        self.failures = 0
        self.warned = False

    @property
    def timeout(self) -> float:
        """Seconds that the next answer may take."""
        return self.wanted.first_timeout if self.incarnation is None else self.wanted.timeout

    @property
    def pause(self) -> float:
        """Seconds until the next look."""
        longer = self.wanted.delay * 2.0 ** min(max(0, self.failures - 1), 30)
        return self.wanted.delay if not self.failures else max(self.wanted.delay, min(longer, self.wanted.max_delay))

    def failed(self, failure: BaseException) -> list[dict[str, Any]]:
        """What is to be put after a look that failed."""
        self.failures += 1
        if self.warned or self.failures < self.wanted.attempts:
            return []
        self.warned = True
        where = self.wanted.path or self.wanted.url
        reason = harmless(str(failure) or type(failure).__name__)
        return [self._put("warning", message=f"No scheduled events from {where}, {self.failures} time(s) in a row: {reason}")]

    def read(self, text: bytes, now: float) -> list[dict[str, Any]]:
        """What is to be put after a look. Raises ValueError when the document is malformed."""
        incarnation, document, events = parse(text)
        puts = [self._put("recovered", message="Scheduled events are told again.")] if self.warned else []
        self.failures, self.warned = 0, False
        first, self.incarnation, before = self.incarnation is None, incarnation, self.incarnation
        changes: list[dict[str, Any]] = []
        if incarnation != before:
            self.document = document
            changes = self._differences({key: event for key, event in events.items() if self._is_wanted(event)})
        changes += self._now_due(now)
        if first:
            puts.append(self._put("first", events=len(self.known), due=len(self.due), document=self.document))
        return puts + changes

    def _is_wanted(self, event: Event) -> bool:
        types, names = self.wanted.event_types, self.wanted.resources
        ours = not names or any(name.lower() in names for name in event.resources)
        return ours and (not types or event.type.lower() in types)

    def _differences(self, events: dict[str, Event]) -> list[dict[str, Any]]:
        """What has ended comes first: its storage is to go home before the next node's is taken over."""
        before, self.known = self.known, events
        ended = [key for key in before if key not in events]
        changes = [self._about("ended", before[key]) for key in ended]
        for key, event in events.items():
            if key in before and (before[key].status, before[key].resources) != (event.status, event.resources):
                was = {"event_status": before[key].status, "resources": list(before[key].resources)}
                changes.append(self._about("changed", event, previous=was))
            elif key not in before:
                changes.append(self._about("returned" if self.gone.pop(key, None) else "new", event))
        self.gone.update({key: before[key] for key in ended})
        for key in list(self.gone)[:-REMEMBERED]:
            del self.gone[key]
            self.due.discard(key)
        return changes

    def _now_due(self, now: float) -> list[dict[str, Any]]:
        """Each event once, when it has begun, or may begin within the lead."""
        found = [key for key, event in self.known.items() if key not in self.due and self._may_begin(event, now)]
        self.due.update(found)
        return [self._about("due", self.known[key]) for key in found]

    def _may_begin(self, event: Event, now: float) -> bool:
        return event.status == "Started" or event.not_before is None or event.not_before - now <= self.wanted.lead

    def _about(self, change: str, event: Event, **more: Any) -> dict[str, Any]:
        said = {"event_id": event.id, "event_type": event.type, "event_status": event.status, "resources": list(event.resources)}
        return self._put(change, **said, **event.words, due=event.id.lower() in self.due, document=self.document, **more)

    def _put(self, change: str, **what: Any) -> dict[str, Any]:
        return {"change": change, **what, **({"meta": {"hosts": self.wanted.hosts}} if self.wanted.hosts else {})}


# -- where a document comes from -----------------------------------------------------------------------------------------------


class Service:
    """One question to the metadata service. http.client uses no proxy and follows no redirect."""

    def __init__(self, url: str, timeout: float) -> None:
        parts = urlsplit(url)
        self.target = f"{parts.path}?{parts.query}"
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
        self.socket: socket.socket | None = None

    def ask(self) -> tuple[bytes, float]:
        """The document and the time by the clock of the service. Raises OSError or HTTPException when there is none."""
        self.connection.connect()
        self.socket = self.connection.sock
        self.connection.request("GET", self.target, headers={"Metadata": "true", "Accept": "application/json"})
        answer = self.connection.getresponse()
        if answer.status != 200:
            raise OSError(f"the service answers {answer.status} {answer.reason}")
        text = answer.read(LIMIT + 1)
        with contextlib.suppress(ValueError):
            return text, _moment(answer.headers.get("Date")) or time.time()
        return text, time.time()

    def end(self) -> None:
        """End it, also while another thread still waits for bytes that come one by one."""
        if self.socket is not None:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)
        self.connection.close()


def read_file(path: str) -> tuple[bytes, float]:
    """The document in a file, and the time."""
    with open(path, "rb") as file:
        return file.read(LIMIT + 1), time.time()


async def fetch(wanted: Arguments, timeout: float) -> tuple[bytes, float]:
    """The document, which is there in time, and its time; or an error."""
    if wanted.path:
        return await asyncio.to_thread(read_file, wanted.path)
    service = Service(wanted.url, timeout)
    try:
        return await asyncio.wait_for(asyncio.to_thread(service.ask), timeout)
    except asyncio.TimeoutError as error:
        raise OSError(f"no answer within {timeout:g} s") from error
    finally:
        service.end()


async def main(queue: Any, args: dict[str, Any]) -> None:
    """Watch, until ansible-rulebook ends."""
    watch = Watch(arguments(args))
    while True:
        puts: Iterable[dict[str, Any]]
        try:
            puts = watch.read(*await fetch(watch.wanted, watch.timeout))
        except FAILURES as failure:
            puts = watch.failed(failure)
        for one in puts:
            await queue.put(one)
        await asyncio.sleep(watch.pause)
