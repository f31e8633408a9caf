import { isDeleting, isTrue, type MachineLoan, type Resource, type ResourcePool } from "../../api/index.ts";
import { durationMs, formatTimestamp, parseTimestamp } from "../../clock/index.ts";
import { byWork, ended, lendsTo, renewed, termsOf, untilOf } from "./terms-plan.ts";

export interface LoanWorld {
  /** The pool that lends. */
  readonly donor: ResourcePool;
  /** Its own machines. */
  readonly machines: readonly Resource[];
  /** Pools that borrow of it. */
  readonly borrowers: readonly ResourcePool[];
  readonly nowAt: number;
}

/** One machine's loan as it will be; absent `next`: it is back. */
export interface LoanStep {
  readonly machine: Resource;
  readonly next: MachineLoan | undefined;
  readonly why: string;
}

export interface LoanPlan {
  /** Each is one commit: all of it, or nothing. */
  readonly steps: readonly (readonly LoanStep[])[];
  /** Their time is up, and somebody is still there. */
  readonly vacate: readonly Resource[];
  /** When time alone will change this. */
  readonly recheckAfterMs?: number;
}

/** What becomes of all loans of a pool: ends first, then renewals, then new ones with what is free. */
export function planLoans(world: LoanWorld): LoanPlan {
  const lent = world.machines.filter((machine) => machine.status?.loan !== undefined && !isOfProvider(machine));
  const back = lent.filter(isBack);
  const calls = callBacks(world, lent);
  const called = new Set(calls.map(({ machine }) => machine));
  const active = lent.filter((machine) => !isEnding(machine) && !called.has(machine));
  const renewals = world.borrowers.flatMap((borrower) => {
    const steps = renewal(world, borrower, active);
    return steps.length === 0 ? [] : [steps];
  });
  const leaving = new Set(
    renewals.flat().flatMap(({ machine, next }) => (next?.ending === undefined ? [] : [machine])),
  );
  const grants = newLoans(
    world,
    active.filter((machine) => !leaving.has(machine)),
    renewals.flat(),
  );
  return {
    steps: [
      ...back.map((machine) => [{ machine, next: undefined, why: `back from pool ${machine.status?.loan?.pool}` }]),
      ...calls.map((one) => [one]),
      ...renewals,
      ...grants,
    ],
    vacate: lent.filter((machine) => isEnding(machine) && !isBack(machine) && isOver(machine, world.nowAt)),
    ...recheck(world, lent),
  };
}

/** Lent to this pool by its provider: that is another story. */
function isOfProvider({ spec, status }: Resource): boolean {
  return status?.loan?.pool === spec.poolName;
}

function isEnding({ status }: Resource): boolean {
  return status?.loan?.ending !== undefined;
}

/** Nobody is there any more: it need not wait for its end. */
function isBack(machine: Resource): boolean {
  return isEnding(machine) && (machine.status?.allocations ?? []).length === 0;
}

function isOver({ status }: Resource, nowAt: number): boolean {
  return status?.loan !== undefined && untilOf(status.loan) <= nowAt;
}

function heldBy(borrower: ResourcePool, machines: readonly Resource[]): readonly Resource[] {
  return machines.filter(({ status }) => status?.loan?.pool === borrower.metadata.name);
}

/** Loans that end because who lends, or who borrows, does so no more; more than are lent go by notice. */
function callBacks({ donor, borrowers, nowAt }: LoanWorld, lent: readonly Resource[]): readonly LoanStep[] {
  const { lend } = donor.spec;
  const noticeAt = nowAt + durationMs(lend?.notice ?? "10m");
  const byName = new Map(borrowers.map((borrower) => [borrower.metadata.name, borrower]));
  const open = lent.filter((machine) => !isEnding(machine));
  const calls = open.flatMap((machine): readonly LoanStep[] => {
    const { loan } = machine.status ?? {};
    if (loan === undefined) return [];
    const borrower = byName.get(loan.pool);
    if (borrower === undefined || isDeleting(borrower))
      return [{ machine, next: ended(loan, "Released"), why: `given back by pool ${loan.pool}` }];
    if (isDeleting(donor) || !lendsTo(lend, loan.pool))
      return [{ machine, next: ended(loan, "Reclaimed", noticeAt), why: `called back from pool ${loan.pool}` }];
    return [];
  });
  const rest = open.filter((machine) => !calls.some((call) => call.machine === machine));
  const excess = Math.max(0, rest.length - (lend?.max ?? Number.POSITIVE_INFINITY));
  // What does not work goes first, then who came last; of those the emptiest.
  const order = [...rest].sort(
    (left, right) =>
      Number(isFit(right)) - Number(isFit(left)) || sinceOf(left) - sinceOf(right) || byWork(left, right),
  );
  const surplus = excess === 0 ? [] : order.slice(-excess);
  return [...calls, ...surplus.flatMap((machine) => reclaim(machine, noticeAt))];
}

function reclaim(machine: Resource, noticeAt: number): readonly LoanStep[] {
  const { loan } = machine.status ?? {};
  if (loan === undefined) return [];
  const next = ended(loan, "Reclaimed", noticeAt);
  return [{ machine, next, why: `called back from pool ${loan.pool}: until ${next.until}` }];
}

function sinceOf({ status }: Resource): number {
  return parseTimestamp(status?.loan?.since ?? "") ?? 0;
}

/** All of a borrower's loans are renewed at the same time: then it gives up what is too many, or does not work. */
function renewal({ nowAt }: LoanWorld, borrower: ResourcePool, active: readonly Resource[]): readonly LoanStep[] {
  const held = heldBy(borrower, active);
  const { durationMs: termMs, renewBeforeMs } = termsOf(borrower);
  const untils = held.flatMap(({ status }) => (status?.loan === undefined ? [] : [untilOf(status.loan)]));
  if (untils.length === 0 || nowAt < Math.min(...untils) - renewBeforeMs) return [];
  const untilAt = Math.max(nowAt, ...untils) + termMs;
  const fit = held.filter(isFit).sort(byWork);
  const kept = new Set(fit.slice(0, borrower.spec.provider.borrow?.count ?? 0));
  return held.flatMap((machine): readonly LoanStep[] => {
    const { loan } = machine.status ?? {};
    if (loan === undefined) return [];
    if (kept.has(machine))
      return [
        {
          machine,
          next: renewed(loan, untilAt),
          why: `renewed for pool ${loan.pool} until ${formatTimestamp(untilAt)}`,
        },
      ];
    const ending = isFit(machine) ? "Shrunk" : "Unfit";
    return [
      { machine, next: ended(loan, ending), why: `not renewed for pool ${loan.pool} (${ending}): until ${loan.until}` },
    ];
  });
}

function isFit(machine: Resource): boolean {
  return isTrue(machine.status?.conditions, "Ready") && !isDeleting(machine) && !machine.spec.unschedulable;
}

function isFree(machine: Resource): boolean {
  const { allocations = [], residue = [], loan, quarantine } = machine.status ?? {};
  return isFit(machine) && allocations.length + residue.length === 0 && loan === undefined && quarantine === undefined;
}

/** Who asked first gets first; who wants all or none is passed over where there are too few. */
function newLoans(
  { donor, machines, borrowers, nowAt }: LoanWorld,
  active: readonly Resource[],
  renewals: readonly LoanStep[],
): readonly (readonly LoanStep[])[] {
  // Of most pools nobody borrows.
  if (isDeleting(donor) || borrowers.length === 0) return [];
  const free = machines.filter(isFree).sort(byWork);
  const lentNow = machines.filter((machine) => machine.status?.loan !== undefined && !isOfProvider(machine)).length;
  let room = Math.max(0, (donor.spec.lend?.max ?? Number.POSITIVE_INFINITY) - lentNow);
  return [...borrowers].sort(byAge).flatMap((borrower) => {
    const { name = "" } = borrower.metadata;
    if (isDeleting(borrower) || !lendsTo(donor.spec.lend, name)) return [];
    const held = heldBy(borrower, active);
    const { count = 0, together = false } = borrower.spec.provider.borrow ?? {};
    const wanted = Math.max(0, count - held.length);
    const granted = Math.min(wanted, free.length, room);
    if (granted === 0 || (together && granted < wanted)) return [];
    room -= granted;
    const loan: MachineLoan = {
      pool: name,
      since: formatTimestamp(nowAt),
      until: formatTimestamp(endOfTerm(borrower, { held, renewals, nowAt })),
      term: 1,
    };
    const why = `lent to pool ${name} until ${loan.until}`;
    return [free.splice(0, granted).map((machine) => ({ machine, next: loan, why }))];
  });
}

/** A borrower's machines have one term: those that come later join it. */
function endOfTerm(
  borrower: ResourcePool,
  {
    held,
    renewals,
    nowAt,
  }: { readonly held: readonly Resource[]; readonly renewals: readonly LoanStep[]; readonly nowAt: number },
): number {
  const untils = held.flatMap((machine) => {
    const loan = renewals.find((step) => step.machine === machine)?.next ?? machine.status?.loan;
    return loan === undefined ? [] : [untilOf(loan)];
  });
  return untils.length === 0 ? nowAt + termsOf(borrower).durationMs : Math.max(...untils);
}

function byAge({ metadata: left }: ResourcePool, { metadata: right }: ResourcePool): number {
  const [one, other] = [left, right].map((metadata) => `${metadata.creationTimestamp} ${metadata.name}`);
  return (one ?? "") < (other ?? "") ? -1 : 1;
}

/** Ends of terms, and the instants before them at which loans are renewed. */
function recheck({ borrowers, nowAt }: LoanWorld, lent: readonly Resource[]): Pick<LoanPlan, "recheckAfterMs"> {
  const instants = lent.flatMap((machine) => {
    const { loan } = machine.status ?? {};
    if (loan === undefined) return [];
    const borrower = borrowers.find(({ metadata }) => metadata.name === loan.pool);
    const renewBeforeMs = borrower === undefined || loan.ending !== undefined ? 0 : termsOf(borrower).renewBeforeMs;
    return [untilOf(loan) - renewBeforeMs];
  });
  const ahead = instants.filter((at) => at > nowAt);
  return ahead.length === 0 ? {} : { recheckAfterMs: Math.min(...ahead) - nowAt };
}
