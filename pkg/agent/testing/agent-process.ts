import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { onTestFinished } from "vitest";
import { sleep, systemClock } from "../../clock/index.ts";
import { makeSealKeys } from "../../seal/index.ts";
import { AgentClient } from "./agent-client.ts";
import { clearMachine } from "./test-agent.ts";

/** Once for all tests of a worker. */
let bundled: Promise<Uint8Array> | undefined;

async function bundleAgent(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: ["cmd/plush-agent/main.ts"],
    bundle: true,
    write: false,
    platform: "node",
    target: "node18",
    format: "esm",
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/** An agent as a process of its own, from the bundle as it is shipped: for tests that kill it. */
export class AgentProcess {
  readonly directory = mkdtempSync(join(tmpdir(), "plush-agent-test-"));
  readonly bundle = join(this.directory, "agent.mjs");
  readonly #keys = makeSealKeys();
  #child: ChildProcess | undefined;
  #client: AgentClient | undefined;

  constructor() {
    const config = {
      clusterUid: "cluster",
      resourceUid: "resource",
      resourceName: "m1",
      serverKey: this.#keys.publicKey,
      version: "0",
      address: "127.0.0.1",
      beatMs: 100,
      orphanAfterMs: 1e9,
    };
    writeFileSync(join(this.directory, "agent.json"), JSON.stringify(config));
    onTestFinished(async () => {
      await this.kill();
      await clearMachine(this.directory, "resource");
    });
  }

  async build(): Promise<void> {
    bundled ??= bundleAgent();
    writeFileSync(this.bundle, await bundled);
  }

  async start(): Promise<AgentClient> {
    const argv = [this.bundle, "run", "--dir", this.directory];
    this.#child = spawn(process.execPath, argv, { stdio: "inherit", env: {} });
    for (;;) {
      const { exitCode, signalCode } = this.#child;
      if (exitCode !== null || signalCode !== null) throw new Error(`the agent ended: ${exitCode ?? signalCode}`);
      // The socket of one that was just killed may be open for a moment more, in a child that it was about to start.
      const client = new AgentClient(join(this.directory, "run", "agent.sock"), this.#keys.privateKey);
      this.#client = client;
      if (
        await client.hello().then(
          ({ status }) => status === 200,
          () => false,
        )
      ) {
        client.follow();
        return client;
      }
      client.close();
      await sleep(systemClock, 5);
    }
  }

  /** Freezes it, or lets it go on. */
  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(name);
  }

  /** SIGKILL: nothing is written any more. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    this.#client?.close();
    if (child === undefined || child.exitCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}
