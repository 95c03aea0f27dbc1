# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block protocol services of SVMs: /protocols/san/iscsi/services and /protocols/san/fcp/services; always synchronous.

Source: API reference and the SDK's description, iscsi_service and fcp_service: defaults, target names, codes. HTTP status is a
choice. A service that is disabled takes the paths of its hosts (reach_san.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..store import Row
from .family import DONE, Family, Outcome
from .references import pick_svm, ref
from .refusal import Refusal
from .world import World

TABLES = {"iscsi": "iscsi_services", "fcp": "fcp_services"}


def establish(world: World, svm: Row, protocol: str, enabled: bool = True, alias: str | None = None) -> Row:
    """Give an SVM the service of a protocol, with a target name of its own."""
    table = world.store.table(TABLES[protocol])
    target: Row = {"name": port_name(0x20, len(table) + 1, 0)}
    if protocol == "iscsi":
        # Source: SDK description: iqn.1992-08.com.netapp:sn.<hex digits>:vs.<number>. Choice: the digits are the SVM's uuid.
        serial = svm["uuid"].replace("-", "")
        target = {"name": f"iqn.1992-08.com.netapp:sn.{serial}:vs.{len(table) + 2}", "alias": svm["name"] if alias is None else alias}
    return world.store.insert(TABLES[protocol], {"svm": ref(svm), "enabled": enabled, "target": target}, key=svm["uuid"])


def port_name(kind: int, first: int, second: int) -> str:
    """A world wide name. Choice: numbers that count up behind the vendor's prefix 00:a0:98."""
    return ":".join(f"{part:02x}" for part in (kind, second, 0, 0xA0, 0x98, 0, first // 256, first % 256))


def enabled(world: World, svm: str, protocol: str) -> bool:
    """Whether an SVM has the service of a protocol, and it runs."""
    return bool(world.store.table(TABLES[protocol]).get(svm, {}).get("enabled"))


class Service(Family):
    """One of the two kinds of service: at most one per SVM, identified by the uuid of the SVM."""

    protocol = ""
    name = ""
    exists = ""

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every service."""
        return list(world.store.table(TABLES[self.protocol]).values())

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """The service of an SVM."""
        return world.store.table(TABLES[self.protocol]).get(keys["svm.uuid"])

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Give an SVM the service."""
        svm = pick_svm(world, body)
        if not svm.get(self.protocol, {}).get("allowed", True):
            raise Refusal(400, "2621507", f'The {self.name} protocol is not allowed on SVM "{svm["name"]}".', "svm")
        if svm["state"] != "running":
            raise Refusal(400, "5374893", f'SVM "{svm["name"]}" is not running.', "svm")
        if svm["uuid"] in world.store.table(TABLES[self.protocol]):
            raise Refusal(409, self.exists, f'SVM "{svm["name"]}" has an {self.name} service already.', "svm")
        alias = body.get("target", {}).get("alias")
        self._check_alias(alias)
        establish(world, svm, self.protocol, body.get("enabled", True), alias)
        world.ledger.observe(f"{self.name} service of {svm['name']} was created")
        return Outcome(key=svm["uuid"])

    @staticmethod
    def _check_alias(alias: str | None) -> None:
        # Source: SDK description: 1 to 128 printable characters but the space; an empty one clears it. Choice of the code.
        if alias and not re.fullmatch(r"[!-~]{1,128}", alias):
            raise Refusal(400, "262247", f'Invalid value "{alias}" for field "target.alias".', "target.alias")

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Enable, disable, or change the alias."""
        alias = body.get("target", {}).get("alias")
        self._check_alias(alias)
        if alias == "":
            record["target"].pop("alias", None)
        elif alias is not None:
            record["target"]["alias"] = alias
        record["enabled"] = body.get("enabled", record["enabled"])
        word = "enabled" if record["enabled"] else "disabled"
        world.ledger.observe(f"{self.name} service of {record['svm']['name']} is {word}")
        return DONE

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Remove the service. Source: it has to be disabled before."""
        if record["enabled"]:
            raise Refusal(400, "5373960", f'The {self.name} service of SVM "{record["svm"]["name"]}" is enabled.')
        world.store.remove(TABLES[self.protocol], record["svm"]["uuid"])
        return DONE


class IscsiServices(Service):
    """/protocols/san/iscsi/services: GET, POST, PATCH, DELETE."""

    path = "/protocols/san/iscsi/services"
    protocol = "iscsi"
    name = "iSCSI"
    exists = "5374077"


class FcpServices(Service):
    """/protocols/san/fcp/services: GET, POST, PATCH, DELETE."""

    path = "/protocols/san/fcp/services"
    protocol = "fcp"
    name = "FC"
    exists = "5374082"
