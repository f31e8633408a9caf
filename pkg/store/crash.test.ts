import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../clock/index.ts";
import { openStore } from "./open-store.ts";

let directory: string;

/** npm packages by their absolute paths, so that the bundle may lie in a temporary directory. */
const absolutePackages: Plugin = {
  name: "absolute-packages",
  setup({ onResolve }) {
    const { resolve } = createRequire(import.meta.url);
    onResolve({ filter: /^(better-sqlite3|pino|prom-client)$/ }, ({ path }) => ({
      path: resolve(path),
      external: true,
    }));
  },
};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "plush-store-crash-"));
  await build({
    entryPoints: {
      child: "pkg/store/fixtures/commit-until-killed.ts",
      // As in the real bundle: the worker beside the code that opens the store.
      "store-worker": "pkg/store/worker.ts",
    },
    bundle: true,
    platform: "node",
    format: "esm",
    plugins: [absolutePackages],
    outdir: directory,
    outExtension: { ".js": ".mjs" },
  });
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the child until it has acknowledged `enough` commits, kills it, and returns the highest count per writer. */
async function runAndKill(store: string, enough: number): Promise<Map<string, number>> {
  const child = spawn(process.execPath, [join(directory, "child.mjs"), store], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    if (output.length > enough * 4) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "close");
  expect(signal).toBe("SIGKILL");
  const acknowledged = new Map<string, number>();
  for (const line of output.split("\n").slice(0, -1)) {
    const [writer = "", n] = line.split(" ");
    acknowledged.set(writer, Number(n));
  }
  return acknowledged;
}

test("what was acknowledged survives kill -9 at any time, and commits stay whole", async () => {
  const path = join(directory, "store");
  for (const enough of [1, 50, 400, 1500]) {
    const acknowledged = await runAndKill(path, enough);
    const store = await openStore({ directory: path, clock: systemClock });
    for (const [writer, n] of acknowledged) {
      const entry = store.get(`/a/${writer}`);
      const count = Number(entry?.value["n"]);
      expect(count).toBeGreaterThanOrEqual(n);
      expect(store.get(`/b/${writer}`)).toMatchObject({ revision: entry?.revision, value: { n: count } });
      expect(store.list(`/new/${writer}/`).entries).toHaveLength(count);
    }
    // The log tells the same story as the current state.
    const replayed = new Map<string, unknown>();
    const onChanges = (changes: readonly { key: string; current: unknown }[]) => {
      for (const { key, current } of changes) replayed.set(key, current);
    };
    const watcher = store.watch("/", 1, { onChanges, onEnd: () => {} });
    await expect.poll(() => watcher.isLive).toBe(true);
    expect([...replayed.values()]).toEqual(expect.arrayContaining([...store.list("/").entries]));
    await store.close();
  }
});
