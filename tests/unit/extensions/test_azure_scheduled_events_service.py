# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the event source asks a service on a socket, or a file, and goes on whatever it gets."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable

import pytest

from ansible_collections.ndo.ontap.extensions.eda.plugins.event_source import azure_scheduled_events as source

Answer = Callable[[BaseHTTPRequestHandler], None]
EVENT = {"EventId": "A", "EventType": "Reboot", "EventStatus": "Started", "Resources": ["vm1"], "NotBefore": ""}
QUICK = {"delay": 0.05, "max_delay": 0.05, "timeout": 0.2, "first_timeout": 0.3, "attempts": 2}


def body(content: bytes, status: int = 200, **headers: str) -> Answer:
    """An answer with a body."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response_only(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(content)

    return answer


def document(incarnation: int, *events: Any) -> Answer:
    """A document."""
    return body(json.dumps({"DocumentIncarnation": incarnation, "Events": list(events)}).encode())


def drip(request: BaseHTTPRequestHandler) -> None:
    """Byte after byte, each soon enough, and never all of them."""
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    while not request.server.done.wait(0.05):  # type: ignore[attr-defined]
        request.wfile.write(b" ")


def silence(request: BaseHTTPRequestHandler) -> None:
    """Nothing, until the client goes."""
    request.server.done.wait(5)  # type: ignore[attr-defined]


class Handler(BaseHTTPRequestHandler):
    """Gives the answers of its server."""

    def do_GET(self) -> None:
        """Answer."""
        self.server.service.answer(self)  # type: ignore[attr-defined]

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


class Service:
    """A service that gives these answers one after the other, the last one for ever."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.service = self  # type: ignore[attr-defined]
        self.server.done = threading.Event()  # type: ignore[attr-defined]
        self.server.handle_error = lambda *_args: None  # type: ignore[method-assign]
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Give the next answer."""
        self.requests.append((request.path, dict(request.headers)))
        (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])(request)

    def stop(self) -> None:
        """Stop."""
        self.server.done.set()  # type: ignore[attr-defined]
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def service() -> Iterator[Callable[..., Service]]:
    """A maker of services."""
    made: list[Service] = []

    def make(*answers: Answer) -> Service:
        made.append(Service(*answers))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def puts(until: str, **args: Any) -> list[str]:
    """The kinds of what the source puts, until it puts this; it is stopped then, which takes no time."""

    async def watch() -> list[str]:
        queue: asyncio.Queue[Any] = asyncio.Queue(1)
        task = asyncio.ensure_future(source.main(queue, {**QUICK, **args}))
        found: list[str] = []
        while until not in found:
            one = await asyncio.wait_for(queue.get(), 5)
            found.append(one["change"])
        task.cancel()
        await asyncio.wait([task], timeout=5)
        return found

    return asyncio.run(watch())


def test_the_service_is_asked_as_it_wants_and_never_through_a_proxy(service: Any, monkeypatch: Any) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    playing = service(document(1, EVENT), document(2))
    assert puts("ended", url=playing.url) == ["first", "new", "due", "ended"]
    path, headers = playing.requests[0]
    assert path == "/metadata/scheduledevents?api-version=2020-07-01"
    assert headers["Metadata"] == "true"


@pytest.mark.parametrize(
    "answer",
    [
        body(b"busy", 503),
        body(b"", 400),
        body(b"{}", 302, Location="/elsewhere"),
        body(b"<html>sign in</html>"),
        body(b'{"DocumentIncarnation": 9, "Events": [{}]}'),
        body(b"[" * 200000),
        body(b"x" * (source.LIMIT + 1)),
        drip,
        silence,
        lambda request: request.wfile.write(b"HTTP/1.1 nonsense\r\n\r\n"),
        lambda request: request.connection.close(),
    ],
    ids=["busy", "bad request", "redirect", "page", "malformed", "deep", "endless", "drip", "silence", "nonsense", "reset"],
)
def test_whatever_the_service_does_the_source_warns_once_and_goes_on(service: Any, answer: Answer) -> None:
    playing = service(document(1, EVENT), answer, answer, answer, document(2))
    assert puts("ended", url=playing.url) == ["first", "new", "due", "warning", "recovered", "ended"]
    assert len(playing.requests) == 5


def test_moments_are_held_against_the_clock_of_the_service(service: Any) -> None:
    week = {**EVENT, "EventStatus": "Scheduled", "NotBefore": "Sun, 15 Mar 2026 12:20:01 GMT"}
    content = json.dumps({"DocumentIncarnation": 1, "Events": [week]}).encode()
    clock = [body(content, Date=f"Sun, 15 Mar 2026 12:00:{seconds:02} GMT") for seconds in (0, 0, 1)]
    playing = service(*clock)
    assert puts("due", url=playing.url, lead=1200) == ["first", "new", "due"]
    assert len(playing.requests) == 3


def test_a_service_that_is_not_there_yet_is_waited_for(service: Any) -> None:
    playing = service(document(1))
    playing.stop()
    assert puts("warning", url=playing.url) == ["warning"]


def test_the_first_answer_may_take_its_time(service: Any) -> None:
    def late(request: BaseHTTPRequestHandler) -> None:
        time.sleep(0.4)
        document(1)(request)

    assert puts("first", url=service(late).url, timeout=0.1, first_timeout=5, attempts=1) == ["first"]


def test_the_end_of_the_rulebook_does_not_wait_for_the_service(service: Any) -> None:
    async def begin_and_cancel(url: str) -> float:
        task = asyncio.ensure_future(source.main(asyncio.Queue(1), {**QUICK, "url": url, "first_timeout": 60}))
        await asyncio.sleep(0.2)
        began = time.monotonic()
        task.cancel()
        await asyncio.wait([task])
        return began

    began = asyncio.run(begin_and_cancel(service(silence).url))
    assert time.monotonic() - began < 3


def test_a_file_is_read_and_may_be_missing_or_half_written(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    contents = iter(
        [None, b'{"DocumentIncarnation": 1, "Ev', {"DocumentIncarnation": 1, "Events": [EVENT]}, {"DocumentIncarnation": 2, "Events": []}]
    )

    async def watch() -> list[str]:
        queue: asyncio.Queue[Any] = asyncio.Queue(1)
        task = asyncio.ensure_future(source.main(queue, {**QUICK, "path": str(path), "attempts": 1}))
        found: list[str] = []
        for wanted in ("warning", "", "due", "ended"):
            content = next(contents)
            if content is not None:
                path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
            while wanted and wanted not in found:
                found.append((await asyncio.wait_for(queue.get(), 5))["change"])
            await asyncio.sleep(0 if wanted else 0.2)
        task.cancel()
        return found

    assert asyncio.run(watch()) == ["warning", "recovered", "first", "new", "due", "ended"]


def test_wrong_arguments_end_the_rulebook_at_once() -> None:
    with pytest.raises(ValueError, match=r"^There is no argument dely\. There are: url, path"):
        asyncio.run(source.main(asyncio.Queue(), {"dely": 1}))
