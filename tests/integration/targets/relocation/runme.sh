#!/usr/bin/env bash
# The playbooks share_relocate and lun_relocate as users run them, against simulators on sockets: see test_*.py.
set -eux
python -m pytest -p no:cacheprovider -q -rA -n 3 --durations=5 test_shares.py test_luns.py
