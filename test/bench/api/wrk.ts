import { join, resolve } from "node:path";
import { runProgram } from "../../support/plush-server.ts";
import { findProgram } from "../../support/programs.ts";

const root = resolve(import.meta.dirname, import.meta.url.includes("/dist/") ? ".." : "../../..");

/** As the reference was measured, but for the one thread: two would take the server's second core. */
const settings = ["-t1", "-c64", "--latency"];

export interface WrkResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Runs wrk with 64 connections for so many seconds; throws where any answer was no success. */
export async function runWrk(options: {
  readonly url: string;
  readonly script: "create-config-maps.lua" | "put-keys.lua";
  readonly seconds: number;
  readonly args: readonly string[];
}): Promise<WrkResult> {
  const wrk = findProgram("wrk");
  if (wrk === undefined) throw new Error("wrk is not installed: make bench-deps");
  const script = join(root, "test/bench/api", options.script);
  const args = [...settings, `-d${options.seconds}s`, "-s", script, options.url, "--", ...options.args];
  const { code, stdout, stderr } = await runProgram(wrk, args);
  if (code !== 0 || /Non-2xx|Socket errors/.test(stdout)) throw new Error(`wrk: ${stdout}${stderr}`);
  return {
    perSecond: Number(/Requests\/sec:\s*([\d.]+)/.exec(stdout)?.[1]),
    p50Ms: latency(stdout, "50%"),
    p99Ms: latency(stdout, "99%"),
  };
}

function latency(output: string, quantile: string): number {
  const found = new RegExp(`^\\s*${quantile}\\s+([\\d.]+)(us|ms|s)`, "m").exec(output);
  const unit = { us: 0.001, ms: 1, s: 1000 }[found?.[2] ?? ""] ?? Number.NaN;
  return Number(found?.[1]) * unit;
}
