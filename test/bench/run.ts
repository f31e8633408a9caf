import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { undoAll } from "./afterwards.ts";
import { loadOfMachine, machineLine } from "./machine.ts";
import type { Figure, Figures } from "./measure.ts";
import { type Outcome, reportDirectory, reportOf } from "./report.ts";

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
      if (figure.isTold !== true)
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
  mkdirSync(reportDirectory, { recursive: true });
  writeFileSync(join(reportDirectory, `${outcome.name}.md`), reportOf(outcome, machineLine()));
  return outcome;
}

function firstLine(error: unknown): string {
  return String(error).split("\n")[0] ?? "";
}
