# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenStack's words for places, where a user would paste them: svm:flexvol, and host@backend#pool.

A pool of Cinder is a FlexVol, one of Manila is an aggregate. Source: OpenStack documentation, NetApp drivers; names of volumes have
letters, digits and underscores only (API reference, volume), so neither form can be mistaken for a name.
"""

from __future__ import annotations

from typing import Any

from .errors import InputError


def pool_of(text: str) -> str:
    """The last part of host@backend#pool; any other text as it is."""
    host, mark, pool = text.strip().rpartition("#")
    if not mark:
        return text.strip()
    if "@" not in host or not pool:
        raise InputError(f"{text!r} is not a pool.", hint="Write it as host@backend#pool, or give the name alone.")
    return pool


def place_of(text: str) -> tuple[str | None, str]:
    """SVM, where it is named, and volume of a name, of svm:volume, or of host@backend#pool."""
    svm, mark, volume = pool_of(text).rpartition(":")
    if mark and not (svm and volume):
        raise InputError(f"{text!r} is not a volume.", hint="Write it as svm:volume, or give the name alone.")
    return svm or None, volume


def understood(params: dict[str, Any]) -> dict[str, Any]:
    """The options of a task that may name a volume and an aggregate in these words, with plain names."""
    found = dict(params)
    if params.get("volume"):
        svm, found["volume"] = place_of(params["volume"])
        if svm and params.get("svm") not in (None, svm):
            raise InputError(f"volume {params['volume']} is one of SVM {svm}, and svm is {params['svm']}.", target="svm")
        found["svm"] = svm or params.get("svm")
    if params.get("aggregate"):
        found["aggregate"] = pool_of(params["aggregate"])
    return found
