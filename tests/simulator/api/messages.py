# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests and answers as plain values, without sockets."""

from __future__ import annotations

import json
import re
from typing import Any, Callable
from urllib.parse import unquote

HAL = "application/hal+json"
PLAIN = "application/json"


class Request:
    """One HTTP request. Slashes are collapsed as ONTAP does (source: clients send // and trailing slashes, and are served)."""

    def __init__(self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b"", **about: Any) -> None:
        raw, _mark, self.raw_query = target.partition("?")
        self.method = method
        self.length = len(target)
        self.raw_path = re.sub("/+", "/", raw).rstrip("/") or "/"
        self.path = unquote(self.raw_path)
        self.parts = [unquote(part) for part in self.raw_path.strip("/").split("/")]
        self.query = parse_query(self.raw_query)
        self.headers = {name.lower(): value for name, value in (headers or {}).items()}
        self.body = body
        self.connection: int = about.get("connection", 0)
        self.certificate: str | None = about.get("certificate")

    @property
    def hal(self) -> bool:
        """Whether the answer has links. Source: API documentation: not with Accept: application/json; with anything else."""
        return self.headers.get("accept", "*/*").partition(";")[0].strip() != PLAIN

    def value(self, name: str) -> str | None:
        """The value of a query parameter, or None."""
        return next((value for key, value in self.query if key == name), None)


class Response:
    """One answer. `drop` says that none is sent: "close" or "reset" the connection.

    `jobs` are those that the write has left behind; once a wait has seen their end, `done_status` is the answer's status, and
    what `complete` gives (the records that were made) is added to its body.
    """

    def __init__(self, status: int, body: Any = None, headers: dict[str, str] | None = None, drop: str | None = None) -> None:
        self.status = status
        self.body = body
        self.headers = dict(headers or {})
        self.drop = drop
        self.jobs: list[str] = []
        self.done_status = status
        self.complete: Callable[[], dict[str, Any]] | None = None

    def payload(self) -> bytes:
        """The body as bytes."""
        if self.body is None:
            return b""
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body, separators=(",", ":"), default=str).encode() + b"\n"


def parse_query(raw: str) -> list[tuple[str, str]]:
    """Names and values in order. A plus sign is itself (source: the SDK: ONTAP does not take + for a space)."""
    pairs = []
    for part in raw.split("&"):
        name, _mark, value = part.partition("=")
        if name:
            pairs.append((unquote(name), unquote(value)))
    return pairs
