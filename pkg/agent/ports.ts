import type { ChildProcess, SpawnOptions } from "node:child_process";
import type { Clock } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";

/** Starts a program: argv[0] is searched on the PATH of `options.env`. Shaped like node:child_process' spawn. */
export type Launch = (argv: readonly string[], options: SpawnOptions) => ChildProcess;

/** The world, as the agent is given it. */
export interface AgentPorts {
  readonly clock: Clock;
  /** A random number in [0, 1). */
  readonly random: () => number;
  readonly launch: Launch;
  readonly log: Logger;
}
