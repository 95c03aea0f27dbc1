# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schema is that of the vendor's SDK: every field that the simulator serves, its type, its values, who may write it."""

from __future__ import annotations

import importlib
import re
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model import families
from ansible_collections.ndo.ontap.tests.simulator.schema import RESOURCES, Field, Resource, parse_version
from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client
from ansible_collections.ndo.ontap.tests.unit.simulator.records import problems

# The SDK needs Python 3.10.
pytest.importorskip("netapp_ontap")
kinds = pytest.importorskip("marshmallow.fields")

KINDS = {
    "String": "string",
    "Str": "string",
    "Boolean": "boolean",
    "Size": "integer",
    "Integer": "integer",
    "Float": "number",
    "Number": "number",
    "ImpreciseDateTime": "datetime",
}
UNPUBLISHED = {
    ("/cluster/nodes", "is_all_flash_optimized"): "Cinder reads it by name, and cannot do without",
    ("/cluster/nodes", "is_all_flash_select_optimized"): "Cinder reads it by name, and cannot do without",
    **{
        ("/storage/volumes", f"restore_to.{name}"): "query parameters that the vendor's collection sends in the body"
        for name in ("path", "restore_path", "start_byte", "byte_count", "snapshot.name", "snapshot.uuid", "snapshot.force")
    },
}
LISTS = (("r", "gettable_fields"), ("c", "postable_fields"), ("u", "patchable_fields"))
EVERYTHING = [
    pytest.param(resource, field, id=f"{path}:{name}") for path, resource in RESOURCES.items() for name, field in resource.fields.items()
]


class Published:
    """What the SDK says about one field: found by walking its schemas along the dotted name."""

    def __init__(self, resource: Resource, field: Field) -> None:
        module, name = resource.sdk
        schema = getattr(importlib.import_module(f"netapp_ontap.resources.{module}"), name)()
        named: dict[str, Any] = {flag: True for flag, _list in LISTS}
        for part in field.notation.split("."):
            known = {one.data_key or attribute: (attribute, one) for attribute, one in schema.fields.items()}
            attribute, found = known[part.replace("[]", "")]
            named = {flag: _narrow(named[flag], attribute, getattr(type(schema), listed)) for flag, listed in LISTS}
            self.is_list = isinstance(found, kinds.List)
            self.leaf = found.inner if isinstance(found, kinds.List) else found
            if isinstance(self.leaf, kinds.Nested):
                assert part.endswith("[]") == self.is_list
                schema = self.leaf.schema
        self.flags = "".join(flag for flag, _list in LISTS if named[flag] is True)

    @property
    def values(self) -> set[str]:
        """The values that the SDK accepts, when it says so."""
        for validator in self.leaf.validators:
            for cell in getattr(validator, "__closure__", None) or ():
                if isinstance(cell.cell_contents, (list, tuple)):
                    return {str(value) for value in cell.cell_contents if value}
        return set()


def _narrow(above: Any, attribute: str, own: list[str]) -> Any:
    """Which parts of a nested object an operation takes: True for all, or the names below it that are listed."""
    listed = own if above is True else above or []
    return attribute in listed or [name[len(attribute) + 1 :] for name in listed if name.startswith(f"{attribute}.")]


@pytest.mark.parametrize(("resource", "field"), EVERYTHING)
def test_a_field_is_what_the_sdk_publishes(resource: Resource, field: Field) -> None:
    if (resource.path, field.name) in UNPUBLISHED:
        assert field.flags.startswith("h")
        return
    published = Published(resource, field)
    assert KINDS[type(published.leaf).__name__] == field.kind
    assert published.is_list == field.is_list
    assert published.flags == field.flags.replace("-", "")
    assert not published.values or not field.values or published.values == set(field.values)
    assert not published.values or field.values or field.name == "language"


@pytest.mark.parametrize("path", RESOURCES)
def test_paths_and_keys_are_those_of_the_sdk(path: str) -> None:
    resource = RESOURCES[path]
    module = importlib.import_module(f"netapp_ontap.resources.{resource.sdk[0]}")
    published = getattr(module, resource.sdk[1].replace("Schema", ""))
    assert re.sub(r"\{(\w+)\[(\w+)\]\}", r"{\1.\2}", published._path) == f"/api{path}"
    if resource.keys and path != "/support/ems/events":
        # The SDK has no path for a single event; the description of the API has its keys.
        assert tuple(resource.aliases.get(key, key) for key in published._keys) == resource.keys


def test_every_family_has_a_schema_and_every_schema_a_family() -> None:
    assert [family.path for family in families()] == list(RESOURCES)
    assert {family.path for family in families() if family.singleton} == {path for path, one in RESOURCES.items() if one.singleton}


@pytest.mark.parametrize("path", [path for path, resource in RESOURCES.items() if "GET" in resource.methods])
@pytest.mark.parametrize("scenario", ["ha_pair", "smb_sessions", "volume_move"])
def test_the_models_give_what_the_schema_says(path: str, scenario: str) -> None:
    client = Client(scenario, version=(9, 19, 1))
    client.call("POST", "/api/private/cli/storage/failover/takeover", {"ofnode": "ndo-01"})
    for _look in range(4):
        client.simulator.advance(20)
        family = next(one for one in families() if one.path == path)
        for record in family.rows(client.world, {}):
            assert problems(RESOURCES[path], record) == []


def test_a_release_is_read_from_text() -> None:
    assert parse_version("9.7") == (9, 7, 0) and parse_version("9.12.1") == (9, 12, 1)
