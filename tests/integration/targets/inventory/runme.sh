#!/usr/bin/env bash
# The inventory plugin under Ansible's own commands, and a rolling maintenance over it: see test_*.py.
set -eux
python -m pytest -p no:cacheprovider -q -rA --durations=5 test_inventory.py
