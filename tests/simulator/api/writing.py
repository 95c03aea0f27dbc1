# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""POST, PATCH and DELETE: on one object, on a list of records, and on everything that a query selects."""

from __future__ import annotations

from typing import Any, Callable

from ..model.family import Outcome
from ..model.refusal import Refusal
from ..store import Row
from . import body as bodies
from . import errors, fields
from .call import WRITES, Call
from .messages import Response
from .query import values_at

Write = Callable[[], Outcome]


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
        checked = [_scoped(call, checker.check(one)) for one in raw["records"]]
        outcomes, failed = _run(call, [_creation(call, one) for one in checked])
        return _many(call, outcomes, failed, 201)
    call.timeout(0)
    outcome = _creation(call, _scoped(call, checker.check(raw)))()
    return _created(call, outcome)


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
        outcomes, failed = _run(call, [_removal(call, record) for record in targets])
        return _many(call, outcomes, failed, 200)
    _no_filters(call)
    call.timeout(0)
    for name in bodies.read(call.request):
        raise errors.unknown_field(name)
    return _single(call.family.delete(call.world, call.record(), call.options()), 200)


def _no_filters(call: Call) -> None:
    for one in call.filters(WRITES):
        raise errors.unknown_query(one.name)


def _scoped(call: Call, body: Row) -> Row:
    """The body with the SVM of the tunnel header, where the client left it out (source: Cinder does)."""
    if call.scope is not None and call.resource.svm_field and not body.get(call.resource.svm_field):
        return dict(body, svm={"name": call.scope})
    return body


# -- one object ------------------------------------------------------------------------------------------------------------


def _creation(call: Call, body: Row) -> Write:
    return lambda: call.family.create(call.world, body, call.options(), call.parents)


def _removal(call: Call, record: Row) -> Write:
    return lambda: call.family.delete(call.world, record, call.options())


def _change(call: Call, record: Row, body: Row) -> Write:
    return lambda: call.family.modify(call.world, record, body, call.options())


def _created(call: Call, outcome: Outcome) -> Response:
    response = _single(outcome, 201)
    if outcome.key is None:
        return response
    if call.resource.keys:
        response.headers["Location"] = f"/api{call.resource.path}/{outcome.key}"
    if call.flag("return_records", False):
        response.body = {**_shown(call, [outcome]), **response.body}
    return response


def _single(outcome: Outcome, status: int) -> Response:
    """200, 201 or, with a job, 202; the application may turn that back when the job ends in time."""
    if outcome.job is None:
        return Response(status, {})
    response = Response(202, {"job": job_link(outcome.job)})
    response.jobs = [outcome.job]
    response.done_status = status
    return response


def _shown(call: Call, outcomes: list[Outcome]) -> Row:
    """The created objects as records. Source: API documentation, return_records."""
    names = fields.wanted(call.resource, call.world.version, None, instance=True)
    project = fields.Projection(call.resource, names, call.request.hal)
    found = []
    for outcome in outcomes:
        keys = dict(zip(call.resource.keys, (outcome.key or "").split("/")))
        record = call.family.find(call.world, {**call.parents, **keys}) if outcome.key and call.resource.keys else None
        found.append(project(record) if record else keys)
    return {"num_records": len(found), "records": found}


# -- many objects ----------------------------------------------------------------------------------------------------------


def _many_changes(call: Call, checker: bodies.Checker) -> Response:
    raw = bodies.expand(bodies.read(call.request))
    if "records" in raw:
        pairs = []
        for one in raw["records"]:
            keys = {name.split(".")[0] for name in call.resource.keys}
            change = checker.check({name: value for name, value in one.items() if name not in keys})
            pairs.append((_by_keys(call, one), change))
        _no_filters(call)
    else:
        change = checker.check(raw)
        pairs = [(record, change) for record in _selected(call, {})]
    outcomes, failed = _run(call, [_change(call, record, body) for record, body in pairs])
    return _many(call, outcomes, failed, 200)


def _selected(call: Call, body: Row) -> list[Row]:
    """The objects that a query, or a body with records, means."""
    if body.get("records"):
        _no_filters(call)
        return [_by_keys(call, bodies.expand(one)) for one in body["records"]]
    for name in body:
        raise errors.unknown_field(name)
    filters = call.filters(WRITES)
    if not filters:
        # Choice: the sources do not say what a write on a whole collection does; a simulator should not guess "everything".
        raise Refusal(400, "262245", "A write on a collection needs a query that selects records.")
    return [record for record in call.records() if all(one.matches(record) for one in filters)]


def _by_keys(call: Call, wanted: Row) -> Row:
    keys: dict[str, str] = {}
    for name in call.resource.keys:
        value: Any = next(iter(values_at(wanted, name.split("."))), None)
        if value is None:
            raise Refusal(400, "262245", f'The field "{name}" is required.', name)
        keys[name] = str(value)
    record = call.family.find(call.world, {**call.parents, **keys})
    if record is None or not call.in_scope(record):
        raise errors.no_entry()
    return record


def _run(call: Call, writes: list[Write]) -> tuple[list[Outcome], list[Refusal]]:
    """Carry out the writes in turn. Source: API documentation: stops at the first failure unless continue_on_failure."""
    go_on = call.flag("continue_on_failure", False)
    call.flag("serial_records", False)
    outcomes: list[Outcome] = []
    failed: list[Refusal] = []
    for write in writes:
        try:
            outcomes.append(write())
        except Refusal as refusal:
            if not go_on:
                raise
            failed.append(refusal)
    return outcomes, failed


def _many(call: Call, outcomes: list[Outcome], failed: list[Refusal], status: int) -> Response:
    call.timeout(15)
    body: Row = {"num_records": len(outcomes)}
    jobs = [outcome.job for outcome in outcomes if outcome.job]
    if jobs:
        body["jobs"] = [job_link(uuid) for uuid in jobs]
    elif status == 201 and call.flag("return_records", True):
        body.update(_shown(call, outcomes))
    if failed:
        body["errors"] = [errors.envelope(refusal)["error"] for refusal in failed]
    response = Response(202 if jobs else status, body)
    response.jobs = jobs
    response.done_status = status
    return response
