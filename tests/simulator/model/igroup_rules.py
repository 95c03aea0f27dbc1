# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may stand in an igroup: the forms of initiator names, and which igroups an initiator or a LUN then belongs to.

Source: API reference, igroup: formats and codes; CLI manual, lun igroup rename: names of igroups; knowledge base: no underscores in
an IQN. Which of several related codes means what is a choice where the reference only lists them. Choice: initiator names are kept in
lower case, and compare so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..reach_san import San, canonical, protocol_of
from ..store import Row
from .refusal import Refusal
from .world import World

__all__ = ["ancestors", "canonical", "check_access", "check_initiator", "check_name", "children", "depth_below", "maps_of"]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,95}")
IQN_DATE = re.compile(r"iqn\.\d{4}-(0[1-9]|1[0-2])\.")
IQN = re.compile(r"iqn\.\d{4}-\d\d\.[a-z0-9][a-z0-9.-]*(:[^\s_]+)?")
EUI = re.compile(r"eui\.[0-9a-f]{16}")
WWPN = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){7}")
LONGEST = 96


def check_name(name: str) -> None:
    """Refuse a name of an igroup that is none."""
    if not NAME.fullmatch(name):
        raise Refusal(400, "5373958", f'The igroup name "{name}" is invalid.', "name")


def check_initiator(name: str, protocol: str) -> str:
    """The canonical form of an initiator that an igroup of this protocol may have, or a refusal."""
    known = canonical(name)
    if len(known) > LONGEST:
        raise Refusal(400, "5373992", f'The initiator name "{name}" is longer than {LONGEST} characters.', "name")
    if known.startswith("iqn."):
        _check_iqn(name, known)
    elif known.startswith("eui."):
        if not EUI.fullmatch(known):
            raise Refusal(400, "5373977", f'The iSCSI EUI "{name}" must be "eui." and 16 hexadecimal digits.', "name")
    elif re.fullmatch(r"[0-9a-f:]+", known) and ":" in known:
        if not WWPN.fullmatch(known):
            raise Refusal(400, "5373982", f'The FC WWPN "{name}" must be 8 pairs of hexadecimal digits with colons.', "name")
    else:
        raise Refusal(400, "5373993", f'The initiator name "{name}" is neither a WWPN, an IQN nor an EUI.', "name")
    if protocol == "fcp" and protocol_of(known) != "fcp":
        raise Refusal(400, "5374038", f'"{name}" is no FC WWPN; the igroup is for FC only.', "name")
    if protocol == "iscsi" and protocol_of(known) != "iscsi":
        raise Refusal(400, "5374039", f'"{name}" is no iSCSI name; the igroup is for iSCSI only.', "name")
    return known


def _check_iqn(name: str, known: str) -> None:
    if not IQN_DATE.match(known):
        raise Refusal(400, "5373969", f'The date of the iSCSI IQN "{name}" must be yyyy-mm.', "name")
    if "_" in known:
        raise Refusal(400, "5373972", f'The iSCSI IQN "{name}" has an underscore.', "name")
    if not IQN.fullmatch(known):
        raise Refusal(400, "5373971", f'The naming authority of the iSCSI IQN "{name}" is invalid.', "name")


# -- nesting ---------------------------------------------------------------------------------------------------------------


def children(world: World, uuid: str) -> list[str]:
    """The uuids of the igroups directly below an igroup."""
    return [one["uuid"] for one in world.store.table("igroups").get(uuid, {}).get("igroups", ())]


def ancestors(world: World, uuid: str) -> set[str]:
    """The uuids of the igroup and all that it is nested below."""
    found = {uuid}
    while True:
        more = {row["uuid"] for row in world.store.table("igroups").values() if any(one["uuid"] in found for one in row["igroups"])}
        if more <= found:
            return found
        found |= more


def depth_below(world: World, uuid: str) -> int:
    """How many layers an igroup has, itself included."""
    return 1 + max((depth_below(world, child) for child in children(world, uuid)), default=0)


def depth_above(world: World, uuid: str) -> int:
    """How many layers there are from the top down to an igroup, itself included."""
    parents = [row["uuid"] for row in world.store.table("igroups").values() if any(one["uuid"] == uuid for one in row["igroups"])]
    return 1 + max((depth_above(world, parent) for parent in parents), default=0)


# -- what an initiator sees ------------------------------------------------------------------------------------------------


def maps_of(world: World, igroups: Iterable[str]) -> list[Row]:
    """The LUN maps of these igroups."""
    wanted = set(igroups)
    return [row for row in world.store.table("lun_maps").values() if row["igroup"]["uuid"] in wanted]


def seen_by(world: World, svm: str, initiators: set[str]) -> list[Row]:
    """The LUN maps through which any of these initiators sees a LUN."""
    if not initiators:
        return []
    san = San(world.store)
    groups = [row["uuid"] for row in world.store.table("igroups").values() if row["svm"]["uuid"] == svm]
    return maps_of(world, [uuid for uuid in groups if not initiators.isdisjoint(san.members(uuid))])


def check_access(world: World, svm: str, initiators: set[str], more: list[Row]) -> None:
    """Refuse that initiators come to see the LUNs of `more` maps when one of them sees such a LUN, or its number, already.

    Source: API reference, igroup, codes 1254193 and 1254324: an initiator sees a LUN once, and a number stands for one LUN.
    """
    if not more:
        return
    fresh = {(row["lun"]["uuid"], row["igroup"]["uuid"]) for row in more}
    for one in sorted(initiators):
        seen = [row for row in seen_by(world, svm, {one}) if (row["lun"]["uuid"], row["igroup"]["uuid"]) not in fresh]
        for row in more:
            _check_clash(one, row, seen)


def _check_clash(initiator: str, row: Row, seen: list[Row]) -> None:
    for other in seen:
        if other["lun"]["uuid"] == row["lun"]["uuid"]:
            text = f'LUN "{row["lun"]["name"]}" is already mapped to initiator "{initiator}" in igroup "{other["igroup"]["name"]}".'
            raise Refusal(400, "1254193", text)
        if other["logical_unit_number"] == row["logical_unit_number"]:
            text = f'Logical unit number {row["logical_unit_number"]} is already used for initiator "{initiator}" in igroup '
            raise Refusal(400, "1254324", f'{text}"{other["igroup"]["name"]}".')
