# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which objects a reader means: names, patterns, selectors and filters as terms of a query.

Whatever selects by a name is compared again here, character by character, because the query language takes `* | ! , < > ..` for
operators. What cannot be said in a query (a quotation mark, a list that no address has room for) is only compared here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .client import OPERATORS, QUERY_LENGTH, literal
from .errors import InputError
from .fields import size

Accept = Callable[[dict[str, Any]], bool]
SIZES = re.compile(r"\d+(?:\.\d+)?\s*[kmgtp](?:i?b)?\b", re.IGNORECASE)
HINT_NULL = "Write null for what is not set, and leave out what does not matter."


class Term:
    """One condition of a read.

    `text`: the value of the query parameter `path`, or None when it cannot be said there; `accepts`: the exact comparison, or None
    when ONTAP's own is meant; `exact`: whether the query alone selects just what is accepted.
    """

    def __init__(self, path: str, text: str | None, accepts: Accept | None = None, exact: bool = True) -> None:
        self.path = path
        self.text = text
        self.accepts = accepts
        self.exact = exact and text is not None


def values(record: Any, parts: list[str]) -> Iterator[Any]:
    """Every value under a dotted name, through lists."""
    if isinstance(record, list):
        for item in record:
            yield from values(item, parts)
    elif not parts:
        yield record
    elif isinstance(record, dict) and record.get(parts[0]) is not None:
        yield from values(record[parts[0]], parts[1:])


def among(path: str, wanted: Iterable[str], key: Callable[[str], str] | None = None) -> Term:
    """The objects that have one of these values; with `key`, those whose values are the same by that measure."""
    parts = path.split(".")
    if key is not None:
        # In which spelling ONTAP keeps such a value is not known, so that a query could miss it.
        keys = {key(value) for value in wanted}
        return Term(path, None, lambda record: any(key(str(value)) in keys for value in values(record, parts)))
    exactly = set(wanted)
    return Term(path, _alternatives(map(_literal, sorted(exactly))), lambda record: any(one in exactly for one in values(record, parts)))


class Names:
    """The objects with one of these names, or with a name like one of these patterns (`*` stands for any text).

    `paths`: names are paths; one without a "/" then means the last part of a path.
    """

    def __init__(self, names: list[str] | None, patterns: list[str] | None, paths: bool = False) -> None:
        self.names = list(dict.fromkeys(names or []))
        self.patterns = list(dict.fromkeys(patterns or []))
        self._paths = paths
        self._whole = {name for name in self.names if not self._is_tail(name)}
        self._tails = set(self.names) - self._whole
        self._like = [(self._is_tail(pattern), _pattern(pattern)) for pattern in self.patterns]

    def term(self) -> Term:
        """The condition; a last part is asked for as the end of a name, which may find more than what is meant."""
        texts = [_literal(name) if name in self._whole else _wild("*" + name) for name in self.names]
        texts += [_wild("*" + pattern.lstrip("*") if self._is_tail(pattern) else pattern) for pattern in self.patterns]
        tails = self._tails or any(tail for tail, _like in self._like)
        return Term("name", _alternatives(texts), lambda record: self.matches(record["name"]), exact=not tails)

    def matches(self, name: str) -> bool:
        """Whether an object of this name is meant."""
        last = name.rpartition("/")[2] if self._paths else name
        if name in self._whole or last in self._tails:
            return True
        return any(like.fullmatch(last if tail else name) for tail, like in self._like)

    def missing(self, found: Iterable[str]) -> list[str]:
        """The exact names that none of these objects has."""
        seen = set(found)
        if self._tails:
            seen |= {name.rpartition("/")[2] for name in seen}
        return [name for name in self.names if name not in seen]

    def _is_tail(self, name: str) -> bool:
        return self._paths and "/" not in name


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), re.DOTALL)


def _literal(value: str) -> str | None:
    """A value as a query takes it literally; None for one that no quoting can carry."""
    return None if '"' in value else literal(value)


def _wild(pattern: str) -> str | None:
    """A pattern whose only operator is `*`; any other cannot be told from what the query language means."""
    plain = pattern.replace("*", "")
    return pattern if plain and not (OPERATORS & set(plain) or ".." in plain or " " in plain) else None


def _alternatives(texts: Iterable[str | None]) -> str | None:
    found = list(texts)
    joined = "|".join(text for text in found if text is not None)
    return None if None in found or len(joined) > QUERY_LENGTH else joined


# -- filters -------------------------------------------------------------------------------------------------------------


def plain_text(value: Any) -> str:
    """A value in ONTAP's spelling; a template may have made a text out of a truth value."""
    text = str(value)
    return text.lower() if isinstance(value, bool) or text in ("True", "False") else text


def size_text(value: Any) -> str:
    """A query about a size: ">20GiB" in bytes."""
    return SIZES.sub(lambda match: str(size(match.group())), plain_text(value))


def filter_term(key: str, path: str, value: Any, say: Callable[[Any], str]) -> Term:
    """The condition that an entry of a filter is: a text is ONTAP's query language, a list is any of these exact values."""
    if isinstance(value, dict) or value in ("", []):
        raise InputError(f"filter: {value!r} says nothing about {key}.", hint=HINT_NULL, target="filter")
    if not isinstance(value, list):
        return Term(path, say(value))
    text = _alternatives(_literal(say(one)) for one in value)
    if text is None:
        raise InputError(f"filter: {key} has values that no query can carry: quotation marks, or too many of them.", target="filter")
    return Term(path, text)
