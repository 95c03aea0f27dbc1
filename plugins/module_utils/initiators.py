# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of initiators: which are well formed, and the one form in which they are compared and written.

Sources: API reference, igroup: a WWPN is 8 pairs of hexadecimal digits with colons, an IQN is iqn.yyyy-mm.reverse_domain_name:any,
an EUI is "eui." and 16 hexadecimal digits, and a name has 96 characters at most. RFC 3720 (3.2.6) and RFC 3722: names of iSCSI nodes
are brought to lower case before they are compared. A WWPN is a number, so case and colons mean nothing. Knowledge base: no
underscores in an IQN.
"""

from __future__ import annotations

import re

from .errors import InputError

LONGEST = 96
WWPN = re.compile(r"[0-9a-f]{16}|[0-9a-f]{2}(:[0-9a-f]{2}){7}")
LIKE_WWPN = re.compile(r"[0-9a-f:]+")
EUI = re.compile(r"eui\.[0-9a-f]{16}")
IQN_DATE = re.compile(r"iqn\.\d{4}-(0[1-9]|1[0-2])\.")
IQN = re.compile(r"iqn\.[\d-]{7}\.[a-z0-9][a-z0-9.-]*(:[^\s_]+)?")


def canonical(name: str) -> str:
    """The form in which names compare; of a text that is no initiator name, the text in lower case."""
    text = name.strip().lower()
    digits = text.replace(":", "")
    return ":".join(digits[at : at + 2] for at in range(0, 16, 2)) if WWPN.fullmatch(text) else text


def is_fc(name: str) -> bool:
    """Whether a canonical name is that of an FC port; the others are iSCSI nodes."""
    return WWPN.fullmatch(name) is not None


def checked(name: str) -> str:
    """The canonical form of a name that a task gives; raises InputError that says what is wrong with it."""
    known = canonical(name)
    wrong = _fault(known)
    if wrong:
        hint = "Write a WWPN in quotes: YAML takes some of them for numbers." if known.isdigit() else None
        raise InputError(f"{name!r} is not the name of an initiator: {wrong}.", hint=hint, target="initiators")
    return known


def _fault(known: str) -> str:
    if len(known) > LONGEST:
        return f"it has {len(known)} characters, and {LONGEST} are allowed"
    if known.startswith("iqn."):
        return _iqn_fault(known)
    if known.startswith("eui."):
        return "" if EUI.fullmatch(known) else "an EUI is eui. and 16 hexadecimal digits"
    if WWPN.fullmatch(known):
        return ""
    if LIKE_WWPN.fullmatch(known):
        digits = len(known.replace(":", ""))
        return "a WWPN is 16 hexadecimal digits, or 8 pairs of them with colons" + (f"; it has {digits}" if digits != 16 else "")
    return "it is neither an IQN (iqn.yyyy-mm.domain:text), an EUI (eui. and 16 hexadecimal digits) nor a WWPN (16 hexadecimal digits)"


def _iqn_fault(known: str) -> str:
    if not IQN_DATE.match(known):
        return "iqn. must be followed by a year and a month, as in iqn.1998-01."
    if "_" in known:
        return "ONTAP takes no underscores in an IQN"
    if not IQN.fullmatch(known):
        return "the date must be followed by a domain name (letters, digits, dots, hyphens) and, after a colon, a text without blanks"
    return ""
