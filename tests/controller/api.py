# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a request to its answer: addresses, methods, filters, pages, links.

Source: awx/api/generics.py (lists, sub-lists, association), awx/api/filters.py, awx/api/pagination.py, awx/api/metadata.py.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from .fields import Field, Refused, text
from .kinds import KINDS, LISTED, Kind
from .store import Row, Store
from .surveys import check_spec

ROOT = "/api/v2/"
PAGE = 25
"""Objects on a page when the client does not say; 200 at most (source: awx/settings/defaults.py)."""
DETAIL = ("id", "type", "created", "modified")
APPROVAL = {"name": text(required=True), "description": text(), "timeout": Field("integer", 0)}


class Answer:
    """The status and the body of an answer, and the methods of the address."""

    def __init__(self, body: Any = None, status: int = 200, allow: str = "") -> None:
        self.body = body
        self.status = status
        self.allow = allow


class Api:
    """Everything below /api/v2 but the login."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        """Carry out a request."""
        parts = path[len(ROOT) :].strip("/").split("/")
        if parts == [""]:
            return self._root(method)
        endpoint, rest = parts[0], parts[1:]
        if endpoint in ("ping", "config", "me"):
            return _only(method, {"version": "24.6.1", "results": [], "count": 0, "license_info": {"license_type": "open"}})
        if endpoint == "project_updates" and len(rest) == 1:
            return _only(method, self._updated(int(rest[0])))
        if endpoint in (*LISTED, "unified_job_templates") and not rest:
            return self._listed(method, endpoint, query)
        if endpoint not in KINDS or any(not re.fullmatch("[0-9]+", one) for one in rest[:1]) or len(rest) > 2:
            raise Refused({"detail": "The requested resource could not be found."}, 404)
        if not rest:
            return self._list(method, endpoint, query, body)
        row = self.store.get(endpoint, int(rest[0]))
        return self._detail(method, endpoint, row, body) if len(rest) == 1 else self._below(method, row, rest[1], query, body)

    # Addresses

    def _root(self, method: str) -> Answer:
        names = (*KINDS, *LISTED, "unified_job_templates", "ping", "config", "me", "tokens")
        return _only(method, {"inventory" if name == "inventories" else name: f"{ROOT}{name}/" for name in names})

    def _listed(self, method: str, endpoint: str, query: dict[str, str]) -> Answer:
        rows = self.store.rows(endpoint) if endpoint == "unified_job_templates" else []
        found = _filtered(rows, query, {"name": text(), "organization": text()})
        return _only(method, self._paged(f"{ROOT}{endpoint}/", found, query))

    def _list(self, method: str, endpoint: str, query: dict[str, str], body: Any) -> Answer:
        kind = KINDS[endpoint]
        if method == "GET":
            found = _filtered(self.store.rows(endpoint), query, kind.fields)
            return Answer(self._paged(f"{ROOT}{endpoint}/", found, query))
        if method == "OPTIONS":
            return self._described(kind.fields)
        if method == "POST" and endpoint != "workflow_approval_templates":
            return Answer(self.said(self.store.create(endpoint, _object(body))), 201)
        raise Refused({"detail": f'Method "{method}" not allowed.'}, 405)

    def _detail(self, method: str, endpoint: str, row: Row, body: Any) -> Answer:
        if method in ("PUT", "PATCH"):
            row = self.store.change(endpoint, row["id"], _object(body), whole=method == "PUT")
        elif method == "DELETE":
            self.store.delete(endpoint, row["id"])
            return Answer(None, 204)
        elif method == "OPTIONS":
            fields = {name: field.described(name) for name, field in KINDS[endpoint].fields.items()}
            return Answer({"actions": {"PUT": fields, "GET": {}}}, allow="GET, PUT, PATCH, DELETE, HEAD, OPTIONS")
        elif method != "GET":
            raise Refused({"detail": f'Method "{method}" not allowed.'}, 405)
        if endpoint == "projects" and method == "GET" and row.get("current_update"):
            self.store.update(row["current_update"])
        return Answer(self.said(row))

    def _below(self, method: str, row: Row, name: str, query: dict[str, str], body: Any) -> Answer:
        kind = self.store.kind(row)
        if name == "survey_spec" and kind.survey:
            return self._survey(method, row, body)
        if name == "create_approval_template" and kind.type == "workflow_job_template_node":
            if method == "POST":
                return Answer(self.said(self.store.approval(row, _object(body))), 201)
            return self._described(APPROVAL)
        if name in kind.created:
            return self._belonging(method, row, kind.created[name], query, body)
        if name in kind.attached:
            return self._association(method, row, name, query, body)
        raise Refused({"detail": "The requested resource could not be found."}, 404)

    def _survey(self, method: str, row: Row, body: Any) -> Answer:
        if method == "OPTIONS":
            return self._described({})
        if method == "GET":
            return Answer(self.store.survey(row["id"]))
        if method not in ("POST", "DELETE"):
            raise Refused({"detail": f'Method "{method}" not allowed.'}, 405)
        self.store.set_survey(row, check_spec(body) if method == "POST" else {})
        return Answer(None)

    def _belonging(self, method: str, row: Row, what: tuple[str, str], query: dict[str, str], body: Any) -> Answer:
        """A sub-list whose objects belong to this one; what is created there gets it as their owner."""
        endpoint, field = what
        if method == "OPTIONS":
            return self._described(KINDS[endpoint].fields)
        if method == "POST":
            return Answer(self.said(self.store.create(endpoint, {**_object(body), field: row["id"]})), 201)
        found = _filtered([one for one in self.store.rows(endpoint) if one[field] == row["id"]], query, KINDS[endpoint].fields)
        return _only(method, self._paged(f"{self.url(row)}{endpoint}/", found, query))

    def _association(self, method: str, row: Row, name: str, query: dict[str, str], body: Any) -> Answer:
        """A sub-list to which objects of another list are added by their ids, and from which they are taken."""
        to = self.store.kind(row).attached[name]
        if method == "OPTIONS":
            return self._described({"id": Field("integer"), **KINDS[to].fields})
        if method == "POST":
            said = _object(body)
            if not isinstance(said.get("id"), int):
                raise Refused({"msg": '"id" field must be an integer.'})
            self.store.associate(row, name, said["id"], bool(said.get("disassociate")))
            return Answer(None, 204)
        found = _filtered(self.store.attached(row, name), query, KINDS[to].fields)
        return _only(method, self._paged(f"{self.url(row)}{name}/", found, query))

    # What is said

    @staticmethod
    def _described(fields: dict[str, Field]) -> Answer:
        said = {name: field.described(name) for name, field in fields.items()}
        body = {"actions": {"GET": {}, "POST": said}, "search_fields": ["description", "name"], "types": []}
        return Answer(body, allow="GET, POST, HEAD, OPTIONS")

    def _paged(self, url: str, rows: list[Row], query: dict[str, str]) -> dict[str, Any]:
        size = min(int(query.get("page_size", PAGE)), 200)
        page = int(query.get("page", 1))
        if page < 1 or (page > 1 and (page - 1) * size >= len(rows)):
            raise Refused({"detail": "Invalid page."}, 404)
        more = "&".join(f"{name}={value}" for name, value in query.items() if name != "page")
        following = f"{url}?{more}{'&' if more else ''}page={page + 1}" if page * size < len(rows) else None
        shown = rows[(page - 1) * size : page * size]
        previous = f"{url}?page={page - 1}" if page > 1 else None
        return {"count": len(rows), "next": following, "previous": previous, "results": [self.said(row) for row in shown]}

    def _updated(self, number: int) -> dict[str, Any]:
        update = self.store.update(number)
        url = f"{ROOT}project_updates/{number}/"
        done = update["status"] == "successful"
        return {**update, "url": url, "scm_revision": "0" * 40, "finished": "2026-01-01T00:00:00Z" if done else None, "related": {}}

    @staticmethod
    def url(row: Row) -> str:
        """The address of an object."""
        endpoint = next(name for name, kind in KINDS.items() if kind.type == row["type"])
        return f"{ROOT}{endpoint}/{row['id']}/"

    def said(self, row: Row) -> dict[str, Any]:
        """An object as the API shows it."""
        kind = self.store.kind(row)
        body = {"id": row["id"], "type": row["type"], "url": self.url(row), "related": self._related(row, kind), "summary_fields": {}}
        body.update(created=row["created"], modified=row["modified"], **copy.deepcopy(self.store.shown(row)))
        if row["type"] == "job_template":
            body["organization"] = row["organization"]
        if row["type"] == "credential_type":
            body["managed"] = row["managed"]
        if row["type"] == "project":
            body.update(status=row["status"], scm_revision=row["scm_revision"])
            body["summary_fields"] = {"current_update": {"id": row["current_update"]}} if row.get("current_update") else {}
        if row["type"] == "workflow_job_template_node":
            body.update({name: [one["id"] for one in self.store.attached(row, name)] for name in kind.attached if name.endswith("_nodes")})
        return body

    def _related(self, row: Row, kind: Kind) -> dict[str, str]:
        url = self.url(row)
        links = {name: f"{url}{name}/" for name in (*kind.attached, *kind.created)}
        if kind.survey:
            links["survey_spec"] = f"{url}survey_spec/"
        if kind.type == "workflow_job_template_node":
            links["create_approval_template"] = f"{url}create_approval_template/"
        for name, field in {
            **kind.fields,
            **({"organization": Field("id", to="organizations")} if "project" in kind.fields else {}),
        }.items():
            if field.to and row.get(name):
                template = field.to == "unified_job_templates"
                links[name] = self.url(self.store.template(row[name]) if template else self.store.get(field.to, row[name]))
        if row.get("current_update"):
            links["current_update"] = f"{ROOT}project_updates/{row['current_update']}/"
        return links


def _only(method: str, body: Any) -> Answer:
    """The answer of an address that can only be read."""
    if method == "OPTIONS":
        return Answer({"actions": {"GET": {}}, "search_fields": ["description", "name"]})
    if method not in ("GET", "HEAD"):
        raise Refused({"detail": f'Method "{method}" not allowed.'}, 405)
    return Answer(body)


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Refused({"detail": "JSON parse error - not a json object"})
    return body


def _filtered(rows: list[Row], query: dict[str, str], fields: dict[str, Field]) -> list[Row]:
    """The rows that a query asks for. Filters that begin with or__ go together; what is no field is refused, as the server does."""
    all_of: dict[str, str] = {}
    any_of: dict[str, str] = {}
    for name, value in query.items():
        if name in ("page", "page_size", "order_by", "format"):
            continue
        short = name[4:] if name.startswith("or__") else name
        if short not in fields and short not in DETAIL and short != "organization":
            raise Refused({"detail": f"There is no field named '{short}'"})
        if (short == "id" or (short in fields and fields[short].to)) and not value.isdecimal():
            raise Refused({"detail": f"Field '{short}' expected a number but got '{value}'."})
        (any_of if name.startswith("or__") else all_of)[short] = value
    return [
        row
        for row in rows
        if all(str(row.get(name)) == value for name, value in all_of.items())
        and (not any_of or any(str(row.get(name)) == value for name, value in any_of.items()))
    ]
