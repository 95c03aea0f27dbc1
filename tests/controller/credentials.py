# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a credential type, and a credential of it, may be.

Source: awx/main/fields.py, CredentialTypeInputField, CredentialTypeInjectorField and CredentialInputField; awx/api/serializers.py,
CredentialTypeSerializer and CredentialSerializer.
"""

from __future__ import annotations

import re
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .fields import Refused

NAME = re.compile(r"[a-zA-Z_]+[a-zA-Z0-9_]*")
FILE = re.compile(r"template(\.[a-zA-Z_]+[a-zA-Z0-9_]*)?")
FIELD_KEYS = {"type", "format", "choices", "id", "label", "help_text", "multiline", "secret", "ask_at_runtime", "default"}
FORMATS = ("ssh_private_key", "url")
STRINGS_ONLY = ("choices", "multiline", "format", "secret")
FORBIDDEN = {"VIRTUAL_ENV", "PATH", "PYTHONPATH", "JOB_ID", "INVENTORY_ID", "MAX_EVENT_RES", "PROJECT_REVISION", "SSH_AUTH_SOCK"}
"""Environment variables that no credential may set (source: awx/main/constants.py, ENV_BLOCKLIST; the first of a longer list)."""


class Namespace:
    """What a template of an injector sees as `tower`, or as the names of its files."""


def check_type(row: dict[str, Any]) -> None:
    """Whether a credential type makes sense as a whole."""
    if row["kind"] not in ("cloud", "net"):
        raise Refused({"kind": [f"Must be 'cloud' or 'net', not {row['kind']}"]})
    _check_inputs(row["inputs"])
    _check_injectors(row["injectors"], [field["id"] for field in row["inputs"].get("fields", [])])


def _check_inputs(inputs: Any) -> None:
    if not isinstance(inputs, dict) or set(inputs) - {"fields", "required"}:
        raise Refused({"inputs": [f"Additional properties are not allowed ({', '.join(sorted(set(inputs) - {'fields', 'required'}))})"]})
    seen = set()
    for field in inputs.get("fields", []):
        _check_input(field)
        if field["id"] in seen:
            raise Refused({"inputs": [f"field IDs must be unique ({field['id']})"]})
        seen.add(field["id"])


def _check_input(field: Any) -> None:
    if not isinstance(field, dict) or set(field) - FIELD_KEYS or not {"id", "label"} <= set(field):
        raise Refused({"inputs": [f"{field} has keys that are not allowed, or lacks id or label"]})
    if not NAME.fullmatch(str(field["id"])):
        raise Refused({"inputs": [f"{field['id']} is an invalid variable name"]})
    if field["id"] == "tower":
        raise Refused({"inputs": ['"tower" is a reserved field name']})
    # Without a type it is a string; the server stores that.
    kind = field.setdefault("type", "string")
    if kind not in ("string", "boolean") or field.get("format", "url") not in FORMATS:
        raise Refused({"inputs": [f"{kind} is not one of ['string', 'boolean']"]})
    if "default" in field and not isinstance(field["default"], bool if kind == "boolean" else str):
        raise Refused({"inputs": [f"{field['default']} is not a {kind}"]})
    for key in STRINGS_ONLY:
        if key in field and kind != "string":
            raise Refused({"inputs": [f"{key} not allowed for {kind} type ({field['id']})"]})


def _check_injectors(injectors: Any, names: list[str]) -> None:
    if not isinstance(injectors, dict) or set(injectors) - {"env", "file", "extra_vars"}:
        raise Refused({"injectors": ["Additional properties are not allowed"]})
    tower = Namespace()
    files = list(injectors.get("file", {}))
    if any(not FILE.fullmatch(name) for name in files):
        raise Refused({"injectors": [f"{files} does not match any of the regexes: '^template(...)?$'"]})
    if "template" in files and len(files) > 1:
        raise Refused({"injectors": ["Must use multi-file syntax when injecting multiple files"]})
    if files:
        tower.filename = "EXAMPLE" if files == ["template"] else Namespace()  # type: ignore[attr-defined]
        for name in files if files != ["template"] else []:
            setattr(tower.filename, name.split(".")[1], "EXAMPLE")  # type: ignore[attr-defined]
    _check_environment(injectors.get("env", {}))
    values = {**dict.fromkeys(names, "EXAMPLE"), "tower": tower}
    for part in injectors.values():
        for key, template in part.items():
            _render(key, template, values)


def _check_environment(names: dict[str, Any]) -> None:
    for name in names:
        if not NAME.fullmatch(name):
            raise Refused({"injectors": [f"'{name}' does not match any of the regexes: '^[a-zA-Z_]+[a-zA-Z0-9_]*$'"]})
        if name.startswith("ANSIBLE_"):
            raise Refused(
                {"injectors": [f"Environment variable {name} may affect Ansible configuration so its use is not allowed in credentials."]}
            )
        if name in FORBIDDEN:
            raise Refused({"injectors": [f"Environment variable {name} is not allowed to be used in credentials."]})


def _render(key: str, template: Any, values: dict[str, Any]) -> str:
    if not isinstance(template, str) or not template.isascii():
        raise Refused({"injectors": [f"{key}: {template} is not of type 'string', or not in ASCII"]})
    try:
        return ImmutableSandboxedEnvironment(undefined=StrictUndefined).from_string(template).render(values)
    except UndefinedError as error:
        raise Refused({"injectors": [f"{key} uses an undefined field ({error})"]}) from None
    except TemplateSyntaxError as error:
        raise Refused({"injectors": [f"Syntax error rendering template for {key} ({error})"]}) from None


def check_credential(row: dict[str, Any], inputs: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    """The inputs of a credential as they are stored: $encrypted$ stands for what is there already."""
    fields = {field["id"]: field for field in inputs.get("fields", [])}
    stored: dict[str, Any] = {}
    for name, given in row["inputs"].items():
        value = given
        if name not in fields:
            raise Refused({"inputs": [f"Additional properties are not allowed ('{name}' was unexpected)"]})
        if given == "$encrypted$" and fields[name].get("secret"):
            if before is None:
                raise Refused({"inputs": [f"$encrypted$ is a reserved keyword, and cannot be used for {name}."]})
            value = before["inputs"].get(name, "")
        if not isinstance(value, bool if fields[name].get("type") == "boolean" else str):
            raise Refused({"inputs": {name: [f"{value} is not of type '{fields[name].get('type', 'string')}'"]}})
        stored[name] = value
    return stored


def injected(kind: dict[str, Any], inputs: dict[str, Any], folder: Any = "/runner/env") -> tuple[dict[str, str], dict[str, str]]:
    """The environment and the files of a job with such a credential (source: awx/main/models/credential, inject_credential).

    A truth that the credential leaves out is false; anything else that it leaves out is an empty text.
    """
    values: dict[str, Any] = {field["id"]: False for field in kind["inputs"].get("fields", []) if field.get("type") == "boolean"}
    values.update({name: value for name, value in inputs.items() if isinstance(value, bool) or value})
    environment = ImmutableSandboxedEnvironment()
    files = {name: environment.from_string(text).render(values) for name, text in kind["injectors"].get("file", {}).items()}
    tower = Namespace()
    tower.filename = Namespace()  # type: ignore[attr-defined]
    for name in files:
        setattr(tower.filename, name.partition(".")[2] or "only", f"{folder}/{name}")  # type: ignore[attr-defined]
    names = kind["injectors"].get("env", {})
    return {name: environment.from_string(text).render({**values, "tower": tower}) for name, text in names.items()}, files
