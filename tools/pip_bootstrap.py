# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts pip into an environment of ansible-test, where its own bootstrap script cannot be downloaded.

ansible-test runs this inside a new "venv --without-pip" with arguments such as:
--disable-pip-version-check pip==25.2 --no-setuptools --no-wheel
"""

from __future__ import annotations

import os
import subprocess
import sys


def main() -> int:
    """Install Python's own pip, then let it install the version that was asked for."""
    environment = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1")
    environment.pop("GET_PIP", None)
    wanted = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
    # In a process of its own: ensurepip turns pip's configuration off in the process where it runs.
    subprocess.check_call([sys.executable, "-m", "ensurepip", "--default-pip"], env=environment, stdout=subprocess.DEVNULL)
    return subprocess.call([sys.executable, "-m", "pip", "install", "--quiet", "--upgrade"] + wanted, env=environment)


if __name__ == "__main__":
    sys.exit(main())
