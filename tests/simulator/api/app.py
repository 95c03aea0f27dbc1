# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application: from a request to an answer, without sockets.

On the way: what is due in the world happens first; a management address that is silent answers nothing; faults strike; then comes
authentication, the route, and the wait for jobs when the request asks for it.
"""

from __future__ import annotations

import math
import sys
import threading
import time
import traceback
from typing import Any, Callable

from ..faults import Faults, Strike
from ..model import commands, families, jobs
from ..model.refusal import Refusal
from ..model.world import World
from . import auth, errors, ontapi
from .journal import Journal
from .messages import HAL, PLAIN, Request, Response
from .routes import Router

Control = Callable[["App", Request], Response]
CONTROL = "/simulator"
# Source: README of the vendor's SDK, a captured answer.
HEADERS = {
    "Server": "libzapid-httpd",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache,no-store,must-revalidate",
}
PAUSE = 0.02
"""The most real seconds between two looks at a job that a request waits for."""

MOMENT = 0.0001
LONGEST = 16 * 1024
"""Characters that the address of a request may have. Choice: what web servers commonly allow; no source says what ONTAP takes."""


class App:
    """A simulated cluster as something that answers requests. All access to the world is under one lock."""

    def __init__(
        self, world: World, accounts: auth.Accounts, control: Control | None = None, reset: Callable[[], None] | None = None
    ) -> None:
        self.world = world
        self.accounts = accounts
        self.faults = Faults()
        self.journal = Journal()
        self.lock = threading.RLock()
        self._control = control
        self._reset = reset
        self._router = Router(families(), commands())

    def __call__(self, request: Request) -> Response:
        """Answer a request."""
        if self._control is not None and request.parts[0] == CONTROL.strip("/"):
            return self._controlled(request)
        started = time.perf_counter()
        with self.lock:
            entry = self.journal.begin(self.world, request)
            self.world.settle()
            strike = Strike(drop="close", name="silent") if self._silent() else self.faults.strike(self.world, request)
        self.delay(strike.delay)
        response = self._struck(request, strike)
        response.headers = {**HEADERS, "Content-Type": HAL if request.hal else PLAIN, **response.headers}
        self.journal.end(entry, response, strike.name, (time.perf_counter() - started) * 1000)
        return response

    def reset(self) -> None:
        """Go back to the start of the scenario."""
        with self.lock:
            if self._reset:
                self._reset()
            self.faults.clear()

    def _controlled(self, request: Request) -> Response:
        try:
            with self.lock:
                self.world.settle()
                response = self._control(self, request)  # type: ignore[misc]
        except Refusal as refusal:
            response = Response(refusal.status, errors.envelope(refusal))
        except (ValueError, KeyError, TypeError) as problem:
            response = Response(400, {"error": {"message": f"{type(problem).__name__}: {problem}", "code": "2"}})
        response.headers.setdefault("Content-Type", PLAIN)
        return response

    def _silent(self) -> bool:
        return self.world.now() < float(self.world.settings.get("silent_until", 0))

    def delay(self, seconds: float) -> None:
        """Let simulated seconds pass: for real with a clock that runs, at once with one that is moved by hand."""
        if not seconds:
            return
        scale = self.world.clock.scale
        if scale < math.inf:
            time.sleep(seconds / scale)
        else:
            with self.lock:
                self.world.clock.advance(seconds)

    def _struck(self, request: Request, strike: Strike) -> Response:
        """The answer to a request, as far as the faults leave one."""
        if strike.drop:
            return Response(0, drop=strike.drop)
        if strike.response is not None:
            return ontapi.injected(self.world, strike.response) if ontapi.serves(request) else strike.response
        response = self._answer(request, strike)
        with self.lock:
            dropped = strike.drop_after or ("close" if strike.silence and self._silent() else None)
        return Response(response.status, drop=dropped) if dropped else response

    def _answer(self, request: Request, strike: Strike) -> Response:
        try:
            with self.lock:
                response = self._routed(request, strike)
            return self._waited(request, response)
        except Refusal as refusal:
            return Response(refusal.status, errors.envelope(refusal), auth.REALM if refusal.status == 401 else None)
        except Exception:  # noqa: BLE001 - the server must go on; the traceback goes to whoever develops the simulator
            text = traceback.format_exc()
            sys.stderr.write(text)
            return Response(500, {"error": {"message": f"The simulator failed: {text.splitlines()[-1]}", "code": "1"}})

    def _routed(self, request: Request, strike: Strike) -> Response:
        if request.length > LONGEST:
            raise errors.too_long(request.length, LONGEST)
        self.world.settle()
        account = self.accounts.who(request)
        auth.check(account, request)
        carrier = ontapi.answer if ontapi.serves(request) else self._router.answer
        response = carrier(self.world, request, account, strike.page)
        for uuid in response.jobs:
            if strike.doom:
                jobs.doom(self.world, uuid, **strike.doom)
        if request.method not in ("GET", "HEAD"):
            self.world.settle()
        if strike.silence:
            self.world.settings["silent_until"] = self.world.now() + strike.silence
        return response

    def _waited(self, request: Request, response: Response) -> Response:
        """Wait for the jobs of a write as long as return_timeout says, where time passes by itself."""
        timeout = _number(request.value("return_timeout"), 15 if "jobs" in (response.body or {}) else 0)
        if not response.jobs or not timeout:
            return response
        # A clock that is moved by hand does not move while a request waits: so that does not wait at all.
        scale = self.world.clock.scale
        end = time.monotonic() + timeout / scale
        while True:
            with self.lock:
                self.world.settle()
                missing = jobs.remaining(self.world, response.jobs)
                if missing is None:
                    return self._finished(response)
            left = end - time.monotonic()
            if left <= 0:
                return response
            # A job may also end because somebody moves the clock: so never sleep long.
            time.sleep(min(PAUSE, left, missing / scale + MOMENT))

    def _finished(self, response: Response) -> Response:
        """The answer once the jobs have ended in time: as if the call had been synchronous.

        Choice: a single job that failed is an error with its code, status 400; of several, those that failed are in `errors`.
        """
        failed = [job for job in map(self.world.store.table("jobs").get, response.jobs) if job and job["state"] == jobs.FAILURE]
        if failed and len(response.jobs) == 1:
            return Response(400, errors.envelope(Refusal(400, str(failed[0]["code"]), failed[0]["message"])))
        response.status = response.done_status
        if response.complete:
            response.body = {**response.body, **response.complete()}
        if failed:
            told = [errors.envelope(Refusal(400, str(job["code"]), job["message"]))["error"] for job in failed]
            response.body["errors"] = [*response.body.get("errors", ()), *told]
        return response


def _number(text: Any, default: int) -> int:
    return int(text) if text and str(text).isdigit() else default
