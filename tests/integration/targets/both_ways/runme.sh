#!/usr/bin/env bash
set -eux
collection=$(cd ../../../.. && pwd)
work=$(mktemp -d)
(cd "$collection" && exec python -m tests.simulator --scenario ha_pair --ready-file "$work/ready.json") &
simulator=$!
trap 'kill "$simulator"; wait "$simulator" || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do
    [ -e "$work/ready.json" ] && break
    sleep 0.1
done
field() {
    python -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/ready.json" "$1"
}
ONTAP_HOSTNAME=$(field host) ONTAP_PORT=$(field port) ONTAP_USERNAME=$(field username)
ONTAP_PASSWORD=$(field password) ONTAP_CA_PATH=$(field ca_path)
export ONTAP_HOSTNAME ONTAP_PORT ONTAP_USERNAME ONTAP_PASSWORD ONTAP_CA_PATH
ansible-playbook -i localhost, test.yml
