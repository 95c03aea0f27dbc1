# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The instance metadata service of Azure, as far as scheduled events go: from a request to an answer, without sockets.

It shares the world, its lock, the log of requests and the faults with the API of the cluster, so that a log shows what came before what.
Sources: Azure documentation, "Scheduled Events for Linux VMs" (path, versions, headers, StartRequests and their status codes, the first
call) and "Azure Instance Metadata Service" (rejected requests and their words, errors). Choices are marked.

Not simulated: every other endpoint of the service, the limit of 5 requests per second, which VM it is that asks.
"""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from typing import Any

from .api.app import App
from .api.messages import Request, Response
from .faults import Strike
from .model import cloud_events

PATH = "/metadata/scheduledevents"
VERSIONS = ("2020-07-01", "2019-08-01", "2019-04-01", "2019-01-01", "2017-11-01", "2017-08-01")
"""Source: version table; the preview of 2017-03-01 is left out (choice)."""

DAY = 86400.0
"""Seconds without a question after which the service turns itself off."""


class Rejected(Exception):
    """The service does not take a request; `body` is what it says."""

    def __init__(self, status: int, words: str, **more: Any) -> None:
        super().__init__(words)
        self.status = status
        self.body = {"error": words, **more}


class Imds:
    """The service beside a simulated cluster."""

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, request: Request) -> Response:
        """Answer a request."""
        app = self._app
        started = time.perf_counter()
        with app.lock:
            entry = app.journal.begin(app.world, request)
            app.world.settle()
            strike = app.faults.strike(app.world, request)
        app.delay(strike.delay)
        response = self._struck(request, strike)
        app.journal.end(entry, response, strike.name, (time.perf_counter() - started) * 1000)
        return response

    def _struck(self, request: Request, strike: Strike) -> Response:
        """The answer to a request, as far as the faults leave one."""
        if strike.drop:
            return Response(0, drop=strike.drop)
        response = strike.response or self._answer(request)
        # Choice of the server's name; the date is that of the simulated clock.
        dated = {"Content-Type": "application/json; charset=utf-8", "Date": formatdate(self._app.world.now(), usegmt=True)}
        response.headers = {"Server": "IMDS", **dated, **response.headers}
        return Response(response.status, drop=strike.drop_after) if strike.drop_after else response

    def _answer(self, request: Request) -> Response:
        try:
            version = check(request)
            self._wake()
            with self._app.lock:
                self._app.world.settle()
                if request.method == "POST":
                    return self._start(request)
                return Response(200, cloud_events.document(self._app.world, version))
        except Rejected as rejected:
            return Response(rejected.status, rejected.body)

    def _wake(self) -> None:
        """The first question turns the service on, which takes its time; so does one after a day without any."""
        world = self._app.world
        with self._app.lock:
            asked = world.store.table("counters").setdefault("imds", {"value": -DAY})
            asleep = world.now() - asked["value"] > DAY
            asked["value"] = world.now()
        if asleep:
            self._app.delay(float(cloud_events.setting(world, "imds_first_call")))

    def _start(self, request: Request) -> Response:
        """StartRequests: 200 for events that there are, also when they were approved before or have begun."""
        wanted = start_requests(request.body)
        unknown = [one for one in wanted if cloud_events.find(self._app.world, one) is None]
        if unknown:
            # Choice: the documentation has 200 for "a valid event ID" and 400 for malformed requests, and nothing for this.
            raise Rejected(400, f"Bad request. There is no event {unknown[0]}.")
        for one in wanted:
            cloud_events.approve(self._app.world, one)
        self._app.world.settle()
        return Response(200, "")


def check(request: Request) -> str:
    """The version of the API that a request asks for; Rejected when it is not one for this service."""
    if request.path.lower() != PATH:
        raise Rejected(404, f"Not found: {request.path}. Only {PATH} is simulated.")
    if request.method not in ("GET", "POST"):
        raise Rejected(405, "Method not allowed.")
    if request.headers.get("metadata", "").lower() != "true":
        raise Rejected(400, "Bad request. Required metadata header not specified")
    if "x-forwarded-for" in request.headers:
        # Source: such a request is rejected; choice: its words.
        raise Rejected(400, "Bad request. X-Forwarded-For header is not allowed")
    names = [name.lower() for name, _value in request.query]
    if len(names) != len(set(names)):
        raise Rejected(400, "Bad request. Duplicate query parameter")
    version = next((value for name, value in request.query if name.lower() == "api-version"), None)
    if version not in VERSIONS:
        words = "Bad request. api-version is invalid or was not specified in the request."
        raise Rejected(400, words, **{"newest-versions": list(VERSIONS[:3])})
    return version


def start_requests(body: bytes) -> list[str]:
    """The ids of the events that are to begin; Rejected when the body is not what the documentation shows."""
    try:
        wanted = json.loads(body)["StartRequests"]
        found = [one["EventId"] for one in wanted]
    except (ValueError, KeyError, TypeError) as error:
        raise Rejected(400, "Bad request. The body is no list of StartRequests with an EventId each.") from error
    if not found or not all(isinstance(one, str) for one in found):
        raise Rejected(400, "Bad request. StartRequests names no event.")
    return found
