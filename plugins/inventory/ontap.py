# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin: clusters, HA pairs, nodes, SVMs and aggregates as hosts and groups."""

from __future__ import annotations

DOCUMENTATION = r"""
name: ontap
short_description: Clusters, HA pairs, nodes, SVMs and aggregates as hosts
version_added: 0.3.0
author:
  - ndo.ontap contributors (@ndo-ontap)
description:
  - Makes hosts and groups out of ONTAP clusters, so that a play goes over the HA pairs of a fleet as it would over servers.
  - The source is a YAML file that is called C(ontap.yml) or C(ontap.yaml), or whose name ends in C(.ontap.yml) or C(.ontap.yaml).
  - All clusters are read at the same time, each over one connection, with one request for the cluster, one for its nodes, one for
    its SVMs and one for its aggregates; and one more for each further page of 10,000 objects. The last two are sent only where
    O(include) has their kind.
  - A cluster is the host C(CLUSTER), an HA pair C(NODE1+NODE2@CLUSTER), a node C(NODE@CLUSTER), an SVM C(SVM.svm@CLUSTER), an
    aggregate C(AGGREGATE.aggr@CLUSTER). C(CLUSTER) is the name in O(clusters), or else the one that ONTAP has.
  - The groups are C(ontap), below it C(ontap_clusters), C(ontap_ha_pairs), C(ontap_nodes), C(ontap_svms) and C(ontap_aggregates),
    C(ontap_cluster_CLUSTER) with everything of a cluster, below that C(ontap_pair_CLUSTER_NODE1_NODE2) with a pair, its nodes and the
    aggregates whose home they are, and C(ontap_stale) with the hosts of clusters that were read earlier (see O(on_error)).
  - Each host has the variables C(ontap_kind) (V(cluster), V(ha_pair), V(node), V(svm), V(aggregate)), C(ontap_cluster), C(ontap_nodes)
    (the nodes of it in order), C(ontap_facts) (what ONTAP says of it), C(ontap_connection) (see O(credentials)), and C(ansible_connection),
    which is C(local).
options:
  plugin:
    description: Says that the file is for this plugin.
    type: str
    required: true
    choices: [ndo.ontap.ontap]
  clusters:
    description:
      - The clusters. An entry has connection options of the modules, such as C(hostname), C(username) and C(password), and C(name).
        What it leaves out is taken from the options of the same name below, then from the environment.
      - Values may be templates, with lookups and extra variables; or vaulted. An empty text counts as left out.
      - Without the list there is one cluster, which the environment says.
    type: list
    elements: dict
    default: [{}]
    suboptions:
      name:
        description: What the cluster is called in the inventory; ONTAP's name of it when left out. It has to be another for each.
        type: str
      hostname:
        description: Name or address of the cluster management LIF.
        type: str
      username:
        description: The account.
        type: str
      password:
        description: Its password.
        type: str
      cert_filepath:
        description: File with the client certificate to log in with, instead of a user name.
        type: path
      key_filepath:
        description: File with its private key.
        type: path
      ca_path:
        description: File or folder with the certificates of the authorities to trust.
        type: path
      validate_certs:
        description: Whether the certificate of the cluster has to be trusted.
        type: bool
      port:
        description: The TCP port of the API.
        type: int
      http_timeout:
        description: Seconds to wait for the answer to one request.
        type: int
  username:
    description: The account of clusters that have none of their own.
    type: str
    env:
      - name: ONTAP_USERNAME
  password:
    description: Its password.
    type: str
    env:
      - name: ONTAP_PASSWORD
  cert_filepath:
    description: File with the client certificate for clusters that have no login of their own.
    type: path
    env:
      - name: ONTAP_CERT_FILEPATH
  key_filepath:
    description: File with its private key.
    type: path
    env:
      - name: ONTAP_KEY_FILEPATH
  ca_path:
    description: File or folder with the certificates of the authorities to trust.
    type: path
    env:
      - name: ONTAP_CA_PATH
  validate_certs:
    description: Whether the certificates of the clusters have to be trusted; so it is when nothing is said.
    type: bool
    env:
      - name: ONTAP_VALIDATE_CERTS
  port:
    description: The TCP port of the API; 443 when nothing is said.
    type: int
    env:
      - name: ONTAP_PORT
  http_timeout:
    description: Seconds to wait for the answer to one request; 30 when nothing is said.
    type: int
    env:
      - name: ONTAP_HTTP_TIMEOUT
  credentials:
    description:
      - How tasks on the hosts log in. C(ontap_connection) always has the address, the port, the authorities, the time-out and the names
        of certificate files, as far as the inventory file says them; what the environment says is not copied.
      - V(environment) puts no login into it; the environment of the run has to say C(ONTAP_USERNAME) and C(ONTAP_PASSWORD), as a
        credential of AWX does.
      - V(variables) refers to the variables C(ontap_username) and C(ontap_password), which the play has to know, for example from
        vaulted C(group_vars/ontap_cluster_CLUSTER.yml). The inventory holds no more than their names.
      - V(values) puts user name and password into it, for all to read who see the inventory, its cache excepted.
    type: str
    choices: [environment, variables, values]
    default: environment
  include:
    description: What becomes a host.
    type: list
    elements: str
    choices: [clusters, ha_pairs, nodes, svms, aggregates]
    default: [clusters, ha_pairs, nodes, svms, aggregates]
  on_error:
    description:
      - What becomes of a cluster that cannot be read.
      - V(fail) lets the whole source fail, with the name of each such cluster. Nothing is added then.
      - V(warn) leaves it out with a warning; the source fails only when no cluster at all can be read.
      - V(cached) takes what the cache has of it, however old, with a warning, and puts its hosts into the group C(ontap_stale). Where the
        cache has nothing, the source fails. It needs O(cache).
    type: str
    choices: [fail, warn, cached]
    default: fail
  parallel:
    description: How many clusters are read at the same time.
    type: int
    default: 20
extends_documentation_fragment:
  - constructed
  - inventory_cache
requirements:
  - requests
notes:
  - Ansible goes on without a source that fails, with a warning. Set C(any_unparsed_is_failed) in the section C(inventory) of
    C(ansible.cfg), or E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED), so that it stops.
  - The account needs to read C(/api/cluster), C(/api/cluster/nodes), C(/api/svm/svms) and C(/api/storage/aggregates). It has to be
    cluster-scoped.
  - C(ontap_facts) holds little that changes by the minute, because an inventory may be old. Ask the info modules for that.
  - The cache holds what was read, and no credential. A cluster whose address, port or O(include) changes is read anew.
"""

EXAMPLES = r"""
# Each text is the content of a file.

# Two clusters with one account, whose name and password the environment says (ONTAP_USERNAME, ONTAP_PASSWORD)
fleet.ontap.yml: |
  plugin: ndo.ontap.ontap
  clusters:
    - hostname: muc.example.com
    - hostname: ber.example.com
  ca_path: /etc/pki/example-ca.pem

# Each cluster has its own account; tasks take it from group_vars/ontap_cluster_muc.yml and group_vars/ontap_cluster_ber.yml
accounts.ontap.yml: |
  plugin: ndo.ontap.ontap
  clusters:
    - name: muc
      hostname: muc.example.com
      username: "{{ lookup('ansible.builtin.env', 'MUC_USERNAME') }}"
      password: "{{ lookup('ansible.builtin.env', 'MUC_PASSWORD') }}"
    - name: ber
      hostname: ber.example.com
      username: ndo
      password: "{{ lookup('ansible.builtin.env', 'BER_PASSWORD') }}"
  credentials: variables

# HA pairs alone: what the role node_maintenance wants to know, and groups by the number of the pair in its cluster
pairs.ontap.yml: |
  plugin: ndo.ontap.ontap
  clusters:
    - hostname: muc.example.com
    - hostname: ber.example.com
  include: [ha_pairs]
  compose:
    node_maintenance_nodes: ontap_nodes
  groups:
    no_failover: not ontap_facts.ha_enabled
  keyed_groups:
    - key: ontap_facts.number | string
      prefix: ontap_wave

# What was read is used for a day; a cluster that does not answer is taken as it was
kept.ontap.yml: |
  plugin: ndo.ontap.ontap
  clusters:
    - hostname: muc.example.com
    - hostname: ber.example.com
  cache: true
  cache_plugin: ansible.builtin.jsonfile
  cache_connection: ~/.cache/ontap
  cache_timeout: 86400
  on_error: cached
"""

import hashlib
import json
import re
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.ndo.ontap.plugins.module_utils import waiting
from ansible_collections.ndo.ontap.plugins.module_utils.arguments import CONNECTION, Arguments
from ansible_collections.ndo.ontap.plugins.module_utils.errors import OntapError
from ansible_collections.ndo.ontap.plugins.plugin_utils.fleet import Cluster, Fleet
from ansible_collections.ndo.ontap.plugins.plugin_utils.fleet_reading import Facts, read_cluster

try:
    from ansible.template import trust_as_template
except ImportError:
    # Before ansible-core 2.19 every text that is not marked as unsafe may be a template.
    trust_as_template = None

ENDINGS = ("yml", "yaml")
ENTRY = CONNECTION.merge(Arguments({"name": {"type": "str"}}))
LOGINS = (("username", "password"), ("cert_filepath", "key_filepath"))
SECRETS = LOGINS[0]
PLAIN = re.compile(r"[\w .,:;/+@~=-]*")
"""Text that is no template and no expression, whoever reads it."""

FORMAT = 1
"""Changes with what a reading holds, so that an older one in the cache is not taken for it."""


class Source:
    """One entry of the list of clusters: `given` as the file says it, `params` with what the environment adds."""

    def __init__(self, label: str, given: dict[str, Any], params: dict[str, Any]) -> None:
        self.label = label
        self.given = given
        self.params = params
        self.error: OntapError | None = None

    def identity(self, kinds: list[str]) -> str:
        """What has to be the same for a reading in the cache to be of this cluster, and whole."""
        return json.dumps([FORMAT, self.params["hostname"], self.params["port"], sorted(kinds)])

    def connection(self, credentials: str) -> dict[str, Any]:
        """How tasks reach the cluster; see the option credentials."""
        found = {name: value for name, value in self.given.items() if name not in ("name", *SECRETS)}
        if self.params["username"] and credentials == "variables":
            return {**found, **{name: _template(f"{{{{ ontap_{name} }}}}") for name in SECRETS}}
        if self.params["username"] and credentials == "values":
            return {**found, **{name: self.params[name] for name in SECRETS}}
        return found


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Reads the clusters of a source, and adds their hosts when all is well."""

    NAME = "ndo.ontap.ontap"

    def verify_file(self, path: str) -> bool:
        """Whether a file can be for this plugin, by its name."""
        name = path.replace("\\", "/").rpartition("/")[2]
        fits = any(name == f"ontap.{ending}" or name.endswith(f".ontap.{ending}") for ending in ENDINGS)
        return fits and super().verify_file(path)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Read what the source names, and add it; nothing is added before all is read."""
        super().parse(inventory, loader, path, cache=cache)
        config = self._read_config_data(path)
        self.templar.available_variables = self._vars
        try:
            sources = self._sources(config)
            readings = self._readings(sources, path, cache)
            fleet = Fleet(self.get_option("include"), self._sanitize_group_name)
            for source, reading, stale in readings:
                name = source.params["name"] or reading["cluster"]["name"]
                fleet.add(Cluster(name, reading, source.connection(self.get_option("credentials")), stale))
        except OntapError as error:
            raise AnsibleParserError(_words(error)) from error
        self._populate(fleet)

    # -- what the file says --------------------------------------------------------------------------------------------

    def _sources(self, config: Mapping[str, Any]) -> list[Source]:
        """The entries, complete; what is wrong with one is said with its name."""
        shared = {name: config[name] for name in CONNECTION.options if config.get(name) is not None}
        entries = self.get_option("clusters")
        if not entries:
            raise AnsibleParserError("The list of clusters is empty.")
        return [self._source(f"clusters[{at}]", entry, shared) for at, entry in enumerate(entries)]

    def _source(self, where: str, entry: Any, shared: dict[str, Any]) -> Source:
        if not isinstance(entry, Mapping):
            raise AnsibleParserError(f"{where} is no dictionary of connection options.")
        kept = dict(shared)
        for own, other in (LOGINS, LOGINS[::-1]):
            if own[0] in entry:
                kept = {name: value for name, value in kept.items() if name not in other}
        given = {str(name): self._value(where, str(name), value) for name, value in {**kept, **entry}.items()}
        given = {name: value for name, value in given.items() if value not in (None, "")}
        label = str(given.get("name") or given.get("hostname") or where)
        checked = ArgumentSpecValidator(ENTRY.options, **ENTRY.constraints).validate(given)
        params = checked.validated_parameters
        unknown = sorted(set(given) - set(ENTRY.options))
        if unknown:
            raise AnsibleParserError(f"{label}: there is no option {', '.join(unknown)}. There are {', '.join(sorted(ENTRY.options))}.")
        if checked.error_messages:
            secrets = [str(params[name]) for name in SECRETS if params.get(name)]
            raise AnsibleParserError(remove_values(f"{label}: {'; '.join(checked.error_messages)}", secrets))
        # As the modules would have them, but no path is made that of the home of whoever reads the inventory.
        typed = {name: value if ENTRY.options[name]["type"] == "path" else params[name] for name, value in given.items()}
        return Source(label, typed, params)

    def _value(self, where: str, name: str, value: Any) -> Any:
        """A value of the file in plain terms: templates evaluated, vaulted text in the clear."""
        more = {} if trust_as_template else {"convert_data": False}
        try:
            found = self.templar.template(value, **more)
        except AnsibleError as error:
            raise AnsibleParserError(f"{where}, {name}: {error}") from error
        return found if found is None or isinstance(found, (bool, int, float)) else str(found)

    # -- reading -------------------------------------------------------------------------------------------------------

    def _readings(self, sources: list[Source], path: str, cache: bool) -> list[tuple[Source, Facts, bool]]:
        """Each cluster that is to be in the inventory, what was read of it, and whether that is from an earlier time."""
        kept = self._kept(sources, path)
        found = {at: one for at, one in kept.items() if cache and self._is_fresh(one)}
        found.update(self._read([at for at in range(len(sources)) if at not in found], sources, path))
        failed = [at for at in range(len(sources)) if at not in found]
        stale = self._instead(failed, sources, kept, bool(found)) if failed else {}
        found.update(stale)
        return [(source, found[at], at in stale) for at, source in enumerate(sources) if at in found]

    def _kept(self, sources: list[Source], path: str) -> dict[int, Facts]:
        """What the cache has, however old; Ansible's cache plugin is told never to forget, because the age is judged here."""
        if not self.get_option("cache"):
            return {}
        self._timeout = self.get_option("cache_timeout")
        self.set_option("cache_timeout", 0)
        self.load_cache_plugin()
        kept = {at: self._cache.get(self._key(source, path)) for at, source in enumerate(sources)}
        return {at: dict(one) for at, one in kept.items() if one}

    def _key(self, source: Source, path: str) -> str:
        digest = hashlib.sha256(source.identity(self.get_option("include")).encode()).hexdigest()
        return f"{self.get_cache_key(path)}_{digest[:16]}"

    def _is_fresh(self, reading: Facts) -> bool:
        return not self._timeout or waiting.clock.wall() - reading["read_at"] <= self._timeout

    def _read(self, wanted: list[int], sources: list[Source], path: str) -> dict[int, Facts]:
        """Read these clusters at the same time; those that can be read."""
        kinds = self.get_option("include")

        def one(source: Source) -> Facts | None:
            try:
                return read_cluster(source.params, kinds)
            except OntapError as error:
                source.error = error
                return None

        with ThreadPoolExecutor(max(1, min(self.get_option("parallel"), len(wanted)))) as pool:
            found = dict(zip(wanted, pool.map(one, [sources[at] for at in wanted])))
        readings = {at: reading for at, reading in found.items() if reading is not None}
        if self.get_option("cache"):
            for at, reading in readings.items():
                self._cache[self._key(sources[at], path)] = reading
        return readings

    def _instead(self, failed: list[int], sources: list[Source], kept: dict[int, Facts], some: bool) -> dict[int, Facts]:
        """What takes the place of the clusters that cannot be read, as the option on_error says."""
        what = self.get_option("on_error")
        old = {at: kept[at] for at in failed if what == "cached" and at in kept}
        words = {at: f"Cluster {sources[at].label} cannot be read: {_words(sources[at].error)}" for at in failed}
        if len(old) < len(failed) and not (what == "warn" and some):
            raise AnsibleParserError("; ".join(words[at] for at in failed if at not in old))
        for at in failed:
            instead = f"What was read at {_moment(old[at]['read_at'])} is used." if at in old else "It is left out."
            self.display.warning(f"{words[at]} {instead}")
        return old

    # -- the inventory -------------------------------------------------------------------------------------------------

    def _populate(self, fleet: Fleet) -> None:
        for group, parent in fleet.groups.items():
            self.inventory.add_group(group)
            if parent:
                self.inventory.add_child(parent, group)
        strict = self.get_option("strict")
        for name, host in fleet.hosts.items():
            self.inventory.add_host(name)
            for group in host.groups:
                self.inventory.add_child(group, name)
            for variable, value in host.variables.items():
                self.inventory.set_variable(name, variable, _literal(value))
            self._set_composite_vars(self.get_option("compose"), self._variables(name), name, strict=strict)
            self._add_host_to_composed_groups(self.get_option("groups"), self._variables(name), name, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), self._variables(name), name, strict=strict)

    def _variables(self, name: str) -> dict[str, Any]:
        return self.inventory.get_host(name).get_vars()


class _Template(str):
    """A text of ours that is a template on purpose."""


def _template(text: str) -> str:
    return _Template(text)


def _literal(value: Any) -> Any:
    """A value for a variable; what a cluster says is never evaluated, whatever it looks like.

    Only text that could be is marked for that, because ansible-inventory shows marked text in a wrapping.
    """
    if isinstance(value, dict):
        return {name: _literal(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_literal(inner) for inner in value]
    if not isinstance(value, str):
        return value
    if not isinstance(value, _Template) and not PLAIN.fullmatch(value):
        return wrap_var(value)
    return trust_as_template(str(value)) if trust_as_template else str(value)


def _words(error: OntapError | None) -> str:
    return str(error.to_fail()["msg"]) if error else "no reason given"


def _moment(epoch: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(epoch))
