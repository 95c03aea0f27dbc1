# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters whose time runs fast, with volumes to be moved, and playbooks that are run on several of them at once."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

# ansible-test runs targets in a copy that has no collection around it; the collection is where Ansible finds it.
ROOTS = [*Path(__file__).resolve().parents, *map(Path, os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":"))]
sys.path.insert(0, str(next(root for root in ROOTS if (root / "ansible_collections/ndo/ontap/tests/integration/playground.py").is_file())))

from ansible_collections.ndo.ontap.tests.integration import playground  # noqa: E402

GIB = playground.GIB
SOURCE = "aggr1_ndo_01"


def files(count: int, size: int = 100, **more: Any) -> dict[str, Any]:
    """A cluster of two HA pairs with so many volumes on one aggregate, which NFS clients of two LIFs use; sizes are in GiB."""
    volumes = [{"name": f"vol{number:03}", "aggregate": SOURCE, "used": (size + number % 7) * GIB} for number in range(count)]
    lifs = [{"name": f"files_lif{number}", "node": f"ndo-0{number}", "address": f"198.51.100.{20 + number}"} for number in (1, 3)]
    names = [one["name"] for one in volumes]
    clients = [{"client_ip": f"198.51.100.10{number}", "lif": f"files_lif{number}", "volumes": names} for number in (1, 3)]
    svm = {"name": "files", "protocols": ["nfs"], "lifs": lifs, "volumes": volumes, "nfs_clients": clients}
    return {"cluster": "ndo", "pairs": [["ndo-01", "ndo-02"], ["ndo-03", "ndo-04"]], "svms": [svm], **more}


def blocks(count: int, luns: int = 2) -> dict[str, Any]:
    """The same with LUNs that hosts use, who are logged in to LIFs of all nodes."""
    lifs = [{"name": f"iscsi{node}", "node": f"ndo-0{node}", "port": "e0e", "address": f"203.0.113.{node}"} for node in (1, 2, 3, 4)]
    volumes = [{"name": f"vol{number:03}", "aggregate": SOURCE, "used": 0} for number in range(count)]
    names = [one["name"] for one in volumes]
    more = [{"volume": name, "name": f"lun{number}", "size": 100 * GIB, "used": 50 * GIB} for name in names for number in range(luns)]
    hosts = [{"name": f"host{number}", "volumes": names, "lun": f"lun{number}"} for number in range(luns)]
    svm = {"name": "blocks", "protocols": ["iscsi"], "lifs": lifs, "volumes": volumes, "luns": more, "san_hosts": hosts}
    return {"cluster": "ndo", "pairs": [["ndo-01", "ndo-02"], ["ndo-03", "ndo-04"]], "svms": [svm]}


class Site(playground.Site):
    """A cluster, the variables of its operator, and a folder for reports."""

    def __init__(self, name: str, folder: Path, simulator: Any) -> None:
        super().__init__(name, folder, simulator)
        self.identities = self.identity()

    def places(self) -> dict[str, str]:
        """Where each volume is."""
        return {row["name"]: row["aggregates"][0]["name"] for row in self.rows("volumes")}

    def on(self, aggregate: str = SOURCE) -> set[str]:
        """The volumes of an aggregate."""
        return {name for name, place in self.places().items() if place == aggregate}

    def moving(self) -> list[str]:
        """The volumes whose moves are under way."""
        over = ("success", "failed", "aborted")
        return [row["name"] for row in self.rows("volumes") if row.get("movement") and row["movement"]["state"] not in over]

    def identity(self) -> dict[str, Any]:
        """By what hosts and users know volumes and LUNs."""
        found = {f"volume {row['uuid']}": row["name"] for row in self.rows("volumes")}
        return {**found, **{f"LUN {row['name']}": (row["uuid"], row["serial_number"]) for row in self.rows("luns")}}

    def reporting(self) -> dict[str, set[str]]:
        """The nodes that report each LUN, by all its maps."""
        found: dict[str, set[str]] = {}
        for row in self.rows("lun_maps"):
            found.setdefault(row["lun"]["name"], set()).update(node["name"] for node in row["reporting_nodes"])
        return found

    def validations(self) -> int:
        """How many moves ONTAP was asked to check."""
        return sum("validate_only=true" in one["query"] for one in self.simulator.log.writes())

    def begun(self) -> Counter[str]:
        """How often ONTAP has accepted a move, by volume; also where the answer was lost."""
        found: Counter[str] = Counter()
        for one in self.simulator.log.sent("PATCH", "/api/storage/volumes/"):
            started = "destination_aggregate" in (one["body"] or {}).get("movement", {}) and "validate_only=true" not in one["query"]
            if started and (one["status"] in (200, 202) or one.get("fault") in ("drop_after", "reset")):
                found[self.identities["volume " + one["path"].rpartition("/")[2]]] += 1
        return found

    def moves(self) -> int:
        """How many moves there were on the cluster at all."""
        with self.simulator.app.lock:
            return self.world.store.table("counters").get("volume_moves", {"value": 0})["value"]

    def fault(self, method: str, path: str, kind: str = "error", **rule: Any) -> Site:
        """Let a request below /api go wrong; with every, each so-many-th one, for ever."""
        when = {name: rule.pop(name) for name in ("nth", "times", "every", "query") if name in rule}
        self.simulator.faults.add(method, f"/api/{path}", **{"times": 0 if "every" in when else 1, **when}, effect={"kind": kind, **rule})
        return self

    def undisturbed(self) -> None:
        """Hosts and users noticed nothing but short pauses, and know everything by what they knew it before."""
        assert super().undisturbed()
        verdict = self.verdict()
        assert self.identity() == self.identities
        noticed = {one["kind"] for one in self.world.ledger.entries}
        assert not noticed & {"outage", "optimized_paths_lost", "identity_changed", "data_lost"}
        assert verdict["paths_missing"] == verdict["open"] == 0


class Run(playground.SitesRun):
    """A run on sites."""

    def report(self, place: Site, role: str = "volume_relocate", use: str = "") -> dict[str, Any]:
        """The report of a role on a site, as AWX gets it."""
        return super().report(place, role, use)

    def fates(self, place: Site) -> dict[str, str]:
        """What became of each volume."""
        return {one["volume"]: one["outcome"] for one in self.report(place)["volumes"]}


class Playground(playground.Playground):
    """Makes sites, and plays on them."""

    SCENARIO = "two_pairs"
    SCALE = 60
    LIMIT = 150
    # What a node copies a second; and nothing is given back behind the back of a test.
    SETTINGS = {"move_rate": 16 * GIB, "auto_giveback_delay": 864000}
    # Moves are counted over the runs that are killed and those that finish their work.
    NEW_LOGS = False
    SITE = Site
    RUN = Run

    def site(self, name: str = "site", scenario: Any = None, settings: dict[str, Any] | None = None, **options: Any) -> Site:
        """A cluster with a name that its host in the inventory has; options are settings of its world."""
        return super().site(name, scenario, {**(settings or {}), **options})

    def play(self, playbook: str, *flags: str, sites: list[Any], **environment: str) -> Run:
        """Run a playbook to its end on these sites; the log of their requests begins with it."""
        for one in sites:
            one.simulator.log.clear()
        return super().play(playbook, *flags, sites=sites, **environment)
