import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import type { HollowFault } from "../../pkg/agent/index.ts";
import { cpuMilliseconds } from "./process-usage.ts";

const program = resolve(import.meta.dirname, "plush-hollow.mjs");
/** A process has 20,000 file descriptors here; an agent below a parent takes four at times, and 200 KB and more of its memory. */
const agentsEach = Number(process.env["BENCH_AGENTS_EACH"] ?? 2500);
/** With more agents than this beats and pings among them would take all of the processors that they share with the server. */
export const pingedAgents = Number(process.env["BENCH_PINGED"] ?? 1000);
const seldomPingMs = 15_000;

/** Hollow agents in as many programs as they need, each behind a socket. */
export class HollowParts {
  readonly sockets: readonly string[];
  readonly #children: readonly ChildProcess[];

  private constructor(sockets: readonly string[], children: readonly ChildProcess[]) {
    this.sockets = sockets;
    this.#children = children;
  }

  /** Agents hollow-1 to hollow-N; `profile`: options of Node.js. Resolves when they can be connected to. */
  static async start(agents: number, directory: string, profile: readonly string[]): Promise<HollowParts> {
    const count = Math.ceil(agents / agentsEach);
    const sockets = Array.from({ length: count }, (_, index) => join(directory, `hollow-${index + 1}.sock`));
    const pings = agents > pingedAgents ? ["--ping-ms", String(seldomPingMs)] : [];
    const children = sockets.map((socket, index) => {
      const part = ["--part", `${index + 1}/${count}`, "--socket", socket, "--script", "-"];
      const argv = [program, "agents", "--agents", String(agents), ...part, ...pings];
      return spawn(process.execPath, [...profile, ...argv], { stdio: ["pipe", "pipe", "inherit"] });
    });
    await Promise.all(children.map((child) => once(child.stdout ?? child, "data")));
    return new HollowParts(sockets, children);
  }

  inflict(fault: HollowFault, ...names: readonly string[]): void {
    const lines = names.map((name) => `0 ${fault} ${name.replace(/^\D+/, "")}\n`).join("");
    for (const { stdin } of this.#children) stdin?.write(lines);
  }

  /** Of processor time, of all of them together. */
  get cpuMilliseconds(): number {
    return this.#children.reduce((sum, { pid }) => sum + cpuMilliseconds(pid ?? 0), 0);
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        const ended = once(child, "exit");
        child.kill("SIGTERM");
        await ended;
      }),
    );
  }
}
