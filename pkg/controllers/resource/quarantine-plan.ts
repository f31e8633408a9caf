import { annotations, type MachineFaults, type Quarantine, type Residue, type Resource } from "../../api/index.ts";
import { formatDuration, formatTimestamp, parseTimestamp } from "../../clock/index.ts";
import type { ConditionRow } from "../../controller/index.ts";

/** What is kept against a machine, and whether that keeps new work off it now. */
export interface QuarantinePlan {
  /** Set while nothing is bound to it. */
  readonly quarantine?: Quarantine;
  readonly faults?: MachineFaults;
  readonly recheckAfterMs?: number;
}

const firstMs = 60_000;
const longestMs = 3_600_000;
/** What happened longer ago says nothing of the machine any more. */
const forgottenAfterMs = 24 * 3_600_000;
/** Members of a lost machine leave it one after the other; all that is one strike. */
const sameOutageMs = 60_000;

/** The machine itself failed: link, agent, disk or boot. One of them is a strike. */
const ownCauses: ReadonlySet<string> = new Set(["HostLost", "DiskFull"]);
/** Something that works on other machines failed here: of one application that may be chance, of two it is none. */
const sharedCauses: ReadonlySet<string> = new Set(["CrashLoop", "InstallFailed"]);

/**
 * Strikes are found in what replaced members leave behind on the machine, which is written with the replacement. The
 * quarantine is a minute with the first strike and twice as long with each further one, up to an hour.
 */
export function planQuarantine(resource: Resource, nowAt: number): QuarantinePlan {
  const { residue = [], faults: before, lostAt } = resource.status ?? {};
  const known = remembered(before, pardonedAt(resource), nowAt);
  const counted = new Set(before?.counted ?? []);
  const news = residue.filter((one) => counts(one) && !counted.has(idOf(one)));
  const faults = news.reduce((sum, one) => withFault(sum, one, lostAt), known);
  const held = residue.filter(counts).map(idOf);
  if (faults.strikes === 0 && faults.failures.length === 0 && held.length === 0) return {};
  const kept: MachineFaults = { ...faults, counted: held };
  const quarantine = quarantineOf(kept, nowAt);
  if (quarantine === undefined) return { faults: kept };
  const recheckAfterMs = (parseTimestamp(quarantine.until) ?? nowAt) - nowAt;
  return { faults: kept, quarantine, recheckAfterMs };
}

type Faults = Omit<MachineFaults, "counted">;

const nothing: Faults = { strikes: 0, failures: [] };

function remembered(before: MachineFaults | undefined, pardoned: number, nowAt: number): Faults {
  if (before === undefined) return nothing;
  const { counted: _counted, failures, ...strike } = before;
  const isRecent = (at: string | undefined): boolean => {
    const then = parseTimestamp(at ?? "") ?? 0;
    return then > pardoned && nowAt - then < forgottenAfterMs;
  };
  const recent = failures.filter(({ at }) => isRecent(at));
  return isRecent(strike.at) ? { ...strike, failures: recent } : { strikes: 0, failures: recent };
}

/** When a person said last that the machine is to take work again. */
function pardonedAt({ metadata }: Resource): number {
  return parseTimestamp(metadata.annotations?.[annotations.pardonedAt] ?? "") ?? 0;
}

function counts({ reason }: Residue): boolean {
  return ownCauses.has(reason) || sharedCauses.has(reason);
}

function idOf({ claimUid, epoch }: Residue): string {
  return `${claimUid}/${epoch}`;
}

function withFault(faults: Faults, residue: Residue, lostAt: string | undefined): Faults {
  const { reason, since, claimName, namespace, application = claimName } = residue;
  const who = `${namespace}/${application}`;
  if (ownCauses.has(reason)) {
    return isSameOutage(faults, since, lostAt) ? faults : strike(faults, reason, since, lostAt);
  }
  const failures = [
    ...faults.failures.filter((one) => one.application !== who),
    { application: who, reason, at: since },
  ];
  if (failures.length < 2) return { ...faults, failures };
  const names = failures.map((one) => one.application).join(" and ");
  return strike(faults, `members of ${names} failed here that work elsewhere`, since, lostAt);
}

function isSameOutage({ at, lostAt: struckAt }: Faults, since: string, lostAt: string | undefined): boolean {
  if (at === undefined) return false;
  if (lostAt !== undefined && lostAt === struckAt) return true;
  return (parseTimestamp(since) ?? 0) - (parseTimestamp(at) ?? 0) < sameOutageMs;
}

function strike({ strikes }: Faults, reason: string, at: string, lostAt: string | undefined): Faults {
  return { strikes: strikes + 1, reason, at, ...(lostAt !== undefined && { lostAt }), failures: [] };
}

function quarantineOf({ strikes, at, reason = "" }: MachineFaults, nowAt: number): Quarantine | undefined {
  const struckAt = parseTimestamp(at ?? "");
  if (strikes === 0 || struckAt === undefined) return undefined;
  const untilAt = struckAt + lengthMs(strikes);
  return untilAt <= nowAt ? undefined : { until: formatTimestamp(untilAt), strikes, reason };
}

function lengthMs(strikes: number): number {
  return Math.min(firstMs * 2 ** (strikes - 1), longestMs);
}

/** Absent for a machine that was never in quarantine. */
export function quarantineRows({ quarantine, faults }: QuarantinePlan): ConditionRow[] {
  if (quarantine !== undefined) return [["Quarantined", "True", "Quarantined", quarantineText(quarantine)]];
  if ((faults?.strikes ?? 0) === 0) return [];
  return [["Quarantined", "False", "NotQuarantined", "it takes work; another strike within a day lasts twice as long"]];
}

export function quarantineText({ until, strikes, reason }: Quarantine): string {
  const length = formatDuration(lengthMs(strikes));
  return `takes nothing new for ${length}, until ${until}: ${reason} (strike ${strikes}); plush uncordon ends it`;
}
