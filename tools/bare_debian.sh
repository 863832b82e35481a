#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

# `make run` and `make test` of the last commit, on a Debian that has nothing else:
#     tools/bare_debian.sh
#     TESTS="tests/hotspot -k qr" tools/bare_debian.sh
# Needs root on Debian, debootstrap, `apt-get update` done, and 3 GB in TMPDIR. The bare Debian is
# of the same release, from the mirror that apt has here, and is removed at the end.
set -euo pipefail

here=$(realpath "${BASH_SOURCE[0]}")

if [[ ${1:-} != inside ]]; then
    [[ $EUID -eq 0 ]] || { echo "Run this as root." >&2; exit 1; }
    command -v debootstrap >/dev/null || { echo "apt-get install debootstrap" >&2; exit 1; }
    folder=$(mktemp -d)
    child=0
    # Mounts and processes are in namespaces of their own: with their first process, all are gone.
    end() {
        first=$(cat "/proc/$child/task/$child/children" 2>/dev/null) &&
            kill -KILL $first && wait "$child" || true
        rm -rf --one-file-system "$folder"
    }
    trap end EXIT
    unshare --mount --pid --fork --kill-child "$here" inside "$folder" </dev/null &
    child=$!
    wait "$child"
    exit
fi

root=$2/debian
log=$2/log
. /etc/os-release
sources=$(apt-get indextargets --format '$(ORIGIN)|deb $(REPO_URI) $(RELEASE) main' \
    'Created-By: Packages' 'Component: main' | sed -n 's/^Debian|//p' | sort -u)
mirror=$(sed -n "s/^deb \(.*\) $VERSION_CODENAME main$/\1/p" <<<"$sources" | head -n 1)
[[ $mirror ]] || { echo "apt knows no mirror of $VERSION_CODENAME; apt-get update?" >&2; exit 1; }

echo "== debootstrap"
debootstrap --variant=minbase --include=git,make,python3,python3-venv,ca-certificates \
    "$VERSION_CODENAME" "$root" "$mirror" >"$log" || { cat "$log" >&2; exit 1; }
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"

# How this machine reaches its mirror and its registries.
echo "$sources" >"$root/etc/apt/sources.list"
apt-config dump | grep ^Acquire:: >"$root/etc/apt/apt.conf.d/99machine"
cp -rL /usr/local/share/ca-certificates "$root/usr/local/share/"
for file in /etc/hosts /etc/pip.conf /etc/npmrc; do
    [[ ! -e $file ]] || cp -L "$file" "$root$file"
done
variables=(HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin)
while IFS= read -r -d '' variable; do
    [[ ! $variable =~ ^((PIP|NPM_CONFIG|npm_config|SSL_CERT)_|NODE_EXTRA_CA_CERTS=|[a-zA-Z]+_(proxy|PROXY)=) ]] ||
        variables+=("$variable")
done < <(env -0)

bare() { chroot "$root" env -i "${variables[@]}" "$@"; }

bare update-ca-certificates >"$root/dev/null" 2>&1
git clone --quiet "$(dirname "$here")/.." "$root/srv/esp_ws_ap"

echo "== make run"
set -m  # A process group of its own, as in a terminal, for its Ctrl-C.
bare make -C /srv/esp_ws_ap run >"$log" 2>&1 &
until page=$(sed -n 's/^simulator: board port 80 is //p' "$log") && [[ $page ]]; do
    kill -0 %% 2>/dev/null || { cat "$log" >&2; exit 1; }
    sleep 1
done
bare python3 -c 'import sys, urllib.request as r; print(len(r.urlopen(sys.argv[1]).read()), "bytes")' "$page"
kill -INT %%
wait %%
set +m

echo "== make test"
bare make -C /srv/esp_ws_ap test ${TESTS:+"TESTS=$TESTS"}
