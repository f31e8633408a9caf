/**
 * The first program of an emulated host, run in its own mount, process, UTS and IPC namespaces: mounts the host's root
 * file system and becomes its SSH server. Arguments: DIR NAME CGROUP-OR-EMPTY MASK NODE-PATH-TO-HIDE-OR-EMPTY, then
 * further arguments of sshd. DIR holds upper, work, root, boot_id, machine-id, host_key.
 */
export const hostInit = `#!/bin/sh
set -eu
dir=$1 name=$2 group=$3 mask=$4 hide=$5
shift 5
root=$dir/root
mount --make-rprivate /
echo "$name" >/proc/sys/kernel/hostname
mount -t overlay overlay -o "lowerdir=$mask:/,upperdir=$dir/upper,workdir=$dir/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir -m 755 "$root/run/sshd"
cp "$dir/host_key" "$root/run/sshd/host_key"
chmod 600 "$root/run/sshd/host_key"
mount --bind "$dir/boot_id" "$root/proc/sys/kernel/random/boot_id"
[ ! -e "$root/etc/machine-id" ] || mount --bind "$dir/machine-id" "$root/etc/machine-id"
[ -z "$hide" ] || mount --bind "$dir/empty" "$root$hide"
if [ -n "$group" ]; then
  echo $$ >"$group/cgroup.procs"
  mount --bind "$group" "$root/sys/fs/cgroup"
fi
cd "$root"
exec chroot . /usr/sbin/sshd -D -f /dev/null -h /run/sshd/host_key -E /run/sshd/log \\
  -o UsePAM=no -o StrictModes=no -o PermitRootLogin=yes -o PidFile=none "$@"
`;
