import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import type { HollowFault } from "../../../pkg/agent/index.ts";
import { afterwards } from "../afterwards.ts";
import { endChild } from "../end-child.ts";
import { cpuMilliseconds } from "../process-usage.ts";
import { agentsEach, pingedAgents } from "./settings.ts";

const program = resolve(import.meta.dirname, "plush-hollow.mjs");
const seldomPingMs = 15_000;

/** Hollow agents in as many programs as they need, each behind a socket. */
export class HollowParts {
  readonly sockets: readonly string[];
  readonly #children: readonly ChildProcess[];

  private constructor(sockets: readonly string[], children: readonly ChildProcess[]) {
    this.sockets = sockets;
    this.#children = children;
  }

  /**
   * Agents hollow-1 to hollow-N, which keep their packages below the directory; `profile`: options of Node.js. Resolves when
   * they can be connected to. They end when the benchmark is over.
   */
  static async start(agents: number, directory: string, profile: readonly string[]): Promise<HollowParts> {
    const count = Math.ceil(agents / agentsEach);
    const sockets = Array.from({ length: count }, (_, index) => join(directory, `hollow-${index + 1}.sock`));
    const packages = ["--packages", join(directory, "packages")];
    const pings = agents > pingedAgents ? ["--ping-ms", String(seldomPingMs)] : [];
    const children = sockets.map((socket, index) => {
      const part = ["--part", `${index + 1}/${count}`, "--socket", socket, "--script", "-"];
      const argv = [program, "agents", "--agents", String(agents), ...part, ...packages, ...pings];
      return spawn(process.execPath, [...profile, ...argv], { stdio: ["pipe", "pipe", "inherit"] });
    });
    afterwards(() => Promise.all(children.map(endChild)));
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
}
