import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { judge } from "./reading.ts";
import { expectationOf, type Following, type Row } from "./row.ts";
import type { World } from "./world.ts";

/** Long, because a busy machine is no fault. */
const patienceMs = 30_000;

export interface Outcome {
  /** Exit code; "ended" where the command goes on by itself and was ended. */
  readonly code: number | "ended";
  readonly output: string;
  /** What is wrong; undefined where all is as the row says. */
  readonly fault?: string;
}

/** Does what a row says and looks at what came of it. */
export async function runRow(row: Row, world: World): Promise<Outcome> {
  const expected = expectationOf(row, world.minor);
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const { code, output } = await runLine(row.run, world, row.follows && { ...row.follows, until: expected.prints });
    const fault =
      faultOf(row, { code, output }, expected) ?? (await faultOfReadings(world, [expected.reads ?? []].flat()));
    if (fault === undefined) return { code, output };
    if (!row.comes || performance.now() > deadline) return { code, output, fault: await explain(row, world, fault, output) };
    await sleep(200);
  }
}

function faultOf(row: Row, { code, output }: Outcome, expected: Pick<Row, "prints" | "code">): string | undefined {
  if (!expected.prints.test(output)) return `it does not print ${expected.prints}`;
  if (row.follows !== undefined && code === "ended") return undefined;
  const { code: wanted = 0 } = expected;
  return code === wanted ? undefined : `it exits with ${code}, not ${wanted}`;
}

/** What follows from a command may take a moment: garbage collection, a controller's answer. */
async function faultOfReadings(world: World, readings: readonly Parameters<typeof judge>[1][]): Promise<string | undefined> {
  const deadline = performance.now() + patienceMs / 3;
  for (const reading of readings) {
    for (;;) {
      const fault = await judge(world.access, reading);
      if (fault === undefined) break;
      if (performance.now() > deadline) return fault;
      await sleep(50);
    }
  }
  return undefined;
}

/** The row with all it printed, and the requests that it makes when it is run once more. */
async function explain(row: Row, world: World, fault: string, output: string): Promise<string> {
  const verbose = { ...world, environment: { ...world.environment, KUBECTL_VERBOSE: "yes" } };
  const again = await runLine(row.run, verbose, row.follows && { ...row.follows, until: /^$/ }, 5_000);
  return [`kubectl 1.${world.minor}: ${row.run}`, fault, "It printed:", output, "Once more, with requests:", again.output].join("\n");
}

/** Runs one line; `following` is one that goes on until it has printed what it must. */
function runLine(
  line: string,
  world: World,
  following: (Following & { readonly until: RegExp }) | undefined,
  timeoutMs = patienceMs,
): Promise<Outcome> {
  // A group of its own, so that what the line starts ends with it.
  const child = spawn("sh", ["-c", line], {
    cwd: world.directory,
    env: { ...world.environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  return new Promise((resolve, reject) => {
    const printed = { stdout: "", stderr: "" };
    let ended = false;
    let begun = following?.meanwhile === undefined;
    const outputOf = (): string => printed.stdout + printed.stderr;
    const timer = setTimeout(end, timeoutMs);
    const look = (): void => {
      if (following === undefined || ended) return;
      const start = begun ? null : (following.from ?? /^/).exec(outputOf());
      if (start !== null && following.meanwhile !== undefined) {
        begun = true;
        const meanwhile = spawn("sh", ["-c", following.meanwhile, "sh", start[1] ?? ""], {
          cwd: world.directory,
          env: { ...world.environment },
          stdio: ["ignore", "pipe", "pipe"],
        });
        for (const stream of ["stdout", "stderr"] as const)
          meanwhile[stream].on("data", (chunk: Buffer) => {
            printed[stream] += chunk.toString();
            look();
          });
      }
      if (!following.until.test(outputOf())) return;
      ended = true;
      end();
    };
    for (const stream of ["stdout", "stderr"] as const)
      child[stream].on("data", (chunk: Buffer) => {
        printed[stream] += chunk.toString();
        look();
      });
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      end();
      resolve({ code: ended ? "ended" : (code ?? -1), output: outputOf() });
    });
    look();
  });
}
