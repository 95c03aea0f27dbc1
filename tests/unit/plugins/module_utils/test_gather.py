# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which objects a reader means, as terms of a query and as exact comparisons; and the tables of words themselves."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError
from ansible_collections.ndo.ontap.plugins.module_utils.gather import Kind, Request, Word
from ansible_collections.ndo.ontap.plugins.module_utils.gathered import AGGREGATE_KIND, SNAPSHOT_KIND, SVM_KIND, VOLUME_KIND
from ansible_collections.ndo.ontap.plugins.module_utils.gathered_san import IGROUP_KIND, LUN_KIND, inherited, serial_of
from ansible_collections.ndo.ontap.plugins.module_utils.igroups import IGROUP
from ansible_collections.ndo.ontap.plugins.module_utils.luns import LUN
from ansible_collections.ndo.ontap.plugins.module_utils.selection import Names, among, filter_term, plain_text, size_text
from ansible_collections.ndo.ontap.plugins.module_utils.snapshots import SNAPSHOT
from ansible_collections.ndo.ontap.plugins.module_utils.volume_fields import VOLUME
from ansible_collections.ndo.ontap.tests.simulator.api.query import Filter
from ansible_collections.ndo.ontap.tests.simulator.schema import RESOURCES
from ansible_collections.ndo.ontap.tests.simulator.schema.notation import parse_version
from ansible_collections.ndo.ontap.tests.unit.plugins.modules.test_all_modules import load

KINDS: dict[str, Kind] = {
    "svm_info": SVM_KIND,
    "aggregate_info": AGGREGATE_KIND,
    "volume_info": VOLUME_KIND,
    "snapshot_info": SNAPSHOT_KIND,
    "lun_info": LUN_KIND,
    "igroup_info": IGROUP_KIND,
}
WRITERS = {"volume_info": VOLUME, "snapshot_info": SNAPSHOT, "lun_info": LUN, "igroup_info": IGROUP}
TEXTS = st.text(alphabet='ab/*|!,<>". ', min_size=1, max_size=6)
NOTHING: dict[str, Any] = {"names": None, "patterns": None, "filter": None, "fields": None, "limit": None}


def schema_of(kind: Kind) -> Any:
    """The simulator's schema of a kind, which another test holds against the vendor's."""
    wildcard = re.compile(r"\{[^}]*\}")
    return next(resource for resource in RESOURCES.values() if wildcard.sub("*", resource.path) == kind.path)


# -- names and patterns --------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=300)
@given(st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=2), TEXTS, st.booleans())
def test_a_query_lets_everything_through_that_is_meant(names: list[str], patterns: list[str], name: str, paths: bool) -> None:
    """A query that found less than is meant would let objects go missing; one that finds more is corrected here."""
    chosen = Names(names, patterns, paths)
    term = chosen.term()
    if (names or patterns) and term.text is not None and chosen.matches(name):
        assert Filter("name", term.text, "string").matches({"name": name})


@settings(deadline=None, max_examples=300)
@given(st.lists(TEXTS, min_size=1, max_size=3), TEXTS)
def test_exact_names_mean_nothing_but_themselves(names: list[str], name: str) -> None:
    term = Names(names, None).term()
    assert term.accepts is not None
    assert term.accepts({"name": name}) == (name in names)
    if term.exact:
        assert Filter("name", str(term.text), "string").matches({"name": name}) == (name in names)


@pytest.mark.parametrize(
    ("pattern", "name", "meant"),
    [
        ("db*", "db1", True),
        ("db*", "mydb1", False),
        ("*", "anything", True),
        ("d*1", "db\n1", True),
        ("a.c", "abc", False),
        ("DB*", "db1", False),
        ("[ab]*", "a1", False),
    ],
)
def test_only_the_asterisk_is_special_in_a_pattern(pattern: str, name: str, meant: bool) -> None:
    assert Names(None, [pattern]).matches(name) is meant


@pytest.mark.parametrize(
    ("name", "path", "meant"),
    [
        ("log", "/vol/db/log", True),
        ("log", "/vol/log/data", False),
        ("l*", "/vol/lx/data", False),
        ("/vol/db/log", "/vol/db/log", True),
        ("/vol/*/log", "/vol/db/q1/log", True),
        ("db/log", "/vol/db/log", False),
    ],
)
def test_a_name_without_a_slash_is_the_last_part_of_a_path(name: str, path: str, meant: bool) -> None:
    assert Names(None, [name], paths=True).matches(path) is meant
    if "*" not in name:
        assert Names([name], None, paths=True).matches(path) is meant


def test_what_is_missing_is_told_by_the_name_that_was_asked_for() -> None:
    asked = Names(["log", "/vol/db/data", "gone", "log"], None, paths=True)
    assert asked.missing(["/vol/db/log", "/vol/db/data"]) == ["gone"]


def test_a_list_that_no_address_has_room_for_is_compared_here() -> None:
    term = among("name", [f"volume_{number:04d}" for number in range(1000)])
    assert (term.text, term.exact) == (None, False)
    assert term.accepts is not None
    assert term.accepts({"name": "volume_0999"})
    assert not term.accepts({"name": "volume_1000"})


def test_values_in_lists_are_compared_too() -> None:
    term = among("lun_maps.igroup.name", ["db*"])
    assert term.accepts is not None
    assert term.text == '"db*"'
    assert term.accepts({"lun_maps": [{"igroup": {"name": "web"}}, {"igroup": {"name": "db*"}}]})
    assert not term.accepts({"lun_maps": [{"igroup": {"name": "db1"}}]})
    assert not term.accepts({})


# -- filters -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("20GiB", str(20 * 1024**3)),
        (">1.5TiB", f">{1536 * 1024**3}"),
        ("10MiB..20 MiB", f"{10 * 1024**2}..{20 * 1024**2}"),
        ("<=1k|>2g", f"<=1024|>{2 * 1024**3}"),
        (4096, "4096"),
        ("!null", "!null"),
    ],
)
def test_sizes_in_a_filter_are_bytes(value: Any, text: str) -> None:
    assert size_text(value) == text


@pytest.mark.parametrize(("value", "text"), [(True, "true"), ("False", "false"), (7, "7"), ("db*|web", "db*|web")])
def test_a_value_is_written_as_ontap_spells_it(value: Any, text: str) -> None:
    assert filter_term("x", "x", value, plain_text).text == text


def test_a_list_in_a_filter_is_taken_literally() -> None:
    assert filter_term("x", "x", ["a|b", "c*", "d"], plain_text).text == '"a|b"|"c*"|d'


@pytest.mark.parametrize("value", [{"a": 1}, "", [], ['a"b'], ["x" * 3000]])
def test_a_filter_that_cannot_be_said_is_refused(value: Any) -> None:
    with pytest.raises(InputError) as raised:
        filter_term("comment", "comment", value, plain_text)
    assert "comment" in raised.value.message


@pytest.mark.parametrize("key", ["sise", "start.uuid", "fields", "max_records", "name=x", "clone", "maps"])
def test_an_unknown_key_of_a_filter_is_refused_with_what_is_known(key: str) -> None:
    kind = LUN_KIND if key == "maps" else VOLUME_KIND
    with pytest.raises(InputError) as raised:
        kind.queried(key)
    assert repr(key) in raised.value.message
    assert "comment" in raised.value.hint
    assert " clone," not in raised.value.hint


def test_what_is_selected_twice_is_refused() -> None:
    params = {**NOTHING, "svm": ["nas1"], "aggregate": None, "uuid": None, "filter": {"svm.name": "nas2"}}
    with pytest.raises(InputError, match=r"svm\.name: selected in two ways"):
        Request(VOLUME_KIND, params)


def test_a_page_is_no_longer_than_what_is_wanted() -> None:
    params = {**NOTHING, "svm": None, "aggregate": None, "uuid": None, "limit": 5}
    assert Request(VOLUME_KIND, {**params, "names": ["a"]}).query()["max_records"] == 6
    assert Request(VOLUME_KIND, {**params, "names": ['a"']}).query()["max_records"] == 10000


# -- the tables ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_field_is_one_of_the_api_and_of_the_release_that_has_it(name: str) -> None:
    known = schema_of(KINDS[name])
    for word in KINDS[name].words:
        for path, since in {**word.asks, **({word.query: word.since} if word.query else {})}.items():
            below = [field for key, field in known.fields.items() if key == path or key.startswith(path + ".")]
            assert below, f"{word.option}: {path}"
            oldest = min(field.since for field in below)
            assert oldest <= parse_version("9.8") or (since and parse_version(since) >= oldest), f"{word.option}: {path}"


@pytest.mark.parametrize("name", sorted(KINDS))
def test_what_comes_unasked_costs_ontap_nothing_extra(name: str) -> None:
    expensive = schema_of(KINDS[name]).expensive
    asked = {path for word in KINDS[name].words if not word.extra for path in word.asks}
    assert not {one for one in expensive for path in asked if one == path or one.startswith(path + ".")}


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_a_reader_speaks_the_words_of_its_writer(name: str) -> None:
    resource = WRITERS[name]
    options = {field.option.partition(".")[0] for field in (*resource.everything, *resource.assigned)}
    assert options <= set(KINDS[name].by_option)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_word_is_documented_with_its_release_and_its_cost(name: str) -> None:
    contains = yaml.safe_load(load(name).RETURN)["records"]["contains"]
    kind = KINDS[name]
    assert list(contains) == [word.option for word in kind.words]
    fields = " ".join(yaml.safe_load(load(name).DOCUMENTATION)["options"]["fields"]["description"])
    for word in kind.words:
        text = "".join(contains[word.option]["description"])
        assert ("Only on request." in text) == word.extra, word.option
        assert ("Needs ONTAP" in text) == bool(word.since), word.option
        assert (f"V({word.option})" in fields) == (word.extra or word.option in kind.always), word.option
        assert not word.since or f"Needs ONTAP {word.since}." in text, word.option


def test_a_word_of_a_release_asks_for_nothing_older() -> None:
    assert Word("comment", "comment@9.9.1").asks == {"comment": "9.9.1"}
    assert Word("x", "", asks=("a", "b@9.10.1")).asks == {"a": None, "b": "9.10.1"}


# -- serial numbers and members ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["wOj5h$Q3FZ6x", "774f6a3568245133465a3678", "naa.600a0980774f6a3568245133465a3678", "3600A0980774F6A3568245133465A3678"],
)
def test_a_serial_number_is_known_in_each_of_its_forms(text: str) -> None:
    assert serial_of(text) == "wOj5h$Q3FZ6x"


@pytest.mark.parametrize("text", ["", "wOj5h", "naa.60060e80774f6a3568245133465a3678", "774f6a3568245133465a36"])
def test_what_is_no_serial_number_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not the serial number of a LUN"):
        serial_of(text)


def test_initiators_of_nested_igroups_are_told_from_own_ones() -> None:
    members = [{"name": "IQN.1994-05.com.example:A"}, {"name": "iqn.1994-05.com.example:b", "igroup": {"name": "site", "uuid": "2"}}]
    assert inherited({"uuid": "1", "initiators": members}) == [{"name": "iqn.1994-05.com.example:b", "igroup": "site"}]


@pytest.mark.parametrize(
    ("option", "record", "value"),
    [
        ("aggregate", {"aggregates": [{"name": "a"}]}, "a"),
        ("aggregate", {"aggregates": [{"name": "a"}, {"name": "b"}]}, None),
        ("aggregates", {"aggregates": [{"name": "a"}, {"name": "b"}]}, ["a", "b"]),
        ("aggregates", {}, []),
        ("clone", {"clone": {"is_flexclone": False, "split_complete_percent": 0}}, None),
        ("movement", {}, None),
        ("online", {"state": "restricted"}, False),
    ],
)
def test_a_word_of_a_volume_is_what_it_says(option: str, record: dict[str, Any], value: Any) -> None:
    assert VOLUME_KIND.by_option[option].getter()(record) == value
