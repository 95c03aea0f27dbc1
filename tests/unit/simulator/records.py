# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records held against the schema."""

from __future__ import annotations

from typing import Any

from ansible_collections.ndo.ontap.tests.simulator.schema import Field, Resource


def problems(resource: Resource, value: Any, prefix: str = "") -> list[str]:
    """Where a record has a field that the schema lacks, or a value of the wrong type."""
    found = []
    for key, item in value.items():
        name = f"{prefix}{key}"
        field = resource.fields.get(name)
        if field:
            items = item if field.is_list else [item]
            found += [f"{name}: {one!r}" for one in items if one is not None and not fits(field, one)]
        elif any(known.startswith(f"{name}.") for known in resource.fields):
            items = item if name in resource.lists else [item]
            found += [problem for one in items for problem in problems(resource, one, f"{name}.")]
        elif prefix or key not in ("sim", "release"):
            found.append(f"{name} is not in the schema")
    return found


def fits(field: Field, value: Any) -> bool:
    """Whether the value is one that the field may have."""
    kind = {"integer": int, "number": (int, float), "boolean": bool}.get(field.kind, str)
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool)) and (not field.values or value in field.values)
