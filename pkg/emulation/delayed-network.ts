import { DelayLine } from "./delay-line.ts";
import { linkCommand, linkCommands, portCommand, siteCommand } from "./delay-table-plan.ts";
import { ip, ipForced, type Network, type NetworkNames, type Plug, setAddresses } from "./network.ts";
import type { Topology } from "./topology.ts";

/** The number of this computer among the delay line's devices; hosts have theirs from 1. */
const ownIndex = 0;

export interface DelayedNetworkOptions {
  readonly names: NetworkNames;
  readonly topology: Topology;
  /** The path of plush-delay. */
  readonly program: string;
  /** Where it listens for commands. */
  readonly socket: string;
}

export interface DelayedNetwork extends Network {
  readonly line: DelayLine;
  /** Gives the links anew, and where hosts stand: what is on its way keeps its time. */
  setTopology(topology: Topology, hosts: readonly Plug[]): Promise<void>;
  /** Takes up the devices of hosts whose delay line has ended and was started anew. */
  reconnect(hosts: readonly Plug[]): Promise<void>;
}

/** Hosts at sites, with a delay line between them all. */
export async function makeDelayedNetwork(options: DelayedNetworkOptions): Promise<DelayedNetwork> {
  const { names, topology, program, socket } = options;
  const line = await DelayLine.start(program, socket);
  const { serverSite } = topology;
  const own = {
    index: ownIndex,
    device: names.bridge,
    address: names.controllerAddress,
    ...(serverSite !== undefined && { site: serverSite }),
  };
  await line.command([...linkCommands(topology), portCommand(topology, own)]);
  await ip([
    `addr replace ${names.controllerAddress}/${names.prefix} dev ${names.bridge}`,
    `link set ${names.bridge} up`,
  ]);
  return delayedNetwork(options, line);
}

/** The network as another program has made it, whose delay line still runs; undefined: it does not. */
export async function adoptDelayedNetwork(options: DelayedNetworkOptions): Promise<DelayedNetwork | undefined> {
  const line = new DelayLine(options.socket);
  if (!(await line.answers())) return undefined;
  return delayedNetwork(options, line);
}

function delayedNetwork({ names, topology }: DelayedNetworkOptions, line: DelayLine): DelayedNetwork {
  const reconnect = async (hosts: readonly Plug[]): Promise<void> => {
    const ports = hosts.map(({ index, site }) => ({
      index,
      device: "eth0",
      netns: `/run/netns/${names.namespace(index)}`,
      address: names.address(index),
      ...(site !== undefined && { site }),
    }));
    await line.command(ports.map((port) => portCommand(topology, port)));
  };
  return {
    names,
    line,
    async plug(hosts) {
      const indices = hosts.map(({ index }) => index);
      await ip(indices.map((index) => `netns add ${names.namespace(index)}`));
      await reconnect(hosts);
      await setAddresses(names, indices);
    },
    reconnect,
    async unplug(index) {
      // Both may be gone already, where an attempt was interrupted.
      await line.command([`remove ${index}`]).catch(() => []);
      await ipForced([`netns del ${names.namespace(index)}`]);
    },
    async setLink(index, state) {
      await line.command([linkCommand(index, state)]);
    },
    async setTopology(next, hosts) {
      const own = next.serverSite === undefined ? { index: ownIndex } : { index: ownIndex, site: next.serverSite };
      await line.command([...linkCommands(next), ...[own, ...hosts].map((host) => siteCommand(next, host))]);
    },
  };
}
