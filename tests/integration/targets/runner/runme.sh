#!/usr/bin/env bash
# The job templates of AWX as ansible-runner, the engine under AWX, runs them, against simulators on sockets: see test_*.py.
set -eux
# Simulators have threads, and ansible-runner forks: Python warns of that each time. The child begins a new program at once.
options=(-p no:cacheprovider -q -rA -n 3 --durations=5 -W "ignore:This process:DeprecationWarning")
python -m pytest "${options[@]}" test_templates.py test_cancel.py test_refusals.py
