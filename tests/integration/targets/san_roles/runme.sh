#!/usr/bin/env bash
# The playbooks san_provision and san_decommission as users run them, against simulators on sockets: see test_*.py.
set -eux
python -m pytest -p no:cacheprovider -q -rA --durations=5 .
