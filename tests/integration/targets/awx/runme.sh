#!/usr/bin/env bash
# The role awx_setup and the file for `awx import` against a stand-in of AWX: see test_*.py.
set -eux
python -m pytest -p no:cacheprovider -q -rA -n 2 --durations=5 test_awx.py test_surveys.py
