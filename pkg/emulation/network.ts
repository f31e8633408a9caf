import { runCommand } from "./command.ts";

/** Names of one emulated network: at most 15 characters each, the kernel's limit for interfaces. */
export interface NetworkNames {
  /** The device by which the computer itself reaches the hosts. */
  readonly bridge: string;
  /** The side on which the server runs. */
  readonly controllerAddress: string;
  /** The address of the host with this index (from 1): 10.88.0.1, 10.88.0.2, … */
  address(index: number): string;
  namespace(index: number): string;
  bridgeEnd(index: number): string;
}

/** `octet`: the second one of its addresses; networks that exist at the same time differ in it. */
export function networkNames(name: string, octet = 88): NetworkNames {
  return {
    bridge: `pl-${name}`,
    controllerAddress: `10.${octet}.255.254`,
    address: (index) => `10.${octet}.${Math.floor(index / 250)}.${(index % 250) + 1}`,
    namespace: (index) => `plush-${name}-${index}`,
    bridgeEnd: (index) => `pl-${name}-${index}`,
  };
}

/** A host's place in the network. */
export interface Plug {
  readonly index: number;
  /** Where the network has sites. */
  readonly site?: string;
}

/** What connects the hosts with each other and with this computer. */
export interface Network {
  readonly names: NetworkNames;
  /** Makes the namespaces of hosts with a device eth0 in each. */
  plug(hosts: readonly Plug[]): Promise<void>;
  unplug(index: number): Promise<void>;
  /** Pulls the cable of a host, or plugs it in again. */
  setLink(index: number, state: "up" | "down"): Promise<void>;
}

/** All hosts on one bridge, as fast as the computer is. */
export async function makeBridge(names: NetworkNames): Promise<Network> {
  await ip([
    `link add ${names.bridge} type bridge`,
    `addr add ${names.controllerAddress}/16 dev ${names.bridge}`,
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
    unplug: (index) => ip([`link del ${names.bridgeEnd(index)}`, `netns del ${names.namespace(index)}`]),
    setLink: (index, state) => ip([`link set ${names.bridgeEnd(index)} ${state}`]),
  };
}

/** Inside each namespace. */
export async function setAddresses(names: NetworkNames, indices: readonly number[]): Promise<void> {
  for (const index of indices) {
    const inside = ["link set lo up", `addr add ${names.address(index)}/16 dev eth0`, "link set eth0 up"];
    await runCommand("ip", ["-n", names.namespace(index), "-batch", "-"], `${inside.join("\n")}\n`);
  }
}

export async function ip(commands: readonly string[]): Promise<void> {
  await runCommand("ip", ["-batch", "-"], `${commands.join("\n")}\n`);
}

/** Removes what is there of this network, after a crashed run too. */
export async function removeNetwork(name: string): Promise<void> {
  const names = networkNames(name);
  const listed = await runCommand("ip", ["netns", "list"]);
  const namespaces = listed
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "")
    .filter((namespace) => namespace.startsWith(`plush-${name}-`));
  // A namespace goes some time after its name does, and its cable with it: the cable is taken away first, at once.
  const links = [...(await runCommand("ip", ["-o", "link", "show"])).matchAll(/^\d+: ([^@:]+)/gm)];
  const own = links.map(([, link = ""]) => link).filter((link) => isOf(names, link));
  const commands = [
    ...own.map((link) => `link del ${link}`),
    ...namespaces.map((namespace) => `netns del ${namespace}`),
  ];
  if (commands.length > 0) await runCommand("ip", ["-force", "-batch", "-"], `${commands.join("\n")}\n`);
}

/** The ends of cables before the bridge that they are in. */
function isOf({ bridge }: NetworkNames, link: string): boolean {
  return link === bridge || link.startsWith(`${bridge}-`);
}
