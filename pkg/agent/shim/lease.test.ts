import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { sendSignal } from "../../signal/index.ts";
import { findProgram } from "../host/find-program.ts";
import { uptimeMs } from "../host/uptime.ts";
import { findByVariable } from "./process-table.ts";
import { readExit, readStarted } from "./run-records.ts";
import { shimScript } from "./script.ts";

const eventually = { timeout: 15_000, interval: 10 };
/** Whatever /bin/sh may be on a machine. */
const shells = ["dash", "bash", "busybox"].flatMap((name) => findProgram(name) ?? []);

let directory = "";
let state = "";
let claim = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "plush-lease-"));
  state = join(directory, "run");
  claim = `claim-${directory}`;
  mkdirSync(state);
  writeFileSync(join(directory, "shim.sh"), shimScript);
  onTestFinished(() => {
    // A loop's `sleep` may end between the look and the signal, and another one begin.
    for (let left = marked(); left.length > 0; left = marked()) for (const pid of left) sendSignal(pid, "SIGKILL");
    rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
});

/** Replaces the lease as the agent does. */
function lease(stopInMs: number, endInMs: number, boot = "boot"): void {
  const mark = (inMs: number): number => Math.floor((uptimeMs() + inMs) / 10);
  writeFileSync(join(directory, "next"), `${mark(stopInMs)} ${mark(endInMs)} ${boot}\n`);
  renameSync(join(directory, "next"), join(directory, "lease"));
}

interface Start {
  readonly shell?: string;
  readonly sleep?: string;
}

/** The shim as the agent starts it; nobody looks after it then, as if its agent were dead. */
function hold(script: string, { shell = "/bin/sh", sleep = findProgram("sleep") ?? "" }: Start = {}): ChildProcess {
  const watched = ["lease", join(directory, "lease"), "boot", sleep, findProgram("grep") ?? "", "TERM"];
  const plain = ["hold", state, findProgram("setsid") ?? "-", "1", "0", "0", "-", "-", "-"];
  const env = { PATH: "/usr/bin:/bin", PLUSH_RUN: `${directory}/1.1`, PLUSH_CLAIM_UID: claim };
  const argv = [join(directory, "shim.sh"), ...watched, ...plain, "sh", "-c", script];
  return spawn(shell, [...(shell.endsWith("busybox") ? ["sh"] : []), ...argv], {
    detached: true,
    env,
    stdio: "ignore",
    cwd: directory,
  });
}

/** Everything of the claim that runs, shims left out. */
function marked(shims = false): number[] {
  return findByVariable("PLUSH_CLAIM_UID", `${claim}\0`, { shims });
}

async function started(): Promise<number> {
  await expect.poll(async () => (await readStarted(state)).kind, eventually).toBe("started");
  const record = await readStarted(state);
  return record.kind === "started" ? record.pid : 0;
}

/** How much of the lease was left when the last of its processes was gone; negative: it came too late. */
async function leftWhenGone(endsAt: number): Promise<number> {
  await expect.poll(() => marked(), { timeout: 15_000, interval: 2 }).toEqual([]);
  return endsAt - uptimeMs();
}

describe.each(shells)("by %s", (shell) => {
  test("B-FEN-3: at the end of its lease nothing of a claim runs, without any agent", async () => {
    lease(1500, 3000);
    const endsAt = uptimeMs() + 3000;
    // It hears of the end and stays; what it has sent away, in a session of its own, stays too.
    const script =
      'trap "echo told >>told" TERM; setsid sh -c "trap : TERM; while :; do sleep 1; done" & while :; do sleep 0.1; done';
    const shim = hold(script, { shell });
    const gone = once(shim, "exit");
    await started();
    await expect.poll(() => marked().length, eventually).toBeGreaterThan(2);
    const left = await leftWhenGone(endsAt);
    // The server adds a second before anybody else may begin.
    expect(left).toBeGreaterThan(-900);
    // Once more where the loop was just starting a `sleep`, which is a copy of the shell at first.
    expect(readFileSync(join(directory, "told"), "utf8")).toMatch(/^told\n(told\n)?$/);
    await gone;
    expect(await readExit(state)).toMatchObject({ exitCode: 137 });
    await expect.poll(() => marked(true), eventually).toEqual([]);
  });

  test("B-FEN-2: at two thirds it is told to end, by its own stop signal", async () => {
    lease(700, 60_000);
    const told = uptimeMs() + 700;
    const shim = hold('trap "exit 7" TERM; while :; do sleep 0.05; done', { shell });
    await once(shim, "exit");
    expect(uptimeMs()).toBeGreaterThanOrEqual(told - 10);
    expect(await readExit(state)).toMatchObject({ exitCode: 7 });
    await expect.poll(() => marked(true), eventually).toEqual([]);
  });
});

test("a lease that is renewed in time is never noticed", async () => {
  lease(1000, 2000);
  hold('trap "echo told >told" TERM; while :; do sleep 0.05; done');
  const pid = await started();
  const end = uptimeMs() + 2500;
  while (uptimeMs() < end) {
    lease(1000, 2000);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(existsSync(join(directory, "told"))).toBe(false);
  expect(marked()).toContain(pid);
});

test("a shim that was killed is not needed for it", async () => {
  lease(600, 1200);
  const shim = hold("trap : TERM; while :; do sleep 0.1; done");
  await started();
  shim.kill("SIGKILL");
  await once(shim, "exit");
  await leftWhenGone(0);
  await expect.poll(() => marked(true), eventually).toEqual([]);
});

test("what a process leaves behind is looked after when it has ended itself", async () => {
  lease(800, 1200);
  hold("setsid sleep 1000 & exit 0");
  await expect.poll(() => readExit(state), eventually).toMatchObject({ exitCode: 0 });
  expect(marked()).toHaveLength(1);
  await leftWhenGone(0);
});

test.each([
  ["that has run out", () => lease(-10, 5000)],
  ["of another boot", () => lease(50_000, 60_000, "other")],
  ["that is not there", () => undefined],
])("B-FEN-4: nothing is started under a lease %s", async (_name, make) => {
  make();
  const shim = hold("touch proof");
  const [code] = await once(shim, "exit");
  expect(code).toBe(125);
  expect(existsSync(join(directory, "proof"))).toBe(false);
  expect(await readStarted(state)).toEqual({ kind: "absent" });
});

test("where sleep knows no fractions it is ended earlier, not later", async () => {
  const whole = join(directory, "whole-sleep");
  writeFileSync(whole, '#!/bin/sh\ncase $1 in *.*) exit 1;; esac\nexec sleep "$1"\n', { mode: 0o755 });
  lease(1500, 3000);
  const endsAt = uptimeMs() + 3000;
  hold("trap : TERM; while :; do sleep 0.05; done", { sleep: whole });
  await started();
  // Who counts whole seconds and rounds up is late by nearly one.
  expect(await leftWhenGone(endsAt)).toBeGreaterThan(-600);
});
