# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ONTAP's REST conventions on top of bytes: error envelope, paging, fields, jobs, SVM scope, quoting, call count.

Source of the conventions: ONTAP REST API documentation, "Getting started with the ONTAP REST API" (HTTP methods and
status codes, query parameters, records and paging, asynchronous responses).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from . import states, waiting
from .errors import Ambiguous, ApiError, Busy, JobFailed, JobVanished, MethodNotSupported, NotAuthorized, NotFound, OntapError, PartlyDone
from .journal import Journal
from .transport import READS, Transport
from .version import of_record

PAGE = 10000
"""Records asked for per page: as many as clients of the vendor ask for."""

QUERY_LENGTH = 2000
"""Characters that one parameter of a query may have; web servers and proxies refuse long addresses (choice: far below 8 KiB)."""

ABSENT = {"4", "542797", "1638600", "5374875", "5374876", "5374922", "53411842", "53411843", "53411844", "6684674", "13434920"}
BUSY = {"13107406", "524481", "5374316", "5702832", "7018877", "13303810"}
PARTLY = {"5374863", "5374864", "5374868", "5374885", "5374886"}
"""Codes by what they mean to us. Source: error tables of the API reference."""

UNSUPPORTED_METHOD_WORDS = ("method", "not supported")
OPERATORS = set('*|!,<>"')


class Answer:
    """What became of a write: the job's uuid when ONTAP goes on in the background, and the records it returned."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self.status = status
        self.body = body
        self.records: list[dict[str, Any]] = body.get("records") or []

    @property
    def jobs(self) -> list[str]:
        """The uuids of all jobs that the write started."""
        jobs = [self.body.get("job"), *(self.body.get("jobs") or [])]
        return [job["uuid"] for job in jobs if job and job.get("uuid")]


class Caller:
    """Who carries out a task: counts its requests. `report` gets a line when a wait sees something new, `journal` notes writes.

    It is all that a module needs that speaks to no cluster.
    """

    def __init__(self, report: waiting.Report | None = None, journal: Journal | None = None) -> None:
        self.report = report
        self.journal = journal
        self.requests = 0
        self._started = waiting.clock.now()

    def usage(self) -> dict[str, Any]:
        """How many requests were sent, and the seconds since the task began."""
        return {"requests": self.requests, "seconds": round(waiting.clock.now() - self._started, 3)}


class Client(Caller):
    """The API of one cluster over one connection."""

    def __init__(self, transport: Transport, report: waiting.Report | None = None, journal: Journal | None = None) -> None:
        super().__init__(report, journal)
        self.transport = transport
        self._release: tuple[int, int, int] | None = None

    def release(self) -> tuple[int, int, int]:
        """The cluster's ONTAP release; asked for once per task, and only when something needs it."""
        if self._release is None:
            self._release = of_record(self.get("/cluster", fields=["version"])["version"])
        return self._release

    def know_release(self, release: tuple[int, int, int]) -> None:
        """Remember a release that another read brought along, so that it need not be asked for."""
        self._release = release

    def call(self, method: str, path: str, query: Any = None, body: Any = None, svm: str | None = None) -> Answer:
        """Send one request to a path below /api and return the answer; an error envelope is raised as ApiError."""
        if self.journal is None:
            return self._exchange(method, path, query, body, svm)
        if method in READS:
            answer = self._exchange(method, path, query, body, svm)
            self.journal.read(path, answer.body)
            return answer
        with self.journal.writing(method, path, query) as answered:
            answer = self._exchange(method, path, query, body, svm)
            answered(answer.status)
            return answer

    def _exchange(self, method: str, path: str, query: Any, body: Any, svm: str | None) -> Answer:
        self.requests += 1
        headers = {"X-Dot-SVM-Name": svm} if svm else None
        response = self.transport.send(method, "/api" + path, query=_wire(query), body=body, headers=headers)
        failure = response.body.get("error")
        # A failed job's own record carries `error` too; that one is an answer, not a refusal.
        if (failure and "state" not in response.body) or response.status >= 400:
            raise api_error(response.status, failure or {}, method, path)
        return Answer(response.status, response.body)

    def get(self, path: str, fields: Iterable[str] = (), query: dict[str, Any] | None = None) -> dict[str, Any]:
        """Read a singleton or one object by its key."""
        return self.call("GET", path, query={**_fields(fields), **(query or {})}).body

    def records(
        self, path: str, fields: Iterable[str] = (), query: dict[str, Any] | None = None, svm: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """Every record of a collection that the query selects, over all pages.

        ONTAP may end a page early, even an empty one, when time is up; only the missing `next` link is the end.
        """
        for page in self.pages(path, {**_fields(fields), **(query or {}), "max_records": PAGE}, svm):
            yield from page.records

    def pages(self, path: str, query: dict[str, Any] | None = None, svm: str | None = None) -> Iterator[Answer]:
        """The answer to a read and, while it names a next page, the answers that follow."""
        answer = self.call("GET", path, query=query, svm=svm)
        while True:
            yield answer
            following = ((answer.body.get("_links") or {}).get("next") or {}).get("href")
            if not following:
                return
            answer = self.call("GET", following[len("/api") :], svm=svm)

    def one(self, path: str, identity: dict[str, str], fields: Iterable[str] = (), svm: str | None = None) -> dict[str, Any] | None:
        """The record with exactly these values, or None when the last page has gone by without it.

        Values are quoted, and compared again here, because `*` and `|` are operators in a query.
        """
        found = list(self.select(path, fields, {name: [value] for name, value in identity.items()}, svm=svm))
        if len(found) > 1:
            words = ", ".join(f"{name} {value}" for name, value in identity.items())
            raise Ambiguous(f"{len(found)} objects of {path} have {words}.", hint="Name the SVM, or give the uuid.", path=path)
        return found[0] if found else None

    def select(
        self,
        path: str,
        fields: Iterable[str],
        wanted: Mapping[str, Iterable[str]],
        area: Mapping[str, Iterable[str]] | None = None,
        svm: str | None = None,
    ) -> Iterator[dict[str, Any]]:
        """The records that have one of the wanted values in each of the named fields, compared exactly, over all pages.

        A list too long for an address, or a value that cannot be quoted, is left out of the query and compared here only; the
        wider terms of `area` then keep the answer small.
        """
        values = {name: set(one) for name, one in wanted.items()}
        query = _alternatives(values)
        if area and len(query) < len(values):
            query = {**_alternatives({name: set(one) for name, one in area.items()}), **query}
        for record in self.records(path, [*fields, *wanted], query, svm):
            if all(dig(record, name) in one for name, one in values.items()):
                yield record

    def job(self, uuid: str) -> dict[str, Any]:
        """A job's record. One whose record is gone raises JobVanished: ONTAP deletes it 300 s after its end."""
        try:
            return self.get(f"/cluster/jobs/{uuid}")
        except NotFound as error:
            raise JobVanished(f"The record of job {uuid} is gone.", job=uuid) from error

    def follow(self, uuid: str, deadline: waiting.Deadline, what: str) -> dict[str, Any]:
        """Wait for a job to end in success; failure raises JobFailed in ONTAP's words."""

        def probe() -> waiting.Progress:
            record = self.job(uuid)
            state = states.meaning(states.JOB, record.get("state"), f"job {uuid}")
            if state == states.FAILED:
                raise job_failed(uuid, record, what)
            return waiting.Progress(state == states.DONE, f"job {record.get('state')} {record.get('message') or ''}".strip(), record)

        try:
            return waiting.wait(probe, deadline, what, report=self.report)
        except OntapError as error:
            error.facts.setdefault("job", uuid)
            raise


def api_error(status: int, failure: dict[str, Any], method: str, path: str) -> OntapError:
    """The exception for an error envelope; ONTAP's code and words are kept."""
    code, words = str(failure.get("code", "")), str(failure.get("message", "")) or f"HTTP {status}"
    kind: type[OntapError] = ApiError
    if status == 405 or all(word in words.lower() for word in UNSUPPORTED_METHOD_WORDS):
        kind = MethodNotSupported
    elif code == "6" or status == 403:
        kind = NotAuthorized
    elif code in ABSENT:
        kind = NotFound
    elif code in BUSY:
        kind = Busy
    elif code in PARTLY:
        kind = PartlyDone
    target = failure.get("target")
    text = (
        f"ONTAP refused {method} {path}: {words.rstrip('.')}"
        + (f" (code {code})" if code else "")
        + (f", field {target}" if target else "")
        + "."
    )
    return kind(text, code=code, target=target, status=status, method=method, path=path)


def job_failed(uuid: str, record: dict[str, Any], what: str) -> JobFailed:
    """The exception for a job that ended in failure."""
    failure = record.get("error") or {}
    words = str(failure.get("message") or record.get("message") or "no reason given").rstrip(".")
    code = str(failure.get("code") or record.get("code") or "")
    return JobFailed(f"{what} failed: {words}" + (f" (code {code})" if code else "") + ".", code=code, job=uuid, state="failure")


def literal(value: str) -> str:
    """A value that the query language takes literally: quoted when it contains an operator or a blank."""
    special = OPERATORS & set(value) or ".." in value or " " in value or value in ("null", "")
    return f'"{value}"' if special else value


def _alternatives(wanted: dict[str, set[str]]) -> dict[str, str]:
    """Query parameters for "one of these values"; without those that cannot be asked for."""
    query = {}
    for name, values in wanted.items():
        text = "|".join(literal(value) for value in sorted(values))
        if len(text) <= QUERY_LENGTH and not any('"' in value for value in values):
            query[name] = text
    return query


def dig(record: dict[str, Any], dotted: str, default: Any = None) -> Any:
    """The value at a dotted path of a record; a dotted key of the record itself is found too."""
    if dotted in record:
        return record[dotted]
    value: Any = record
    for part in dotted.split("."):
        if not isinstance(value, dict) or part not in value:
            return default
        value = value[part]
    return value


def _fields(fields: Iterable[str]) -> dict[str, str]:
    wanted = ",".join(dict.fromkeys(fields))
    return {"fields": wanted} if wanted else {}


def _wire(query: Any) -> Any:
    """Booleans in ONTAP's spelling; everything else as it is."""
    if not query:
        return None
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items() if value is not None}
