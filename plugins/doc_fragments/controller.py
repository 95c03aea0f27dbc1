# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that say how to reach a controller."""

from __future__ import annotations


class ModuleDocFragment:
    """The same options and environment variables as those of the collection awx.awx."""

    DOCUMENTATION = r"""
options:
  controller_host:
    description:
      - The address of AWX or Automation Controller, as it is in the browser. HTTPS when it names no protocol.
      - The environment variable E(CONTROLLER_HOST) is used when it is left out.
    type: str
    required: true
  controller_username:
    description:
      - The user. An organization's administrator is enough for all but credential types and execution environments.
      - The environment variable E(CONTROLLER_USERNAME) is used when it is left out.
    type: str
  controller_password:
    description:
      - The user's password.
      - The environment variable E(CONTROLLER_PASSWORD) is used when it is left out.
    type: str
  controller_oauthtoken:
    description:
      - A token with the scope write, instead of user and password.
      - The environment variable E(CONTROLLER_OAUTH_TOKEN) is used when it is left out.
    type: str
  validate_certs:
    description:
      - Whether the controller's certificate has to be trusted. An authority of the site is named in the environment variable
        E(REQUESTS_CA_BUNDLE).
      - The environment variable E(CONTROLLER_VERIFY_SSL) is used when it is left out.
    type: bool
    default: true
  request_timeout:
    description:
      - Seconds to wait for the answer to one request.
      - The environment variable E(CONTROLLER_REQUEST_TIMEOUT) is used when it is left out.
    type: int
    default: 30
  api_prefix:
    description:
      - Where the API begins. V(/api/controller/) behind the gateway of Ansible Automation Platform 2.5 and later.
      - The environment variable E(CONTROLLER_OPTIONAL_API_URLPATTERN_PREFIX) is used when it is left out.
    type: str
    default: /api/
"""
