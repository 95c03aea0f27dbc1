# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The XML of ONTAPI: requests and answers as elements, and elements as plain values.

Source: netapp-lib and the vendor's collection, what they send and read: the root is netapp, with the namespace, a version and
perhaps a vfiler; in it one element, whose word is the call; the answer has one element results with its status. Clients may
send a DOCTYPE, and get one.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from ..model.ontapi import EAPIERROR, OntapiError
from ..store import Row

NAMESPACE = "http://www.netapp.com/filer/admin"
HEADER = "<?xml version='1.0' encoding='UTF-8' ?>\n<!DOCTYPE netapp SYSTEM 'file:/etc/netapp_gx.dtd'>\n"
"""Source: an answer of a real cluster."""

Element = ElementTree.Element


class Envelope:
    """A request: the word of the call, its inputs, the version of ONTAPI that the client speaks, and the vserver that it means."""

    def __init__(self, call: Element, version: str | None, vfiler: str | None) -> None:
        self.name = local(call)
        self.call = call
        self.version = version
        self.vfiler = vfiler


def local(element: Element) -> str:
    """The word of an element, without its namespace."""
    return str(element.tag).rpartition("}")[2]


def opened(body: bytes) -> Envelope:
    """The request in a body. Choice: how one that is none is refused."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as problem:
        raise OntapiError(EAPIERROR, f"The request is no XML: {problem}.") from None
    if local(root) != "netapp" or len(root) != 1:
        raise OntapiError(EAPIERROR, "The request has to be one call inside an element netapp.")
    return Envelope(root[0], root.get("version"), root.get("vfiler"))


def text_of(element: Element) -> str:
    """What an element says."""
    return (element.text or "").strip()


def build(name: str, value: Any) -> Element:
    """An element of this word; a dict has elements in it, a list dicts of elements, and None leaves an element out."""
    element = ElementTree.Element(name)
    for key, inner in [pair for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict) for pair in one.items()]:
        if inner is not None:
            element.append(build(key, inner))
    if not isinstance(value, (dict, list)):
        element.text = str(value).lower() if isinstance(value, bool) else str(value)
    return element


def passed(outputs: Row, version: str) -> str:
    """The answer of a call that succeeded."""
    results = build("results", outputs)
    results.set("status", "passed")
    return _closed(results, version)


def failed(errno: str, reason: str, version: str) -> str:
    """The answer of a call that failed."""
    return _closed(ElementTree.Element("results", {"status": "failed", "reason": reason, "errno": errno}), version)


def _closed(results: Element, version: str) -> str:
    root = ElementTree.Element("netapp", {"version": version, "xmlns": NAMESPACE})
    root.append(results)
    return HEADER + ElementTree.tostring(root, encoding="unicode")


def flattened(element: Element, prefix: str = "") -> dict[str, str]:
    """The elements that have no elements in them, by their dotted words; those that say nothing are left out."""
    found: dict[str, str] = {}
    for child in element:
        name = f"{prefix}{local(child)}"
        if len(child):
            found.update(flattened(child, f"{name}."))
        elif text_of(child):
            found[name] = text_of(child)
    return found


def plain(element: Element) -> Any:
    """An element for people: text, or a list of pairs of word and element."""
    if not len(element):
        return text_of(element)
    return [[local(child), plain(child)] for child in element]
