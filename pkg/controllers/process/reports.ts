import { isDeleting, keyOf, kinds } from "../../api/index.ts";
import type { Controller, ReconcileResult } from "../../controller/index.ts";
import type { ProcessPorts } from "./observe.ts";
import { byClaim, onMachine } from "./on-machine.ts";
import type { StatusReporter } from "./report-status.ts";

/** So many are planned in one turn, since others want turns too; far more than most machines have. */
const maxAtOnce = 64;

/**
 * Tells of all processes of a machine what it reports, whenever it reports anything: their statuses are planned in one go and
 * committed together, so that whoever follows them has one thing to look at and not ten.
 */
export function makeReportController(ports: ProcessPorts, reporter: StatusReporter): Controller {
  const resources = ports.cache(kinds.Resource);
  const ofClaim = byClaim(ports);
  return {
    name: "process-reports",
    kind: kinds.Resource,
    // At the start, and when nothing is heard, each process is looked at by itself.
    keys: () => [],
    concurrency: 16,
    goesFirst: true,
    signals: (enqueue) =>
      ports.fabric.subscribe((uid) => {
        const resource = resources.byUid(uid);
        if (resource !== undefined) enqueue(keyOf(resource));
      }),
    async reconcile(key, { signal }): Promise<ReconcileResult> {
      const processes = onMachine(resources.get(key), ofClaim, ports).filter((process) => !isDeleting(process));
      const outcomes: PromiseSettledResult<number | undefined>[] = [];
      for (let at = 0; at < processes.length; at += maxAtOnce) {
        const some = processes.slice(at, at + maxAtOnce).map((process) => reporter.report(keyOf(process), signal));
        outcomes.push(...(await Promise.allSettled(some)));
      }
      const errors = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
      if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${processes.length} not told of`);
      const rechecks = outcomes.flatMap((one) => (one.status === "fulfilled" ? (one.value ?? []) : []));
      return rechecks.length === 0 ? {} : { requeueAfterMs: Math.min(...rechecks) };
    },
  };
}
