# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One object of a controller: what it is, what differs from what is wanted, and the steps that bring it there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from . import waiting
from .controller import Controller
from .controller_kinds import INNER, KINDS, NODES, TEXTS, same
from .errors import Ambiguous, InputError, NotFound, OntapError

UNDER_WAY = ("new", "pending", "waiting", "running")
"""States of a project whose files are being fetched (source: AWX, the choices of the field status)."""

NOT_YET = -1
"""The id of an object that another task of a dry run would make."""


class Wanted:
    """One object as a task wants it."""

    def __init__(self, controller: Controller, params: dict[str, Any], check_mode: bool) -> None:
        self.controller = controller
        self.kind = KINDS[params["kind"]]
        self.title = f"{params['kind']} {params['name']}"
        self.name = params["name"]
        self.settings = {name: value for name, value in (params["settings"] or {}).items() if value is not None}
        self.secrets = params["update_secrets"]
        self.timeout = params["wait_timeout"]
        self.check_mode = check_mode
        self.actions: list[str] = []
        self.before: dict[str, Any] = {}
        self.after: dict[str, Any] = {}
        unknown = sorted(set(self.settings) - self.kind.settings())
        if unknown:
            hint = f"A {params['kind']} has {', '.join(sorted(self.kind.settings()))}."
            raise InputError(f"A setting {unknown[0]} is unknown.", hint=hint)
        self.ids = {name: self._id(name, endpoint) for name, endpoint in self.kind.references.items() if name in self.settings}
        self.found = self._existing()

    def present(self) -> dict[str, Any]:
        """Have it as it is wanted; returns it."""
        fetches = self._write_fields()
        if self.kind.survey and "survey_spec" in self.settings:
            self._write_survey()
        if "approval_node" in self.settings:
            self._write_approval()
        for name, endpoint in self.kind.associations.items():
            if name in self.settings:
                self._associate(name, endpoint)
        if fetches and self.kind.endpoint == "projects" and not self.check_mode:
            self._wait_for_project()
        return self.record()

    def absent(self) -> dict[str, Any]:
        """Have it no more; returns what it was."""
        record = self.record()
        if self.found:
            self.before, self.after = {"state": "present"}, {"state": "absent"}
            self._step("delete", lambda: self.controller.call("DELETE", self.found["url"]))
        return record

    def record(self) -> dict[str, Any]:
        """What tells it apart."""
        return {"id": self.found.get("id"), self.kind.identity: self.name}

    # Reading

    def _existing(self) -> dict[str, Any]:
        scope = {name: self.ids[name] for name in self.kind.scope if name in self.ids}
        if NOT_YET in scope.values():
            return {}
        return self._one(self.kind.endpoint, self.name, **scope) or {}

    def _one(self, endpoint: str, name: str, **scope: Any) -> dict[str, Any] | None:
        """The object of exactly this name."""
        identity = "identifier" if endpoint == NODES else "name"
        found = [one for one in self.controller.find(endpoint, **{identity: name}, **scope) if one[identity] == name]
        if len(found) > 1:
            hint = "Name what it belongs to, or rename one of them."
            raise Ambiguous(f"There are {len(found)} {endpoint} with the name {name}.", hint=hint)
        return found[0] if found else None

    def _id(self, name: str, endpoint: str) -> Any:
        return self._id_of(self.settings[name], endpoint) if self.settings[name] != "" else None

    def _id_of(self, name: str, endpoint: str, **scope: Any) -> int:
        if NOT_YET in scope.values():
            return NOT_YET
        found = self._one(endpoint, name, **scope)
        if found is None and not self.check_mode:
            raise NotFound(f"{self.title} needs {name}, and {endpoint} has nothing of this name.")
        return found["id"] if found else NOT_YET

    # Writing

    def _step(self, what: str, send: Callable[[], Any]) -> Any:
        self.actions.append(what)
        return {} if self.check_mode else send()

    def _fields(self) -> dict[str, Any]:
        """The values of the fields, as the controller stores them."""
        plain = {name: value for name, value in self.settings.items() if name in self.kind.fields}
        stored = {name: _stored(name, value) for name, value in plain.items()}
        return {self.kind.identity: self.name, **stored, **self.ids}

    def _write_fields(self) -> bool:
        """Create it, or change what differs; returns whether it did."""
        wanted = self._fields()
        if not self.found:
            self.after.update(self._shown(wanted))
            self.found = self._step("create", lambda: self.controller.call("POST", self.kind.endpoint, body=wanted))
            return True
        changes = {name: value for name, value in wanted.items() if not self._is(name, value)}
        if changes:
            self.before.update(self._shown({name: self.found.get(name) for name in changes}))
            self.after.update(self._shown(changes))
            self._step("change", lambda: self.controller.call("PATCH", self.found["url"], body=changes))
        return bool(changes)

    def _is(self, name: str, value: Any) -> bool:
        existing = self.found.get(name)
        if name in TEXTS:
            return bool(_parsed(existing) == _parsed(value))
        return same(existing, value, name in INNER, self.secrets)

    def _write_survey(self) -> None:
        wanted = self.settings["survey_spec"]
        path = f"{self.found['url']}survey_spec/" if self.found else ""
        existing = self.controller.call("GET", path) if path else {}
        if existing != wanted:
            self.before["survey_spec"], self.after["survey_spec"] = existing, wanted
            self._step("survey", lambda: self.controller.call("POST", path, body=wanted))

    def _write_approval(self) -> None:
        """The approval of a workflow's node, which is an object of its own that only the node knows."""
        wanted = self.settings["approval_node"]
        known = self.found.get("related", {}).get("unified_job_template")
        if known is None:
            path = f"{self.found.get('url', '')}create_approval_template/"
            self.after["approval_node"] = wanted
            self._step("approval", lambda: self.controller.call("POST", path, body=wanted))
            return
        existing = self.controller.call("GET", known)
        changes = {name: value for name, value in wanted.items() if existing.get(name) != value}
        if changes:
            self.before["approval_node"], self.after["approval_node"] = {name: existing.get(name) for name in changes}, changes
            self._step("approval", lambda: self.controller.call("PATCH", known, body=changes))

    def _associate(self, name: str, endpoint: str) -> None:
        scope = {"workflow_job_template": self.ids["workflow_job_template"]} if endpoint == NODES else {}
        wanted = {self._id_of(one, endpoint, **scope): one for one in self.settings[name]}
        path = f"{self.found['url']}{name}/" if self.found else ""
        identity = "identifier" if endpoint == NODES else "name"
        existing = {one["id"]: one[identity] for one in self.controller.find(path)} if path else {}
        if set(existing) == set(wanted):
            return
        self.before[name], self.after[name] = sorted(existing.values()), sorted(wanted.values())
        self._step(name, lambda: self._send_associations(path, set(existing), set(wanted)))

    def _send_associations(self, path: str, existing: set[int], wanted: set[int]) -> None:
        # What goes, goes first: of some types of credentials an object may have one only.
        for one in sorted(existing - wanted):
            self.controller.call("POST", path, body={"id": one, "disassociate": True})
        for one in sorted(wanted - existing):
            self.controller.call("POST", path, body={"id": one})

    def _wait_for_project(self) -> None:
        """The controller fetches the files of a project when it is new or changed; job templates need to see their playbooks."""
        deadline = waiting.Deadline(self.timeout)
        for attempt in range(1_000_000):
            project = self.controller.call("GET", self.found["url"])
            if project.get("status") not in UNDER_WAY:
                break
            if deadline.left() <= 0:
                raise OntapError(f"The controller is still fetching {self.title}.", hint="Run it again later.", state=project["status"])
            waiting.backoff(attempt)
        if project.get("status") not in ("successful", "ok"):
            hint = "Its last update says why: look at the address, the branch and the credential."
            raise OntapError(f"The controller could not fetch {self.title}.", hint=hint, state=project.get("status"))

    def _shown(self, values: dict[str, Any]) -> dict[str, Any]:
        """Values for the diff: of what may hold secrets only the names."""
        secret = ("inputs", "notification_configuration") if self.kind is not KINDS["credential_type"] else ()
        return {name: sorted(value) if name in secret and isinstance(value, dict) else value for name, value in values.items()}


def _stored(name: str, value: Any) -> Any:
    return json.dumps(value, sort_keys=True) if name in TEXTS and isinstance(value, dict) else value


def _parsed(text: Any) -> Any:
    """A dictionary out of a text in JSON or YAML; what is neither stays as it is."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text or "{}")
    except ValueError:
        return text
