#!/bin/sh
# Installs the Debian packages that the full tests use, without letting any of them start a service.
set -eu

missing=""
need() { # program package
  command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing="$missing $2"
}
need sshd openssh-server
need ssh openssh-client
need ip iproute2
need nft nftables
need sudo sudo
need busybox busybox
need ping iputils-ping
need unshare util-linux
need git git
need gpg gnupg
need rpm rpm
need zstd zstd
need curl curl
need kubectl kubernetes-client
need jq jq
need openssl openssl
need c++ g++
need cc gcc
need python3 python3
need chromium chromium
need certutil libnss3-tools
need haproxy haproxy
need etcd etcd-server
need promtool prometheus
need amtool prometheus-alertmanager
need glpsol glpk-utils
need qemu-system-x86_64 qemu-system-x86
need qemu-img qemu-utils
need mmdebstrap mmdebstrap
need mkfs.ext4 e2fsprogs
need modprobe kmod
# The module belongs to Debian's own Python, which need not be the first on the PATH.
/usr/bin/python3 -c "import kubernetes" 2>/dev/null || missing="$missing python3-kubernetes"
# What the benchmarks are held against.
if [ "${1-}" = bench ]; then
  need wrk wrk
  need ansible-playbook ansible
  need clush clustershell
  need pdsh pdsh
fi
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "error: please install:$missing" >&2
  exit 1
fi
if [ "$(id -u)" != 0 ]; then
  echo "error: run as root, or install yourself:$missing" >&2
  exit 1
fi

# policy-rc.d answers 101 (forbidden) to every attempt of a package to start its service.
policy=/usr/sbin/policy-rc.d
made=""
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  made=yes
fi
trap '[ -z "$made" ] || rm -f "$policy"' EXIT

echo "installing:$missing"
apt-get update -q
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
