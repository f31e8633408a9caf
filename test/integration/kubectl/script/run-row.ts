import { setTimeout as sleep } from "node:timers/promises";
import { judge } from "./reading.ts";
import { expectationOf, type Reading, type Row } from "./row.ts";
import { startLine } from "./shell-line.ts";
import type { World } from "./world.ts";

/** Long, because a busy machine is no fault. */
const patienceMs = 30_000;
/** What follows from a command comes in a moment: a controller's answer, garbage collection. */
const momentMs = 10_000;
/** To see what a failed row asks of the server. */
const explanationMs = 5_000;

interface Ended {
  /** "ended" where the command goes on by itself and has printed what it must. */
  readonly code: number | "ended";
  readonly output: string;
}

export interface Outcome extends Ended {
  /** What is wrong; undefined where all is as the row says. */
  readonly fault?: string;
}

/** Does what a row says and looks at what came of it. */
export async function runRow(row: Row, world: World): Promise<Outcome> {
  const expected = expectationOf(row, world.minor);
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const ended = await runLine(row, world, { until: expected.prints, timeoutMs: patienceMs });
    const fault = faultOf(ended, expected) ?? (await faultOfReadings(world, [expected.reads ?? []].flat()));
    if (fault === undefined) return ended;
    if (row.comes !== true || performance.now() > deadline)
      return { ...ended, fault: await explain(row, world, fault, ended.output) };
    await sleep(200);
  }
}

function faultOf({ code, output }: Ended, expected: Pick<Row, "prints" | "code">): string | undefined {
  if (!expected.prints.test(output)) return `it does not print ${expected.prints}`;
  const wanted = expected.code ?? 0;
  return code === "ended" || code === wanted ? undefined : `it exits with ${code}, not ${wanted}`;
}

async function faultOfReadings(world: World, readings: readonly Reading[]): Promise<string | undefined> {
  const deadline = performance.now() + momentMs;
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
  const again = await runLine(row, verbose, { until: /^\b$/, timeoutMs: explanationMs });
  return [
    `kubectl 1.${world.minor}: ${row.run}`,
    fault,
    `It printed:\n${output}`,
    `Once more, with requests:\n${again.output}`,
  ].join("\n");
}

/** Runs a row's line to its end; one that goes on by itself, until it has printed `until`. */
async function runLine(
  row: Row,
  world: World,
  { until, timeoutMs }: { readonly until: RegExp; readonly timeoutMs: number },
): Promise<Ended> {
  const line = startLine(row.run, world);
  let meanwhile: ReturnType<typeof startLine> | undefined;
  let seen = false;
  const { follows } = row;
  const look = (): void => {
    if (follows === undefined) return;
    const begin = (follows.from ?? /^/).exec(line.output());
    if (meanwhile === undefined && follows.meanwhile !== undefined && begin !== null) {
      meanwhile = startLine(follows.meanwhile, world, begin[1] ?? "");
      meanwhile.onOutput(look);
    }
    if (!until.test(line.output() + (meanwhile?.output() ?? ""))) return;
    seen = true;
    line.end();
  };
  line.onOutput(look);
  look();
  const timer = setTimeout(() => line.end(), timeoutMs);
  const code = await line.ended;
  clearTimeout(timer);
  const output = line.output() + (meanwhile?.output() ?? "");
  await meanwhile?.ended;
  return { code: seen ? "ended" : code, output };
}
