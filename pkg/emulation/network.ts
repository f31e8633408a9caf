import { runCommand } from "./command.ts";

/** Names of one emulated network: at most 15 characters each, the kernel's limit for interfaces. */
export interface NetworkNames {
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

export async function makeNetwork(names: NetworkNames, hosts: number): Promise<void> {
  const indices = Array.from({ length: hosts }, (_, at) => at + 1);
  const links = [
    `link add ${names.bridge} type bridge`,
    `addr add ${names.controllerAddress}/16 dev ${names.bridge}`,
    `link set ${names.bridge} up`,
    ...indices.map((index) => `netns add ${names.namespace(index)}`),
    ...indices.map(
      (index) => `link add ${names.bridgeEnd(index)} type veth peer name eth0 netns ${names.namespace(index)}`,
    ),
    ...indices.map((index) => `link set ${names.bridgeEnd(index)} master ${names.bridge} up`),
  ];
  await runCommand("ip", ["-batch", "-"], `${links.join("\n")}\n`);
  for (const index of indices) {
    const inside = ["link set lo up", `addr add ${names.address(index)}/16 dev eth0`, "link set eth0 up"];
    await runCommand("ip", ["-n", names.namespace(index), "-batch", "-"], `${inside.join("\n")}\n`);
  }
}

/** Pulls the cable of a host, or plugs it in again. */
export async function setLink(names: NetworkNames, index: number, state: "up" | "down"): Promise<void> {
  await runCommand("ip", ["link", "set", names.bridgeEnd(index), state]);
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
  const cables = await runCommand("ip", ["-o", "link", "show", "type", "veth"]);
  const ends = [...cables.matchAll(/^\d+: ([^@:]+)/gm)].flatMap(([, end = ""]) =>
    end.startsWith(`${names.bridge}-`) ? [`link del ${end}`] : [],
  );
  const commands = [...ends, ...namespaces.map((namespace) => `netns del ${namespace}`)];
  const links = await runCommand("ip", ["-o", "link", "show", "type", "bridge"]);
  if (links.includes(` ${names.bridge}:`)) commands.push(`link del ${names.bridge}`);
  if (commands.length > 0) await runCommand("ip", ["-force", "-batch", "-"], `${commands.join("\n")}\n`);
}
