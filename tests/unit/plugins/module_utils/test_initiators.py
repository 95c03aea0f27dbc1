# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of initiators: one form for all spellings, and what is wrong with a name that is none."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError
from ansible_collections.ndo.ontap.plugins.module_utils.initiators import canonical, checked, is_fc

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import strategies as st  # noqa: E402 - only where the library is


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("20:01:00:50:56:BB:70:72", "20:01:00:50:56:bb:70:72"),
        ("2001005056bb7072", "20:01:00:50:56:bb:70:72"),
        (" 2001005056BB7072 ", "20:01:00:50:56:bb:70:72"),
        ("1000000000000001", "10:00:00:00:00:00:00:01"),
        ("iqn.1998-01.com.Example:Host-1", "iqn.1998-01.com.example:host-1"),
        ("IQN.1991-05.com.microsoft:web.example.com", "iqn.1991-05.com.microsoft:web.example.com"),
        ("iqn.2010-10.org.openstack:a+b/c=d", "iqn.2010-10.org.openstack:a+b/c=d"),
        ("iqn.1998-01.com.example", "iqn.1998-01.com.example"),
        ("EUI.02004567A425678D", "eui.02004567a425678d"),
    ],
)
def test_a_name_has_one_form(written: str, known: str) -> None:
    assert checked(written) == canonical(written) == known
    assert checked(known) == known


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("", "neither an IQN"),
        ("host1", "neither an IQN"),
        ("naa.600a0980774f6a35", "neither an IQN"),
        ("20:01:00:50:56:bb:70", "or 8 pairs of them with colons; it has 14"),
        ("20:01:00:50:56:bb:70:72:73", "it has 18"),
        ("200:1:00:50:56:bb:70:72", "8 pairs of them with colons"),
        ("2001005056bb707", "it has 15"),
        ("20:01:00:50:56:bb:70:7g", "neither an IQN"),
        ("eui.02004567a425678", "an EUI is eui. and 16 hexadecimal digits"),
        ("eui.02004567a425678g", "an EUI is eui. and 16 hexadecimal digits"),
        ("iqn.98-01.com.example:a", "followed by a year and a month"),
        ("iqn.1998-13.com.example:a", "followed by a year and a month"),
        ("iqn.1998-01", "followed by a year and a month"),
        ("iqn.1998-01.com.example:host_1", "no underscores"),
        ("iqn.1998-01.com.example:", "a text without blanks"),
        ("iqn.1998-01.com.example:a b", "a text without blanks"),
        ("iqn.1998-01.:a", "domain name"),
        ("iqn.1998-01.com.example:" + "x" * 80, "it has 104 characters, and 96 are allowed"),
    ],
)
def test_what_is_wrong_with_a_name_is_said(name: str, wrong: str) -> None:
    with pytest.raises(InputError) as caught:
        checked(name)
    assert wrong in caught.value.message and repr(name) in caught.value.message


def test_a_wwpn_that_yaml_took_for_a_number_is_explained() -> None:
    with pytest.raises(InputError) as caught:
        checked("27993600000001")
    assert "in quotes" in caught.value.hint


def test_fc_and_iscsi_are_told_apart() -> None:
    assert is_fc("20:01:00:50:56:bb:70:72")
    assert not is_fc("iqn.1998-01.com.example:a") and not is_fc("eui.02004567a425678d")


@hypothesis.given(st.integers(0, 16**16 - 1), st.booleans(), st.booleans())
def test_case_and_colons_mean_nothing_in_a_wwpn(number: int, colons: bool, upper: bool) -> None:
    digits = f"{number:016x}"
    known = ":".join(digits[at : at + 2] for at in range(0, 16, 2))
    written: Any = known if colons else digits
    assert checked(written.upper() if upper else written) == known
