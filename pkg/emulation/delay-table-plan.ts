import type { LinkState } from "./network.ts";
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
  return `port ${index} ${device} ${netns ?? "-"} ${siteNumber(topology, site)} ${address}`;
}

/** For a device that is there already. */
export function siteCommand(topology: Topology, { index, site }: Pick<DelayPort, "index" | "site">): string {
  return `site ${index} ${siteNumber(topology, site)}`;
}

/** For the cable of one device. */
export function linkCommand(index: number, state: LinkState): string {
  switch (state) {
    case "up":
      return `heal ${index}`;
    case "down":
      return `cut ${index} both`;
    case "deaf":
      return `cut ${index} in`;
    case "mute":
      return `cut ${index} out`;
  }
}

/** Who stands at no site stands beside all of them: at the one after the last, which no link leads to. */
function siteNumber({ sites }: Topology, site: string | undefined): number {
  const at = sites.findIndex(({ name }) => name === site);
  return at < 0 ? sites.length : at;
}

function micros(ms: number): number {
  return Math.round(ms * 1000);
}
