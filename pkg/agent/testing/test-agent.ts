import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { sleep, systemClock } from "../../clock/index.ts";
import { silentLogger } from "../../log/index.ts";
import type { AgentConfig } from "../../protocol/index.ts";
import { makeSealKeys } from "../../seal/index.ts";
import { sendSignal } from "../../signal/index.ts";
import { type Agent, startAgent } from "../agent.ts";
import { launchProgram } from "../daemon/run.ts";
import { ControlGroups, groupName } from "../host/control-groups.ts";
import { findByVariable } from "../shim/process-table.ts";
import { AgentClient } from "./agent-client.ts";

/** An agent in this process, over real processes and a directory of its own; all of it goes with the test. */
export class TestAgent {
  readonly directory: string;
  readonly keys = makeSealKeys();
  readonly config: AgentConfig;
  readonly #clients: AgentClient[] = [];
  #agent: Agent | undefined;
  exited = false;

  readonly #base = mkdtempSync(join(tmpdir(), "plush-test-"));

  /** `parent`: name of a directory in which the agent's lies. */
  constructor(change: Partial<AgentConfig> = {}, parent = "") {
    this.directory = join(this.#base, parent, "agent");
    mkdirSync(this.directory, { recursive: true });
    this.config = {
      clusterUid: "cluster",
      resourceUid: "resource",
      resourceName: "m1",
      serverKey: this.keys.publicKey,
      version: "0",
      address: "127.0.0.1",
      beatMs: 100,
      orphanAfterMs: 1e9,
      ...change,
    };
    writeFileSync(join(this.directory, "agent.json"), JSON.stringify(this.config));
    onTestFinished(() => this.#clear());
  }

  async start(change: Partial<AgentConfig> = {}): Promise<void> {
    this.#agent = await startAgent({
      directory: this.directory,
      config: { ...this.config, ...change },
      version: "test",
      bundle: "/nonexistent",
      ports: { clock: systemClock, random: Math.random, launch: launchProgram, log: silentLogger },
      onExit: () => {
        this.exited = true;
      },
    });
  }

  /** Ends the agent and leaves its processes. */
  async stop(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.close();
    await this.#agent?.close();
    this.#agent = undefined;
  }

  /** A client that has said hello and follows the reports. */
  async connect(): Promise<AgentClient> {
    const client = new AgentClient(join(this.directory, "run", "agent.sock"), this.keys.privateKey);
    this.#clients.push(client);
    await client.hello();
    client.follow();
    return client;
  }

  path(...names: string[]): string {
    return join(this.directory, ...names);
  }

  async #clear(): Promise<void> {
    await this.stop();
    await clearMachine(this.directory, this.config.resourceUid);
    rmSync(this.#base, { recursive: true, force: true });
  }
}

/** Removes whatever agents of a directory have left, by force. */
export async function clearMachine(directory: string, resourceUid: string): Promise<void> {
  const find = (): number[] => findByVariable("PLUSH_PEERS_FILE", directory);
  for (let left = find(); left.length > 0; left = find()) {
    for (const pid of left) sendSignal(pid, "SIGKILL");
    await sleep(systemClock, 10);
  }
  await (await ControlGroups.find({ name: groupName(resourceUid, directory), always: true })).removeAll();
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
