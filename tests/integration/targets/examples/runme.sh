#!/usr/bin/env bash
# What the documentation shows is run against a simulator on a socket: see test_examples.py.
set -eux
python -m pytest -p no:cacheprovider -q -rA -n 2 --dist loadgroup --durations=5 test_examples.py
