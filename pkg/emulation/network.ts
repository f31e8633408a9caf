import { runCommand } from "./command.ts";

/** Names of one emulated network: at most 15 characters each, the kernel's limit for interfaces. */
export interface NetworkNames {
  /** The device by which the computer itself reaches the hosts. */
  readonly bridge: string;
  readonly prefix: number;
  /** The side on which the server runs. */
  readonly controllerAddress: string;
  /** The address of the host with this index (from 1): 10.88.0.1, 10.88.0.2, … */
  address(index: number): string;
  namespace(index: number): string;
  bridgeEnd(index: number): string;
}

/** The addresses of a network; networks that exist at the same time differ in them. */
export interface AddressRange {
  /** The first, which nobody has: 10.88.0.0. */
  readonly base: string;
  /** How many bits all have in common: 16. */
  readonly prefix: number;
}

const defaultRange: AddressRange = { base: "10.88.0.0", prefix: 16 };

export function networkNames(name: string, { base, prefix }: AddressRange = defaultRange): NetworkNames {
  const size = 2 ** (32 - prefix);
  return {
    bridge: `pl-${name}`,
    prefix,
    controllerAddress: addressAt(base, size - 2),
    address: (index) => addressAt(base, index),
    namespace: (index) => `plush-${name}-${index}`,
    bridgeEnd: (index) => `pl-${name}-${index}`,
  };
}

function addressAt(base: string, offset: number): string {
  const number = base.split(".").reduce((sum, part) => sum * 256 + Number(part), 0) + offset;
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}

/** A host's place in the network. */
export interface Plug {
  readonly index: number;
  /** Where the network has sites. */
  readonly site?: string;
}

/** deaf: nothing comes to the host; mute: nothing goes from it. */
export type LinkState = "up" | "down" | "deaf" | "mute";

/** What connects the hosts with each other and with this computer. */
export interface Network {
  readonly names: NetworkNames;
  /** Makes the namespaces of hosts with a device eth0 in each. */
  plug(hosts: readonly Plug[]): Promise<void>;
  unplug(index: number): Promise<void>;
  /** Pulls the cable of a host, or plugs it in again. One-way cuts need a delay line. */
  setLink(index: number, state: LinkState): Promise<void>;
}

/** All hosts on one bridge, as fast as the computer is. */
export async function makeBridge(names: NetworkNames): Promise<Network> {
  await ip([
    `link add ${names.bridge} type bridge`,
    `addr add ${names.controllerAddress}/${names.prefix} dev ${names.bridge}`,
    `link set ${names.bridge} up`,
  ]);
  return {
    names,
    async plug(hosts) {
      const indices = hosts.map(({ index }) => index);
      await ip([
        ...indices.map((index) => `netns add ${names.namespace(index)}`),
        ...indices.map(
          (index) => `link add ${names.bridgeEnd(index)} type veth peer name eth0 netns ${names.namespace(index)}`,
        ),
        ...indices.map((index) => `link set ${names.bridgeEnd(index)} master ${names.bridge} up`),
      ]);
      await setAddresses(names, indices);
    },
    unplug: (index) => ipForced([`link del ${names.bridgeEnd(index)}`, `netns del ${names.namespace(index)}`]),
    async setLink(index, state) {
      if (state === "deaf" || state === "mute") throw new Error("a bridge cuts both ways");
      await ip([`link set ${names.bridgeEnd(index)} ${state}`]);
    },
  };
}

/** Inside each namespace. */
export async function setAddresses(names: NetworkNames, indices: readonly number[]): Promise<void> {
  for (const index of indices) {
    const inside = ["link set lo up", `addr add ${names.address(index)}/${names.prefix} dev eth0`, "link set eth0 up"];
    await runCommand("ip", ["-n", names.namespace(index), "-batch", "-"], `${inside.join("\n")}\n`);
  }
}

export async function ip(commands: readonly string[]): Promise<void> {
  await runCommand("ip", ["-batch", "-"], `${commands.join("\n")}\n`);
}

/** Goes on after a command that fails: for what may be gone already. */
export async function ipForced(commands: readonly string[]): Promise<void> {
  await runCommand("ip", ["-force", "-batch", "-"], `${commands.join("\n")}\n`).catch(() => "");
}

/** Removes what is there of this network, after a crashed run too. Somebody else may be about the same. */
export async function removeNetwork(name: string): Promise<void> {
  const { links, namespaces } = await partsOf(name);
  // A namespace goes some time after its name does, and its cable with it: the cable is taken away first, at once.
  await ipForced([...links.map((link) => `link del ${link}`), ...namespaces.map((each) => `netns del ${each}`)]);
  const left = Object.values(await partsOf(name)).flat();
  if (left.length > 0) throw new Error(`cannot remove ${left.join(", ")}`);
}

interface NetworkParts {
  readonly links: readonly string[];
  readonly namespaces: readonly string[];
}

async function partsOf(name: string): Promise<NetworkParts> {
  const names = networkNames(name);
  const listed = (await runCommand("ip", ["netns", "list"])).split("\n").map((line) => line.split(" ")[0] ?? "");
  const links = [...(await runCommand("ip", ["-o", "link", "show"])).matchAll(/^\d+: ([^@:]+)/gm)];
  return {
    links: links.map(([, link = ""]) => link).filter((link) => isOf(names, link)),
    namespaces: listed.filter((namespace) => namespace.startsWith(`plush-${name}-`)),
  };
}

/** The ends of cables before the bridge that they are in. */
function isOf({ bridge }: NetworkNames, link: string): boolean {
  return link === bridge || link.startsWith(`${bridge}-`);
}
