/** How one machine is started. */
export interface QemuOptions {
  /** Names the machine on the command line, by which its process is found. */
  readonly directory: string;
  readonly name: string;
  readonly accelerator: "kvm" | "tcg";
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly initrd: string;
  /** Where its SSH server is reached on this computer. */
  readonly address: string;
  readonly port: number;
  /** Where its kernel answers that nothing listens, as soon as there is one. */
  readonly lookPort: number;
  /** From 1 to 1000: gives the hardware address of its second network, which all machines of the pool are on. */
  readonly index: number;
  /** That network's own multicast group and port, on the loopback device. */
  readonly group: string;
  readonly machineId: string;
}

export const machineFiles = {
  disk: "disk.qcow2",
  seed: "seed.tar",
  console: "console.log",
  pid: "qemu.pid",
} as const;

export function qemuArguments(options: QemuOptions): readonly string[] {
  const { directory, name, accelerator, cpus, memoryBytes, kernel, initrd, address, index, group } = options;
  const file = (key: keyof typeof machineFiles): string => `${directory}/${machineFiles[key]}`;
  const forwards = [`hostfwd=tcp:${address}:${options.port}-:22`, `hostfwd=tcp:${address}:${options.lookPort}-:1`];
  const kernelLine = [
    "root=/dev/vda rw console=ttyS0 quiet net.ifnames=0 mitigations=off panic=5",
    `systemd.machine_id=${options.machineId}`,
  ].join(" ");
  return [
    ...["-nodefaults", "-no-user-config", "-display", "none", "-name", name],
    ...["-machine", `pc,accel=${accelerator}`, "-cpu", accelerator === "kvm" ? "host" : "qemu64"],
    ...["-smp", String(cpus), "-m", `${Math.round(memoryBytes / 1024 ** 2)}M`],
    ...["-kernel", kernel, "-initrd", initrd, "-append", kernelLine],
    ...["-serial", `file:${file("console")}`],
    // A machine that is switched off for good needs no promise that its writes are on the disk.
    ...disk(file("disk"), "qcow2", ""),
    ...disk(file("seed"), "raw", ",readonly=on"),
    ...["-netdev", `user,id=way,${forwards.join(",")}`, "-device", "virtio-net-pci,netdev=way"],
    ...["-netdev", `socket,id=data,mcast=${group},localaddr=127.0.0.1`],
    ...["-device", `virtio-net-pci,netdev=data,mac=52:54:00:70:${byte(index >> 8)}:${byte(index & 255)}`],
    ...["-device", "virtio-rng-pci"],
    ...["-pidfile", file("pid"), "-daemonize"],
  ];
}

function byte(value: number): string {
  return value.toString(16).padStart(2, "0");
}

function disk(file: string, format: string, more: string): readonly string[] {
  return ["-drive", `file=${file},if=virtio,format=${format},cache=unsafe${more}`];
}

/** What one machine has of its own, by path. */
export function seedFiles(options: {
  readonly name: string;
  readonly dataAddress: string;
  readonly authorizedKey: string;
  readonly hostKey: string;
}): Readonly<Record<string, { readonly text: string; readonly mode: number }>> {
  const { name, dataAddress, authorizedKey, hostKey } = options;
  return {
    "etc/hostname": { text: `${name}\n`, mode: 0o644 },
    "etc/hosts": { text: `127.0.0.1 localhost\n127.0.1.1 ${name}\n`, mode: 0o644 },
    "etc/ssh/ssh_host_ed25519_key": { text: hostKey, mode: 0o600 },
    "etc/plush-data-address": { text: `${dataAddress}/16\n`, mode: 0o644 },
    "root/.ssh/authorized_keys": { text: `${authorizedKey}\n`, mode: 0o600 },
  };
}
