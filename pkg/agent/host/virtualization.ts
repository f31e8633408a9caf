/** Who makes machines, by what the machine says of its maker. */
const makers: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/KVM|Amazon EC2|Google Compute|OpenStack|DigitalOcean|Hetzner|Nutanix|Alibaba/i, "kvm"],
  [/QEMU|Bochs/i, "qemu"],
  [/VMware/i, "vmware"],
  [/VirtualBox|innotek/i, "virtualbox"],
  [/Microsoft Corporation[\s\S]*Virtual/i, "hyperv"],
  [/Xen/i, "xen"],
  [/Parallels/i, "parallels"],
];

/**
 * What a machine is made of: "none" for hardware, "container", or the name of what it runs in; "vm" where that does not say
 * its name. `textOf` reads a file; undefined where there is none.
 */
export function virtualizationOf(textOf: (path: string) => string | undefined): string {
  const isContained =
    textOf("/.dockerenv") !== undefined ||
    textOf("/run/.containerenv") !== undefined ||
    textOf("/run/systemd/container") !== undefined ||
    /(^|\0)container=/.test(textOf("/proc/1/environ") ?? "");
  if (isContained) return "container";
  const dmi = ["sys_vendor", "product_name", "board_vendor"].map((name) => textOf(`/sys/class/dmi/id/${name}`) ?? "");
  const maker = makers.find(([pattern]) => pattern.test(dmi.join("\n")));
  if (maker !== undefined) return maker[1];
  const type = textOf("/sys/hypervisor/type")?.trim();
  if (type !== undefined && type !== "") return type;
  return /^flags\s*:.*\bhypervisor\b/m.test(textOf("/proc/cpuinfo") ?? "") ? "vm" : "none";
}
