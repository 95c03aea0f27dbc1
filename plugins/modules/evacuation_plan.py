#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: evacuation_plan
short_description: Plan where volumes go when aggregates or a node are evacuated
version_added: 0.2.0
description:
  - Says which volume goes to which aggregate, and when, so that aggregates, a node, or a list of volumes are moved elsewhere, and
    changes nothing.
  - No destination is filled above its ceiling at any moment, in whatever order the moves end. Space that a move will free is not
    counted as free, because nobody knows when, and whether, that move ends.
  - Every volume is moved once, and none that need not. Among the ways to place all volumes those are preferred that keep volumes with
    mapped LUNs in their HA pair, then those that fill the aggregates evenly.
  - The same cluster and the same options give the same plan. Where room is so scarce that only a perfect packing would place all
    volumes, the plan may miss it; what it leaves out fits nowhere as the plan leaves the aggregates.
  - Takes six reads, whatever the size of the cluster, and up to 10,000 objects of a kind in each; one more to find volumes by name and
    by uuid, one less without O(lun_paths).
options:
  aggregates:
    description: The aggregates to evacuate. One of this, O(node) and O(volumes) is needed.
    type: list
    elements: str
  node:
    description: The node whose data aggregates are to be evacuated, all that are at home there.
    type: str
  volumes:
    description:
      - The volumes to move, each by name, as C(svm:volume), as C(host@backend#pool) of OpenStack, or by uuid.
      - It takes O(candidates), or a O(pin) for each; a volume that is on a candidate already stays there.
    type: list
    elements: str
  svm:
    description: The SVM of volumes that are named without one, in O(volumes), O(pin) and O(skip).
    type: str
  candidates:
    description:
      - The aggregates that may take volumes; all data aggregates that are not to be evacuated when left out.
      - One that is offline, not at its home node, or on a node that is not up takes nothing, and is reported with the reason.
    type: list
    elements: str
  max_used_percent:
    description: The ceiling, in percent of the size of an aggregate.
    type: int
    default: 85
  headroom:
    description: What stays free of every destination in any case, such as V(500GiB), or bytes. The lower one of both ceilings counts.
    type: str
    default: "0"
  media:
    description:
      - Which disks a destination may have. V(same) stands for those of the volume's aggregate, and for a mirrored aggregate where
        that one is mirrored; V(any) for all.
      - The others are words of ONTAP for the class of disks, or for the storage type (ONTAP 9.11.1 and later). One that fits is enough.
    type: list
    elements: str
    default: [same]
    choices:
      - same
      - any
      - capacity
      - performance
      - archive
      - solid_state
      - array
      - virtual
      - data_center
      - capacity_flash
      - hdd
      - hybrid
      - lun
      - ssd
      - vmdisk
  encryption:
    description:
      - With V(keep) the encryption of a volume stays what it is. One that is encrypted with its aggregate's key goes to aggregates that
        have a key only, one that is not encrypted to those that have none, and what is on drives that encrypt stays on such drives.
      - With V(required) every volume ends up encrypted, by its own key, that of the aggregate, or the drives.
      - With V(any) it does not matter.
    type: str
    choices: [keep, required, any]
    default: keep
  affinity:
    description:
      - With V(any) a volume with mapped LUNs stays in its HA pair if there is room, so that hosts keep their paths, and others go where
        there is most room.
      - With V(spread) volumes with mapped LUNs too go where there is most room.
      - With V(same_pair) no volume leaves the HA pair of its aggregate, with V(other_pair) every volume does.
    type: str
    choices: [any, same_pair, other_pair, spread]
    default: any
  lun_paths:
    description: Look at LUN maps. Without them no volume counts as one with mapped LUNs.
    type: bool
    default: true
  svm_roots:
    description: Move root volumes of SVMs too.
    type: bool
    default: true
  max_moves_per_node:
    description:
      - How many moves may run at once that read from or write to aggregates of one node, those included that are under way.
      - ONTAP itself lets moves wait beyond eight references to aggregates of a node.
    type: int
    default: 2
  max_moves:
    description: How many moves may run at once in all.
    type: int
    default: 8
  order:
    description: Which moves begin first. V(as_listed) is the order of O(volumes), or that of O(aggregates) and the names of volumes.
    type: str
    choices: [largest_first, smallest_first, as_listed]
    default: largest_first
  pin:
    description:
      - Aggregates of single volumes, by volume. Such a volume goes there or nowhere; the aggregate need not be among the
        O(candidates), and all other rules hold for it.
      - Volumes that are not there, or not to be moved, are returned in RV(unmatched).
    type: dict
  skip:
    description: Volumes that stay where they are.
    type: list
    elements: str
    default: []
  rate:
    description:
      - Bytes that a node copies per second for all of its moves together, such as V(500MiB), to estimate times.
      - The default is a guess. Take what earlier moves showed.
    type: str
    default: 200MiB
extends_documentation_fragment:
  - ndo.ontap.connection
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
notes:
  - The account needs to read C(/api/cluster/nodes), C(/api/storage/aggregates), C(/api/storage/volumes), C(/api/svm/svms) and, for
    O(lun_paths), C(/api/protocols/san/lun-maps).
  - An SVM with a list of aggregates uses these only. FlexGroups, load-sharing mirrors, and volumes that are offline or being split are
    not moved; they are returned in RV(unplaced).
  - What a volume takes at its destination is its size if space is guaranteed to it, else the space that it has in its aggregate; a
    FlexClone takes all its data, because it shares nothing with its parent any more. What lies in a cloud tier counts as if it came back.
seealso:
  - module: ndo.ontap.volume_info
  - module: ndo.ontap.aggregate_info
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Plan the evacuation of an aggregate
  ndo.ontap.evacuation_plan:
    aggregates: [aggr1_ndo_01]
  register: plan

- name: Stop when some volumes have no place
  ansible.builtin.assert:
    that: plan.complete
    fail_msg: "{{ plan.message }} {{ plan.unplaced | map(attribute='reason') | join(' ') }}"

- name: Show where the volumes go
  ansible.builtin.debug:
    msg: "{{ item.svm }}:{{ item.volume }} goes to {{ item.destination }}"
  loop: "{{ plan.moves }}"
  loop_control:
    label: "{{ item.volume }}"

- name: Plan to free a node, without touching two volumes, within its HA pair
  ndo.ontap.evacuation_plan:
    node: ndo-01
    affinity: same_pair
    skip: ["nas1:nas1_vol1a", "nas1:nas1_vol1b"]
    headroom: 500GiB
    max_moves_per_node: 4

- name: Plan to move a few volumes to other disks, one of them to a certain aggregate
  ndo.ontap.evacuation_plan:
    volumes: ["san1:san1_vol1a", "san1:san1_vol1b"]
    candidates: [aggr1_ndo_02, aggr2_ndo_02]
    media: [solid_state]
    pin:
      san1:san1_vol1a: aggr2_ndo_02
    order: as_listed
"""

RETURN = r"""
moves:
  description: The moves to make, by wave, and in the order in which they are to begin.
  returned: success
  type: list
  elements: dict
  contains:
    svm: {description: The SVM., type: str, sample: nas1}
    volume: {description: The volume., type: str, sample: nas1_vol1a}
    uuid: {description: Its uuid., type: str, sample: 9d36ea3c-8b6a-4d0e-9f4e-5b4b5c1f1a10}
    source: {description: Its aggregate., type: str, sample: aggr1_ndo_01}
    destination: {description: The aggregate where it is to go., type: str, sample: aggr1_ndo_02}
    space: {description: Bytes that it takes there., type: int, sample: 366503875925}
    bytes: {description: Bytes that have to be copied., type: int, sample: 366503875925}
    mapped_luns: {description: Whether LUNs in it are mapped., type: bool, sample: false}
    changes_paths: {description: Whether these LUNs get paths in another HA pair., type: bool, sample: false}
    wave:
      description:
        - Its group, from 1. All moves of a group may run at once, and a group begins when the one before is over.
        - Moves that are under way count for the first one.
      type: int
      sample: 1
    start: {description: "Seconds from now when it is expected to begin, if each move begins as soon as it may.", type: int, sample: 0}
    seconds: {description: Seconds that it is expected to take., type: int, sample: 1748}
joined:
  description: Volumes that are being moved to one of the destinations already. These moves are to be waited for.
  returned: success
  type: list
  elements: dict
  sample:
    - svm: nas1
      volume: nas1_vol2a
      uuid: 4a1d7c52-19f3-4f4e-8d0b-0d9a2f6f5b11
      source: aggr1_ndo_01
      destination: aggr2_ndo_02
      state: replicating
      percent: 42
      space: 366503875925
      seconds: 1014
settled:
  description: Volumes of O(volumes) that are on one of their destinations.
  returned: success
  type: list
  elements: dict
  sample: []
staying:
  description: Volumes that stay because of O(skip).
  returned: success
  type: list
  elements: dict
  sample: []
unplaced:
  description: Volumes that ought to be moved and cannot be.
  returned: success
  type: list
  elements: dict
  contains:
    svm: {description: The SVM., type: str, sample: nas1}
    volume: {description: The volume., type: str, sample: big}
    uuid: {description: Its uuid., type: str, sample: 0c5f4a3e-0e0b-4b7e-a3b1-2d5a9a4f0c77}
    source: {description: Its aggregate., type: str, sample: aggr1_ndo_01}
    space: {description: Bytes that it would take., type: int, sample: 43980465111040}
    cause:
      description:
        - V(not_movable) for one that ONTAP does not move, or not now, V(moving) for one that is being moved to another place,
          V(no_place) when no aggregate may take it, V(no_room) when none of those that may has room.
      type: str
      sample: no_room
    reason:
      description: The same in a sentence.
      type: str
      sample: >-
        It takes 40.0 TiB; aggr1_ndo_02, the roomiest of 3 aggregates that may take it, has 34.0 TiB left below its ceiling: 6.0 TiB are
        missing.
    missing: {description: Bytes that are missing where there is most room; null for other causes., type: int, sample: 6597069766656}
aggregates:
  description: The aggregates to be evacuated, the candidates, and others that moves come from or go to.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: The aggregate., type: str, sample: aggr1_ndo_02}
    node: {description: Its node., type: str, sample: ndo-02}
    emptied: {description: Whether it is to be evacuated., type: bool, sample: false}
    candidate: {description: Whether volumes may go there., type: bool, sample: true}
    barred: {description: Why it cannot take anything; null when it can., type: str, sample: is offline}
    size: {description: Its size in bytes., type: int, sample: 43980465111040}
    ceiling: {description: Bytes that may be used., type: int, sample: 37383395344384}
    used_before: {description: Bytes used now., type: int, sample: 733007751850}
    used_worst: {description: Bytes used if every move to it ended before any from it., type: int, sample: 1099511627775}
    used_after: {description: Bytes used when all is over., type: int, sample: 1099511627775}
    percent_before: {description: The same in percent of the size., type: float, sample: 1.7}
    percent_worst: {description: The same in percent of the size., type: float, sample: 2.5}
    percent_after: {description: The same in percent of the size., type: float, sample: 2.5}
    leaving: {description: How many volumes go., type: int, sample: 0}
    arriving: {description: "How many volumes come, those of moves under way included.", type: int, sample: 1}
totals:
  description: The plan in numbers, and how good any plan for these volumes could be.
  returned: success
  type: dict
  contains:
    volumes: {description: Volumes to move., type: int, sample: 3}
    bytes: {description: Bytes to copy., type: int, sample: 1099511627775}
    bytes_bound: {description: Bytes that a plan for all volumes that are to be moved copies at least., type: int, sample: 1099511627775}
    space: {description: Bytes that they take at their destinations., type: int, sample: 1099511627775}
    path_changes: {description: Volumes whose LUNs get paths in another HA pair., type: int, sample: 0}
    path_changes_bound: {description: "How many there are at least, given the room in each pair.", type: int, sample: 0}
    highest_percent:
      description: What is used in the end of the fullest aggregate of those that had room.
      type: float
      sample: 2.5
    highest_percent_bound:
      description: What it would be if volumes could be cut into pieces and go anywhere.
      type: float
      sample: 2.4
    waves: {description: Groups of moves., type: int, sample: 2}
    seconds: {description: "Seconds until all is over, if each move begins as soon as it may.", type: int, sample: 5243}
    seconds_bound: {description: Seconds that the busiest node needs in any order., type: int, sample: 5243}
complete:
  description: Whether every volume that is to be moved has a place.
  returned: success
  type: bool
  sample: true
message:
  description: The plan in a sentence.
  returned: success
  type: str
  sample: "3 volume(s), 1.0 TiB, go to 2 aggregate(s) in about 88 min."
unmatched:
  description: Names in O(pin) and O(skip) that no volume in question has.
  returned: success
  type: list
  elements: str
  sample: []
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 6, "seconds": 0.08}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "InputError", "message": "There is no aggregate aggr9.", "target": "aggregates"}
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError
from ansible_collections.ndo.ontap.plugins.module_utils.evacuation import plan_moves
from ansible_collections.ndo.ontap.plugins.module_utils.evacuation_facts import (
    Facts,
    Index,
    Name,
    read_cluster,
    read_moves,
    read_paths,
    read_volumes,
    read_volumes_on,
)
from ansible_collections.ndo.ontap.plugins.module_utils.evacuation_report import report
from ansible_collections.ndo.ontap.plugins.module_utils.evacuation_rules import Wishes
from ansible_collections.ndo.ontap.plugins.module_utils.fields import size
from ansible_collections.ndo.ontap.plugins.module_utils.module import run
from ansible_collections.ndo.ontap.plugins.module_utils.pools import pool_of

TEXTS = {"type": "list", "elements": "str"}
CLASSES = ["capacity", "performance", "archive", "solid_state", "array", "virtual", "data_center", "capacity_flash"]
MEDIA = ["same", "any", *CLASSES, "hdd", "hybrid", "lun", "ssd", "vmdisk"]

ARGUMENTS = CONNECTION.merge(
    Arguments(
        {
            "aggregates": TEXTS,
            "node": {"type": "str"},
            "volumes": TEXTS,
            "svm": {"type": "str"},
            "candidates": TEXTS,
            "max_used_percent": {"type": "int", "default": 85},
            "headroom": {"type": "str", "default": "0"},
            "media": {**TEXTS, "default": ["same"], "choices": MEDIA},
            "encryption": {"type": "str", "choices": ["keep", "required", "any"], "default": "keep"},
            "affinity": {"type": "str", "choices": ["any", "same_pair", "other_pair", "spread"], "default": "any"},
            "lun_paths": {"type": "bool", "default": True},
            "svm_roots": {"type": "bool", "default": True},
            "max_moves_per_node": {"type": "int", "default": 2},
            "max_moves": {"type": "int", "default": 8},
            "order": {"type": "str", "choices": ["largest_first", "smallest_first", "as_listed"], "default": "largest_first"},
            "pin": {"type": "dict"},
            "skip": {**TEXTS, "default": []},
            "rate": {"type": "str", "default": "200MiB"},
        },
        required_one_of=[["aggregates", "node", "volumes"]],
        mutually_exclusive=[["aggregates", "node", "volumes"]],
    )
)

RANGES = {"max_used_percent": (1, 100), "max_moves_per_node": (1, 1000), "max_moves": (1, 1000)}


def check(params: dict[str, Any]) -> None:
    """Refuse what makes no sense before anything is sent."""
    for name, (least, most) in RANGES.items():
        if not least <= params[name] <= most:
            raise InputError(f"{name} is {params[name]}; it must be {least} to {most}.", target=name)
    if size(params["rate"]) < 1:
        raise InputError(f"rate is {params['rate']}; it must be at least one byte per second.", target="rate")
    if params["volumes"] is not None and params["candidates"] is None and not params["pin"]:
        raise InputError(
            "volumes need candidates: without them nobody could tell whether a volume has been moved already.",
            hint="Name the aggregates that may take them (candidates), or the aggregate of each (pin).",
            target="candidates",
        )


def sources(params: dict[str, Any], facts: Facts) -> list[str]:
    """The aggregates to be evacuated; none when single volumes are to be moved."""
    if params["volumes"] is not None:
        return []
    if params["node"] is None:
        return facts.known(map(pool_of, params["aggregates"]), "aggregates")
    if params["node"] not in facts.homes:
        there = ", ".join(sorted(facts.homes))
        raise InputError(f"The cluster has no node {params['node']}.", hint=f"Its nodes are: {there}.", target="node")
    return facts.homes[params["node"]]


def candidates(params: dict[str, Any], facts: Facts, emptied: list[str]) -> list[str]:
    """The aggregates that may take volumes."""
    if params["candidates"] is None:
        return [] if params["volumes"] is not None else [name for name in facts.aggregates if name not in emptied]
    found = facts.known(map(pool_of, params["candidates"]), "candidates")
    both = sorted(set(found) & set(emptied))
    if both:
        raise InputError(f"{', '.join(both)} cannot be evacuated and take volumes.", target="candidates")
    return found


def chosen(params: dict[str, Any], facts: Facts) -> tuple[dict[str, str], set[str], list[str]]:
    """Pins and skips by uuid, and the names among them that mean no volume in question."""
    index = Index(facts.volumes)
    wanted = {text: pool_of(str(place)) for text, place in (params["pin"] or {}).items()}
    facts.known(wanted.values(), "pin")
    pins: dict[str, str] = {}
    skips: set[str] = set()
    unmatched: list[str] = []
    for text, place in wanted.items():
        name = Name(text, params["svm"])
        if index.all(name):
            pins[index.one(name, "pin").uuid] = place
        else:
            unmatched.append(text)
    for text in params["skip"]:
        found = index.all(Name(text, params["svm"]))
        skips.update(one.uuid for one in found)
        unmatched += [] if found else [text]
    return pins, skips, unmatched


def body(params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
    """Read what there is, and plan."""
    check(params)
    facts = read_cluster(client)
    emptied = sources(params, facts)
    places = candidates(params, facts, emptied)
    if params["volumes"] is None:
        read_volumes_on(client, facts, emptied)
    else:
        read_volumes(client, facts, params["volumes"], params["svm"])
    pins, skips, unmatched = chosen(params, facts)
    read_moves(client, facts)
    if params["lun_paths"]:
        read_paths(client, facts)
    wishes = Wishes(
        places,
        **{name: params[name] for name in ("max_used_percent", "media", "encryption", "affinity", "order")},
        emptied=emptied,
        headroom=size(params["headroom"]),
        per_node=params["max_moves_per_node"],
        in_all=params["max_moves"],
        rate=size(params["rate"]),
        roots=params["svm_roots"],
        pins=pins,
        skips=skips,
        lists=facts.lists,
        same_snaplock=facts.same_snaplock,
    )
    plan = plan_moves(facts.volumes, list(facts.aggregates.values()), wishes, facts.others)
    return {"changed": False, **report(plan, wishes), "unmatched": unmatched}


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
