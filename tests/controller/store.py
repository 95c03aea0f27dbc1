# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of a stand-in, and what they are to each other."""

from __future__ import annotations

import copy
import itertools
from typing import Any

from .fields import Refused
from .kinds import EDGES, KINDS, NODES
from .rules import SECRET, check, check_attached

Row = dict[str, Any]
MOMENT = "2026-01-01T00:00:00.000000Z"
FETCHING = ("pending", "successful")
"""The states of a project's update, one further each time that somebody looks (choice: the real one takes seconds)."""


class Store:
    """All objects, by list and id; ids are unique in all lists. `files`: the playbooks of every repository."""

    def __init__(self, files: list[str]) -> None:
        self._tables: dict[str, dict[int, Row]] = {endpoint: {} for endpoint in KINDS}
        self._surveys: dict[int, Row] = {}
        self._attached: dict[tuple[int, str], list[int]] = {}
        self._updates: dict[int, Row] = {}
        self._ids = itertools.count(1)
        self._files = files
        self.ignored: list[str] = []

    # Reading

    def rows(self, endpoint: str) -> list[Row]:
        """All objects of a list, in the order in which they were made."""
        if endpoint == "unified_job_templates":
            return [row for name, kind in KINDS.items() if kind.template for row in self._tables[name].values()]
        return list(self._tables[endpoint].values())

    def get(self, endpoint: str, number: int) -> Row:
        """The object with this id."""
        for row in self.rows(endpoint):
            if row["id"] == number:
                return row
        raise Refused({"detail": "Not found."}, 404)

    def template(self, number: int) -> Row:
        """What a node or a schedule launches: a template, or an approval."""
        return self._tables["workflow_approval_templates"].get(number) or self.get("unified_job_templates", number)

    def survey(self, number: int) -> Row:
        """The survey of a template; empty when it has none."""
        return self._surveys.get(number, {})

    def playbooks(self, project: int) -> list[str]:
        """The playbooks of a project, as far as it has been fetched."""
        return self._files if self.get("projects", project)["status"] == "successful" else []

    def kind_of_credential(self, number: int) -> str:
        """The kind of the type of a credential."""
        return str(self.get("credential_types", self.get("credentials", number)["credential_type"])["kind"])

    def attached(self, row: Row, name: str) -> list[Row]:
        """The objects that are associated in a sub-list."""
        endpoint = self.kind(row).attached[name]
        return [self.get(endpoint, number) for number in self._attached.get((row["id"], name), [])]

    def reaches(self, begin: int, end: int) -> bool:
        """Whether a node of a workflow leads to another one, by whatever edges."""
        following = {number for name in EDGES for number in self._attached.get((begin, name), [])}
        return end in following or any(self.reaches(number, end) for number in following)

    @staticmethod
    def kind(row: Row) -> Any:
        """The kind of an object."""
        return next(kind for kind in KINDS.values() if kind.type == row["type"])

    # Writing

    def create(self, endpoint: str, body: Row) -> Row:
        """A new object, or the reasons why not."""
        kind = KINDS[endpoint]
        missing = {name: ["This field is required."] for name, field in kind.fields.items() if field.required and name not in body}
        if missing:
            raise Refused(missing)
        row = {name: copy.deepcopy(field.default) for name, field in kind.fields.items()}
        row.update(id=next(self._ids), type=kind.type, managed=False, created=MOMENT, modified=MOMENT)
        self._write(endpoint, row, body, None)
        self._tables[endpoint][row["id"]] = row
        return row

    def change(self, endpoint: str, number: int, body: Row, whole: bool = False) -> Row:
        """Change an object; as a whole, which needs all that a new one needs."""
        before = self.get(endpoint, number)
        if whole:
            wanted = {name: field for name, field in KINDS[endpoint].fields.items() if field.required}
            missing = {name: ["This field is required."] for name in wanted if name not in body}
            if missing:
                raise Refused(missing)
        row = copy.deepcopy(before)
        self._write(endpoint, row, body, before)
        before.update(row)
        return before

    def _write(self, endpoint: str, row: Row, body: Row, before: Row | None) -> None:
        kind = KINDS[endpoint]
        # As the server does, what is no field is ignored; a test can see that here.
        self.ignored += [f"{endpoint} {name}" for name in body if name not in kind.fields and name != "type"]
        row.update({name: kind.fields[name].checked(name, value) for name, value in body.items() if name in kind.fields})
        for name, field in kind.fields.items():
            if field.to and row[name] is not None:
                self._check_target(name, field.to, row[name])
        check(self, endpoint, row, before)
        if kind.type == "job_template":
            # A job template belongs to the organization of its project.
            row["organization"] = self.get("projects", row["project"])["organization"]
        same = [one for one in self.rows(endpoint) if one["id"] != row["id"] and kind.unique and all(one[f] == row[f] for f in kind.unique)]
        if same:
            words = " and ".join(name.replace("_", " ").capitalize() for name in kind.unique)
            raise Refused({"__all__": [f"{kind.type.replace('_', ' ').capitalize()} with this {words} already exists."]})

    def _check_target(self, name: str, to: str, number: int) -> None:
        known = to in KINDS or to == "unified_job_templates"
        if to == "unified_job_templates" and number in self._tables["workflow_approval_templates"]:
            return
        if not known or all(one["id"] != number for one in self.rows(to)):
            raise Refused({name: [f'Invalid pk "{number}" - object does not exist.']})

    def delete(self, endpoint: str, number: int) -> None:
        """Take an object away, and what belongs to it."""
        self.get(endpoint, number)
        for sub, field in KINDS[endpoint].created.values():
            for one in [one["id"] for one in self.rows(sub) if one[field] == number]:
                self.delete(sub, one)
        del self._tables[endpoint][number]
        self._attached = {key: [one for one in ids if one != number] for key, ids in self._attached.items() if key[0] != number}

    def set_survey(self, row: Row, spec: Row) -> None:
        """Give a template another survey."""
        self._surveys[row["id"]] = copy.deepcopy(spec)

    def approval(self, node: Row, body: Row) -> Row:
        """Make a node wait for an approval (source: WorkflowJobTemplateNodeCreateApproval)."""
        template = self.create("workflow_approval_templates", body)
        node["unified_job_template"] = template["id"]
        return template

    def associate(self, row: Row, name: str, number: int, away: bool) -> None:
        """Add an object to a sub-list, or take it away."""
        sub = self.get(self.kind(row).attached[name], number)
        ids = self._attached.setdefault((row["id"], name), [])
        if away:
            if number in ids:
                ids.remove(number)
        elif number not in ids:
            check_attached(self, row, name, sub, self.attached(row, name))
            ids.append(number)

    def uuid(self) -> str:
        """An identifier for a node that was given none."""
        return f"00000000-0000-4000-8000-{next(self._ids):012d}"

    # Projects

    def fetch(self, row: Row) -> None:
        """Begin to fetch a project."""
        update = {"id": next(self._ids), "type": "project_update", "project": row["id"], "status": FETCHING[0], "failed": False}
        self._updates[update["id"]] = update
        row.update(status=FETCHING[0], current_update=update["id"], scm_revision="")

    def update(self, number: int) -> Row:
        """An update of a project, one step further than the last time; it was looked at."""
        if number not in self._updates:
            raise Refused({"detail": "Not found."}, 404)
        update = self._updates[number]
        update["status"] = FETCHING[min(FETCHING.index(update["status"]) + 1, len(FETCHING) - 1)]
        project = self._tables["projects"].get(update["project"])
        if project is not None:
            project["status"] = update["status"]
            if update["status"] == FETCHING[-1]:
                project.update(current_update=None, scm_revision="0" * 40)
        return update

    def shown(self, row: Row) -> Row:
        """The fields of an object as the API shows them, without secrets."""
        said = {name: row.get(name) for name in self.kind(row).fields}
        if row["type"] == "credential":
            fields = self.get("credential_types", row["credential_type"])["inputs"].get("fields", [])
            secret = {field["id"] for field in fields if field.get("secret")}
            said["inputs"] = {name: "$encrypted$" if name in secret and value else value for name, value in row["inputs"].items()}
        if row["type"] == "notification_template":
            name = SECRET[row["notification_type"]]
            if row["notification_configuration"].get(name):
                said["notification_configuration"] = {**row["notification_configuration"], name: "$encrypted$"}
        return said

    def nodes(self) -> list[Row]:
        """The nodes of all workflows."""
        return self.rows(NODES)
