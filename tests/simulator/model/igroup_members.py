# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/protocols/san/igroups/{igroup.uuid}/initiators and .../igroups: the members of an igroup; always synchronous.

Source: API reference and the SDK's description, igroup_initiator and igroup_nested: only direct members; members of an igroup that is
mapped are removed only with allow_delete_while_mapped.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..reach_san import canonical
from ..store import Row
from . import igroup_rules as rules
from .family import DONE, Family, Outcome, flag
from .igroup_view import Views
from .igroups import add_igroup, add_initiator, check_unmapped
from .references import only, ref
from .refusal import Refusal
from .world import World


def _asked(world: World, parents: dict[str, str]) -> list[Row]:
    igroups = world.store.table("igroups")
    wanted = parents.get("igroup.uuid")
    return list(igroups.values()) if wanted is None else [igroups[wanted]] if wanted in igroups else []


def _mapped_luns(world: World, row: Row) -> list[str]:
    return [one["lun"]["uuid"] for one in rules.maps_of(world, rules.ancestors(world, row["uuid"]))]


class Members(Family):
    """What both sub-collections have in common."""

    parents = {"igroup.uuid": "igroups"}

    def parent(self, world: World, parents: dict[str, str]) -> Row | None:
        """The igroup. Source for the code: API reference, igroup."""
        found = super().parent(world, parents)
        if found is None:
            raise Refusal(404, "5374852", f'The igroup "{parents["igroup.uuid"]}" does not exist.', "igroup.uuid")
        return found


class Initiators(Members):
    """/protocols/san/igroups/{igroup.uuid}/initiators: GET, POST, PATCH, DELETE."""

    path = "/protocols/san/igroups/{igroup.uuid}/initiators"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """The direct members of one igroup, or of all."""
        views = Views(world)
        for row in _asked(world, parents):
            for one in row["initiators"]:
                yield self._view(views, row, one)

    @staticmethod
    def _view(views: Views, row: Row, one: Row) -> Row:
        state = views.state(one["name"], row["uuid"], row["svm"]["uuid"])
        return {"igroup": ref(row), **one, "connectivity_tracking": {"connection_state": state}}

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One member, by its name in any case."""
        for row in _asked(world, keys):
            for one in row["initiators"]:
                if one["name"] == canonical(keys["name"]):
                    return self._view(Views(world), row, one)
        raise Refusal(404, "5374034", f'The initiator "{keys["name"]}" is not a member of the igroup.', "name")

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Add a member."""
        only(body, frozenset({"name", "comment"}), "an initiator")
        return Outcome(key=(add_initiator(world, world.store.table("igroups")[parents["igroup.uuid"]], body),))

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Change the comment of a member."""
        only(body, frozenset({"comment"}), "an initiator")
        comment: str = body["comment"] if "comment" in body else record.get("comment", "")
        if len(comment) > 254:
            raise Refusal(400, "262247", "The comment is longer than 254 characters.", "comment")
        for one in world.store.table("igroups")[record["igroup"]["uuid"]]["initiators"]:
            if one["name"] == record["name"]:
                one.pop("comment", None)
                if comment:
                    one["comment"] = comment
        return DONE

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Remove a member."""
        row = world.store.table("igroups")[record["igroup"]["uuid"]]
        check_unmapped(world, row, flag(query, "allow_delete_while_mapped"))
        row["initiators"] = [one for one in row["initiators"] if one["name"] != record["name"]]
        world.ledger.observe_luns(f"{record['name']} was removed from igroup {row['name']}", _mapped_luns(world, row))
        return DONE


class NestedIgroups(Members):
    """/protocols/san/igroups/{igroup.uuid}/igroups: GET, POST, DELETE."""

    path = "/protocols/san/igroups/{igroup.uuid}/igroups"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """The igroups directly below one igroup, or below any."""
        for row in _asked(world, parents):
            for one in row["igroups"]:
                yield {"igroup": {"uuid": row["uuid"]}, **one}

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One nested igroup."""
        found = super().find(world, keys)
        if found is None:
            raise Refusal(404, "5374878", f'The igroup "{keys["uuid"]}" is not nested there.', "uuid")
        return found

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Nest an igroup."""
        child = add_igroup(world, world.store.table("igroups")[parents["igroup.uuid"]], body)
        return Outcome(key=child["uuid"])

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Take a nested igroup out; it stays an igroup of its own."""
        row = world.store.table("igroups")[record["igroup"]["uuid"]]
        check_unmapped(world, row, flag(query, "allow_delete_while_mapped"))
        luns = _mapped_luns(world, row)
        row["igroups"] = [one for one in row["igroups"] if one["uuid"] != record["uuid"]]
        world.ledger.observe_luns(f"igroup {record['name']} was taken out of {row['name']}", luns)
        return DONE
