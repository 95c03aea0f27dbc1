#!/usr/bin/python
# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: smb_session_info
short_description: See SMB sessions and open files, and which of them a takeover or a giveback costs
version_added: 0.3.0
description:
  - Reads SMB sessions, all of them or those that are meant, and counts them and their open files by node, by volume and by how well they
    are protected.
  - Says which sessions would be lost at which moment - at the takeover of a node, at the giveback of each of its aggregates, and when its
    LIFs go home. A session is at risk when it has open files and is not continuously available; one that is so only in part
    (C(partial)) counts as not.
  - Can wait until the users have closed their files. Nobody is disconnected.
  - Reads only, also while it waits, so that all of it is the same in check mode.
options:
  svm:
    description: Look at sessions with these SVMs.
    type: list
    elements: str
  node:
    description: Look at sessions that come in by these nodes. Their files may be on another one.
    type: list
    elements: str
  volume:
    description: Look at sessions that use a volume of one of these names. The same name may be in several SVMs.
    type: list
    elements: str
  user:
    description: Look at sessions of these users, such as C(EXAMPLE\anna). Case does not matter, and C(*) stands for any text.
    type: list
    elements: str
  client:
    description: Look at sessions from these addresses or networks, such as C(198.51.100.17) or C(198.51.100.0/24).
    type: list
    elements: str
  unprotected:
    description: Look at sessions at risk only.
    type: bool
    default: false
  takeover_of:
    description:
      - Look at sessions at risk only, and of these at those that the takeover of this node costs, and then its giveback. For a node that is
        out already, what is still to come.
      - Not together with O(giveback_of).
    type: str
  giveback_of:
    description: Look at sessions at risk only, and of these at those that the giveback of these aggregates costs.
    type: list
    elements: str
  allow:
    description:
      - Whose sessions may be lost. Each entry is a dictionary of C(user), C(client), C(svm), C(volume) and C(share), all of which have to
        be true, or a text with one of them such as C(user=EXAMPLE\anna).
      - Names are compared as in O(user) and O(client); C(*) stands for any text in the other names too, in which case matters.
      - A session that uses several volumes may be lost only when entries cover all of them. Which shares it uses, only its open files tell,
        so an entry with C(share) costs one more request and needs ONTAP 9.11.1.
    type: list
    elements: raw
    default: []
  wait_timeout:
    description:
      - Seconds to wait until no session at risk is left that O(allow) does not cover. V(0) does not wait.
      - The end of the time is no failure; RV(safe) tells.
    type: int
    default: 0
  files:
    description: List the open files of each session too. Costs one more request, and needs ONTAP 9.11.1.
    type: bool
    default: false
  filter:
    description:
      - What else must be true of a session, as in M(ndo.ontap.volume_info). The keys are words of a record (see O(fields)) or REST fields.
    type: dict
  fields:
    description:
      - What to return of each session. All but what C(all) adds when left out.
      - V(svm), V(node), V(user), V(client) and V(identifier) are always there. V(all) stands for all of these.
      - Only on request - V(open_shares), V(open_other), V(connection), V(connections), V(connected_seconds), V(idle_seconds),
        V(authentication), V(encryption), V(signing), V(large_mtu) and V(unix_user).
    type: list
    elements: str
    choices:
      - all
      - svm
      - node
      - user
      - client
      - identifier
      - server
      - protocol
      - open_files
      - continuous_availability
      - unprotected
      - volumes
      - lost_at
      - allowed
      - open_shares
      - open_other
      - connection
      - connections
      - connected_seconds
      - idle_seconds
      - authentication
      - encryption
      - signing
      - large_mtu
      - unix_user
  limit:
    description: Return at most so many records. All sessions are read and counted all the same. RV(truncated) says whether there are more.
    type: int
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
  - The account needs to read C(/api/protocols/cifs/sessions). For O(takeover_of) also C(/api/cluster/nodes), and where sessions are at risk
    C(/api/storage/aggregates), C(/api/storage/volumes) and C(/api/network/ip/interfaces); for O(giveback_of) the aggregates and volumes;
    for O(files) and shares in O(allow) C(/api/protocols/cifs/session/files).
seealso:
  - module: ndo.ontap.maintenance_info
  - module: ndo.ontap.ha_takeover
author:
  - ndo.ontap contributors (@ndo-ontap)
"""

EXAMPLES = r"""
- name: Count sessions and open files by node, by volume and by protection
  ndo.ontap.smb_session_info:
  register: sessions

- name: See whom the takeover of a node would cut off, and when
  ndo.ontap.smb_session_info:
    takeover_of: ndo-01
    fields: [open_files, volumes, lost_at]
  register: outlook

- name: Show it
  ansible.builtin.debug:
    msg: "{{ outlook.message }}"

- name: See which files hold up the giveback of an aggregate
  ndo.ontap.smb_session_info:
    giveback_of: [aggr1_ndo_01]
    files: true

- name: Wait up to half an hour until users have closed their files, but for those who do not matter
  ndo.ontap.smb_session_info:
    takeover_of: ndo-01
    allow:
      - user: EXAMPLE\backup*
      - client: 198.51.100.0/24
      - {svm: nas1, volume: nas1_vol1a}
    wait_timeout: 1800
  register: gate
  failed_when: gate is failed or not gate.safe
"""

RETURN = r"""
records:
  description: One entry per session, with the words of O(fields). A word without a value is null.
  returned: success
  type: list
  elements: dict
  contains:
    svm: {description: The SVM., type: str, sample: nas1}
    node: {description: The node by which the session comes in., type: str, sample: ndo-01}
    user: {description: The Windows user., type: str, sample: "EXAMPLE\\anna"}
    client: {description: The address of the client., type: str, sample: 198.51.100.171}
    identifier: {description: ONTAP's number of the session., type: int, sample: 4622663542519103507}
    server: {description: The address of the LIF., type: str, sample: 198.51.100.21}
    protocol: {description: The version of SMB in ONTAP's words., type: str, sample: smb3_1}
    open_files: {description: How many files are open., type: int, sample: 2}
    continuous_availability:
      description: In ONTAP's words - C(available) when all open files are protected, C(partial) when some are, C(unavailable) when none is.
      type: str
      sample: partial
    unprotected: {description: Whether the session is at risk., type: bool, sample: true}
    volumes: {description: The volumes that it uses., type: list, elements: str, sample: [nas1_vol1a]}
    lost_at:
      description: With O(takeover_of) or O(giveback_of), each moment at which it is lost, in words.
      type: list
      elements: str
      sample: ["at the takeover of ndo-01", "at the giveback of aggr1_ndo_01"]
    allowed: {description: Whether it is at risk and may be lost., type: bool, sample: false}
    open_shares: {description: How many shares are open., type: int, sample: 1}
    open_other: {description: How many other files are open., type: int, sample: 0}
    connection: {description: ONTAP's number of the connection., type: int, sample: 910001}
    connections: {description: How many connections the session has., type: int, sample: 1}
    connected_seconds: {description: For how long it is connected., type: int, sample: 7800}
    idle_seconds: {description: For how long it did nothing., type: int, sample: 5}
    authentication: {description: How the user logged in., type: str, sample: kerberos}
    encryption: {description: Whether it is encrypted in ONTAP's words., type: str, sample: unencrypted}
    signing: {description: Whether it is signed., type: bool, sample: true}
    large_mtu: {description: Whether it uses large MTU., type: bool, sample: true}
    unix_user: {description: The UNIX user to whom the user is mapped., type: str, sample: pcuser}
    files:
      description: With O(files), each open file with its C(volume), C(share), C(path), C(type), C(open_mode), C(identifier), and whether it
        is C(continuously_available).
      type: list
      elements: dict
      sample: [{"volume": "nas1_vol1a", "share": "plain", "path": "file1.txt", "continuously_available": false}]
counts:
  description:
    - How many C(sessions) there are, how many C(open_files) they have, and how many of them are C(unprotected) - in all, and in C(nodes),
      C(volumes) and C(continuous_availability) for each.
    - C(open_files) of a volume is null when a session uses several volumes, unless O(files) is set.
  returned: success
  type: dict
  sample:
    sessions: 3
    open_files: 9
    unprotected: 2
    nodes: [{"node": "ndo-01", "sessions": 3, "open_files": 9, "unprotected": 2}]
    volumes: [{"svm": "nas1", "volume": "nas1_vol1a", "sessions": 2, "open_files": 6, "unprotected": 2}]
    continuous_availability: [{"level": "partial", "sessions": 1, "open_files": 4, "unprotected": 1}]
safe:
  description: Whether none of these sessions is at risk that O(allow) does not cover.
  returned: success
  type: bool
  sample: false
moments:
  description:
    - With O(takeover_of) or O(giveback_of), each moment at which sessions are lost - C(moment) is C(takeover), C(giveback) or C(lif_return)
      of C(object), a node or an aggregate, with the number of its C(sessions) and C(open_files), and its C(users).
  returned: success
  type: list
  elements: dict
  sample: [{"moment": "giveback", "object": "aggr1_ndo_01", "sessions": 1, "open_files": 2, "users": ["EXAMPLE\\anna"]}]
left:
  description: The sessions at risk that O(allow) does not cover.
  returned: success
  type: list
  elements: dict
  sample: [{"svm": "nas1", "node": "ndo-01", "user": "EXAMPLE\\anna", "client": "198.51.100.171", "open_files": 2}]
allowed:
  description: The sessions at risk that O(allow) covers, in the same form.
  returned: success
  type: list
  elements: dict
  sample: []
message:
  description: Who would be lost and when, in a sentence.
  returned: success
  type: str
  sample: No SMB session would be lost.
waited:
  description: Seconds that were spent waiting.
  returned: success
  type: float
  sample: 0.0
truncated:
  description: Whether there is more than O(limit) let through.
  returned: success
  type: bool
  sample: false
api:
  description: The requests that were sent, and the seconds that the task took.
  returned: always
  type: dict
  sample: {"requests": 1, "seconds": 0.02}
error:
  description: The facts of a failure, for programs; the code and the words are ONTAP's own.
  returned: failure
  type: dict
  sample: {"kind": "InputError", "message": "The cluster has no node ndo-9.", "target": "node"}
"""

from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils import ha, smb, smb_outlook, waiting
from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.client import Client, dig, literal
from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError, WaitTimeout
from ansible_collections.ndo.ontap.plugins.module_utils.gather import ALL, read, shape
from ansible_collections.ndo.ontap.plugins.module_utils.module import run
from ansible_collections.ndo.ontap.plugins.module_utils.smb_allow import AllowList
from ansible_collections.ndo.ontap.plugins.module_utils.smb_gathered import (
    ALLOWED,
    LOST_AT,
    SESSION_KIND,
    SessionRequest,
    counts,
    file_record,
)

TEXTS = {"type": "list", "elements": "str"}
ARGUMENTS = CONNECTION.merge(
    Arguments(
        {
            **dict.fromkeys(("svm", "node", "volume", "user", "client"), TEXTS),
            "unprotected": {"type": "bool", "default": False},
            "takeover_of": {"type": "str"},
            "giveback_of": TEXTS,
            "allow": {"type": "list", "elements": "raw", "default": []},
            "wait_timeout": {"type": "int", "default": 0},
            "files": {"type": "bool", "default": False},
            "filter": {"type": "dict"},
            "fields": {**TEXTS, "choices": [ALL, *(word.option for word in SESSION_KIND.words)]},
            "limit": {"type": "int"},
        },
        mutually_exclusive=[["takeover_of", "giveback_of"]],
    )
)


class Look:
    """What one look has found: the sessions that are meant, and what becomes of those at risk."""

    def __init__(self, client: Client, params: dict[str, Any], request: SessionRequest, allow: AllowList) -> None:
        event = _event(client, params)
        self.sessions = [] if request.nothing else read(client, request)
        at_risk = [one for one in self.sessions if smb.is_unprotected(one)]
        if event is None:
            self.outlook = smb_outlook.Outlook([], *allow.split(client, at_risk))
        else:
            aggregates = event.aggregates() if at_risk else []
            self.outlook = smb_outlook.look(client, at_risk, aggregates, allow, node=event.node, out=event.out)
            self.sessions = [one for one in self.sessions if any(moment.hits(one) for moment in self.outlook.moments)]
        for one in self.sessions:
            one[LOST_AT] = [moment.words for moment in self.outlook.moments if moment.hits(one)]
        for one in self.outlook.allowed:
            one[ALLOWED] = True


class Takeover:
    """The takeover of a node, and its giveback."""

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.pair = ha.pair_of(ha.read_nodes(client), name)
        self.node: str | None = self.pair.name
        self.out = self.pair.is_out or self.pair.being_given_back

    def aggregates(self) -> list[dict[str, Any]]:
        """Those of the pair."""
        both = "|".join(literal(name) for name in (self.pair.name, self.pair.partner_name) if name)
        found = list(self.client.records(ha.AGGREGATES, ha.AGGREGATE_FIELDS, {"home_node.name": both}))
        mine = [one for one in found if dig(one, "home_node.name") == self.node]
        self.out = self.out or ha.pair_state(self.pair, bool(ha.away(mine))) == "partially_given_back"
        return found


class Giveback:
    """The giveback of some aggregates."""

    node: str | None = None
    out = True

    def __init__(self, client: Client, names: list[str]) -> None:
        self.found = list(client.select(ha.AGGREGATES, ha.AGGREGATE_FIELDS, {"name": names}))
        lacking = sorted(set(names) - {one["name"] for one in self.found})
        if lacking:
            raise InputError(f"The cluster has no aggregate {', '.join(lacking)}.", target="giveback_of")

    def aggregates(self) -> list[dict[str, Any]]:
        """These."""
        return self.found


def _event(client: Client, params: dict[str, Any]) -> Takeover | Giveback | None:
    if params["takeover_of"] is not None:
        return Takeover(client, params["takeover_of"])
    return None if params["giveback_of"] is None else Giveback(client, params["giveback_of"])


def checked(params: dict[str, Any]) -> None:
    """What makes no sense is said before anything is sent."""
    if params["limit"] is not None and params["limit"] < 1:
        raise InputError(f"limit is {params['limit']}; it must be at least 1.", target="limit")
    if params["wait_timeout"] < 0:
        raise InputError(f"wait_timeout is {params['wait_timeout']}; it cannot be negative.", target="wait_timeout")


def result(client: Client, params: dict[str, Any], request: SessionRequest, found: Look) -> dict[str, Any]:
    """A look in playbook words."""
    files = smb.files_of(client, found.sessions) if params["files"] else None
    shown = found.sessions[: params["limit"]]
    records = shape(client, request, shown)
    for record, session in zip(records, shown):
        if files is not None:
            record["files"] = [file_record(one) for one in files[smb.key_of(session)]]
    truncated = len(shown) < len(found.sessions)
    return {"records": records, "counts": counts(found.sessions, files), **found.outlook.record(), "truncated": truncated}


def body(params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
    """Look once, or until nobody is left who would be lost, or the time is over."""
    checked(params)
    allow = AllowList(params["allow"], "allow")
    narrow = params["unprotected"] or params["takeover_of"] is not None or params["giveback_of"] is not None
    request = SessionRequest(params, narrow)
    last: list[Look] = []
    started = waiting.clock.now()

    def look() -> waiting.Progress:
        last[:] = [Look(client, params, request, allow)]
        return waiting.Progress(last[0].outlook.safe, last[0].outlook.progress())

    if not params["wait_timeout"]:
        look()
    else:
        what = params["takeover_of"] or ", ".join(params["giveback_of"] or []) or "SMB sessions"
        try:
            waiting.wait(look, waiting.Deadline(params["wait_timeout"]), what, report=client.report)
        except WaitTimeout:
            if not last:
                raise
    waited = round(waiting.clock.now() - started, 1) if params["wait_timeout"] else 0.0
    return {"changed": False, **result(client, params, request, last[0]), "waited": waited}


def main() -> None:
    """Run as an ordinary module."""
    run(ARGUMENTS, body)


if __name__ == "__main__":
    main()
