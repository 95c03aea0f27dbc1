# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes extensions/awx/awx-import.json, the file for `awx import` (awxkit), from the objects of the role awx_setup.

    tools/awx_export.py OBJECTS [--check]

OBJECTS is a file with the objects as the role makes them, without credentials; `make awx-export` has ansible write it. With --check nothing
is written, and it is an error when the file in the repository is another one.
"""

from __future__ import annotations

import json
import sys
import typing as t
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "extensions" / "awx" / "awx-import.json"
RESOURCES = {
    "organization": "organizations",
    "execution_environment": "execution_environments",
    "credential_type": "credential_types",
    "project": "projects",
    "inventory": "inventory",
    "notification_template": "notification_templates",
    "job_template": "job_templates",
    "workflow_job_template": "workflow_job_templates",
}
"""Kinds that stand at the top of the file; the others stand with what they belong to."""

TEXTS = ("variables", "extra_vars", "source_vars")
NOTIFIED = (
    "notification_templates_started",
    "notification_templates_success",
    "notification_templates_error",
    "notification_templates_approvals",
)
Object = dict[str, t.Any]


class Export:
    """The objects, each with the natural key by which awxkit finds it."""

    def __init__(self, objects: list[Object]) -> None:
        self.objects = objects
        projects = [one["settings"]["organization"] for one in objects if one["kind"] == "project"]
        self.organization = projects[0]

    def document(self) -> Object:
        """The whole file."""
        found: Object = {resource: [] for resource in RESOURCES.values()}
        for one in self.objects:
            if one["kind"] in RESOURCES:
                found[RESOURCES[one["kind"]]].append(self._asset(one))
        return {resource: assets for resource, assets in found.items() if assets}

    def key(self, kind: str, name: str) -> Object:
        """The natural key of an object (source: NATURAL_KEY of the pages of awxkit 24.6.1)."""
        owner = {"organization": {"name": self.organization, "type": "organization"}}
        keys: dict[str, Object] = {
            "organization": {"name": name},
            "execution_environment": {"name": name},
            "credential_type": {"name": name, "kind": "cloud"},
        }
        return {**keys.get(kind, {**owner, "name": name}), "type": kind}

    def _asset(self, one: Object) -> Object:
        kind, settings = one["kind"], dict(one["settings"])
        related: Object = {}
        if "survey_spec" in settings:
            related["survey_spec"] = settings.pop("survey_spec")
        for name in NOTIFIED:
            names = settings.pop(name, [])
            if names:
                related[name] = [self.key("notification_template", each) for each in names]
        asset: Object = {"name": one["name"], **self._fields(settings), "natural_key": self.key(kind, one["name"])}
        if kind == "inventory":
            related["hosts"] = [self._host(each) for each in self._of("host", "inventory", one["name"])]
        if kind == "workflow_job_template":
            related["workflow_nodes"] = self._nodes(one["name"])
        schedules = self._of("schedule", "unified_job_template", one["name"])
        if schedules:
            related["schedules"] = [self._schedule(each, kind) for each in schedules]
        return {**asset, "related": related} if related else asset

    def _of(self, kind: str, owner: str, name: str) -> list[Object]:
        return [one for one in self.objects if one["kind"] == kind and one["settings"].get(owner) == name]

    def _fields(self, settings: Object) -> Object:
        references = {"organization", "project", "inventory", "execution_environment"}
        return {
            name: self.key(name, value) if name in references else json.dumps(value) if name in TEXTS else value
            for name, value in settings.items()
        }

    def _host(self, one: Object) -> Object:
        key = {"name": one["name"], "inventory": self.key("inventory", one["settings"]["inventory"]), "type": "host"}
        return {"name": one["name"], **self._fields(one["settings"]), "natural_key": key}

    def _schedule(self, one: Object, kind: str) -> Object:
        template = self.key(kind, one["settings"]["unified_job_template"])
        settings = {**one["settings"], "unified_job_template": template}
        key = {"unified_job_template": template, "name": one["name"], "type": "schedule"}
        return {"name": one["name"], **settings, "natural_key": key}

    def _nodes(self, workflow: str) -> list[Object]:
        """The nodes with all that the objects say of them; the same node can be in several."""
        template = self.key("workflow_job_template", workflow)
        merged: dict[str, Object] = {}
        for one in self._of("workflow_job_template_node", "workflow_job_template", workflow):
            merged.setdefault(one["name"], {}).update(one["settings"])
        kinds = {one["name"]: one["kind"] for one in self.objects if one["kind"] in ("job_template", "workflow_job_template", "project")}
        found = []
        for name, settings in merged.items():
            node: Object = {"identifier": name, "workflow_job_template": template, "related": {}}
            if "unified_job_template" in settings:
                launched = settings["unified_job_template"]
                node["unified_job_template"] = self.key(kinds[launched], launched)
            if "approval_node" in settings:
                node["related"]["create_approval_template"] = settings["approval_node"]
            for edge in ("success_nodes", "failure_nodes", "always_nodes"):
                if settings.get(edge):
                    node["related"][edge] = [self._node_key(template, each) for each in settings[edge]]
            found.append({**node, "natural_key": self._node_key(template, name)})
        return found

    @staticmethod
    def _node_key(template: Object, name: str) -> Object:
        return {"workflow_job_template": template, "identifier": name, "type": "workflow_job_template_node"}


def main() -> int:
    """Entry point."""
    objects = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = json.dumps(Export(objects).document(), indent=2) + "\n"
    if "--check" in sys.argv:
        current = TARGET.read_text(encoding="utf-8") if TARGET.is_file() else ""
        if current != text:
            print(f"{TARGET.name} is not what the objects say: make awx-export", file=sys.stderr)
        return int(current != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
