import { setTimeout as sleep } from "node:timers/promises";
import type { EmulatedHost } from "../../pkg/emulation/index.ts";
import { agentPids, killAgents } from "../support/agents.ts";
import type { PlushServer } from "../support/plush-server.ts";

/** Something that happens to a host, and is over some time later; the host is as before then. */
export type HostFault = (host: EmulatedHost, lastsMs: number) => Promise<void>;
export type ServerFault = (server: PlushServer, lastsMs: number) => Promise<void>;

const table = "chaos";

/** Rules of the host's own packet filter, for a time. */
function filtered(rules: Readonly<Record<"input" | "output", readonly string[] | undefined>>): HostFault {
  return async (host, lastsMs) => {
    await host.exec(["nft", "add", "table", "ip", table]);
    for (const [hook, rule] of Object.entries(rules)) {
      if (rule === undefined) continue;
      await host.exec(["nft", "add", "chain", "ip", table, hook, `{ type filter hook ${hook} priority 0; }`]);
      await host.exec(["nft", "add", "rule", "ip", table, hook, ...rule, "drop"]);
    }
    await sleep(lastsMs);
    await host.exec(["nft", "delete", "table", "ip", table]);
  };
}

const lossy = ["numgen", "random", "mod", "100", "<", "20"];

export const hostFaults: Readonly<Record<string, HostFault>> = {
  crash: async (host, lastsMs) => {
    await host.crash();
    await sleep(lastsMs);
    await host.powerOn();
  },
  powerOff: async (host, lastsMs) => {
    await host.powerOff();
    await sleep(lastsMs);
    await host.powerOn();
  },
  reboot: async (host) => {
    await host.crash();
    await host.powerOn();
  },
  cut: async (host, lastsMs) => {
    await host.cut();
    await sleep(lastsMs);
    await host.heal();
  },
  flapping: async (host, lastsMs) => {
    for (let turn = 0; turn < 5; turn++) {
      await host.cut();
      await sleep(lastsMs / 10);
      await host.heal();
      await sleep(lastsMs / 10);
    }
  },
  deaf: filtered({ input: ["ip", "saddr", "10.88.0.0/16"], output: undefined }),
  mute: filtered({ input: undefined, output: ["ip", "daddr", "10.88.0.0/16"] }),
  lossy: filtered({ input: lossy, output: lossy }),
  frozenAgent: async (host, lastsMs) => {
    const pids = await agentPids(host);
    if (pids.length === 0) return;
    // Those that were ended or replaced meanwhile need no signal.
    await host.exec(["kill", "-STOP", ...pids]).catch(() => "");
    await sleep(lastsMs);
    await host.exec(["sh", "-c", 'kill -CONT "$@" 2>/dev/null; true', "sh", ...pids]);
  },
  frozenAgentOnCutHost: async (host, lastsMs) => {
    const pids = await agentPids(host);
    await host.cut();
    await host.exec(["sh", "-c", 'kill -STOP "$@" 2>/dev/null; true', "sh", ...pids]);
    await sleep(lastsMs);
    await host.heal();
    await host.exec(["sh", "-c", 'kill -CONT "$@" 2>/dev/null; true', "sh", ...pids]);
  },
  killedAgent: (host) => killAgents(host),
};

export const serverFaults: Readonly<Record<string, ServerFault>> = {
  killed: async (server, lastsMs) => {
    await server.kill();
    await sleep(lastsMs / 3);
    await server.start();
  },
  frozen: async (server, lastsMs) => {
    server.signal("SIGSTOP");
    await sleep(lastsMs);
    server.signal("SIGCONT");
  },
};
