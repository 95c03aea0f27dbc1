# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The passthrough to the CLI, /api/private/cli/<words of the command>.

Source: API documentation and the SDK's CLI class: show is a GET on the directory, modify a PATCH, other words are paths of their
own; names have underscores in answers, inputs may have hyphens; only the key columns come unless fields names more; records are
flat and have no links; privilege_level is always sent. A command that starts a job has its link in the answer.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ..model.family import CliAction, CliCommand, Outcome
from ..model.refusal import Refusal
from ..model.world import World
from ..store import Row
from . import body as bodies
from . import errors
from .messages import Request, Response
from .query import Filter, values_at
from .writing import job_link

PREFIX = "/api/private/cli"
GENERIC = ("fields", "privilege_level", "max_records", "return_timeout", "return_records", "order_by")
LEVELS = ("admin", "advanced", "diagnostic")
READS = ("GET", "HEAD")


def handle(world: World, commands: list[CliCommand], request: Request) -> Response:
    """Answer a request to the passthrough."""
    words = request.parts[3:]
    level = request.value("privilege_level")
    if level is not None and level not in LEVELS:
        raise errors.bad_value("privilege_level", level)
    for command in commands:
        path = command.path.split("/")
        if words == path:
            return _directory(world, command, request)
        if words[: len(path)] == path and len(words) == len(path) + 1:
            action = command.actions(world).get(words[-1])
            if action is not None:
                return _action(world, action, request)
    raise errors.no_api()


def _directory(world: World, command: CliCommand, request: Request) -> Response:
    methods = ["GET", "PATCH"] if command.writable else ["GET"]
    if request.method == "OPTIONS":
        return Response(200, {}, {"Allow": ", ".join([*methods, "HEAD", "OPTIONS"])})
    if request.method in READS:
        return _show(_listed(world, command, request), command.keys, command.columns, request)
    if request.method not in methods:
        raise errors.no_method(request.method)
    if all(name in GENERIC for name, _value in request.query):
        # Choice, as for collections of the public API: a simulator should not guess "everything".
        raise Refusal(400, "262245", "A modify needs a query that selects rows.")
    selected = _select(list(command.rows(world)), command.columns, request)
    if not selected:
        # Choice: as a command on a query that matches nothing.
        raise errors.no_entry()
    change = {name.replace("-", "_"): value for name, value in bodies.read(request).items()}
    for name in change:
        if name not in command.columns:
            raise errors.unknown_field(name)
        if name not in command.writable:
            raise errors.read_only(name)
    for row in selected:
        command.modify(world, row, change)
    return Response(200, {"num_records": len(selected)})


def _listed(world: World, command: CliCommand, request: Request) -> list[Row]:
    rows = list(command.rows(world))
    plain = all(name in GENERIC for name, _value in request.query)
    return [row for row in rows if command.listed(row)] if plain else rows


def _action(world: World, action: CliAction, request: Request) -> Response:
    methods = [*action.methods, *(READS if action.rows else ())]
    if request.method == "OPTIONS":
        return Response(200, {}, {"Allow": ", ".join([*methods, "OPTIONS"])})
    if request.method not in methods:
        raise errors.no_method(request.method)
    if request.method in READS:
        return _show(list(action.rows(world)), action.columns[:1], action.columns, request)
    # Source: vendor's collection: with PATCH the query says on what, and the body with what.
    given: Row = {name: value for name, value in request.query if name not in GENERIC}
    given.update(bodies.read(request))
    given = {name.replace("-", "_"): value for name, value in given.items()}
    for name in given:
        if name not in action.parameters:
            raise errors.unknown_field(name)
    return _done(action.run(world, given))


def _done(outcome: Outcome) -> Response:
    body: dict[str, Any] = {}
    if outcome.output:
        body["cli_output"] = outcome.output
    if outcome.job is None:
        return Response(200, body)
    response = Response(202, {"job": job_link(outcome.job), **body})
    response.jobs = [outcome.job]
    response.done_status = 200
    return response


def _kind(rows: list[Row], name: str) -> str:
    """The type of a column, from its values."""
    value = next(iter(values for row in rows for values in values_at(row, [name])), "")
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else "string"


def _select(rows: list[Row], columns: tuple[str, ...], request: Request) -> list[Row]:
    filters = []
    for given, value in request.query:
        name = given.replace("-", "_")
        if name in GENERIC or name.startswith("start."):
            continue
        if name not in columns:
            raise errors.unknown_query(name)
        filters.append(Filter(name, value, _kind(rows, name)))
    return [row for row in rows if all(one.matches(row) for one in filters)]


def _show(rows: list[Row], keys: tuple[str, ...], columns: tuple[str, ...], request: Request) -> Response:
    names = _columns(keys, columns, request)
    selected = _select(rows, columns, request)
    order = request.value("order_by")
    if order:
        _sort(selected, order, columns)
    if (request.value("return_records") or "true").lower() == "false":
        return Response(200, {"num_records": len(selected)})
    found = [{name: row[name] for name in names if row.get(name) is not None} for row in selected]
    return Response(200, {"records": found, "num_records": len(found)})


def _columns(keys: tuple[str, ...], columns: tuple[str, ...], request: Request) -> list[str]:
    names = list(keys)
    for name in filter(None, (part.strip().replace("-", "_") for part in (request.value("fields") or "").split(","))):
        if name in ("*", "**"):
            names += columns
        elif name in columns:
            names.append(name)
        else:
            raise errors.unknown_query(name)
    # The columns that are filtered by come back too, as in the public API.
    names += [name.replace("-", "_") for name, _value in request.query if name.replace("-", "_") in columns]
    return list(dict.fromkeys(names))


def _sort(rows: list[Row], order: str, columns: tuple[str, ...]) -> None:
    for part in reversed(order.split(",")):
        name, _space, way = part.strip().partition(" ")
        if name not in columns or way.lower() not in ("", "asc", "desc"):
            raise errors.unknown_query(part.strip())
        rows.sort(key=partial(_rank, name), reverse=way.lower() == "desc")


def _rank(name: str, row: Row) -> tuple[bool, Any]:
    value = row.get(name)
    return (value is not None, 0 if value is None else value)
