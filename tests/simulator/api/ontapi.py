# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ONTAPI over HTTP: POST /servlets/netapp.servlets.admin.XMLrequest_filer.

Who may call what: an account of the cluster calls the cluster, or by the attribute vfiler one of its vservers (tunnelling); an
account of a vserver only that one. There is no session: each request stands for itself, and what cg-start has begun is known by
its cg-id.
Source: netapp-lib (what is sent, and that a failed call answers HTTP 200 with status, errno and reason), the vendor's
collection (words of the errors about vservers). Choices: an input that a call does not have is an error; a version above that
of the cluster is refused.
"""

from __future__ import annotations

import re
from typing import Any

from ..model.family import value_at
from ..model.ontapi import (
    EAPIERROR,
    EAPIMISSINGARGUMENT,
    EAPINOTFOUND,
    EAPIPRIVILEGE,
    EAPIUNSUPPORTEDVERSION,
    EINVALIDINPUTERROR,
    EOPNOTSUPPORTED,
    EVSERVERNOTFOUND,
    Given,
    OntapiCall,
    OntapiChange,
    OntapiError,
    OntapiIterator,
    calls,
    failure,
)
from ..model.ontapi_system import minor_version
from ..model.refusal import Refusal
from ..model.world import World
from ..store import Row
from . import errors
from . import ontapi_xml as xml
from .auth import Account
from .messages import Request, Response
from .query import Filter

PATH = "/servlets/netapp.servlets.admin.XMLrequest_filer"
TYPE = {"Content-Type": "text/xml"}
CALLS = calls()
ITERATOR = ("query", "desired-attributes", "max-records", "tag")
DEFAULT_RECORDS = 20
"""Source: documentation of the manageability SDK, snapshot-get-iter: max-records."""


def serves(request: Request) -> bool:
    """Whether the request is one of ONTAPI."""
    return request.path == PATH


def name_of(request: Request) -> str | None:
    """The word of the call, or None where there is none; for the log and for faults."""
    if not serves(request):
        return None
    try:
        return xml.opened(request.body).name
    except OntapiError:
        return None


def reads(name: str) -> bool:
    """Whether a call changes nothing."""
    return name in CALLS and CALLS[name].reads


def logged(request: Request) -> Any:
    """The request for the log: its call, the vserver, and the inputs."""
    try:
        envelope = xml.opened(request.body)
    except OntapiError as error:
        return error.reason
    return {"call": envelope.name, "vfiler": envelope.vfiler, "inputs": xml.plain(envelope.call)}


def answer(world: World, request: Request, account: Account, cut: int | None = None) -> Response:
    """Carry out a request of an account; what fails is an answer too."""
    if request.method != "POST":
        raise errors.no_method(request.method)
    try:
        outputs = _carried_out(world, xml.opened(request.body), account, cut)
    except Refusal as refusal:
        return _failed(world, failure(refusal))
    except OntapiError as error:
        return _failed(world, error)
    return Response(200, xml.passed(outputs, _version(world)), TYPE)


def injected(world: World, response: Response) -> Response:
    """The answer that a fault wants; an error of the API is told as ONTAPI tells it."""
    told = (response.body or {}).get("error") if isinstance(response.body, dict) else None
    return _failed(world, OntapiError(told["code"], told["message"])) if told else response


def _failed(world: World, error: OntapiError) -> Response:
    return Response(200, xml.failed(error.errno, error.reason, _version(world)), TYPE)


def _version(world: World) -> str:
    return f"1.{minor_version(world)}"


def _carried_out(world: World, envelope: xml.Envelope, account: Account, cut: int | None) -> Row:
    _check_version(world, envelope.version)
    svm = _svm(world, envelope, account)
    call = CALLS.get(envelope.name)
    where = f" on data vserver {svm['name']}" if svm else ""
    if call is None or (svm and "vserver" not in call.scopes):
        raise OntapiError(EAPINOTFOUND, f"Unable to find API: {envelope.name}{where}")
    if svm is None and "cluster" not in call.scopes:
        # Choice of the errno; source for the words: the vendor's collection.
        raise OntapiError(EAPIERROR, "Vserver API missing vserver parameter.")
    if isinstance(call, OntapiIterator):
        return _listed(world, svm, call, envelope.call, cut)
    if isinstance(call, OntapiChange):
        return _changed(world, svm, call, envelope.call)
    return call.run(world, svm, inputs(call, envelope.call))


def _check_version(world: World, version: str | None) -> None:
    if version is None:
        return
    major, _dot, minor = version.partition(".")
    if not (major.isdigit() and minor.isdigit()) or (int(major), int(minor)) > (1, minor_version(world)):
        raise OntapiError(EAPIUNSUPPORTEDVERSION, f"Version {version} was requested, but only {_version(world)} is supported.")


def _svm(world: World, envelope: xml.Envelope, account: Account) -> Row | None:
    """The vserver that the call is for, or None for the cluster. Choice: the name of the admin vserver is the cluster."""
    name = envelope.vfiler or account.svm
    if account.svm and name != account.svm:
        raise OntapiError(EAPIPRIVILEGE, f"Insufficient privileges: the account has no access to vserver {name}.")
    if name is None or (account.svm is None and name == next(iter(world.store.table("clusters").values()))["name"]):
        return None
    svm = world.store.find("svms", name=name)
    if svm is None:
        raise OntapiError(EVSERVERNOTFOUND, "Specified vserver not found")
    return svm


def inputs(call: OntapiCall, element: xml.Element) -> Given:
    """The inputs of a call as values; those that say nothing are left out, as if they were not there (choice)."""
    given: Given = {}
    for child in element:
        name = xml.local(child)
        if name not in call.inputs:
            raise OntapiError(EINVALIDINPUTERROR, f"Invalid input: {name} is no input of {call.name}.")
        value = _value(name, call.inputs[name], child)
        if value is not None:
            given[name] = value
    for name in call.required:
        if name not in given:
            raise OntapiError(EAPIMISSINGARGUMENT, f"Missing input: {name}")
    return given


def _value(name: str, kind: str, element: xml.Element) -> Any:
    text = xml.text_of(element)
    if kind not in ("text", "flag", "number"):
        return [xml.text_of(child) for child in element if xml.local(child) == kind]
    if len(element):
        raise OntapiError(EINVALIDINPUTERROR, f"Invalid input: {name} has no elements.")
    if not text:
        return None
    if kind == "number" and not re.fullmatch(r"\d{1,18}", text) or kind == "flag" and text.lower() not in ("true", "false"):
        raise OntapiError(EINVALIDINPUTERROR, f'Invalid value "{text}" for {name}.')
    return int(text) if kind == "number" else text.lower() == "true" if kind == "flag" else text


# -- iterators -------------------------------------------------------------------------------------------------------------


def _listed(world: World, svm: Row | None, call: OntapiIterator, element: xml.Element, cut: int | None) -> Row:
    parts = {xml.local(child): child for child in element}
    for name in parts:
        if name not in ITERATOR:
            raise OntapiError(EINVALIDINPUTERROR, f"Invalid input: {name} is no input of {call.name}.")
    rows = _selected(call, list(call.rows(world, svm)), parts.get("query"))
    rows.sort(key=lambda row: _key(call, row))
    after = _tag(call, parts.get("tag"))
    if after is not None:
        rows = [row for row in rows if _key(call, row) >= after]
    most = _most(parts.get("max-records"))
    page = rows[: most if cut is None else min(cut, most)]
    found: Row = {"num-records": len(page)}
    if page:
        found["attributes-list"] = [{call.info: _projected(call, row, parts.get("desired-attributes"))} for row in page]
    if len(page) < len(rows):
        found["next-tag"] = _next(call, rows[len(page)])
    return found


def _changed(world: World, svm: Row | None, call: OntapiChange, element: xml.Element) -> Row:
    """Change what a query finds, all or, at the first that refuses, no more (choice; its other inputs are not simulated)."""
    parts = {xml.local(child): child for child in element}
    for name in ("query", "attributes"):
        if name not in parts:
            raise OntapiError(EAPIMISSINGARGUMENT, f"Missing input: {name}")
    for name in parts:
        if name not in ("query", "attributes"):
            raise OntapiError(EOPNOTSUPPORTED, f"The input {name} is not simulated.")
    values = xml.flattened(_about(call, parts["attributes"]))
    for name in values:
        if name not in call.changeable:
            raise OntapiError(EINVALIDINPUTERROR, f"Invalid input: {name} cannot be changed.")
    found = _selected(call, list(call.rows(world, svm)), parts["query"])
    for row in found:
        call.change(world, svm, row, values)
    return {"num-succeeded": len(found), "num-failed": 0}


def _most(element: xml.Element | None) -> int:
    text = "" if element is None else xml.text_of(element)
    if text and not (text.isdigit() and int(text)):
        raise OntapiError(EINVALIDINPUTERROR, f'Invalid value "{text}" for max-records.')
    return int(text or DEFAULT_RECORDS)


def _about(call: OntapiIterator | OntapiChange, element: xml.Element) -> xml.Element:
    """The element about a row that a query, or the wanted attributes, has in it."""
    about = next((child for child in element if xml.local(child) == call.info), None)
    if about is None:
        raise OntapiError(EINVALIDINPUTERROR, f"Invalid input: {xml.local(element)} needs an element {call.info}.")
    for child in about:
        if xml.local(child) not in call.attributes:
            raise OntapiError(EINVALIDINPUTERROR, f"Invalid input: {xml.local(child)} is no attribute of {call.info}.")
    return about


def _selected(call: OntapiIterator | OntapiChange, rows: list[Row], query: xml.Element | None) -> list[Row]:
    if query is None or not len(query):
        return rows
    filters = [Filter(name, text, _kind(rows, name)) for name, text in xml.flattened(_about(call, query)).items()]
    return [row for row in rows if all(one.matches(row) for one in filters)]


def _kind(rows: list[Row], name: str) -> str:
    value = next((found for found in (value_at(row, name) for row in rows) if found is not None), "")
    return "boolean" if isinstance(value, bool) else "number" if isinstance(value, int) else "string"


def _projected(call: OntapiIterator, row: Row, desired: xml.Element | None) -> Row:
    """The keys and the attributes that are wanted; without a wish, all."""
    wanted = [] if desired is None or not len(desired) else [*call.keys, *(xml.local(child) for child in _about(call, desired))]
    return {name: value for name, value in row.items() if not wanted or name in wanted}


def _key(call: OntapiIterator, row: Row) -> list[str]:
    """What orders the rows; numbers by their size."""
    return [f"{value:020d}" if isinstance(value, int) else str(value) for value in (row.get(name, "") for name in call.order)]


def _next(call: OntapiIterator, row: Row) -> str:
    """The tag of the page that begins with a row. Source: tags are themselves XML with the keys of a row, as text."""
    keys = {f"key-{number}": value for number, value in enumerate(_key(call, row))}
    return xml.ElementTree.tostring(xml.build(f"{call.name}-key-td", keys), encoding="unicode")


def _tag(call: OntapiIterator, element: xml.Element | None) -> list[str] | None:
    text = "" if element is None else xml.text_of(element)
    if not text:
        return None
    try:
        root = xml.ElementTree.fromstring(text)
    except xml.ElementTree.ParseError:
        root = None
    if root is None or xml.local(root) != f"{call.name}-key-td" or len(root) != len(call.order):
        raise OntapiError(EINVALIDINPUTERROR, "Invalid value for tag.")
    return [xml.text_of(child) for child in root]
