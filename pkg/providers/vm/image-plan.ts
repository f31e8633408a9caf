import type { VmImage } from "../../api/index.ts";

/** What every machine has: it boots, is reached by SSH, and runs agents. */
const basePackages = [
  "systemd-sysv",
  "openssh-server",
  "sudo",
  "iproute2",
  "procps",
  "ca-certificates",
  "nodejs",
  "linux-image-cloud-amd64",
  // The first program that the kernel starts, which finds the disk.
  "busybox-static",
] as const;

/** Raised when anything below or in `imageFiles` changes, so that images are made anew. */
const layout = 1;

/** All that decides what an image holds, but for the day on which it is made. */
export function recipeOf({ suite, packages }: VmImage): string {
  return JSON.stringify({ layout, suite, packages: [...new Set([...basePackages, ...packages])].sort() });
}

/** Arguments of mmdebstrap, which installs the image's system into `directory`. */
export function installArguments({ suite, packages }: VmImage, directory: string): readonly string[] {
  const leftOut = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*"];
  return [
    "--mode=root",
    "--variant=minbase",
    "--quiet",
    // The image is nobody's yet: what a power loss leaves of it is thrown away.
    "--dpkgopt=force-unsafe-io",
    ...leftOut.map((path) => `--dpkgopt=path-exclude=${path}`),
    '--aptopt=Acquire::Languages "none"',
    `--include=${[...basePackages, ...packages].join(",")}`,
    suite,
    directory,
  ];
}

/** All devices that a machine has; udev, which would find them for itself, is a large part of a boot without KVM. */
export const modules = ["virtio_pci", "virtio_blk", "virtio_net", "virtio_rng"] as const;

/** The first program: `modules` in the order in which they are loaded. */
export function initScript(modules: readonly string[]): string {
  return `#!/bin/busybox sh
/bin/busybox mount -t devtmpfs none /dev
${modules.map((name) => `/bin/busybox insmod /modules/${name}`).join("\n")}
n=0
until [ -b /dev/vda ] || [ $n -gt 600 ]; do /bin/busybox sleep 0.1; n=$((n + 1)); done
/bin/busybox mount -t ext4 /dev/vda /root
exec /bin/busybox switch_root /root /sbin/init
`;
}

/** Files of the image besides those of its packages, by path. */
export const imageFiles: Readonly<Record<string, string>> = {
  // Takes what one machine has of its own from its second disk, which is a tar archive as it stands.
  "etc/systemd/system/plush-seed.service": `[Unit]
Description=What this machine has of its own
DefaultDependencies=no
Before=sysinit.target ssh.service
[Service]
Type=oneshot
ExecStart=/bin/sh /usr/local/sbin/plush-seed
RemainAfterExit=yes
[Install]
WantedBy=sysinit.target
`,
  // eth0 is the way out, and by which it is reached: QEMU's own network. eth1 leads to the others of its pool.
  "usr/local/sbin/plush-seed": `set -e
tar -x -f /dev/vdb -C / --no-same-owner
hostname -F /etc/hostname
ip addr add 10.0.2.15/24 dev eth0
ip link set eth0 up
ip route add default via 10.0.2.2
ip addr add "$(cat /etc/plush-data-address)" dev eth1
ip link set eth1 up
resize2fs /dev/vda
`,
  "etc/resolv.conf": "nameserver 10.0.2.3\n",
  "etc/ssh/sshd_config.d/plush.conf": "HostKey /etc/ssh/ssh_host_ed25519_key\nUseDNS no\nPasswordAuthentication no\n",
  "etc/fstab": "",
};

/** Units that are started, and by what. */
export const wantedUnits: Readonly<Record<string, string>> = {
  "etc/systemd/system/sysinit.target.wants/plush-seed.service": "/etc/systemd/system/plush-seed.service",
};

/** Units that have nothing to do on such a machine, and take time. */
export const maskedUnits = [
  "apt-daily.timer",
  "apt-daily-upgrade.timer",
  "dpkg-db-backup.timer",
  "e2scrub_all.timer",
  "e2scrub_reap.service",
  "fstrim.timer",
  "getty.target",
  "kmod-static-nodes.service",
  "modprobe@.service",
  "dev-hugepages.mount",
  "dev-mqueue.mount",
  "sys-kernel-config.mount",
  "sys-kernel-debug.mount",
  "sys-kernel-tracing.mount",
  "systemd-modules-load.service",
  "systemd-random-seed.service",
  "systemd-sysctl.service",
  "systemd-sysusers.service",
  "systemd-tmpfiles-clean.timer",
  "systemd-tmpfiles-setup-dev.service",
  "systemd-udev-settle.service",
  "systemd-udev-trigger.service",
  "systemd-udevd.service",
  "systemd-udevd-control.socket",
  "systemd-udevd-kernel.socket",
  "systemd-update-utmp.service",
  "systemd-update-utmp-runlevel.service",
] as const;
