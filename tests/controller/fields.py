# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields of objects: what values they take, and what the API says about them."""

from __future__ import annotations

import json
from typing import Any

import yaml

EMPTY = ("", None)


class Refused(Exception):
    """A request that the server does not carry out: the status and the body of the answer."""

    def __init__(self, body: dict[str, Any], status: int = 400) -> None:
        super().__init__(str(body))
        self.body = body
        self.status = status


class Field:
    """A field of a kind of object. `to`: the list of the objects that it refers to."""

    def __init__(self, kind: str, default: Any = None, *, required: bool = False, choices: tuple[Any, ...] = (), to: str = "") -> None:
        self.kind = "id" if to else kind
        self.default = default
        self.required = required
        self.choices = choices
        self.to = to

    def described(self, name: str) -> dict[str, Any]:
        """What OPTIONS says of it (source: awx/api/metadata.py)."""
        said: dict[str, Any] = {
            "type": self.kind,
            "required": self.required,
            "read_only": False,
            "label": name.replace("_", " ").capitalize(),
        }
        if self.choices:
            said.update(type="choice", choices=[[one, str(one)] for one in self.choices])
        if self.default is not None:
            said["default"] = self.default
        return said

    def checked(self, name: str, value: Any) -> Any:
        """The value as it is stored. The words are those of Django REST framework, which AWX builds on."""
        if value is None:
            if self.required or self.kind in ("boolean", "integer"):
                raise Refused({name: ["This field may not be null."]})
            # A text that may be empty is so when it is null (source: awx/api/fields.py, CharNullField and ChoiceNullField).
            return "" if self.kind in ("string", "vars") else None
        if self.choices and value not in self.choices:
            raise Refused({name: [f'"{value}" is not a valid choice.']})
        return getattr(self, f"_{self.kind}")(name, value)

    def _string(self, name: str, value: Any) -> str:
        if isinstance(value, (bool, dict, list)):
            raise Refused({name: ["Not a valid string."]})
        if self.required and not str(value).strip():
            raise Refused({name: ["This field may not be blank."]})
        # The longest name of the models is 512 characters (source: awx/main/models/base.py, CommonModel.name).
        if name == "name" and len(str(value)) > 512:
            raise Refused({name: ["Ensure this field has no more than 512 characters."]})
        return str(value)

    def _boolean(self, name: str, value: Any) -> bool:
        if value in (True, "true", "True", 1):
            return True
        if value in (False, "false", "False", 0):
            return False
        raise Refused({name: ["Must be a valid boolean."]})

    def _integer(self, name: str, value: Any) -> int:
        try:
            if isinstance(value, bool):
                raise ValueError
            return int(value)
        except (TypeError, ValueError):
            raise Refused({name: ["A valid integer is required."]}) from None

    def _json(self, name: str, value: Any) -> Any:
        if not isinstance(value, (dict, list)):
            raise Refused({name: ["Expected an object or a list."]})
        return value

    def _prompt(self, name: str, value: Any) -> Any:
        """What a launch may say instead of a template; nothing when it is null."""
        return value

    def _id(self, name: str, value: Any) -> int | None:
        """Whether the object is there is for the store to say."""
        if value == "":
            return None
        if isinstance(value, bool) or not str(value).isdecimal():
            raise Refused({name: [f"Incorrect type. Expected pk value, received {type(value).__name__}."]})
        return int(value)

    def _vars(self, name: str, value: Any) -> str:
        """Variables are stored as text that is a dictionary in JSON or YAML (source: awx/api/serializers.py, vars_validate_or_raise)."""
        text = json.dumps(value) if isinstance(value, dict) else value
        try:
            parsed = yaml.safe_load(text or "{}") if isinstance(text, str) else text
        except yaml.YAMLError as error:
            raise Refused({name: [f"Cannot parse as JSON or YAML: {error}"]}) from None
        if parsed is not None and not isinstance(parsed, dict):
            raise Refused({name: [f"Input type `{type(parsed).__name__}` is not a dictionary"]})
        return text

    def _data(self, name: str, value: Any) -> Any:
        """Answers that a node or a schedule keeps; a dictionary, or the text of one."""
        parsed = yaml.safe_load(value) if isinstance(value, str) and value else value or {}
        if not isinstance(parsed, dict):
            raise Refused({name: ["Expected a dictionary."]})
        return parsed


def text(default: str = "", **more: Any) -> Field:
    """A text."""
    return Field("string", default, **more)


def truth(default: bool = False) -> Field:
    """A boolean."""
    return Field("boolean", default)


def number(default: int = 0) -> Field:
    """An integer."""
    return Field("integer", default)


def refers(to: str, required: bool = False) -> Field:
    """The id of another object."""
    return Field("id", None, to=to, required=required)
