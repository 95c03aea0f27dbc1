# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation that every module shares: how to reach the cluster."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of module_utils/arguments.py, CONNECTION."""

    DOCUMENTATION = r"""
options:
  hostname:
    description:
      - Name or address of the cluster management LIF. An IPv6 address may be written with or without brackets.
      - Without it, the environment variable E(ONTAP_HOSTNAME) counts.
    type: str
    required: true
  username:
    description:
      - The account. Needs O(password); excludes O(cert_filepath).
      - Without it, the environment variable E(ONTAP_USERNAME) counts.
    type: str
  password:
    description:
      - The password of O(username). It is shown nowhere.
      - Without it, the environment variable E(ONTAP_PASSWORD) counts.
    type: str
  cert_filepath:
    description:
      - File (PEM) with the client certificate to log in with, instead of a user name. Its common name is the name of the account.
      - Without it, the environment variable E(ONTAP_CERT_FILEPATH) counts.
    type: path
  key_filepath:
    description:
      - File (PEM) with the private key of O(cert_filepath). Not needed when the certificate file has the key too.
      - Without it, the environment variable E(ONTAP_KEY_FILEPATH) counts.
    type: path
  ca_path:
    description:
      - File (PEM) or folder with the certificates of the authorities to trust.
      - Without it, the environment variable E(ONTAP_CA_PATH) counts, then the authorities of the system.
    type: path
  validate_certs:
    description:
      - Whether the certificate of the cluster has to be trusted and to name O(hostname). Turn it off on a network that you trust only.
      - The environment variable E(ONTAP_VALIDATE_CERTS) counts when the option is left out.
    type: bool
    default: true
  port:
    description:
      - The TCP port of the API.
      - The environment variable E(ONTAP_PORT) counts when the option is left out.
    type: int
    default: 443
  http_timeout:
    description:
      - Seconds to wait for the answer to one request; 10 at most are spent on connecting. A wait for an operation has its own limit.
      - The environment variable E(ONTAP_HTTP_TIMEOUT) counts when the option is left out.
    type: int
    default: 30
requirements:
  - requests
notes:
  - Set the connection once per play, in C(module_defaults) of the action group C(group/ndo.ontap.ontap), or through the environment.
  - Give the account no more than it needs. A REST role with C(readonly) access to C(/api) reads everything; writes need C(read_modify)
    or C(all) on the paths that the module names. Work on nodes needs a cluster-scoped account; an SVM-scoped one is refused by ONTAP.
  - Reads are repeated after a broken connection. A write whose answer was lost is never repeated before the object was read again.
"""
