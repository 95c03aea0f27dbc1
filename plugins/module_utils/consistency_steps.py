# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests about a consistency group that stand alone: another name, maps of LUNs, the QoS policy of volumes; and the body of a clone.

Source: API reference and the SDK's description, consistency_group: a name can be given to a group only when it becomes, or ceases to be, a
child (provisioning_options.name, 9.13.1); a QoS policy only to new volumes; maps only to new LUNs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from . import plan as plans
from .client import QUERY_LENGTH, dig, literal
from .consistency_fields import FIELDS, Record, Scene, what
from .errors import Refused
from .fields import NAME_OR_NONE
from .group_members import GROUPS
from .plan import Step
from .volume_fields import VOLUMES

LUN_MAPS = "/protocols/san/lun-maps"


# -- a new name ------------------------------------------------------------------------------------------------------------


def holding_name(name: str) -> str:
    """The name of the parent that a group has for a moment, to get this name."""
    return f"{name}_rename"


def rename_steps(state: Record, scene: Scene, name: str, holder: Callable[[], str]) -> list[Step]:
    """The two requests that give a single group another name: it becomes a child under that name, and a group of its own again.

    A run that ended between the two is taken up by the next one, which finds the group under the parent that only this makes.
    """
    parent, held = dig(state, "parent_consistency_group.name"), holding_name(name)
    release: Record = {"consistency_groups": [{"name": name, "provisioning_options": {"action": "remove"}}]}
    if state["name"] == name:
        if parent != held:
            return []
        path = f"{GROUPS}/{dig(state, 'parent_consistency_group.uuid')}"
        return [Step("rename", "PATCH", path, body=release, asynchronous=True)]
    if parent or scene.children(state):
        raise Refused(
            f"{what(state)}: ONTAP gives a {'child' if parent else 'parent'} no other name.",
            hint="A child is renamed by a task about its parent: children, with from_name."
            if parent
            else "Make another parent, and attach its children to that.",
            target="from_name",
        )
    child = {"name": state["name"], "provisioning_options": {"action": "add", "name": name}}
    body: Record = {"svm": {"name": dig(state, "svm.name")}, "name": held, "consistency_groups": [child]}
    hold = Step("hold", "POST", GROUPS, body=body, query={"return_records": True}, asynchronous=True)
    return [hold, Step("rename", "PATCH", holder, body=release, asynchronous=True)]


# -- maps ------------------------------------------------------------------------------------------------------------------


def mapping(svm: str, luns: Iterable[Record]) -> list[Step]:
    """One request that maps LUNs which are there."""
    records = []
    for one in luns:
        number = {} if one.get("lun_id") is None else {"logical_unit_number": one["lun_id"]}
        records.append({"svm": {"name": svm}, "lun": {"name": one["name"]}, "igroup": {"name": one["igroup"]}, **number})
    if not records:
        return []
    return [Step("map", "POST", LUN_MAPS, body=records[0] if len(records) == 1 else {"records": records})]


# -- QoS -------------------------------------------------------------------------------------------------------------------


def qos_steps(svm: str, volumes: Iterable[str], policy: str) -> list[Step]:
    """Requests that give volumes a QoS policy: one, unless their names do not fit into its address."""
    steps: list[Step] = []
    for text in _chunks(sorted(volumes)):
        name = f"set_qos {len(steps) + 1}" if steps else "set_qos"
        query = {"svm.name": literal(svm), "name": text}
        body = {"qos": {"policy": {"name": NAME_OR_NONE.encode(policy)}}}
        steps.append(Step(name, "PATCH", VOLUMES, query=query, body=body, asynchronous=True))
    return steps


def _chunks(names: list[str]) -> list[str]:
    found: list[str] = []
    for name in map(literal, names):
        if found and len(found[-1]) + len(name) < QUERY_LENGTH:
            found[-1] += f"|{name}"
        else:
            found.append(name)
    return found


# -- clones ----------------------------------------------------------------------------------------------------------------


def clone_body(clone: Record, desired: Record) -> dict[str, Any]:
    """What the request says that makes a group as a clone of another one; its settings come with it."""
    body: Record = {"parent_consistency_group": {"name": clone["parent"]}}
    if clone.get("snapshot"):
        body["parent_snapshot"] = {"name": clone["snapshot"]}
    affixes = {word: clone[f"volume_{word}"] for word in ("prefix", "suffix") if clone.get(f"volume_{word}")}
    if affixes:
        body["volume"] = affixes
    if clone.get("guarantee"):
        body["guarantee"] = {"type": clone["guarantee"]}
    given = [field for field in FIELDS if desired.get(field.option) not in (None, "", [])]
    return {**plans.body_of(given, desired), "clone": body}
