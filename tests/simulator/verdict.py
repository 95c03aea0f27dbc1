# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what hosts and users noticed: `python3 -m tests.simulator.verdict READY_FILE`; exit status 1 when it was disruptive."""

from __future__ import annotations

import json
import ssl
import sys
import urllib.request
from collections import Counter
from typing import Any


def fetch(ready_file: str) -> dict[str, Any]:
    """The ledger of the running simulator that the ready file describes."""
    with open(ready_file, encoding="utf-8") as file:
        ready = json.load(file)
    context = ssl.create_default_context(cafile=ready["ca_path"]) if ready["scheme"] == "https" else None
    with urllib.request.urlopen(f"{ready['control_url']}/ledger", context=context, timeout=30) as answer:
        return json.load(answer)


def story(ledger: dict[str, Any]) -> list[str]:
    """The ledger in a few lines: how often what happened, the longest pause, and the verdict."""
    verdict = ledger["verdict"]
    counts = Counter(entry["kind"] for entry in ledger["entries"])
    lines = ["What hosts and users noticed:"]
    lines += [f"  {kind}: {count}" for kind, count in sorted(counts.items())] or ["  nothing"]
    lines.append(f"  longest I/O pause: {verdict['longest_pause']:.1f} s of {verdict['pause_limit']:.0f} s allowed (simulated seconds)")
    lines.append("Verdict: non-disruptive." if verdict["non_disruptive"] else f"Verdict: DISRUPTIVE: {json.dumps(verdict)}")
    return lines


def main(ready_file: str) -> int:
    """Print the story; 0 when the ledger holds nothing but pauses within their limits."""
    ledger = fetch(ready_file)
    print("\n".join(story(ledger)))
    return 0 if ledger["verdict"]["non_disruptive"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
