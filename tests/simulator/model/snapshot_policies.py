# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/storage/snapshot-policies and their schedules; always synchronous.

Source: API reference and the SDK's description, snapshot_policy: the three policies of the cluster, defaults, codes of DELETE. Which
schedules a cluster has, HTTP status, and the codes of POST are choices. Not simulated: the schedules themselves (nothing takes
snapshots by itself).
"""

from __future__ import annotations

from collections.abc import Iterable

from ..store import Row
from .family import DONE, Family, Outcome
from .references import only, pick, pick_svm, ref
from .refusal import Refusal
from .world import World

SCHEDULES = ("5min", "8hour", "hourly", "daily", "weekly", "monthly")
# Source: SDK description, an example of `default`. Choice: `default-1weekly` differs in what its name says.
BUILT_IN = {
    "default": ("Default policy with hourly, daily & weekly schedules.", {"hourly": 6, "daily": 2, "weekly": 2}),
    "default-1weekly": ("Default policy with 6 hourly, 2 daily & 1 weekly schedule.", {"hourly": 6, "daily": 2, "weekly": 1}),
    "none": ("Policy for no automatic snapshots.", {}),
}
MOST_COPIES = 1023


def establish(world: World) -> None:
    """Insert the schedules and the policies that every cluster has."""
    for name in SCHEDULES:
        world.store.insert("schedules", {"name": name})
    for name, (comment, counts) in BUILT_IN.items():
        row: Row = {"name": name, "comment": comment, "enabled": bool(counts), "scope": "cluster", "copies": []}
        for schedule, count in counts.items():
            row["copies"].append(copy(world, {"schedule": {"name": schedule}, "count": count}))
        world.store.insert("snapshot_policies", row)


def copy(world: World, body: Row) -> Row:
    """One schedule of a policy, as a body describes it."""
    wanted = body.get("schedule") or {}
    named = wanted.get("name") or wanted.get("uuid")
    if not named:
        raise Refusal(400, "262245", 'The field "copies.schedule" is required.', "copies.schedule")
    if not 1 <= body.get("count", 0) <= MOST_COPIES:
        raise Refusal(400, "262245", f"A schedule keeps 1 to {MOST_COPIES} snapshots.", "copies.count")
    missing = Refusal(400, "262247", f'Schedule "{named}" does not exist.', "copies.schedule")
    schedule = pick(world, "schedules", wanted, missing, missing)
    label = body.get("snapmirror_label")
    if label is not None and not 1 <= len(label) <= 31:
        raise Refusal(400, "262247", f'Invalid value "{label}" for field "copies.snapmirror_label".', "copies.snapmirror_label")
    # Source: SDK's examples: the label of a schedule that has none is shown as "-".
    return {"prefix": schedule["name"], "snapmirror_label": "-", **body, "schedule": ref(schedule)}


def users(world: World, table: str, policy: Row) -> list[Row]:
    """The volumes, or the SVMs, that have a policy: by uuid, or by name where they have no uuid."""
    found = []
    for row in world.store.table(table).values():
        link = row.get("snapshot_policy") or {}
        owner = policy.get("svm", {}).get("uuid")
        mine = owner is None or owner in (row.get("svm", {}).get("uuid"), row["uuid"])
        if link.get("uuid") == policy["uuid"] or ("uuid" not in link and link.get("name") == policy["name"] and mine):
            found.append(row)
    return found


class SnapshotPolicies(Family):
    """/storage/snapshot-policies: GET, POST, PATCH (comment and whether it is enabled), DELETE."""

    path = "/storage/snapshot-policies"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every policy, of the cluster and of SVMs."""
        return list(world.store.table("snapshot_policies").values())

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One policy by its uuid."""
        return world.store.table("snapshot_policies").get(keys["uuid"])

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Make a policy, of an SVM or (when none is named) of the cluster."""
        if not body.get("name"):
            raise Refusal(400, "262245", 'The field "name" is required.', "name")
        owner = {"svm": ref(pick_svm(world, body))} if body.get("svm") else {}
        if any(row.get("svm", owner.get("svm")) == owner.get("svm") for row in world.store.each("snapshot_policies", name=body["name"])):
            raise Refusal(409, "1", "duplicate entry", "name")
        if not body.get("copies"):
            raise Refusal(400, "262245", 'The field "copies" is required.', "copies")
        copies = [copy(world, one) for one in body["copies"]]
        row = {"comment": "", "enabled": True, **body, "copies": copies, "scope": "svm" if owner else "cluster", **owner}
        return Outcome(key=world.store.insert("snapshot_policies", row)["uuid"])

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Change the comment, enable or disable."""
        only(body, frozenset({"comment", "enabled"}), "a snapshot policy")
        record.update(body)
        return DONE

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Remove a policy that nothing has."""
        if record["name"] in BUILT_IN and "svm" not in record:
            raise Refusal(400, "1638431", "Cannot delete built-in policy.")
        for table, code, what in (("volumes", "1638415", "volume"), ("svms", "1638430", "Vserver")):
            if users(world, table, record):
                raise Refusal(400, code, f"Cannot delete policy. Reason: Policy is in use by at least one {what}.")
        world.store.remove("snapshot_policies", record["uuid"])
        return DONE


class SnapshotPolicySchedules(Family):
    """/storage/snapshot-policies/{snapshot_policy.uuid}/schedules: GET, POST, PATCH, DELETE."""

    path = "/storage/snapshot-policies/{snapshot_policy.uuid}/schedules"
    parents = {"snapshot_policy.uuid": "snapshot_policies"}

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """The schedules of one policy, or of all."""
        wanted = parents.get("snapshot_policy.uuid")
        for key, policy in world.store.table("snapshot_policies").items():
            for one in policy["copies"] if wanted in (None, key) else ():
                yield dict(one, snapshot_policy=ref(policy))

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Add a schedule."""
        copies = world.store.table("snapshot_policies")[parents["snapshot_policy.uuid"]]["copies"]
        made = copy(world, body)
        if any(one["schedule"] == made["schedule"] for one in copies):
            raise Refusal(409, "1", "duplicate entry", "schedule")
        copies.append(made)
        return Outcome(key=made["schedule"]["uuid"])

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Change how many snapshots a schedule keeps, for how long, and their label."""
        only(body, frozenset({"count", "retention_period", "snapmirror_label"}), "a schedule of a snapshot policy")
        copies = world.store.table("snapshot_policies")[record["snapshot_policy"]["uuid"]]["copies"]
        for one in copies:
            if one["schedule"]["uuid"] == record["schedule"]["uuid"]:
                one.update(copy(world, {**one, **body}))
        return DONE

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Remove a schedule."""
        copies = world.store.table("snapshot_policies")[record["snapshot_policy"]["uuid"]]["copies"]
        copies[:] = [one for one in copies if one["schedule"]["uuid"] != record["schedule"]["uuid"]]
        return DONE
