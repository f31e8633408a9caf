import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { undoAll } from "./afterwards.ts";
import { loadOfMachine, machineLine } from "./machine.ts";
import type { Figure, Figures } from "./measure.ts";
import { type Outcome, reportOf } from "./report.ts";

/** Where reports go, a page for each benchmark. */
const directory = resolve(process.env["BENCH_REPORT"] ?? "dist/bench");

/** Runs one benchmark to its end, whatever that is; its report is written anew with each figure. */
export async function runBenchmark(name: string, benchmark: () => Figures): Promise<Outcome> {
  console.error(`== ${name} (load ${loadOfMachine().toFixed(1)})`);
  const figures: Figure[] = [];
  const [startedAt, begin, before] = [new Date(), performance.now(), loadOfMachine()];
  const outcome = (failure?: string): Outcome => ({
    ...{ name, figures, startedAt, seconds: (performance.now() - begin) / 1000 },
    ...{ load: { before, after: loadOfMachine() } },
    ...(failure !== undefined && { failure }),
  });
  try {
    for await (const figure of benchmark()) {
      figures.push(figure);
      console.error(`${figure.work}: ${figure.measured} (load ${loadOfMachine().toFixed(1)})`);
      write(outcome("it has not come to its end"));
    }
    return write(outcome());
  } catch (error) {
    console.error(`${name} failed:`, error);
    return write(outcome(firstLine(error)));
  } finally {
    await undoAll();
  }
}

function write(outcome: Outcome): Outcome {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${outcome.name}.md`), reportOf(outcome, machineLine()));
  return outcome;
}

function firstLine(error: unknown): string {
  return String(error).split("\n")[0] ?? "";
}
