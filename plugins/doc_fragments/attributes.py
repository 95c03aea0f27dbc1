# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation that every module shares: what its attributes mean."""

from __future__ import annotations


class ModuleDocFragment:
    """A module adds `support`, and `details` where it is not the whole truth."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode). Only reads are sent, and the forecast is the outcome of a real run.
  diff_mode:
    description: Returns what changes, or would change, as before and after in C(diff); secrets are left out.
  idempotent:
    description: A second run with the same options changes nothing.
"""
