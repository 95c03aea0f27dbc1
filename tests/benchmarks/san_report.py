# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What volumes and LUNs cost, as a table with ratios, and beside it what was wanted."""

from __future__ import annotations

from .report import Goal, columns
from .san import CREATE, LUN_CREATE, LUN_RERUN, LUNS, RERUN, Cost, Costs
from .san_tasks import OURS, VENDORS

STACK_CALLS = {CREATE: 8, RERUN: 4}
THOUSAND_CPU = 3.0
THOUSAND_MEMORY = 150.0
LUN_SHARE = 1 / 30
HEADINGS = ("work", "side", "N", "wall ms", "ratio", "CPU ms", "ratio", "calls", "ratio", "TLS", "ratio")


def table(costs: Costs) -> str:
    """Each piece of work on both sides; the ratio is the vendor's by ours."""
    lines = [HEADINGS]
    for what, sides in costs.items():
        lines += [_line(what, side, sides) for side in sides]
    return columns(lines, 2)


def _line(what: str, side: str, sides: dict[str, Cost]) -> tuple[str, ...]:
    cells = []
    for name in ("wall", "cpu", "requests", "connections"):
        value = getattr(sides[side], name)
        share = f"{value / getattr(sides[OURS], name):.1f}" if side != OURS else ""
        cells += [f"{value:.1f}" if name in ("wall", "cpu") else f"{value:.3g}", share]
    return (what, side, str(sides[side].count), *cells)


def goals(costs: Costs, memory: float) -> list[Goal]:
    """What is wanted of our modules."""
    found = [Goal(f"{what}: requests", costs[what][OURS].requests, calls, "") for what, calls in STACK_CALLS.items()]
    noop, create = costs[LUN_RERUN][OURS], costs[LUN_CREATE]
    count = LUNS[OURS]
    share = create[OURS].wall / create[VENDORS].wall
    return [
        *found,
        Goal(f"rerun of {count} LUNs in one task: CPU", noop.cpu * count / 1000, THOUSAND_CPU, " s"),
        Goal(f"rerun of {count} LUNs in one task: memory", memory, THOUSAND_MEMORY, " MiB"),
        Goal(f"rerun of {count} LUNs in one task: requests", round(noop.requests * count), 1, ""),
        Goal(f"{count} LUNs created in one task: time as a share of the vendor's module in a loop", share, LUN_SHARE, ""),
    ]
