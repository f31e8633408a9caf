import { planLinks, type Topology } from "./topology.ts";

/** A device of the delay line. */
export interface DelayPort {
  readonly index: number;
  readonly device: string;
  /** Path of its network namespace; absent: this computer's own. */
  readonly netns?: string;
  /** The site's name; absent: beside every site. */
  readonly site?: string;
  readonly address: string;
}

/** So much of a link's bandwidth waits at its entrance before packets are dropped, and never less than a few dozen packets. */
const queueSeconds = 0.1;
const minQueueBytes = 64 * 1024;

/** The commands that make a topology's links. Sites without any, and who stands beside all, are the number after the last. */
export function linkCommands(topology: Topology): readonly string[] {
  return planLinks(topology).map(({ from, to, delayMs, jitterMs, loss, bandwidth }) => {
    const queue = Math.max(minQueueBytes, Math.round(bandwidth * queueSeconds));
    const times = [micros(delayMs), micros(jitterMs)].join(" ");
    return `link ${from} ${to} ${times} ${Math.round(loss * 1e6)} ${Math.round(bandwidth * 8)} ${queue}`;
  });
}

export function portCommand(topology: Topology, { index, device, netns, site, address }: DelayPort): string {
  const at = topology.sites.findIndex(({ name }) => name === site);
  return `port ${index} ${device} ${netns ?? "-"} ${at < 0 ? topology.sites.length : at} ${address}`;
}

function micros(ms: number): number {
  return Math.round(ms * 1000);
}
