# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who would notice that an igroup loses members, or is bound to a portset: read only when that is really going to happen.

Source: API reference, igroup: an igroup passes the LUNs that are mapped to it on to the igroups nested below it.
"""

from __future__ import annotations

from typing import Any

from .client import Client, dig
from .errors import ApiError
from .initiators import canonical
from .logins import logged_in
from .objects import UNKNOWN_FIELD

IGROUPS = "/protocols/san/igroups"
MAPS = ["lun_maps.lun.name", "lun_maps.logical_unit_number"]
MEMBERS = ["initiators.name", "initiators.igroup.uuid"]
NESTING = ["igroups", "parent_igroups"]
"""Fields that 9.9.1 brought together with nested igroups."""


class Loss:
    """What an igroup loses: initiators (canonical name: as ONTAP spells it), nested igroups (uuid: name), or paths, by a portset."""

    def __init__(self, initiators: dict[str, str] | None = None, igroups: dict[str, str] | None = None, portset: bool = False) -> None:
        self.initiators = initiators or {}
        self.igroups = igroups or {}
        self.portset = portset

    @property
    def any(self) -> bool:
        """Whether there is a loss at all."""
        return bool(self.initiators or self.igroups or self.portset)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Loss) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]


class Impact:
    """What a loss means: LUNs that are mapped to the igroup, or to one above it, and the initiators hit that are logged in."""

    def __init__(self, luns: list[str] | None = None, users: set[str] | None = None) -> None:
        self.luns = luns or []
        self.users = users or set()


def impacts(client: Client, losses: list[tuple[str, str, Loss]]) -> list[Impact]:
    """The impact of each loss of (svm, uuid of the igroup, loss), with the same few reads for all of them."""
    if not losses:
        return []
    records = _read(client, {uuid for _svm, uuid, _loss in losses}, [*MAPS, *MEMBERS, *NESTING])
    above = {uuid: _above(record) for uuid, record in records.items()}
    unread = {parent for parents in above.values() for parent in parents} - set(records)
    if unread:
        records.update(_read(client, unread, MAPS))
    found = []
    for svm, uuid, loss in losses:
        mapped = [records[one] for one in (uuid, *sorted(above.get(uuid, ()))) if one in records]
        luns = sorted({lun_and_id(one) for record in mapped for one in record.get("lun_maps") or []})
        found.append((svm, luns, _hit(records[uuid], loss) if luns and uuid in records else set()))
    users = logged_in(client, {(svm, name) for svm, _luns, names in found for name in names})
    return [Impact(luns, {name for name in names if (svm, name) in users}) for svm, luns, names in found]


def _read(client: Client, uuids: set[str], fields: list[str]) -> dict[str, dict[str, Any]]:
    try:
        return {record["uuid"]: record for record in client.select(IGROUPS, fields, {"uuid": uuids})}
    except ApiError as error:
        if error.code != UNKNOWN_FIELD or not set(NESTING) & set(fields):
            raise
    return _read(client, uuids, [field for field in fields if field not in NESTING])


def lun_and_id(one: dict[str, Any]) -> str:
    """How a refusal names the LUN of one of the lun_maps of an igroup."""
    return f"{dig(one, 'lun.name')} (LUN id {one.get('logical_unit_number')})"


def _above(record: dict[str, Any]) -> set[str]:
    """The uuids of all igroups that an igroup is nested below."""
    parents = record.get("parent_igroups") or []
    return {one["uuid"] for one in parents}.union(*(_above(one) for one in parents))


def _below(record: dict[str, Any]) -> set[str]:
    """The uuid of an igroup and of all that are nested below it."""
    return {record["uuid"]}.union(*(_below(one) for one in record.get("igroups") or []))


def _hit(record: dict[str, Any], loss: Loss) -> set[str]:
    """The canonical names of the initiators that the loss concerns."""
    members = {(canonical(one["name"]), dig(one, "igroup.uuid") or record["uuid"]) for one in record.get("initiators") or []}
    if loss.portset:
        return {name for name, _igroup in members}
    gone: set[str] = set()
    kept: set[str] = set()
    for child in record.get("igroups") or []:
        (gone if child["uuid"] in loss.igroups else kept).update(_below(child))
    hit = {name for name, igroup in members if igroup in gone - kept}
    return (hit | set(loss.initiators)) - {name for name, igroup in members if igroup in kept}
