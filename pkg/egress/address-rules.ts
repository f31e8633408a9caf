import { BlockList, isIP } from "node:net";

export interface AddressRules {
  /** Whether this computer itself may be asked; only where the server listens there itself. */
  readonly allowLoopback: boolean;
  /** Ports of this server, which must not be asked at any of `ownAddresses`. */
  readonly ownPorts: readonly number[];
  readonly ownAddresses: readonly string[];
}

const never = new BlockList();
never.addSubnet("0.0.0.0", 8, "ipv4");
never.addSubnet("169.254.0.0", 16, "ipv4");
never.addSubnet("224.0.0.0", 3, "ipv4");
never.addAddress("::", "ipv6");
never.addSubnet("fe80::", 10, "ipv6");
never.addSubnet("ff00::", 8, "ipv6");
never.addSubnet("64:ff9b::", 96, "ipv6");
never.addAddress("fd00:ec2::254", "ipv6");

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Why an address may not be asked, or undefined. */
export function addressFault(written: string, port: number, rules: AddressRules): string | undefined {
  const address = plain(written);
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (isIP(address) === 0) return `${written} is no address`;
  if (never.check(address, family)) return `${address} is no address of a single public or private host`;
  const isLoopback = loopback.check(address, family);
  if (isLoopback && !rules.allowLoopback) return `${address} is the server's own computer`;
  const isOwn = isLoopback || rules.ownAddresses.includes(address);
  if (isOwn && rules.ownPorts.includes(port)) return `${address} port ${port} is the server itself`;
  return undefined;
}

/** ::ffff:127.0.0.1 is 127.0.0.1, however it is written. */
function plain(address: string): string {
  const mapped = /^::ffff:(?:0:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address);
  if (hex === null) return address.split("%")[0] ?? address;
  const number = Number.parseInt(hex[1] ?? "", 16) * 65_536 + Number.parseInt(hex[2] ?? "", 16);
  return [24, 16, 8, 0].map((shift) => (number / 2 ** shift) & 255).join(".");
}
