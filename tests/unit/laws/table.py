# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The laws that every writer keeps, as rows: given a cluster, a task leads to these actions. test_laws.py runs them.

Each file has the ROWS of a family of modules.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from .row import Row

ROWS: list[Row] = [
    row
    for path in sorted(Path(__file__).parent.glob("*.py"))
    if path.stem not in ("__init__", "row", "table")
    for row in importlib.import_module(f"{__package__}.{path.stem}").ROWS
]
