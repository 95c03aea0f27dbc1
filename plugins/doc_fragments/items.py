# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a writer that takes many objects in one task."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the options that bulk.Writer adds."""

    DOCUMENTATION = r"""
options:
  items:
    description:
      - Several objects in one task, over one connection. Each entry has the options of one object; what an entry leaves out is taken
        from the task.
      - All objects are read at once, and only those that differ are written. What became of each is in RV(results).
    type: list
    elements: dict
  on_error:
    description:
      - What to do with the rest when one of O(items) fails.
      - With V(stop), the others are left as they are. An object that can be refused without a write stops the task before anything is
        changed.
      - With V(continue), the others are carried out, and the task fails at its end.
    type: str
    choices: [stop, continue]
    default: stop
"""
