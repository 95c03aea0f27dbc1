# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters for what people answer: surveys of AWX know texts and numbers only, and playbooks are given typos."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError
from ansible_collections.ndo.ontap.plugins.module_utils.smb_allow import AllowList

SIZE = re.compile(r"[0-9]+([.][0-9]+)?[ ]*([KMGTPE]i?B?|B)?", re.IGNORECASE)
TRUTHS = ("true", "false", "yes", "no", "on", "off", "1", "0", "y", "n", "t", "f", "1.0", "0.0")
"""What Ansible takes for a boolean."""


def answer(value: Any, form: str = "names") -> Any:
    """A list or dictionary out of the text that a survey gives; what is no text stays as it is."""
    if form not in ("names", "list", "dict"):
        raise AnsibleFilterError(f"answer: {form} is none of names, list and dict")
    if value is None:
        # ansible-core 2.19 and later reads the empty text of a survey as null.
        value = ""
    if not isinstance(value, str):
        return value
    if form == "names":
        return [name.strip() for name in re.split(r"[,\n]", value) if name.strip()]
    if not value.strip():
        return [] if form == "list" else {}
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise AnsibleFilterError(_unreadable(value, error)) from None


def _unreadable(text: str, error: yaml.YAMLError) -> str:
    place = getattr(error, "problem_mark", None)
    where = f", see line {place.line + 1}, column {place.column + 1}" if place else ""
    return f"is neither YAML nor JSON{where} of {_shown(text)}"


def refused(values: Mapping[str, Any], limits: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What is wrong with the values, by the limits of their names; empty when nothing is."""
    found: list[str] = []
    for name, limit in limits.items():
        form = limit.get("form", "text")
        if form not in FORMS:
            raise AnsibleFilterError(f"refused: {form} is none of {', '.join(sorted(FORMS))}")
        for complaint in FORMS[form](values.get(name), limit):
            found.append(f"{name} {complaint}.")
    return found


def _text(value: Any, limit: Mapping[str, Any]) -> list[str]:
    text = "" if value is None else value
    if not isinstance(text, str):
        return [f"is {_shown(value)}; it has to be a text"]
    if not text.strip():
        return ["is empty"] if limit.get("required") else []
    if any(ord(sign) < 32 for sign in text):
        return ["has a line break or another control character in it"]
    pattern = limit.get("pattern")
    return (
        [] if not pattern or re.fullmatch(pattern, text) else [f"is {_shown(text)}; {limit.get('meaning', f'it has to match {pattern}')}"]
    )


def _integer(value: Any, limit: Mapping[str, Any]) -> list[str]:
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]+", str(value).strip()):
        return [f"is {_shown(value)}; it has to be a whole number"]
    low, high = limit["min"], limit["max"]
    return [] if low <= int(value) <= high else [f"is {_shown(value)}; it has to be {low} to {high}"]


def _boolean(value: Any, limit: Mapping[str, Any]) -> list[str]:
    """A truth that is not given at all stays with the role."""
    if value is None or isinstance(value, bool) or str(value).lower() in TRUTHS:
        return []
    return [] if limit.get("empty") and value == "" else [f"is {_shown(value)}; it has to be true or false"]


def _size(value: Any, limit: Mapping[str, Any]) -> list[str]:
    text = str("" if value is None else value).strip()
    if not text and limit.get("empty"):
        return []
    return [] if SIZE.fullmatch(text) else [f"is {_shown(value)}; it has to be a size, such as 500GiB"]


def _names(value: Any, limit: Mapping[str, Any]) -> list[str]:
    names = answer(value, "names") or []
    if not _is_list(names) or not all(isinstance(name, str) for name in names):
        return [f"is {_shown(value)}; it has to be a list of names"]
    if any(not name.strip() for name in names):
        return ["has an empty name in it"]
    choices = limit.get("choices", [])
    strange = [name for name in names if choices and name not in choices]
    if strange:
        return [f"names {', '.join(strange)}; there is {', '.join(choices)}"]
    return ["is empty"] if limit.get("required") and not names else []


def _mixed(value: Any, limit: Mapping[str, Any]) -> list[str]:
    """A list whose entries are names or dictionaries, or a text of names."""
    entries = answer(value, "names") or []
    if not _is_list(entries) or not all(isinstance(entry, (str, Mapping)) and entry for entry in entries):
        return [f"is {_shown(value)}; it has to be a list of names or dictionaries"]
    blank = limit.get("answered") and isinstance(value, str)
    return ["is empty"] if not entries and (blank or limit.get("required")) else []


def _sessions(value: Any, limit: Mapping[str, Any]) -> list[str]:
    """Whose SMB sessions may be lost, by the rule of the module that asks for it."""
    complaints = _mixed(value, limit)
    if complaints:
        return complaints
    try:
        AllowList(answer(value, "names"), "entry")
    except InputError as error:
        return [f"has an {error.message.rstrip('.')}. {error.hint.rstrip('.')}"]
    return []


def _list(value: Any, limit: Mapping[str, Any]) -> list[str]:
    try:
        entries = answer(value, "list")
    except AnsibleFilterError as error:
        return [str(error)]
    entries = [] if entries is None else entries
    if not _is_list(entries):
        return [f"is {_shown(value)}; it has to be a list of dictionaries"]
    found = [f"has an entry {number}: it {wrong}" for number, entry in enumerate(entries, 1) for wrong in _entry(entry, limit)]
    return found or (["is empty"] if limit.get("required") and not entries else [])


def _dict(value: Any, limit: Mapping[str, Any]) -> list[str]:
    try:
        entry = answer(value, "dict")
    except AnsibleFilterError as error:
        return [str(error)]
    if not entry and isinstance(entry, (Mapping, type(None))):
        return ["is empty"] if limit.get("required") else []
    return _entry(entry, limit)


def _entry(entry: Any, limit: Mapping[str, Any]) -> list[str]:
    """What is wrong with one dictionary. With `options` it has these keys only, unless the limit is `open`."""
    if not isinstance(entry, Mapping):
        return [f"is {_shown(entry)}; it has to be a dictionary"]
    options = limit.get("options", {})
    missing = [key for key, inner in options.items() if inner.get("required") and entry.get(key) in (None, "")]
    strange = [str(key) for key in entry if options and not limit.get("open") and key not in options]
    given = [(key, options[key]) for key in entry if key in options and key not in missing and entry[key] is not None]
    wrong = [f"has a {key} that {complaint}" for key, inner in given for complaint in FORMS[inner.get("form", "any")](entry[key], inner)]
    return [f"lacks {key}" for key in missing] + [f"has a key {key} that is not known" for key in strange] + wrong


def _any(value: Any, limit: Mapping[str, Any]) -> list[str]:
    return ["is empty"] if limit.get("required") and value in (None, "") else []


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _shown(value: Any) -> str:
    text = str(value).strip()
    return repr(text if len(text) <= 80 else text[:77] + "...") if isinstance(value, str) else str(value)[:80]


FORMS: dict[str, Callable[[Any, Mapping[str, Any]], list[str]]] = {
    "any": _any,
    "text": _text,
    "integer": _integer,
    "boolean": _boolean,
    "size": _size,
    "names": _names,
    "mixed": _mixed,
    "sessions": _sessions,
    "list": _list,
    "dict": _dict,
}


class FilterModule:
    """The filters ndo.ontap.answer and ndo.ontap.refused."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters by their names."""
        return {"answer": answer, "refused": refused}
