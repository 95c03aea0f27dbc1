# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation that modules share which wait for ONTAP."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of module_utils/arguments.py, wait_arguments(). A module with another limit overrides the default."""

    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Whether to wait until the operation is done.
      - With V(false) the task ends when ONTAP has accepted the work; the result names the job, where there is one.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait before the task fails. Nothing is cancelled then - the operation goes on in ONTAP, and running the task again
        joins it.
    type: int
    default: 300
"""
