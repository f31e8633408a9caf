/**
 * Machines that a provider lends for a term. What the provider says is true, and is asked for before anything is decided: a
 * server that was killed after it had renewed a loan, and before it had written that down, finds it renewed.
 */
import type { MachineLoan, Resource, ResourcePool } from "../../api/index.ts";
import { formatTimestamp, parseTimestamp } from "../../clock/index.ts";
import type { MadeMachine } from "../../fabric/index.ts";
import { byWork, ended, termsOf, untilOf } from "./terms-plan.ts";

export interface ProviderWorld {
  readonly pool: ResourcePool;
  /** Its machines. */
  readonly machines: readonly Resource[];
  /** What its provider has of it. */
  readonly made: readonly MadeMachine[];
  /** Machines whose renewal it has refused for good, by name. */
  readonly refused: ReadonlySet<string>;
  readonly nowAt: number;
}

export interface ProviderPlan {
  /** What is to be written down, one after another. */
  readonly records: readonly { readonly machine: Resource; readonly next: MachineLoan; readonly why: string }[];
  /** What the provider is asked for. */
  readonly renewals: readonly { readonly machine: Resource; readonly until: string }[];
  /** Their time is up, and somebody is still there. */
  readonly vacate: readonly Resource[];
  readonly recheckAfterMs?: number;
}

/** A renewal that does not come in the first half of the time for it is not waited for: members need the rest to move. */
const patience = 2;

export function planProvider(world: ProviderWorld): ProviderPlan {
  const { pool, machines, nowAt } = world;
  const { durationMs, renewBeforeMs } = termsOf(pool);
  const lent = machines.flatMap((machine) => {
    const loan = loanOf(machine, world);
    return loan === undefined ? [] : [{ machine, loan, leftMs: untilOf(loan) - nowAt }];
  });
  const records = lent.flatMap(({ machine, loan, leftMs }) => {
    const name = machine.metadata.name ?? "";
    const isLate = leftMs <= renewBeforeMs / patience;
    const isOver = loan.ending === undefined && (world.refused.has(name) || isLate);
    const next = isOver ? ended(loan, "Refused") : loan;
    const known = machine.status?.loan;
    if (known?.until === next.until && known.ending === next.ending) return [];
    const why = isOver
      ? `the provider does not lend it any longer than until ${next.until}`
      : `lent by the provider until ${next.until}`;
    return [{ machine, next, why }];
  });
  const ending = new Set(records.flatMap(({ machine, next }) => (next.ending === undefined ? [] : [machine])));
  const due = lent.filter(
    ({ machine, loan, leftMs }) => loan.ending === undefined && !ending.has(machine) && leftMs <= renewBeforeMs,
  );
  const instants = lent.flatMap(({ leftMs }) => [leftMs - renewBeforeMs, leftMs - renewBeforeMs / patience, leftMs]);
  const ahead = instants.filter((ms) => ms > 0);
  return {
    records,
    renewals: due
      .map(({ machine, loan }) => ({ machine, until: formatTimestamp(untilOf(loan) + durationMs) }))
      .sort((left, right) => byWork(left.machine, right.machine)),
    vacate: lent.flatMap(({ machine, leftMs }) => (leftMs <= 0 && isHeld(machine) ? [machine] : [])),
    ...(ahead.length > 0 && { recheckAfterMs: Math.min(...ahead) }),
  };
}

/** As the provider says; undefined where it lends for no term, or has no such machine. */
function loanOf({ metadata, status }: Resource, { pool, made, nowAt }: ProviderWorld): MachineLoan | undefined {
  const lentUntil = made.find(({ name }) => name === metadata.name)?.lentUntil;
  const untilAt = parseTimestamp(lentUntil ?? "");
  if (untilAt === undefined) return undefined;
  const until = formatTimestamp(untilAt);
  const known = status?.loan;
  if (known === undefined) return { pool: pool.metadata.name ?? "", since: formatTimestamp(nowAt), until, term: 1 };
  return known.until === until ? known : { ...known, until, term: known.term + 1 };
}

function isHeld({ status }: Resource): boolean {
  return (status?.allocations ?? []).length > 0;
}
