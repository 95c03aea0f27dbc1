# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client for the API tests: it hands requests to the application without a socket."""

from __future__ import annotations

import base64
import json
from typing import Any

from ansible_collections.ndo.ontap.tests.simulator.api.messages import Request, Response
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator


class Client:
    """A simulated cluster, and requests to it as its administrator."""

    def __init__(self, scenario: Any = "ha_pair", **options: Any) -> None:
        self.simulator = Simulator(scenario, **options)
        self.world = self.simulator.world
        self.headers = {"Authorization": basic(*self.simulator.auth)}

    def call(self, method: str, target: str, body: Any = None, **headers: str) -> Response:
        """Send a request; header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.simulator.app(Request(method, target, {**self.headers, **named}, content))

    def get(self, target: str, **headers: str) -> dict[str, Any]:
        """The body of a GET that succeeds."""
        response = self.call("GET", target, **headers)
        assert response.status == 200, response.body
        return response.body

    def names(self, target: str, key: str = "name") -> list[Any]:
        """One field of the records of a collection, in order."""
        return [record.get(key) for record in self.get(target)["records"]]

    def refused(self, method: str, target: str, body: Any = None, **headers: str) -> tuple[int, str]:
        """Status and code of a request that is an error."""
        response = self.call(method, target, body, **headers)
        assert set(response.body) == {"error"}, response.body
        assert isinstance(response.body["error"]["code"], str) and response.body["error"]["message"]
        return response.status, response.body["error"]["code"]

    def uuid(self, collection: str, name: str) -> str:
        """The uuid of an object by its name."""
        (record,) = self.get(f"/api{collection}?name={name}")["records"]
        return record["uuid"]

    def done(self, response: Response) -> dict[str, Any]:
        """Let time pass until the job of an answer has ended; returns the record of the job."""
        assert response.status == 202, response.body
        self.simulator.advance(60)
        return self.get(response.body["job"]["_links"]["self"]["href"])


def basic(username: str, password: str) -> str:
    """The value of a basic Authorization header."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
