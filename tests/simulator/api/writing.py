# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""POST, PATCH and DELETE: on one object, on a list of records, and on everything that a query selects."""

from __future__ import annotations

from typing import Any, Callable
from urllib.parse import quote

from ..model.family import Outcome
from ..model.refusal import Refusal
from ..store import Row
from . import body as bodies
from . import errors, fields
from .call import WRITES, Call
from .messages import Response
from .query import first_at

Made = tuple[Outcome, dict[str, str]]
"""What became of a write, and the keys of the object that it has made."""

Write = Callable[[], Made]


def job_link(uuid: str) -> Row:
    """A job in an answer. Source: clients read the link whatever they accept."""
    return {"uuid": uuid, "_links": {"self": {"href": f"/api/cluster/jobs/{uuid}"}}}


def post(call: Call) -> Response:
    """Create one object, or those under `records`."""
    if call.keys is not None:
        raise errors.no_method("POST")
    _no_filters(call)
    raw = bodies.read(call.request)
    checker = bodies.Checker(call.resource, "POST", call.world.version)
    if set(raw) == {"records"} and isinstance(raw["records"], list):
        checked = [_checked(call, checker, one) for one in raw["records"]]
        made, failed = _run(call, [_creation(call, *one) for one in checked])
        return _many(call, made, failed, 201)
    call.timeout(0)
    return _created(call, _creation(call, *_checked(call, checker, raw))())


def patch(call: Call) -> Response:
    """Change one object, or many."""
    checker = bodies.Checker(call.resource, "PATCH", call.world.version)
    if call.keys is None:
        return _many_changes(call, checker)
    _no_filters(call)
    call.timeout(0)
    change = checker.check(bodies.read(call.request))
    return _single(call.family.modify(call.world, call.record(), change, call.options()), 200)


def delete(call: Call) -> Response:
    """Remove one object, or many. Clients send {} as the body."""
    if call.keys is None:
        targets = _selected(call, bodies.read(call.request))
        made, failed = _run(call, [_removal(call, record) for record in targets])
        return _many(call, made, failed, 200)
    _no_filters(call)
    call.timeout(0)
    for name in bodies.read(call.request):
        raise errors.unknown_field(name)
    return _single(call.family.delete(call.world, call.record(), call.options()), 200)


def _no_filters(call: Call) -> None:
    for one in call.filters(WRITES):
        raise errors.unknown_query(one.name)


def _checked(call: Call, checker: bodies.Checker, raw: Any) -> tuple[dict[str, str], Row]:
    """The parents and the body of an object that is to be made."""
    parents: dict[str, str] = {}
    if call.resource.parents and isinstance(raw, dict):
        parents, raw = call.parents_of(bodies.expand(raw))
    return parents, _scoped(call, checker.check(raw))


def _scoped(call: Call, body: Row) -> Row:
    """The body with the SVM of the tunnel header, where the client left it out (source: Cinder does)."""
    if call.scope is not None and call.resource.svm_field and not body.get(call.resource.svm_field):
        return dict(body, svm={"name": call.scope})
    return body


# -- one object ------------------------------------------------------------------------------------------------------------


def _creation(call: Call, parents: dict[str, str], body: Row) -> Write:
    def write() -> Made:
        outcome = call.family.create(call.world, body, call.options(), parents)
        return outcome, {**parents, **_own_keys(call, outcome)}

    return write


def _own_keys(call: Call, outcome: Outcome) -> dict[str, str]:
    """The keys of the object that a POST has made; none for a resource, or an outcome, without."""
    names, key = call.resource.own_keys, outcome.key
    if key is None or not names:
        return {}
    values = key if isinstance(key, tuple) else (key,) if len(names) == 1 else tuple(key.split("/"))
    return dict(zip(names, values))


def _removal(call: Call, record: Row) -> Write:
    return lambda: (call.family.delete(call.world, record, call.options()), {})


def _change(call: Call, record: Row, body: Row) -> Write:
    return lambda: (call.family.modify(call.world, record, body, call.options()), {})


def _created(call: Call, made: Made) -> Response:
    outcome, keys = made
    response = _single(outcome, 201)
    listed = call.flag("return_records", False)
    if outcome.key is None:
        return response
    if call.resource.keys:
        quoted = {name: quote(value, safe="") for name, value in keys.items()}
        response.headers["Location"] = fields.location(call.resource, quoted)
    if listed:
        _show(call, response, [keys])
    return response


def _single(outcome: Outcome, status: int) -> Response:
    """200, 201 or, with a job, 202; the application may turn that back when the job ends in time."""
    if outcome.job is None:
        return Response(status, {})
    response = Response(202, {"job": job_link(outcome.job)})
    response.jobs = [outcome.job]
    response.done_status = status
    return response


def _show(call: Call, response: Response, made: list[dict[str, str]]) -> None:
    """Put the objects that were made into the answer; if jobs make them, once these have ended.

    Source: API documentation, return_records. Choice: an answer that does not wait for the end has no records.
    """
    if response.jobs:
        response.complete = lambda: _shown(call, made)
    else:
        response.body = {**response.body, **_shown(call, made)}


def _shown(call: Call, made: list[dict[str, str]]) -> Row:
    names = fields.wanted(call.resource, call.world.version, None, instance=True)
    project = fields.Projection(call.resource, names, call.request.hal)
    found = (call.family.find(call.world, keys) for keys in made if call.resource.keys)
    records = [project(record) for record in found if record is not None]
    return {"num_records": len(records), "records": records}


# -- many objects ----------------------------------------------------------------------------------------------------------


def _many_changes(call: Call, checker: bodies.Checker) -> Response:
    raw = bodies.expand(bodies.read(call.request))
    if "records" in raw:
        pairs = []
        for one in _records(raw):
            keys = {name.split(".")[0] for name in call.resource.keys}
            change = checker.check({name: value for name, value in one.items() if name not in keys})
            pairs.append((_by_keys(call, one), change))
        _no_filters(call)
    else:
        change = checker.check(raw)
        pairs = [(record, change) for record in _selected(call, {})]
    made, failed = _run(call, [_change(call, record, body) for record, body in pairs])
    return _many(call, made, failed, 200)


def _selected(call: Call, body: Row) -> list[Row]:
    """The objects that a query, or a body with records, means."""
    if body.get("records"):
        _no_filters(call)
        return [_by_keys(call, one) for one in _records(bodies.expand(body))]
    for name in body:
        raise errors.unknown_field(name)
    filters = call.filters(WRITES)
    if not filters:
        # Choice: the sources do not say what a write on a whole collection does; a simulator should not guess "everything".
        raise Refusal(400, "262245", "A write on a collection needs a query that selects records.")
    return [record for record in call.records() if all(one.matches(record) for one in filters)]


def _records(body: Row) -> list[Row]:
    records = body["records"]
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise errors.bad_value("records", records)
    return records


def _by_keys(call: Call, wanted: Row) -> Row:
    keys, rest = call.parents_of(wanted)
    for name in call.resource.own_keys:
        value: Any = first_at(rest, name.split("."))
        if value is None:
            raise errors.required(name)
        keys[name] = str(value)
    record = call.family.find(call.world, keys)
    if record is None or not call.in_scope(record):
        raise errors.no_entry()
    return record


def _run(call: Call, writes: list[Write]) -> tuple[list[Made], list[Refusal]]:
    """Carry out the writes in turn. Source: API documentation: stops at the first failure unless continue_on_failure."""
    go_on = call.flag("continue_on_failure", False)
    call.flag("serial_records", False)
    made: list[Made] = []
    failed: list[Refusal] = []
    for write in writes:
        try:
            made.append(write())
        except Refusal as refusal:
            if not go_on:
                raise
            failed.append(refusal)
    return made, failed


def _many(call: Call, made: list[Made], failed: list[Refusal], status: int) -> Response:
    call.timeout(15)
    listed = call.flag("return_records", True) and status == 201
    body: Row = {"num_records": len(made)}
    jobs = [outcome.job for outcome, _keys in made if outcome.job]
    if jobs:
        body["jobs"] = [job_link(uuid) for uuid in jobs]
    if failed:
        body["errors"] = [errors.envelope(refusal)["error"] for refusal in failed]
    response = Response(202 if jobs else status, body)
    response.jobs = jobs
    response.done_status = status
    if listed:
        _show(call, response, [keys for _outcome, keys in made])
    return response
