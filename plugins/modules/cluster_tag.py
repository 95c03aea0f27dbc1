#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_tag
short_description: Keep one tag of the cluster
version_added: 0.1.0
description:
  - Sets or removes one tag of the cluster; other tags stay as they are.
  - A tag is a text of the form C(key:value) that ONTAP keeps with the cluster and does not use itself. The role
    P(ndo.ontap.node_maintenance#role) marks its work with tags, so that a later run knows it.
  - Needs ONTAP 9.13.1.
options:
  key:
    description: The key of the tag. Letters, digits, C(_), C(-) and C(.) are allowed.
    type: str
    required: true
  value:
    description:
      - The value of the tag. Needed when O(state=present); the cluster then has one tag of this key, with this value.
      - With O(state=absent), the tag is removed only if it has this value; without it, whatever its value is.
    type: str
  state:
    description: Whether the tag is there.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - ndo.ontap.connection
  - ndo.ontap.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - ONTAP takes the list of tags as a whole. Somebody who changes another tag in the moment between our read and our write can lose that
    change; do not let two plays set tags of one cluster at once.
  - The account needs to read and modify C(/api/cluster).
seealso:
  - module: ndo.ontap.rest
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Say who looks after the cluster
  ndo.ontap.cluster_tag:
    key: team
    value: storage

- name: Remove the tag, whatever its value is
  ndo.ontap.cluster_tag:
    key: team
    state: absent
"""

RETURN = r"""
record:
  description: The tag; null when there is none. In check mode, what it would be.
  returned: success
  type: dict
  sample: {"key": "team", "value": "storage"}
tags:
  description: All tags of the cluster, as ONTAP keeps them. In check mode, what they would be.
  returned: success
  type: list
  elements: str
  sample: ["team:storage", "site:north"]
actions:
  description: The steps that were taken; in check mode, those that would be. Empty when nothing had to change.
  returned: success
  type: list
  elements: str
  sample: [modify]
diff:
  description: The tag before and after; empty where there is none.
  returned: success
  type: dict
  sample: {"before": {}, "after": {"key": "team", "value": "storage"}}
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 2, "seconds": 0.03}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "UnsupportedRelease", "message": "The cluster runs ONTAP 9.12.1: a tag of the cluster needs ONTAP 9.13.1."}
"""

import re
from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils import waiting
from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client
from ansible_collections.ndo.ontap.plugins.module_utils.errors import ApiError, InputError
from ansible_collections.ndo.ontap.plugins.module_utils.module import run
from ansible_collections.ndo.ontap.plugins.module_utils.plan import Plan, Step
from ansible_collections.ndo.ontap.plugins.module_utils.resource import Goal, Work
from ansible_collections.ndo.ontap.plugins.module_utils.version import require

ARGUMENTS = CONNECTION.merge(
    Arguments(
        {
            "key": {"type": "str", "required": True, "no_log": False},
            "value": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        required_if=[["state", "present", ["value"]]],
    )
)

PATH = "/cluster"
FIELD = "_tags"
SINCE = "9.13.1"
"""Source: SDK schema, cluster._tags: a list of key:value texts, first in the SDK of this release."""
KEY = re.compile(r"[A-Za-z0-9_.-]+")
TIMEOUT = 60.0
"""Seconds for the change, should ONTAP make a job of it."""


def parted(tag: str) -> tuple[str, str]:
    """Key and value of a tag; a value may have colons of its own."""
    key, colon, value = tag.partition(":")
    return key, value


def tags_after(tags: list[str], key: str, value: str | None, present: bool) -> list[str]:
    """All tags of the cluster once this one is there, or gone; a tag that stays keeps its place."""
    wanted = f"{key}:{value}"
    if not present:
        return [tag for tag in tags if parted(tag)[0] != key or value not in (None, parted(tag)[1])]
    mine = [place for place, tag in enumerate(tags) if parted(tag)[0] == key]
    if not mine:
        return [*tags, wanted]
    return [wanted if place == mine[0] else tag for place, tag in enumerate(tags) if place not in mine[1:]]


class Tag(Goal):
    """The goal that the cluster has, or does not have, this tag."""

    def __init__(self, client: Client, key: str, value: str | None, present: bool) -> None:
        self.client = client
        self.key = key
        self.value = value
        self.present = present
        self.tags: list[str] = []

    def read(self) -> list[str]:
        """The tags of the cluster."""
        try:
            return list(self.client.get(PATH, [FIELD]).get(FIELD) or [])
        except ApiError:
            # An older release does not know the field. Asking for the release is worth a request only now.
            require(self.client.release(), {"a tag of the cluster": SINCE})
            raise

    def plan(self, state: list[str]) -> Plan:
        """One change of the whole list, or none."""
        self.tags = tags_after(state, self.key, self.value, self.present)
        steps = [Step("modify", "PATCH", PATH, body={FIELD: self.tags}, asynchronous=True)] if self.tags != state else []
        return Plan(steps, self.view(self.tags))

    def view(self, state: list[str]) -> dict[str, Any] | None:
        """The tag of our key; several of one key, which only others can have made, are shown together."""
        values = [value for key, value in map(parted, state) if key == self.key]
        return {"key": self.key, "value": ", ".join(values)} if values else None


def body(params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
    """Bring the tag to what the task asks for."""
    present = params["state"] == "present"
    if not KEY.fullmatch(params["key"]):
        raise InputError(f"{params['key']!r} cannot be the key of a tag.", hint="Use letters, digits, _, - and . only.", target="key")
    if present and not params["value"]:
        raise InputError(f"The tag {params['key']} needs a value.", target="value")
    goal = Tag(client, params["key"], params["value"], present)
    result = Work(client, goal, waiting.Deadline(TIMEOUT)).run(check_mode)
    return {**result, "tags": goal.tags}


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
