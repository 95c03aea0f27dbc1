# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a play over many clusters takes: as long as the slowest of them, or as all together.

Each fleet is 20 simulated clusters in this process, named by one inventory source. A play with as many forks takes a node of each cluster
over and gives back, which is waiting for the most part. In one fleet all clusters take alike; in the other, one is slow.
"""

from __future__ import annotations

import contextlib
import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

from tests.simulator.scenarios import presets
from tests.simulator.server import Simulator

from .cases import Bench, playbook
from .processes import Usage
from .report import Goal, columns

CLUSTERS = 20
SCALE = 15.0
"""Simulated seconds per second: a takeover and a giveback take about 14 s, so that waiting outweighs what Ansible computes."""
SLOW_SCALE = 6.0
LOGIN = {"username": "admin", "password": "benchmark"}
STATS = re.compile(r"^CUSTOM STATS: \*+\s+RUN: (?=\{)", re.MULTILINE)
READS = 4
BY_LONGEST, BY_SUM, GROWTH = 2.0, 0.15, 1.3
HEADINGS = ("fleet", "clusters", "wall s", "longest s", "sum s", "wall/longest", "wall/sum", "CPU s")

STEPS: dict[str, dict[str, Any]] = {
    "health": {"ndo.ontap.health_info": {}},
    "takeover": {"ndo.ontap.ha_takeover": {"node": "{{ ontap_nodes[0] }}"}},
    "giveback": {"ndo.ontap.ha_giveback": {"node": "{{ ontap_nodes[0] }}"}},
}


class Run:
    """What a play over a fleet used, and the seconds that the tasks of each cluster took."""

    def __init__(self, name: str, usage: Usage, seconds: list[float]) -> None:
        self.name = name
        self.usage = usage
        self.longest = max(seconds)
        self.total = sum(seconds)

    def cells(self) -> tuple[str, ...]:
        """A line of the table."""
        wall = self.usage.wall
        figures = [f"{one:.1f}" for one in (wall, self.longest, self.total)]
        shares = [f"{wall / self.longest:.2f}", f"{wall / self.total:.3f}"]
        return (self.name, str(CLUSTERS), *figures, *shares, f"{self.usage.cpu:.1f}")


class Found:
    """All figures: of both fleets, and of reading the inventory of one, from the clusters and from the cache."""

    def __init__(self, alike: Run, slow: Run, inventory: dict[str, float]) -> None:
        self.alike = alike
        self.slow = slow
        self.inventory = inventory

    def growth(self) -> float:
        """By how much the play takes longer for each second that its longest cluster takes longer."""
        return (self.slow.usage.wall - self.alike.usage.wall) / (self.slow.longest - self.alike.longest)


class Fleet:
    """Clusters that listen, and the inventory source that names them."""

    def __init__(self, bench: Bench, folder: pathlib.Path, scales: list[float]) -> None:
        self.bench = bench
        scenario = {**presets.ha_pair(), "ha": {"auto_giveback": False}}
        self.clusters = [Simulator(scenario, seed=number, time_scale=scale, **LOGIN).start() for number, scale in enumerate(scales, 1)]
        self.source = folder / "fleet.ontap.yml"
        entries = [{"name": f"c{at:02d}", "hostname": one.host, "port": one.port} for at, one in enumerate(self.clusters, 1)]
        cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(folder / "fleet_cache")}
        options = {"plugin": "ndo.ontap.ontap", "ca_path": self.clusters[0].ca_path, "clusters": entries, **cache}
        self.source.write_text(json.dumps(options), encoding="utf-8")

    def stop(self) -> None:
        """End the clusters."""
        for one in self.clusters:
            one.stop()

    def requests(self) -> int:
        """The most requests that a cluster has seen since the last time."""
        counts = [len(one.log.sent()) for one in self.clusters]
        for one in self.clusters:
            one.log.clear()
        return max(counts)

    def command(self, *command: str) -> tuple[Usage, str]:
        """Run a command of Ansible over the inventory."""
        login = {f"ONTAP_{name.upper()}": value for name, value in LOGIN.items()}
        surroundings = {**login, "ANSIBLE_SHOW_CUSTOM_STATS": "1", "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1"}
        return self.bench.command([command[0], "-i", str(self.source), *command[1:]], surroundings)

    def inventory(self) -> dict[str, float]:
        """Seconds and requests of reading the inventory, and of reading it again."""
        found: dict[str, float] = {}
        for name in ("read", "kept"):
            usage, _text = self.command("ansible-inventory", "--list")
            found.update({f"{name}_wall": usage.wall, f"{name}_requests": self.requests()})
        return found

    def play(self, name: str) -> Run:
        """Run the play with a fork for each cluster."""
        tasks = [{**step, "register": f"did_{word}"} for word, step in STEPS.items()]
        spent = [f"{{{{ ansible_play_hosts | map('extract', hostvars, ['did_{word}', 'api', 'seconds']) | list }}}}" for word in STEPS]
        tasks.append({"ansible.builtin.set_stats": {"data": {"spent": spent}}, "run_once": True})
        plays = playbook(tasks, hosts="ontap_ha_pairs", module_defaults={"group/ndo.ontap.ontap": "{{ ontap_connection }}"})
        path = self.source.with_name("fleet.yml")
        path.write_text(json.dumps(plays), encoding="utf-8")
        usage, text = self.command("ansible-playbook", "--forks", str(CLUSTERS), path.name)
        begin = STATS.search(text)
        if begin is None:
            raise RuntimeError(f"the play over the fleet did not tell what it took:\n{text[-3000:]}")
        by_step = json.JSONDecoder().raw_decode(text, begin.end())[0]["spent"]
        return Run(name, usage, [sum(seconds) for seconds in zip(*by_step)])


@contextlib.contextmanager
def fleet(bench: Bench, folder: pathlib.Path, scales: list[float]) -> Iterator[Fleet]:
    """A fleet that ends whatever happens."""
    made = Fleet(bench, folder, scales)
    try:
        yield made
    finally:
        made.stop()


def measure(bench: Bench, folder: pathlib.Path) -> Found:
    """Play over both fleets."""
    with fleet(bench, folder, [SCALE] * CLUSTERS) as even:
        inventory = even.inventory()
        alike = even.play("all alike")
    with fleet(bench, folder, [SLOW_SCALE] + [SCALE] * (CLUSTERS - 1)) as uneven:
        return Found(alike, uneven.play("one slow"), inventory)


def table(found: Found) -> str:
    """Both fleets, and the inventory."""
    text = columns([HEADINGS, found.alike.cells(), found.slow.cells()])
    read = [f"{found.inventory[f'{name}_wall']:.1f} s and {found.inventory[f'{name}_requests']:.0f} requests" for name in ("read", "kept")]
    return f"{text}\nansible-inventory of {CLUSTERS} clusters: {read[0]} per cluster; from the cache: {read[1]}"


def goals(found: Found) -> list[Goal]:
    """What is wanted of a play over a fleet."""
    alike, slow = found.alike, found.slow
    return [
        Goal(f"{CLUSTERS} clusters, all alike: wall time by the longest", alike.usage.wall / alike.longest, BY_LONGEST, ""),
        Goal(f"{CLUSTERS} clusters, all alike: wall time by the sum", alike.usage.wall / alike.total, BY_SUM, ""),
        Goal(f"{CLUSTERS} clusters, one slow: wall time by the longest", slow.usage.wall / slow.longest, BY_LONGEST, ""),
        Goal("one slow cluster: growth of the wall time by that of the longest", found.growth(), GROWTH, ""),
        Goal("inventory: requests per cluster", found.inventory["read_requests"], READS, ""),
        Goal("inventory: requests per cluster, from the cache", found.inventory["kept_requests"], 0, ""),
    ]
