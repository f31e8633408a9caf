import { resolve } from "node:path";
import { type Figure, tableOf } from "./measure.ts";

/** Where reports go, a page for each benchmark. */
export const reportDirectory = resolve(process.env["BENCH_REPORT"] ?? "dist/bench");

/** Where pictures go: into the documentation those of what is measured where nobody asks for anything else. */
export function pictureDirectory(isUsual: boolean): string {
  return isUsual ? resolve("docs/images") : reportDirectory;
}

/** What became of one benchmark. */
export interface Outcome {
  readonly name: string;
  readonly figures: readonly Figure[];
  /** Why it did not come to its end. */
  readonly failure?: string;
  readonly startedAt: Date;
  readonly seconds: number;
  readonly load: { readonly before: number; readonly after: number };
}

/** A page of one benchmark: what was measured, when, on which machine, and what else that did. */
export function reportOf(outcome: Outcome, machine: string): string {
  const { name, figures, failure, startedAt, seconds, load } = outcome;
  const when = startedAt.toISOString().slice(0, 16).replace("T", " ");
  const took = seconds < 90 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(1)} minutes`;
  return [
    `# ${name}`,
    `${when} UTC. Machine: ${machine}. Load ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after; took ${took}.`,
    ...(figures.length > 0 ? [tableOf(figures)] : []),
    ...(failure === undefined ? [] : [`It failed: ${failure}`]),
    "",
  ].join("\n\n");
}
