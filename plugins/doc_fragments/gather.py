# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that the info modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the options that gather.Gather adds; `fields` is documented by each module."""

    DOCUMENTATION = r"""
options:
  names:
    description:
      - Exact names, in which no character has a special meaning. Those that are not there are no error; they are in RV(missing).
      - Of a LUN, the whole path, or its last part. The same is true of O(patterns).
      - With O(patterns), an object that fits either is returned. Options of different kinds all have to fit.
      - An empty list selects nothing. This is true of every option that is a list of what to look for.
    type: list
    elements: str
  patterns:
    description: Names in which C(*) stands for any text, even none. All other characters stand for themselves, and case matters.
    type: list
    elements: str
  filter:
    description:
      - What else must be true of an object. The keys are words of a record (see O(fields)), or REST fields with dots such as
        C(snapmirror.is_protected). All entries have to fit.
      - A number or truth value must be equal. A list means any of these exact values.
      - A text is in ONTAP's query language - C(>80), C(1GiB..5GiB), C(web*|db*), C(!online), C(null) or C(!null). Double quotes make
        ONTAP take what is between them literally. Sizes may have a unit.
    type: dict
  limit:
    description: Return at most so many records. RV(truncated) says whether there are more.
    type: int
"""
