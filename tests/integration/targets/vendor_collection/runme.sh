#!/usr/bin/env bash
# The vendor's modules and ours on the same objects of a simulator on a socket: see test_vendor.py.
set -eux
python -m pytest -p no:cacheprovider -q -rA -n 3 --durations=5 test_vendor.py
