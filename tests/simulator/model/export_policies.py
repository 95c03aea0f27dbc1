# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/protocols/nfs/export-policies and their rules; always synchronous.

Source: API reference and the SDK's description, export_policy and export_rule: defaults, the place of a new rule, codes of DELETE.
Each SVM has a policy `default`, which goes with it. HTTP status of the codes, and those of names that exist, are choices.
Not simulated: who is let in; clients of a rule one by one.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..store import Row
from .family import DONE, Family, Outcome
from .references import only, pick_svm, ref
from .refusal import Refusal
from .world import World

DEFAULT = "default"
SHOWN = 500
"""Rules that a policy shows; those after are only in the collection of its rules. Source: SDK description."""

RULE = {
    "protocols": ["any"],
    "anonymous_user": "none",
    "superuser": ["any"],
    "allow_device_creation": True,
    "ntfs_unix_security": "fail",
    "chown_mode": "restricted",
    "allow_suid": True,
    "allow_nfs_tls_only": False,
}
"""Source: SDK description: defaults of a new rule."""


def establish(world: World, svm: Row, rules: list[Row] | None = None, name: str = DEFAULT) -> Row:
    """Insert a policy. Choice of the number: the SVM in the upper half, a counter in the lower, like those that are documented."""
    table = world.store.table("export_policies")
    mine = [row["id"] for row in table.values() if row["svm"]["uuid"] == svm["uuid"]]
    number = max(mine) + 1 if mine else ((max((row["id"] for row in table.values()), default=1 << 32) >> 32) + 1 << 32) + 1
    row: Row = {"id": number, "name": name, "svm": ref(svm), "rules": []}
    for rule in rules or []:
        place(row["rules"], new_rule(rule))
    return world.store.insert("export_policies", row, key=str(number))


def new_rule(body: Row) -> Row:
    """A rule as a POST makes it."""
    for field in ("clients", "ro_rule", "rw_rule"):
        if not body.get(field):
            raise Refusal(400, "262245", f'The field "{field}" is required.', field)
    return {**RULE, **body}


def place(rules: list[Row], rule: Row) -> Row:
    """Put a rule among others: at its index, where those in its way move up to the next free one; or at the end."""
    taken = {one["index"]: one for one in rules}
    index = rule.setdefault("index", max(taken, default=0) + 1)
    if index < 1:
        raise Refusal(400, "262247", f'Invalid value "{index}" for field "index".', "index")
    moving = index
    while moving in taken:
        moving += 1
    for one in range(moving - 1, index - 1, -1):
        taken[one]["index"] = one + 1
    rules.append(rule)
    rules.sort(key=lambda one: int(one["index"]))
    return rule


def check_name(world: World, svm: str, name: str) -> None:
    """Refuse a name that is none, or that the SVM has already."""
    if " " in name:
        raise Refusal(400, "1703952", "Invalid ruleset name provided. No spaces are allowed in a ruleset name.", "name")
    if len(name) > 256:
        raise Refusal(400, "1704047", "The export policy name cannot be longer than 256 characters.", "name")
    if any(row["svm"]["uuid"] == svm for row in world.store.each("export_policies", name=name)):
        raise Refusal(409, "1", "duplicate entry", "name")


def users(world: World, policy: Row) -> list[Row]:
    """The references of the volumes to a policy: by number, or by name where they have no number."""
    found = []
    for volume in world.store.table("volumes").values():
        link = (volume.get("nas") or {}).get("export_policy") or {}
        if (
            volume["svm"]["uuid"] == policy["svm"]["uuid"]
            and link.get("id", policy["id"]) == policy["id"]
            and link.get("name") == policy["name"]
        ):
            found.append(link)
    return found


class ExportPolicies(Family):
    """/protocols/nfs/export-policies: GET, POST, PATCH, DELETE."""

    path = "/protocols/nfs/export-policies"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every policy."""
        return [self._view(row) for row in world.store.table("export_policies").values()]

    @staticmethod
    def _view(row: Row) -> Row:
        return dict(row, rules=row["rules"][:SHOWN], are_rules_truncated=len(row["rules"]) > SHOWN)

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One policy by its number."""
        row = world.store.table("export_policies").get(keys["id"])
        return self._view(row) if row else None

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Make a policy, with its rules."""
        svm = pick_svm(world, body)
        if not body.get("name"):
            raise Refusal(400, "262245", 'The field "name" is required.', "name")
        check_name(world, svm["uuid"], body["name"])
        return Outcome(key=str(establish(world, svm, body.get("rules"), body["name"])["id"]))

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Rename a policy (the volumes follow), or replace all of its rules."""
        only(body, frozenset({"name", "rules"}), "an export policy")
        row = world.store.table("export_policies")[str(record["id"])]
        rules: list[Row] = []
        for rule in body.get("rules", ()):
            place(rules, new_rule(rule))
        if body.get("name", row["name"]) != row["name"]:
            check_name(world, row["svm"]["uuid"], body["name"])
            for link in users(world, row):
                link["name"] = body["name"]
            row["name"] = body["name"]
        if "rules" in body:
            row["rules"] = rules
        return DONE

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Remove a policy that no volume has."""
        if record["name"] == DEFAULT:
            raise Refusal(400, "1703947", "Cannot delete default ruleset. This ruleset will be deleted when the owning Vserver is deleted.")
        if users(world, record):
            text = "Ruleset is in use by a volume. It cannot be deleted until all volumes that refer to it are first deleted."
            raise Refusal(400, "1703945", text)
        world.store.remove("export_policies", str(record["id"]))
        return DONE


class ExportRules(Family):
    """/protocols/nfs/export-policies/{policy.id}/rules: GET, POST, PATCH, DELETE."""

    path = "/protocols/nfs/export-policies/{policy.id}/rules"
    parents = {"policy.id": "export_policies"}

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """The rules of one policy, or of all."""
        wanted = parents.get("policy.id")
        for key, policy in world.store.table("export_policies").items():
            for rule in policy["rules"] if wanted in (None, key) else ():
                yield dict(rule, policy={"id": policy["id"], "name": policy["name"]}, svm=dict(policy["svm"]))

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Add a rule."""
        policy = world.store.table("export_policies")[parents["policy.id"]]
        return Outcome(key=str(place(policy["rules"], new_rule(body))["index"]))

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Change a rule; the query parameter new_index moves it."""
        rules = world.store.table("export_policies")[str(record["policy"]["id"])]["rules"]
        rule = next(one for one in rules if one["index"] == record["index"])
        index = query.get("new_index") or str(body.get("index", rule["index"]))
        if not index.isdigit() or int(index) < 1:
            raise Refusal(400, "262247", f'Invalid value "{index}" for field "new_index".', "new_index")
        rule.update(body, index=rule["index"])
        if int(index) != rule["index"]:
            rules.remove(rule)
            place(rules, dict(rule, index=int(index)))
        return DONE

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Remove a rule."""
        rules = world.store.table("export_policies")[str(record["policy"]["id"])]["rules"]
        rules[:] = [one for one in rules if one["index"] != record["index"]]
        return DONE
