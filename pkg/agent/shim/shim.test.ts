import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../clock/index.ts";
import type { RunEnd } from "../ledger/entry.ts";
import { bootIdentity, isAlive } from "./process-table.ts";
import { RunMonitor, type RunPlace } from "./run-monitor.ts";
import { declareVoid, readExit, readStarted } from "./run-records.ts";
import { shimScript } from "./script.ts";

const eventually = { timeout: 10_000, interval: 10 };
const boot = bootIdentity();
let directory = "";
let place: RunPlace;
let monitor: RunMonitor;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "plush-shim-"));
  writeFileSync(join(directory, "shim.sh"), shimScript);
  mkdirSync(join(directory, "run"));
  place = { marker: `${directory}/1.1`, number: 1, claim: "c", directory: join(directory, "run"), boot };
  const nothing = async () => undefined;
  monitor = new RunMonitor({ clock: systemClock, boot, settle: nothing, tail: nothing, onChange: () => undefined });
  onTestFinished(() => {
    monitor.close();
    rmSync(directory, { recursive: true, force: true });
  });
});

/** The shim as the agent starts it. */
function hold(...argv: string[]): ChildProcess {
  const args = [join(directory, "shim.sh"), "hold", place.directory, "/usr/bin/setsid", "1", "0", "0", "-", "-", "-"];
  const env = { PATH: "/usr/bin:/bin", PLUSH_RUN: place.marker };
  const log = join(directory, "log");
  writeFileSync(log, "");
  return spawn("/bin/sh", [...args, ...argv], { detached: true, env, stdio: "ignore" });
}

async function end(): Promise<RunEnd> {
  await expect.poll(() => monitor.observe(place.marker)?.state, eventually).toBe("ended");
  const seen = monitor.observe(place.marker);
  if (seen?.state !== "ended") throw new Error("ended");
  return seen.end;
}

test("records who runs and how it ended; signals and exit codes included", async () => {
  const shim = hold("sh", "-c", "kill -INT $$; exit 3");
  await once(shim, "exit");
  expect(await readStarted(place.directory)).toMatchObject({ kind: "started", boot, partial: false });
  expect(await readExit(place.directory)).toMatchObject({ exitCode: 130 });
});

test("what was declared void is never executed, however late its shim comes", async () => {
  expect(await declareVoid(place.directory)).toBe(true);
  const proof = join(directory, "proof");
  await once(hold("touch", proof), "exit");
  expect(() => readFileSync(proof)).toThrow();
  await monitor.adopt(place);
  expect(await end()).toMatchObject({ kind: "void" });
});

test("what was executed cannot be declared void", async () => {
  await once(hold("true"), "exit");
  expect(await declareVoid(place.directory)).toBe(false);
});

test("a run without any record never was", async () => {
  await monitor.adopt(place);
  expect(await end()).toMatchObject({ kind: "void" });
});

test("a run of another boot is lost, records or not", async () => {
  await monitor.adopt({ ...place, boot: "another" });
  expect(await end()).toMatchObject({ kind: "lost", message: "the host was restarted" });
});

test("a process whose shim was killed goes on, and is lost when it ends", async () => {
  const shim = hold("sleep", "1000");
  monitor.begin(place, async () => shim);
  await expect.poll(() => monitor.observe(place.marker)?.state, eventually).toBe("running");
  const started = monitor.started(place.marker);
  if (started === undefined) throw new Error("started");
  shim.kill("SIGKILL");
  await once(shim, "exit");
  expect(isAlive(started.pid, started.startTime)).toBe(true);
  expect(monitor.observe(place.marker)?.state).toBe("running");
  process.kill(started.pid, "SIGKILL");
  expect(await end()).toMatchObject({ kind: "lost" });
});

test("a started record that was never finished is no run", async () => {
  writeFileSync(join(place.directory, "started"), "");
  void monitor.adopt(place);
  expect(monitor.observe(place.marker)?.state).toBe("unknown");
  expect(await end()).toMatchObject({ kind: "void" });
});

test("a command that cannot be spawned is refused", async () => {
  monitor.begin(place, () => Promise.reject(new Error("no more processes")));
  expect(await end()).toMatchObject({ kind: "refused", message: "no more processes", permanent: false });
});
