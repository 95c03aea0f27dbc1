# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serves a stand-in of AWX on a socket: logins, headers, JSON, and a log of the requests."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .api import ROOT, Answer, Api
from .fields import Refused
from .store import Store

USER, PASSWORD = "admin", "password of the tests"
VERSION = "24.6.1"
ANONYMOUS = ("/api/", "/api/v2/", "/api/v2/ping/", "/api/login/")
"""What can be seen without a login (source: the permission classes of the views)."""


class Controller:
    """A stand-in in this process; a context manager. `files`: the playbooks that its repositories hold."""

    def __init__(self, files: list[str]) -> None:
        self.store = Store(files)
        self.api = Api(self.store)
        self.log: list[dict[str, Any]] = []
        self.tokens: dict[str, int] = {}
        self.sessions: set[str] = set()
        self.lock = threading.Lock()
        self._furnish()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Controller:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_args: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which clients find it."""
        return {"CONTROLLER_HOST": self.url, "CONTROLLER_USERNAME": USER, "CONTROLLER_PASSWORD": PASSWORD}

    def writes(self) -> list[str]:
        """Method and path of all requests that changed something or tried to, without logins."""
        said = [one for one in self.log if one["method"] in ("POST", "PUT", "PATCH", "DELETE")]
        return [f"{one['method']} {one['path']}" for one in said if "/tokens/" not in one["path"] and "/login/" not in one["path"]]

    def _furnish(self) -> None:
        """What a new server has (source: awx/main/management/commands/create_preload_data.py)."""
        self.store.create("organizations", {"name": "Default"})
        for name, kind in (("Machine", "ssh"), ("Source Control", "scm"), ("Vault", "vault")):
            row = self.store.create("credential_types", {"name": name, "kind": "cloud", "inputs": {"fields": []}})
            row.update(kind=kind, managed=True)
        self.store.create("execution_environments", {"name": f"AWX EE ({VERSION})", "image": f"quay.io/ansible/awx-ee:{VERSION}"})


def _handler(controller: Controller) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        """The handler of one stand-in."""

        owner = controller

    return Handler


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    owner: Controller

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        split = urlsplit(self.path)
        with self.owner.lock:
            try:
                answer, headers = self._answer(split.path, dict(parse_qsl(split.query, keep_blank_values=True)), body)
            except Refused as refusal:
                answer, headers = Answer(refusal.body, refusal.status), {}
            self.owner.log.append({"method": self.command, "path": split.path, "status": answer.status, "said": answer.body})
        self._send(answer, headers)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = _any

    def _answer(self, path: str, query: dict[str, str], body: bytes) -> tuple[Answer, dict[str, str]]:
        if not path.endswith("/"):
            # Source: Django's APPEND_SLASH, which redirects reads and cannot redirect what has a body.
            return Answer(None, 301 if self.command == "GET" else 404), {"Location": f"{path}/?{urlsplit(self.path).query}"}
        if path == "/api/login/" and self.command == "POST":
            return self._login(dict(parse_qsl(body.decode())))
        if path not in ANONYMOUS and not self._known():
            words = "Authentication credentials were not provided. To establish a login session, visit /api/login/."
            raise Refused({"detail": words}, 401)
        if path == "/api/login/":
            return Answer({}), {}
        if path == "/api/":
            return Answer({"description": "AWX REST API", "current_version": ROOT, "available_versions": {"v2": ROOT}}), {}
        if path.startswith(f"{ROOT}tokens/"):
            return self._token(path), {}
        if not path.startswith(ROOT):
            raise Refused({"detail": "The requested resource could not be found."}, 404)
        return self.owner.api.answer(self.command, path, query, self._parsed(body)), {}

    def _parsed(self, body: bytes) -> Any:
        if not body:
            return {} if self.command in ("POST", "PUT", "PATCH") else None
        if not self.headers.get("Content-Type", "").startswith("application/json"):
            raise Refused({"detail": f'Unsupported media type "{self.headers.get("Content-Type")}" in request.'}, 415)
        try:
            return json.loads(body)
        except ValueError as error:
            raise Refused({"detail": f"JSON parse error - {error}"}) from None

    # Logins

    def _known(self) -> bool:
        kind, rest = self.headers.get("Authorization", "").partition(" ")[::2]
        if kind == "Bearer":
            return rest in self.owner.tokens
        if kind == "Basic":
            return base64.b64decode(rest).decode() == f"{USER}:{PASSWORD}"
        cookies = dict(part.strip().partition("=")[::2] for part in self.headers.get("Cookie", "").split(";"))
        return cookies.get("awx_sessionid") in self.owner.sessions

    def _login(self, form: dict[str, str]) -> tuple[Answer, dict[str, str]]:
        if (form.get("username"), form.get("password")) != (USER, PASSWORD):
            return Answer({"detail": "Please enter a correct username and password."}, 401), {}
        session = secrets.token_hex(16)
        self.owner.sessions.add(session)
        cookie = f"awx_sessionid={session}; Path=/; HttpOnly"
        return Answer(None, 302), {
            "Location": form.get("next", "/api/"),
            "Set-Cookie": cookie,
            "X-API-Session-Cookie-Name": "awx_sessionid",
        }

    def _token(self, path: str) -> Answer:
        rest = path[len(f"{ROOT}tokens/") :].strip("/")
        if self.command == "POST" and not rest:
            token = secrets.token_hex(16)
            self.owner.tokens[token] = len(self.owner.tokens) + 1
            number = self.owner.tokens[token]
            return Answer({"id": number, "token": token, "scope": "write", "url": f"{ROOT}tokens/{number}/"}, 201)
        if self.command == "DELETE":
            self.owner.tokens = {token: number for token, number in self.owner.tokens.items() if str(number) != rest}
            return Answer(None, 204)
        raise Refused({"detail": f'Method "{self.command}" not allowed.'}, 405)

    def _send(self, answer: Answer, headers: dict[str, str]) -> None:
        body = b"" if answer.body is None else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        self.send_header("X-API-Product-Name", "AWX")
        self.send_header("X-API-Product-Version", VERSION)
        self.send_header("Allow", answer.allow or "GET, HEAD, OPTIONS")
        if answer.body is not None:
            self.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Nothing: the requests are in the log of the stand-in."""
