#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# node_exporter leaves out a good textfile whose HELP line differs from another file's, and calls it successfully read
#
# Package versions: prometheus-node-exporter 1.5.0-1+b6, prometheus 2.42.0+ds-5+deb12u1 (Debian 12)
# Expected: two programs that each write a file with the same metric, for other processes, are both exported; or else
#   node_textfile_scrape_error, which is there to be watched, is 1.
# Seen: the series of one file are missing. The answer is 200, node_textfile_scrape_error 0, the collector's success 1,
#   and both files are listed with their times as "successfully read". promtool calls each file good. Only the log of
#   the exporter has a line. The same HELP text in both: all is there.
# Why: the collector parses each file and hands on what it found; that the families do not agree shows later, when all
#   collectors' metrics are put together, and there a metric that does not fit is dropped, and the rest goes out.
set -euo pipefail

work=$(mktemp -d)
exporter=
cleanup() {
    [[ -z $exporter ]] || kill "$exporter"
    rm -rf "$work"
}
trap cleanup EXIT

cd "$work"
apt-get download --quiet --quiet --option APT::Sandbox::User=root \
    prometheus-node-exporter=1.5.0-1+b6 prometheus=2.42.0+ds-5+deb12u1
for package in ./*.deb; do
    dpkg-deb --extract "$package" programs
done
programs/usr/bin/prometheus-node-exporter --version 2>&1 | head -n 1

mkdir textfiles
cat >textfiles/listener.prom <<'EOF'
# HELP supervisor_process_up Whether the process runs.
# TYPE supervisor_process_up gauge
supervisor_process_up{name="app01"} 1
EOF
cat >textfiles/report.prom <<'EOF'
# HELP supervisor_process_up Is the process running?
# TYPE supervisor_process_up gauge
supervisor_process_up{name="app02"} 1
EOF
for file in textfiles/*.prom; do
    programs/usr/bin/promtool check metrics <"$file"
    echo "promtool check metrics $file: $?"
done

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
programs/usr/bin/prometheus-node-exporter --collector.disable-defaults --collector.textfile \
    --collector.textfile.directory=textfiles --web.listen-address="127.0.0.1:$port" 2>exporter.log &
exporter=$!

ask() { # file to write to; curl asks again until the exporter listens
    code=$(curl --silent --show-error --retry 20 --retry-connrefused --retry-delay 1 --output "$1" --write-out '%{http_code}' \
        "http://127.0.0.1:$port/metrics")
    echo "answer $code"
    grep -E '^(supervisor_process_up|node_textfile|node_scrape_collector_success)' "$1"
}

echo "--- two texts of HELP"
ask differ
grep -o 'has help .*' exporter.log | tail -n 1
sed -i 's/^# HELP .*/# HELP supervisor_process_up Whether the process runs./' textfiles/report.prom
echo "--- one text of HELP"
ask agree

same=yes
[[ $(grep -c '^supervisor_process_up{' differ) == 1 ]] || same=no
[[ $(grep -c '^node_textfile_mtime_seconds{' differ) == 2 ]] || same=no
grep -qx 'node_textfile_scrape_error 0' differ || same=no
grep -qx 'node_scrape_collector_success{collector="textfile"} 1' differ || same=no
[[ $(grep -c '^supervisor_process_up{' agree) == 2 ]] || same=no
if [[ $same != yes ]]; then
    echo "The behaviour has changed: one of two series was missing before, without a sign in the metrics."
    exit 1
fi
