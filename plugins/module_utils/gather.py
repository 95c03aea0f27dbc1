# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the info modules share: options, one read with just the fields that are asked for, and records in playbook words.

A kind of object is a table of words. A word says which API fields it needs, how a record's value becomes the playbook's, and
what a filter on it compares; nothing is asked for that no word needs.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .arguments import CONNECTION, Arguments
from .client import PAGE, Client
from .errors import ApiError, InputError, OntapError
from .fields import PLAIN, Codec, Field
from .selection import Names, Term, among, filter_term, plain_text
from .version import parse, require

ALL = "all"
UNKNOWN = ("262197", "262179")
"""ONTAP's codes for a field or a parameter that the release does not know. Source: API reference, common errors."""

REST_PATH = re.compile(r"(?!start\.)[a-z_-]+(\.[a-z_-]+)+")


class Word:
    """One word of a record.

    path: the API field whose value codec.decode turns into the playbook's; "" stands for the whole record. asks: the API fields to
    request (path unless given). Both may end in the release that has the field: "field@9.9.1". query: the API field that a filter
    compares (path unless given; "" for none), and `say` how a filter's value is written. extra: only when it is asked for, because it
    costs ONTAP more. many: without a value it is an empty list.
    """

    def __init__(
        self,
        option: str,
        path: str | None = None,
        codec: Codec = PLAIN,
        *,
        asks: tuple[str, ...] | None = None,
        query: str | None = None,
        say: Callable[[Any], str] = plain_text,
        extra: bool = False,
        many: bool = False,
    ) -> None:
        self.option = option
        self.path, _at, since = (option if path is None else path).partition("@")
        self.since = since or None
        self.codec = codec
        self.query = self.path if query is None else query
        self.say = say
        self.extra = extra
        self.many = many
        fields = (self.path,) if asks is None else asks
        self.asks = {name: self.since or own or None for name, _at, own in (field.partition("@") for field in fields)}

    @classmethod
    def of(cls, field: Field, **more: Any) -> Word:
        """The word of a writer's field, so that both say the same."""
        return cls(field.option, f"{field.path}@{field.since or ''}", **{"codec": field.codec, **more})

    def getter(self) -> Callable[[dict[str, Any]], Any]:
        """Reads the word out of an API record; made once per task, called once per record."""
        parts = self.path.split(".") if self.path else []
        decode, many = self.codec.decode, self.many

        def get(record: dict[str, Any]) -> Any:
            value: Any = record
            for part in parts:
                value = value.get(part)
                if value is None:
                    return [] if many else None
            return decode(value)

        return get


class Joined(Word):
    """A word that another collection tells: `read` returns its values by the uuid of the object. Always extra."""

    def __init__(self, option: str, read: Callable[[Client], dict[str, Any]]) -> None:
        super().__init__(option, "", asks=(), extra=True)
        self.read = read


class Selector:
    """An option that selects objects by exact values of an API field.

    `normal` gives a value the form that ONTAP has. With `key`, values are the same when their keys are.
    """

    def __init__(
        self, option: str, path: str, key: Callable[[str], str] | None = None, normal: Callable[[str], str] = lambda value: value
    ) -> None:
        self.option = option
        self.path = path
        self.key = key
        self.normal = normal

    def term(self, wanted: list[str]) -> Term:
        """The condition that one of these values is there."""
        return among(self.path, [self.normal(value) for value in wanted], self.key)


class Kind:
    """A kind of object: its path, its words, the words that every record has, and its own selectors.

    `paths`: its names are paths (see selection.Names).
    """

    def __init__(
        self,
        path: str,
        words: tuple[Word, ...],
        selectors: tuple[Selector, ...] = (),
        *,
        always: tuple[str, ...] = ("svm", "name", "uuid"),
        paths: bool = False,
    ) -> None:
        self.path = path
        self.words = words
        self.selectors = selectors
        self.always = always
        self.paths = paths
        self.by_option = {word.option: word for word in words}

    def chosen(self, fields: list[str] | None) -> list[Word]:
        """The words to return, in the order of the table."""
        if fields is None:
            return [word for word in self.words if not word.extra]
        return [word for word in self.words if ALL in fields or word.option in (*fields, *self.always)]

    def queried(self, key: str) -> tuple[str, Word | None]:
        """The API field that a key of a filter means, and its word when it has one."""
        word = self.by_option.get(key) or next((word for word in self.words if word.query == key), None)
        if word is not None and word.query:
            return word.query, word
        if word is not None or not REST_PATH.fullmatch(key):
            raise InputError(f"filter: {key!r} is nothing to filter by.", hint=self.filters(), target="filter")
        return key, None

    def filters(self) -> str:
        """A sentence that says what a filter can be about."""
        return f"Use one of {', '.join(word.option for word in self.words if word.query)}, or the dotted name of a REST field."


class Request:
    """One read: what is asked for, the terms that select, and what of it only newer releases have."""

    def __init__(self, kind: Kind, params: dict[str, Any]) -> None:
        self.kind = kind
        self.limit: int | None = params["limit"]
        self.words = kind.chosen(params["fields"])
        self.release: tuple[int, int, int] | None = None
        """The cluster's release, once it has turned out to lack something."""
        self.names = Names(params["names"], params["patterns"], kind.paths)
        self.needs: dict[str, str] = {}
        self.foreign: list[str] = []
        """Fields of a filter that only ONTAP can know."""
        explicit = set(params["fields"] or ()) - {ALL}
        self.needs.update({f"field {word.option}": word.since for word in self.words if word.since and word.option in explicit})
        self.terms = [*self._selected(params), *self._filtered(params["filter"] or {})]
        self._refuse_twice()
        self.nothing = self._nothing(params)

    def _nothing(self, params: dict[str, Any]) -> bool:
        """Whether a list that selects is empty: a template that found no names must not get all objects."""
        named = [params[option] for option in ("names", "patterns") if params[option] is not None]
        return (bool(named) and not any(named)) or any(params[selector.option] == [] for selector in self.kind.selectors)

    def _selected(self, params: dict[str, Any]) -> Iterator[Term]:
        if self.names.names or self.names.patterns:
            yield self.names.term()
        for selector in self.kind.selectors:
            if params[selector.option]:
                yield selector.term(params[selector.option])

    def _filtered(self, wanted: dict[str, Any]) -> Iterator[Term]:
        for key, value in wanted.items():
            path, word = self.kind.queried(key)
            if value is None:
                continue
            if word is None:
                self.foreign.append(path)
            elif word.since:
                self.needs[f"filter {key}"] = word.since
            yield filter_term(key, path, value, word.say if word else plain_text)

    def _refuse_twice(self) -> None:
        paths = [term.path for term in self.terms]
        twice = sorted({path for path in paths if paths.count(path) > 1})
        if twice:
            raise InputError(f"{', '.join(twice)}: selected in two ways.", hint="Say it once, in an option or in filter.", target="filter")

    def lacks(self, since: str | None) -> bool:
        """Whether the cluster is known to be older than this release."""
        return bool(self.release and since and parse(since) > self.release)

    def query(self) -> dict[str, Any]:
        """The parameters of the read, without the fields that the release is known to lack."""
        asks = [(field, since) for word in self.words for field, since in word.asks.items()]
        asks += [(term.path, None) for term in self.terms if term.accepts]
        fields = dict.fromkeys(field for field, since in asks if not self.lacks(since))
        exact = all(term.exact for term in self.terms)
        page = min(PAGE, self.limit + 1) if self.limit and exact else PAGE
        return {"fields": ",".join(fields), **{term.path: term.text for term in self.terms if term.text is not None}, "max_records": page}

    def accepted(self, records: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The records that all exact comparisons let pass."""
        tests = [term.accepts for term in self.terms if term.accepts]
        return (record for record in records if all(test(record) for test in tests))

    def explain(self, error: OntapError) -> OntapError:
        """The error, or, when it must be about a filter that only ONTAP could judge, what can be filtered by."""
        if not self.foreign or error.code not in UNKNOWN:
            return error
        return InputError(
            f"filter: ONTAP knows no field {error.facts.get('target') or ' or '.join(self.foreign)} of {self.kind.path}.",
            hint=self.kind.filters(),
            target="filter",
            code=error.code,
        )


class Gather:
    """An info module: its ARGUMENTS and body for module.run, from its kind."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        texts = {"type": "list", "elements": "str"}
        fields = {**texts, "choices": [ALL, *(word.option for word in kind.words)]}
        shared = {"names": texts, "patterns": texts, "filter": {"type": "dict"}, "fields": fields, "limit": {"type": "int"}}
        own = {selector.option: texts for selector in kind.selectors}
        self.arguments = CONNECTION.merge(Arguments(shared), Arguments(own))

    def body(self, params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
        """Read the objects that are meant, and return what was asked for of each."""
        if params["limit"] is not None and params["limit"] < 1:
            raise InputError(f"limit is {params['limit']}; it must be at least 1.", target="limit")
        request = Request(self.kind, params)
        found = [] if request.nothing else read(client, request)
        truncated = request.limit is not None and len(found) > request.limit
        found = found[: request.limit]
        missing = None if truncated else request.names.missing(record["name"] for record in found)
        return {"changed": False, "records": shape(client, request, found), "missing": missing, "truncated": truncated}


def read(client: Client, request: Request) -> list[dict[str, Any]]:
    """The API records, one more than the limit when there are more.

    Only when ONTAP does not know a field is its release asked for: then what was asked for by name is refused, and the rest done
    without.
    """
    try:
        return _pages(client, request)
    except ApiError as error:
        if error.code not in UNKNOWN:
            raise
        query = request.query()
        request.release = client.release()
        require(request.release, request.needs)
        if query == request.query():
            raise request.explain(error) from error
    try:
        return _pages(client, request)
    except ApiError as error:
        raise request.explain(error) from error


def _pages(client: Client, request: Request) -> list[dict[str, Any]]:
    records = itertools.chain.from_iterable(page.records for page in client.pages(request.kind.path, request.query()))
    return list(itertools.islice(request.accepted(records), None if request.limit is None else request.limit + 1))


def shape(client: Client, request: Request, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records in playbook words; a word that the release lacks is null."""
    getters = [
        (word.option, _absent if request.lacks(word.since) else word.getter()) for word in request.words if not isinstance(word, Joined)
    ]
    joined = [(word.option, word.read(client)) for word in request.words if isinstance(word, Joined) and found]
    records = []
    for record in found:
        shown = {option: get(record) for option, get in getters}
        for option, table in joined:
            shown[option] = table.get(record["uuid"])
        records.append(shown)
    return records


def _absent(record: dict[str, Any]) -> None:
    """The getter of a word that the release does not have."""
