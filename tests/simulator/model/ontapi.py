# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ONTAPI, the older XML API: what a call is, and what it is refused with. The XML is api/ontapi.py's.

A call gets its inputs as a dict and returns its outputs as one, in the hyphenated words of ONTAPI; an iterator gives rows,
which the API layer filters, projects and pages.
Source: documentation of the manageability SDK, per call: inputs, outputs, errnos by name; the numbers of the errnos:
netapp-lib, errors.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Callable, Optional

from ..store import Row
from .refusal import Refusal
from .world import World

EINVAL = "22"
EAGAIN = "35"
ETIMEDOUT = "60"
EAPIERROR = "13001"
EAPIPRIVILEGE = "13003"
EAPINOTFOUND = "13005"
EAPIMISSINGARGUMENT = "13006"
EAPIUNSUPPORTEDVERSION = "13010"
EOPNOTSUPPORTED = "13012"
ESNAPSHOTEXISTS = "13020"
ESNAPSHOTDOESNOTEXIST = "13021"
ESNAPSHOTTOOMANY = "13022"
ESNAPSHOTNOTALLOWED = "13023"
ESNAPSHOTBUSY = "13024"
EVOLUMEDOESNOTEXIST = "13040"
EVOLUMEOFFLINE = "13042"
EVOLUMEREADONLY = "13043"
EINVALIDINPUTERROR = "13115"
ECGERROR = "13700"
ECGSNAPERR = "13701"
ENODENOTFOUND = "15697"
EVSERVERNOTFOUND = "15698"

ERRNOS = {
    "525059": ESNAPSHOTEXISTS,
    "1638600": ESNAPSHOTDOESNOTEXIST,
    "542797": ESNAPSHOTDOESNOTEXIST,
    "525062": ESNAPSHOTTOOMANY,
    "1520351": ESNAPSHOTNOTALLOWED,
    "1638554": ESNAPSHOTNOTALLOWED,
    "1638555": ESNAPSHOTNOTALLOWED,
    "1638543": ESNAPSHOTBUSY,
    "524479": EVOLUMEOFFLINE,
    "917775": EVOLUMEOFFLINE,
    "1638461": EVOLUMEREADONLY,
    "1638521": EVOLUMEREADONLY,
    "1638522": EVOLUMEREADONLY,
    "1638518": EINVALIDINPUTERROR,
    "524508": EINVALIDINPUTERROR,
    "1638523": EINVALIDINPUTERROR,
    "262247": EINVALIDINPUTERROR,
}
"""The rules are those of the REST side; this says with which errno ONTAPI tells of them. Choice: which errno fits which code; for all
others EAPIERROR (source: clients know it as the general one, told apart by its words)."""


class OntapiError(Exception):
    """A call that fails: its errno (a number as text, as in the XML) and its reason."""

    def __init__(self, errno: str, reason: str) -> None:
        super().__init__(reason)
        self.errno = errno
        self.reason = reason


def failure(refusal: Refusal) -> OntapiError:
    """A refusal of the model as ONTAPI tells it."""
    return OntapiError(ERRNOS.get(refusal.code, EAPIERROR), refusal.message)


Given = dict[str, Any]
Svm = Optional[Row]

BOTH = ("cluster", "vserver")
CLUSTER = ("cluster",)
VSERVER = ("vserver",)


class OntapiCall:
    """A call: `run(world, svm, given) -> outputs`.

    `inputs` maps each input to "text", "flag", "number" or, for a list, the word of its elements. `scopes` says whether the call is one of
    the cluster, of a vserver (to which a request is tunnelled, or which its account is confined to), or of both. `svm` is that vserver.
    """

    reads = False

    def __init__(
        self,
        name: str,
        run: Callable[[World, Svm, Given], Row],
        inputs: dict[str, str] | None = None,
        *,
        required: tuple[str, ...] = (),
        scopes: tuple[str, ...] = VSERVER,
    ) -> None:
        self.name = name
        self.run = run
        self.inputs = inputs or {}
        self.required = required
        self.scopes = scopes
        self.reads = name.startswith("system-get-") or name in ("cf-status", "cf-get-partner")


class OntapiIterator:
    """A call that lists: `rows(world, svm)`; `info` is the word of a row, `keys` the attributes that tell the rows apart, and come always.

    `order` are the attributes by which they are ordered, if not the keys. Source: answers to clients that asked for some attributes only.
    """

    reads = True

    def __init__(
        self,
        name: str,
        info: str,
        rows: Callable[[World, Svm], Iterable[Row]],
        *,
        keys: tuple[str, ...],
        attributes: tuple[str, ...],
        order: tuple[str, ...] = (),
        scopes: tuple[str, ...] = BOTH,
    ) -> None:
        self.name = name
        self.info = info
        self.keys = keys
        self.order = order or keys
        self.rows = rows
        self.attributes = attributes
        self.scopes = scopes


class OntapiChange:
    """A call that changes all rows that a query finds: `change(world, svm, row, values)` changes one of them.

    `rows`, `info` and `attributes` are those of the iterator with which it belongs together; `changeable` says which of them it sets.
    """

    reads = False

    def __init__(
        self, name: str, among: OntapiIterator, changeable: tuple[str, ...], change: Callable[[World, Svm, Row, dict[str, str]], None]
    ) -> None:
        self.name = name
        self.info = among.info
        self.rows = among.rows
        self.attributes = among.attributes
        self.scopes = among.scopes
        self.changeable = changeable
        self.change = change


def volume_of(world: World, svm: Svm, name: str) -> Row:
    """The volume of a vserver that has this name."""
    for row in world.store.each("volumes", name=name):
        if svm is not None and row["svm"]["uuid"] == svm["uuid"]:
            return row
    where = f' in Vserver "{svm["name"]}"' if svm else ""
    raise OntapiError(EVOLUMEDOESNOTEXIST, f'Volume "{name}" does not exist{where}.')


def unsimulated(given: Given, *names: str) -> None:
    """Refuse an input that ONTAP has and the simulator does not carry out: never an echo of what has no effect."""
    for name in names:
        if given.get(name):
            raise OntapiError(EOPNOTSUPPORTED, f"The input {name} is not simulated.")


def calls() -> dict[str, OntapiCall | OntapiIterator | OntapiChange]:
    """Every call by its name."""
    from . import ontapi_cf, ontapi_cg, ontapi_snapshots, ontapi_system

    known: list[OntapiCall | OntapiIterator | OntapiChange] = [
        *ontapi_system.CALLS,
        *ontapi_snapshots.CALLS,
        *ontapi_cg.CALLS,
        *ontapi_cf.CALLS,
    ]
    return {call.name: call for call in known}
