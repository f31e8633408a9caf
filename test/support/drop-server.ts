import type { EmulatedHost } from "../../pkg/emulation/index.ts";

/** The server of the testbed, as its hosts see it. */
const server = "10.88.255.254";

/**
 * Drops packets between the host and the server alone, from there (saddr, input) or to there (daddr, output); the other
 * hosts go on to see it.
 */
export async function dropServer(host: EmulatedHost, end: "saddr" | "daddr", hook: "input" | "output"): Promise<void> {
  const chain = `{ type filter hook ${hook} priority 0; }`;
  await host.exec(["nft", "add", "table", "ip", "oneway"]);
  await host.exec(["nft", "add", "chain", "ip", "oneway", "way", chain]);
  await host.exec(["nft", "add", "rule", "ip", "oneway", "way", "ip", end, server, "drop"]);
}

/** All packets pass again. */
export async function passServer(host: EmulatedHost): Promise<void> {
  await host.exec(["nft", "delete", "table", "ip", "oneway"]);
}
