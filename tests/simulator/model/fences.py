# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write fences for snapshots in two phases, over any list of volumes of one SVM: what both APIs (REST and ONTAPI) stand on.

    pending = fences.start(world, volumes, "name", 7)   # writes to the volumes wait from now on
    ...                                                 # at most so many simulated seconds; the fence ends by itself then
    rows = fences.commit(world, pending)                # a snapshot in each volume, at this instant; writes go on
    fences.abort(world, pending)                        # no snapshot; writes go on

`volumes` are rows of the table `volumes`. A row of the table `pending_snapshots` stands for what was started: `uuid`, `id` (a whole
number, for ONTAPI), `name`, `volumes` (uuids), `since`, `due`, `body` (comment, snapmirror_label, expiry_time), `tag` (whose it is). It is
gone after commit, abort or its time; `find` then answers None, and commit refuses with code 53411925. All or nothing: a commit that a
volume refuses (offline, gone, full of snapshots) takes no snapshot at all, ends the fence and refuses with code 53411921.

Who notices: the table `fences` has a row for each fenced volume, so hosts wait (ledger: io_pause with its length).
Sources: API reference, consistency group snapshot: two phases, the fence that ends by itself, 53411921 and 53411925. Choices: the snapshots
are taken at the commit; a volume has one fence at a time (a second one is refused with code 524481: the volume is fenced).
"""

from __future__ import annotations

from typing import Any

from ..store import Row
from . import snapshot_rules, snapshots
from .refusal import Refusal
from .world import World, handler

PENDING = "pending_snapshots"
FENCED = "524481"
FAILED = "53411921"
NOTHING = "53411925"
INTERNAL = 7.0
"""Seconds that a snapshot in one step may take. Source: SDK's description: a pre-defined internal timeout."""


def check(world: World, volumes: list[Row], body: Row) -> None:
    """Refuse what cannot be fenced or has no room for a snapshot; `body` has the name, and the label and times that it may have."""
    if not volumes:
        raise Refusal(400, "262245", "At least one volume is required.", "volumes")
    if len({volume["svm"]["uuid"] for volume in volumes}) > 1:
        raise Refusal(400, "262247", "Volumes of different SVMs cannot share a fence.", "volumes")
    for volume in volumes:
        fence = world.store.table("fences").get(volume["uuid"])
        if fence is not None:
            raise Refusal(400, FENCED, f'Volume "{volume["name"]}" is fenced ({fence["why"]}).', "volumes")
        snapshot_rules.check_create(world, volume, body)


def start(world: World, volumes: list[Row], name: str, timeout: float, body: Row | None = None, *, tag: str = "") -> Row:
    """Stop the writes to volumes (each once, however often it is named) for at most so many seconds."""
    unique = list({volume["uuid"]: volume for volume in volumes}.values())
    full = {**(body or {}), "name": name}
    check(world, unique, full)
    counter = world.store.table("counters").setdefault("fences", {"value": 0})
    counter["value"] += 1
    row: Row = {
        "id": counter["value"],
        "uuid": world.store.uuid(),
        "name": name,
        "svm": dict(unique[0]["svm"]),
        "volumes": [volume["uuid"] for volume in unique],
        "since": world.now(),
        "due": world.now() + timeout,
        "body": full,
        "tag": tag,
    }
    world.ledger.catch_up()
    world.store.insert(PENDING, row)
    for uuid in row["volumes"]:
        world.store.table("fences")[uuid] = {"why": "snapshot", "since": world.now(), "pending": row["uuid"]}
    row["event"] = world.later(timeout, "fences.expire", pending=row["uuid"])["uuid"]
    world.ledger.observe(f"snapshot {name} fences its volumes")
    return row


def find(world: World, number: int | None = None, uuid: str | None = None) -> Row | None:
    """What was started and has not ended, by its number or its uuid."""
    for row in world.store.table(PENDING).values():
        if row["id"] == number or row["uuid"] == uuid:
            return row
    return None


def commit(world: World, pending: Row) -> list[Row]:
    """Take the snapshots at this instant, and let writes go on. Returns the rows of the snapshots, in the order of the volumes."""
    if pending["uuid"] not in world.store.table(PENDING):
        raise Refusal(400, NOTHING, "No two-phase snapshot operation was started, or it has ended.")
    table = world.store.table("volumes")
    volumes = [table[uuid] for uuid in pending["volumes"] if uuid in table]
    try:
        if len(volumes) < len(pending["volumes"]):
            raise Refusal(400, FAILED, "A volume is gone.")
        for volume in volumes:
            snapshot_rules.check_create(world, volume, pending["body"])
    except Refusal as refusal:
        _end(world, pending, f"snapshot {pending['name']} failed")
        raise Refusal(400, FAILED, f'Snapshot "{pending["name"]}" failed: {refusal.message}') from refusal
    rows = [snapshots.take(world, volume, pending["body"]) for volume in volumes]
    _end(world, pending, f"snapshot {pending['name']} was committed")
    return rows


def abort(world: World, pending: Row) -> None:
    """Take no snapshot, and let writes go on; what has ended already is ignored."""
    if pending["uuid"] in world.store.table(PENDING):
        _end(world, pending, f"snapshot {pending['name']} was aborted")


@handler
def expire(world: World, pending: str) -> None:
    """The time of a fence is over without a commit. Source: API reference: the snapshot is aborted then."""
    row = world.store.table(PENDING).get(pending)
    if row is not None:
        _end(world, row, f"the time of snapshot {row['name']} is over")


def _end(world: World, pending: Row, because: str) -> None:
    world.store.remove(PENDING, pending["uuid"])
    event: Any = world.store.table("events").get(pending["event"])
    if event:
        world.forget(event)
    fences = world.store.table("fences")
    for uuid in pending["volumes"]:
        if fences.get(uuid, {}).get("pending") == pending["uuid"]:
            del fences[uuid]
    world.ledger.observe(because)
