#!/usr/bin/env bash
# Services both nodes of a simulated HA pair, one after the other, and shows what hosts and users noticed.
# Expects ansible-playbook on PATH and this collection on ANSIBLE_COLLECTIONS_PATH; leaves nothing running.
set -euo pipefail

collection=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
scale=${DEMO_TIME_SCALE:-25}
simulator=

# shellcheck disable=SC2329 # the trap calls it
cleanup() {
    if [ -n "$simulator" ]; then
        kill "$simulator" 2>/dev/null || true
        wait "$simulator" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap cleanup EXIT

field() {
    python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/ready.json" "$1"
}

echo "Starting a simulated HA pair; its time runs ${scale} times as fast as ours."
(cd "$collection" && exec python3 -m tests.simulator --scenario ha_pair --control --time-scale "$scale" --ready-file "$work/ready.json") &
simulator=$!
for _ in $(seq 100); do
    [ -e "$work/ready.json" ] && break
    kill -0 "$simulator"
    sleep 0.1
done

ONTAP_HOSTNAME=$(field host) ONTAP_PORT=$(field port) ONTAP_USERNAME=$(field username)
ONTAP_PASSWORD=$(field password) ONTAP_CA_PATH=$(field ca_path)
export ONTAP_HOSTNAME ONTAP_PORT ONTAP_USERNAME ONTAP_PASSWORD ONTAP_CA_PATH
export ANSIBLE_NOCOWS=1 ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false
export ANSIBLE_CALLBACK_RESULT_FORMAT=yaml ANSIBLE_SHOW_TASK_PATH_ON_FAILURE=false

status=0
ansible-playbook -i localhost, ndo.ontap.node_maintenance -e "@$collection/playbooks/demo/vars.yml" -e "node_maintenance_report_dir=$work" || status=$?

echo
(cd "$collection" && python3 -m tests.simulator.verdict "$work/ready.json") || status=1
exit "$status"
