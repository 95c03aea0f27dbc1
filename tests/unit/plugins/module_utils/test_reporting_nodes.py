# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reporting nodes: which set is meant, and when that can be told without knowing the HA pairs."""

from __future__ import annotations

from itertools import chain, combinations
from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError, OntapError, Refused
from ansible_collections.ndo.ontap.plugins.module_utils.reporting_nodes import Pairs, aim, settled

P1, P2, P3 = (frozenset(pair) for pair in ({"n1", "n2"}, {"n3", "n4"}, {"n5", "n6"}))
PAIRS = Pairs({name: pair - {name} for pair in (P1, P2, P3) for name in pair})
NODES = sorted(P1 | P2 | P3)


def subsets(things: list[Any]) -> list[Any]:
    """Every subset."""
    return [frozenset(one) for one in chain.from_iterable(combinations(things, size) for size in range(len(things) + 1))]


@pytest.mark.parametrize("mode", ["exact", "add", "trim"])
def test_what_is_settled_without_the_pairs_is_settled_with_them(mode: str) -> None:
    seen = 0
    for pairs in subsets([P1, P2, P3])[1:]:
        current = frozenset().union(*pairs)
        for asked in subsets(NODES):
            for owner in NODES:
                if settled(mode, asked, current, owner):
                    seen += 1
                    try:
                        assert aim(mode, asked, current, owner, PAIRS) == current
                    except Refused:
                        # An exact set without the LUN's own pair, which is there already: nothing to do, so nothing to refuse.
                        assert mode == "exact" and owner not in current
    assert seen > 50


@pytest.mark.parametrize("mode", ["exact", "add", "trim"])
def test_whole_pairs_that_are_there_are_settled_without_a_look_at_the_pairs(mode: str) -> None:
    for pairs in subsets([P1, P2, P3])[1:]:
        current = frozenset().union(*pairs)
        assert settled(mode, current, current, min(current))
        assert mode != "trim" or settled("trim", current - P1, current, "n1") == (current >= P1)


def test_the_aims() -> None:
    assert aim("exact", frozenset({"n1", "n4"}), P1, "n2", PAIRS) == P1 | P2
    assert aim("add", frozenset({"n5"}), P1, "n1", PAIRS) == P1 | P3
    assert aim("trim", frozenset(), P1 | P2 | P3, "n4", PAIRS) == P2
    assert aim("trim", frozenset({"n6"}), P1 | P2 | P3, "n1", PAIRS) == P1 | P3
    assert aim("trim", frozenset({"n6"}), P2, "n1", PAIRS) == P1


def test_the_pair_of_the_lun_never_goes() -> None:
    with pytest.raises(Refused, match="n1 and n2"):
        aim("exact", P2, P1 | P2, "n1", PAIRS)
    for pairs in subsets([P1, P2, P3])[1:]:
        for asked in subsets(NODES):
            assert aim("trim", asked, frozenset().union(*pairs), "n3", PAIRS) >= P2


@pytest.mark.parametrize("mode", ["exact", "add", "trim"])
def test_a_node_that_does_not_exist_is_named(mode: str) -> None:
    with pytest.raises(InputError) as caught:
        aim(mode, frozenset({"n9"}), P1, "n1", PAIRS)
    assert isinstance(caught.value, OntapError) and "no node n9" in caught.value.message and "n1, n2, n3" in caught.value.hint
