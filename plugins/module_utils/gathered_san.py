# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words in which the info modules tell about LUNs and igroups.

Source of fields, of the releases that have them, and of what is expensive (`extra`): API reference.
"""

from __future__ import annotations

import re
from typing import Any

from .client import dig
from .errors import InputError
from .fields import Codec
from .gather import Kind, Selector, Word
from .gathered import IN_SVM, NAMES_OF, SVM, TIME
from .igroup_users import IGROUPS
from .igroups import IGROUP, own_initiators
from .initiators import canonical
from .luns import LUN, LUNS, MAPS, NAA_PREFIX
from .selection import size_text

SERIAL_LENGTH = 12
VENDOR = NAA_PREFIX.partition(".")[2]
NUMBER = re.compile(rf"(?:naa\.{VENDOR}|3?{VENDOR})?([0-9a-f]{{{2 * SERIAL_LENGTH}}})", re.IGNORECASE)
"""A serial number in hexadecimal digits, alone or in the names that hosts give to a LUN (naa.…, and 3… of Linux multipath)."""


def serial_of(text: str) -> str:
    """The serial number in ONTAP's form, of any of the forms in which hosts and ONTAP write it."""
    match = NUMBER.fullmatch(text.strip())
    if match is None:
        if len(text) != SERIAL_LENGTH:
            raise InputError(
                f"{text!r} is not the serial number of a LUN.",
                hint="Give its 12 characters, its 24 hexadecimal digits, or the NAA name that a host shows.",
                target="serial_number",
            )
        return text
    return bytes.fromhex(match.group(1)).decode("latin-1")


# -- LUNs ----------------------------------------------------------------------------------------------------------------

LUN_MAPS = Codec(decode=lambda maps: [{"igroup": dig(one, "igroup.name"), "lun_id": one.get("logical_unit_number")} for one in maps])

_OWN: dict[str, dict[str, Any]] = {
    "size": {"say": size_text},
    "auto_delete": {"extra": True},
    "serial_number_hex": {"query": ""},
    "naa": {"query": ""},
}
"""What a reader adds to the fields of the module lun."""

LUN_KIND = Kind(
    LUNS,
    (
        *(Word.of(field, **_OWN.get(field.option, {})) for field in (*LUN.identity, *LUN.assigned)),
        Word("volume", "location.volume.name"),
        Word("qtree", "location.qtree.name"),
        Word("node", "location.node.name@9.10.1"),
        *(Word.of(field, **_OWN.get(field.option, {})) for field in LUN.fields),
        Word("used", "space.used", say=size_text),
        Word("state", "status.state"),
        Word("container_state", "status.container_state"),
        Word("mapped", "status.mapped", extra=True),
        Word("maps", "lun_maps", LUN_MAPS, asks=MAPS, query="", many=True, extra=True),
        Word("create_time", codec=TIME),
    ),
    (
        IN_SVM,
        Selector("volume", "location.volume.name"),
        Selector("uuid", "uuid"),
        Selector("serial_number", "serial_number", normal=serial_of),
        Selector("mapped_to", "lun_maps.igroup.name"),
    ),
    paths=True,
)

# -- igroups -------------------------------------------------------------------------------------------------------------


def members(igroup: dict[str, Any]) -> list[str]:
    """The initiators that the igroup has itself, in the form in which names compare."""
    return sorted(own_initiators(igroup))


def comments(igroup: dict[str, Any]) -> dict[str, str]:
    """The comments of the igroup's own initiators."""
    return {name: one.get("comment") or "" for name, one in sorted(own_initiators(igroup).items())}


def inherited(igroup: dict[str, Any]) -> list[dict[str, Any]]:
    """The initiators that the igroup has through nested ones, and the igroup of each."""
    own = own_initiators(igroup)
    found = [(canonical(one["name"]), dig(one, "igroup.name")) for one in igroup.get("initiators") or []]
    return [{"name": name, "igroup": owner} for name, owner in sorted(found) if name not in own]


MEMBERS = ("initiators.name", "initiators.igroup.name", "initiators.igroup.uuid")
LUN_IDS = ("lun_maps.lun.name", "lun_maps.logical_unit_number")
MAPPED = Codec(decode=lambda maps: [{"lun": dig(one, "lun.name"), "lun_id": one.get("logical_unit_number")} for one in maps])
PLAIN_OPTIONS = ("os_type", "protocol", "comment", "portset", "delete_on_unmap")

IGROUP_KIND = Kind(
    IGROUPS,
    (
        SVM,
        Word("name"),
        Word("uuid"),
        *(Word.of(field) for field in IGROUP.fields if field.option in PLAIN_OPTIONS),
        Word("initiators", "", Codec(decode=members), asks=MEMBERS, query="initiators.name"),
        Word("initiator_comments", "@9.9.1", Codec(decode=comments), asks=(*MEMBERS, "initiators.comment"), query=""),
        Word("inherited_initiators", "", Codec(decode=inherited), asks=MEMBERS),
        Word("igroups", "igroups@9.9.1", NAMES_OF, asks=("igroups.name",), query="igroups.name", many=True, extra=True),
        Word(
            "parent_igroups",
            "parent_igroups@9.9.1",
            NAMES_OF,
            asks=("parent_igroups.name",),
            query="parent_igroups.name",
            many=True,
            extra=True,
        ),
        Word("luns", "lun_maps", MAPPED, asks=LUN_IDS, query="lun_maps.lun.name", many=True, extra=True),
        Word("connectivity", "connectivity_tracking.connection_state@9.11.1", extra=True),
    ),
    (IN_SVM, Selector("uuid", "uuid"), Selector("initiator", "initiators.name", key=canonical)),
)
