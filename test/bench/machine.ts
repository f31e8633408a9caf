import { cpus, loadavg, release, totalmem, type } from "node:os";

/** The machine that a figure is of, in a line. */
export function machineLine(): string {
  const all = cpus();
  const model = all[0]?.model.trim() ?? "unknown";
  const memory = `${Math.round(totalmem() / 1e9)} GB`;
  return `${all.length} cores (${model}), ${memory}, ${type()} ${release()}, Node.js ${process.versions.node}`;
}

/** Processes that wanted to run, on average of the last minute: where that is more than nothing, a figure is of a busy machine. */
export function loadOfMachine(): number {
  return loadavg()[0] ?? 0;
}
