# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of AWX and Automation Controller: addresses, login, pages, errors.

Sources: AWX 24.6.1, the API's own pages below /api/v2/ (list views, sub-lists that associate and disassociate), and the options and
environment variables of the collection awx.awx, which this shares.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from .arguments import Arguments, filled_environment
from .client import Caller
from .errors import ApiError, AuthenticationFailed, InputError, NotAuthorized, NotFound, OntapError, Unreachable, UntrustedCertificate
from .transport import CLIENT

try:
    import requests
    from requests.auth import HTTPBasicAuth
except ImportError:
    requests = None  # type: ignore[assignment]

PAGE = 200
"""Objects asked for per page: the most that AWX gives (its setting MAX_PAGE_SIZE)."""


def _from(*names: str) -> dict[str, Any]:
    return {"fallback": (filled_environment, list(names))}


CONNECTION = Arguments(
    {
        "controller_host": {"type": "str", "required": True, **_from("CONTROLLER_HOST", "TOWER_HOST")},
        "controller_username": {"type": "str", **_from("CONTROLLER_USERNAME", "TOWER_USERNAME")},
        "controller_password": {"type": "str", "no_log": True, **_from("CONTROLLER_PASSWORD", "TOWER_PASSWORD")},
        "controller_oauthtoken": {
            "type": "str",
            "no_log": True,
            **_from("CONTROLLER_OAUTH_TOKEN", "TOWER_OAUTH_TOKEN"),
        },
        "validate_certs": {"type": "bool", "default": True, **_from("CONTROLLER_VERIFY_SSL", "TOWER_VERIFY_SSL")},
        "request_timeout": {"type": "int", "default": 30, **_from("CONTROLLER_REQUEST_TIMEOUT")},
        "api_prefix": {"type": "str", "default": "/api/", **_from("CONTROLLER_OPTIONAL_API_URLPATTERN_PREFIX")},
    },
    required_together=[["controller_username", "controller_password"]],
    required_one_of=[["controller_oauthtoken", "controller_username"]],
)
"""How to reach the controller."""


class Controller:
    """One connection to a controller. Paths are relative to its API, or begin with a slash, as it gives them itself."""

    def __init__(self, caller: Caller, params: dict[str, Any]) -> None:
        if requests is None:
            raise OntapError("The Python library requests is missing on the machine that runs this task.", hint="pip install requests")
        host = params["controller_host"].rstrip("/")
        self.base = host if re.match("https?://", host) else f"https://{host}"
        parts = urlsplit(self.base)
        if not parts.hostname or parts.query or "@" in parts.netloc:
            raise InputError(f"controller_host is no address: {host}.")
        self._path = parts.path
        self._prefix = f"{parts.path}/{params['api_prefix'].strip('/')}/v2/"
        self._caller = caller
        self._timeout = params["request_timeout"]
        self._verify = params["validate_certs"]
        self._session = requests.Session()
        self._session.headers.update({"Accept": "application/json", "User-Agent": CLIENT})
        self._session.auth = _login(params)

    def find(self, endpoint: str, **query: Any) -> list[dict[str, Any]]:
        """All objects of a list, of all its pages."""
        found: list[dict[str, Any]] = []
        answer = self.call("GET", endpoint, {**query, "page_size": PAGE})
        while True:
            found.extend(answer["results"])
            if not answer.get("next"):
                return found
            answer = self.call("GET", answer["next"])

    def call(self, method: str, path: str, query: dict[str, Any] | None = None, body: Any = None) -> dict[str, Any]:
        """Send a request; returns the JSON object of its answer, an empty one when there is none."""
        address = self._address(path)
        self._caller.requests += 1
        try:
            answer = self._session.request(
                method, address, params=query, json=body, timeout=self._timeout, verify=self._verify, allow_redirects=False
            )
        except requests.exceptions.SSLError as error:
            hint = "Name the file with its authority in REQUESTS_CA_BUNDLE, or, on a network that you trust, set validate_certs to false."
            raise UntrustedCertificate(f"The certificate of {self.base} does not verify: {error}.", hint=hint) from error
        except requests.RequestException as error:
            hint = "Check controller_host, the port, and the network between here and the controller."
            raise Unreachable(f"{self.base} does not answer: {_short(error)}.", hint=hint, method=method, path=path) from error
        return self._checked(answer, method, address)

    def _address(self, path: str) -> str:
        if path.startswith("/"):
            # What the controller gives begins at its root, to which a proxy in front of it may have added a path.
            return self.base + (path[len(self._path) :] if self._path and path.startswith(f"{self._path}/") else path)
        return f"{self.base[: len(self.base) - len(self._path)]}{self._prefix}{path.strip('/')}/"

    def _checked(self, answer: Any, method: str, address: str) -> dict[str, Any]:
        path = urlsplit(address).path
        facts = {"status": answer.status_code, "method": method, "path": path}
        if answer.status_code == 401:
            raise AuthenticationFailed(
                f"{self.base} does not accept the login.", hint="Check the token, or user name and password.", **facts
            )
        if answer.status_code == 403:
            hint = "It takes an administrator of the organization; credential types and execution environments take one of the system."
            raise NotAuthorized(f"The account may not {method} {path}.", hint=hint, **facts)
        if answer.status_code == 404:
            raise NotFound(f"{self.base} has no {path}.", **facts)
        if not 200 <= answer.status_code < 300:
            raise ApiError(f"The controller refused {method} {path}: {_words(answer)}", **facts)
        if not answer.content:
            return {}
        try:
            body = answer.json()
        except ValueError as error:
            raise OntapError(f"The answer to {method} {path} is no JSON; is {self.base} a controller?", **facts) from error
        return body if isinstance(body, dict) else {"results": body}


def _login(params: dict[str, Any]) -> Any:
    """The token where there is one, else user name and password; never what a .netrc says."""
    token = params["controller_oauthtoken"]
    if not token:
        return HTTPBasicAuth(params["controller_username"].encode(), params["controller_password"].encode())

    def bear(request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return bear


def _words(answer: Any) -> str:
    """What the controller says of a refusal: a text for each field, or in all."""
    try:
        said = answer.json()
    except ValueError:
        return f"HTTP {answer.status_code}."
    if not isinstance(said, dict):
        return f"{said}."
    return " ".join(f"{field}: {_joined(text)}" for field, text in said.items()) or f"HTTP {answer.status_code}."


def _joined(text: Any) -> str:
    return " ".join(str(one) for one in text) if isinstance(text, list) else str(text)


def _short(error: Exception) -> str:
    return str(error.args[0] if error.args else error)[:300]
