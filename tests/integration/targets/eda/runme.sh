#!/usr/bin/env bash
# The event source and the rulebooks in a real ansible-rulebook: see test_rulebooks.py.
set -eux
python -m pytest -p no:cacheprovider -q -rA -n 2 --durations=5 test_rulebooks.py
