# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ONTAPI: cg-start and cg-commit, a snapshot in two phases over any list of volumes of a vserver, without an object for the group.

Source: documentation of the manageability SDK and of the vendor's PowerShell toolkit: inputs; timeouts urgent 5, medium 7 (the
default) and relaxed 20 seconds; user-timeout from that of urgent to 120 seconds, and never with timeout; the errnos that each
call may have. Choices: which of these errnos means what; that a volume named twice is fenced once; that the number of a start
is that of the fence.
"""

from __future__ import annotations

from ..store import Row
from . import fences
from .ontapi import EAGAIN, ECGERROR, ECGSNAPERR, EINVAL, ETIMEDOUT, Given, OntapiCall, OntapiError, Svm, volume_of
from .refusal import Refusal
from .world import World

TIMEOUTS = {"urgent": 5, "medium": 7, "relaxed": 20}
SHORTEST, LONGEST = TIMEOUTS["urgent"], 120
STARTED = "ontapi_checkpoints"
"""The table of what cg-start has started and cg-commit has not ended, by cg-id."""

TAG = "ontapi"


def seconds(given: Given) -> int:
    """How long the fence of a cg-start may last."""
    if "timeout" in given and "user-timeout" in given:
        raise OntapiError(EINVAL, "Only one of timeout and user-timeout can be specified.")
    if "user-timeout" in given:
        if not SHORTEST <= given["user-timeout"] <= LONGEST:
            raise OntapiError(EINVAL, f"user-timeout has to be between {SHORTEST} and {LONGEST} seconds.")
        return int(given["user-timeout"])
    word = given.get("timeout", "medium")
    if word not in TIMEOUTS:
        raise OntapiError(EINVAL, f'Invalid timeout "{word}": it has to be one of {", ".join(TIMEOUTS)}.')
    return TIMEOUTS[word]


def _start(world: World, svm: Svm, given: Given) -> Row:
    duration = seconds(given)
    if not given["volumes"]:
        raise OntapiError(EINVAL, "No volume was specified.")
    volumes = [volume_of(world, svm, name) for name in given["volumes"]]
    body = {"snapmirror_label": given["snapmirror-label"]} if given.get("snapmirror-label") else {}
    try:
        pending = fences.start(world, volumes, given["snapshot"], duration, body, tag=TAG)
    except Refusal as refusal:
        raise OntapiError(EAGAIN if refusal.code == fences.FENCED else ECGERROR, refusal.message) from refusal
    world.store.insert(STARTED, {"pending": pending["uuid"], "svm": pending["svm"]["uuid"]}, key=str(pending["id"]))
    return {"cg-id": pending["id"]}


def _commit(world: World, svm: Svm, given: Given) -> Row:
    key = str(given["cg-id"])
    started = world.store.table(STARTED).get(key)
    if started is None or svm is None or started["svm"] != svm["uuid"]:
        raise OntapiError(EINVAL, f"There is no ongoing consistency group operation with the ID {key}.")
    world.store.remove(STARTED, key)
    pending = fences.find(world, uuid=started["pending"])
    if pending is None:
        # Source: the commit times out when too many volumes were given to the start, or too short a timeout.
        raise OntapiError(ETIMEDOUT, f"The consistency group operation {key} timed out before it was committed.")
    try:
        fences.commit(world, pending)
    except Refusal as refusal:
        raise OntapiError(ECGSNAPERR, refusal.message) from refusal
    return {}


START = {"snapshot": "text", "timeout": "text", "user-timeout": "number", "snapmirror-label": "text", "volumes": "volume-name"}

CALLS = (
    OntapiCall("cg-start", _start, START, required=("snapshot", "volumes")),
    OntapiCall("cg-commit", _commit, {"cg-id": "number"}, required=("cg-id",)),
)
