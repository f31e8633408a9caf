/**
 * Leases as a machine sees them: pure. Every instant is an uptime of the machine in milliseconds, which neither jumps nor
 * stands still while the machine sleeps; no wall clock decides here.
 */
import type { GrantedLease, LeaseGrant } from "../protocol/index.ts";

/** Until when the processes of a claim, at one epoch, may run under one boot of the machine. */
export interface Lease {
  readonly uid: string;
  readonly epoch: number;
  readonly boot: string;
  /** From then on they are told to end. */
  readonly stopAt: number;
  /** From then on nothing of them runs. */
  readonly endAt: number;
  /** From then on it is time to ask for the next one. */
  readonly renewAt: number;
}

/** held: processes may start and run. lapsed: they are ending. over: none may run. */
export type LeaseState = "held" | "lapsed" | "over";

/** What a claim's plan is told of its lease. */
export interface LeaseSight {
  readonly state: LeaseState;
  /** In so long time alone makes it another. */
  readonly changesInMs?: number;
}

/** Share of a lease after which the next is asked for: four more attempts before processes are told to end. */
const renewShare = 1 / 6;
/** Share of a lease after which its processes are told to end. */
const stopShare = 2 / 3;

export function leaseOf({ uid, epoch, leaseMs }: GrantedLease, { at, boot }: LeaseGrant): Lease {
  // Down to what the file of the shim can tell, so that both agree.
  const after = (ms: number): number => Math.floor((at + ms) / 10) * 10;
  return {
    uid,
    epoch,
    boot,
    stopAt: after(leaseMs * stopShare),
    endAt: after(leaseMs),
    renewAt: after(leaseMs * renewShare),
  };
}

/** A grant that was overtaken by a later one changes nothing. */
export function laterLease(known: Lease | undefined, granted: Lease): Lease {
  return known !== undefined && known.endAt >= granted.endAt ? known : granted;
}

export function seeLease(lease: Lease | undefined, uptimeMs: number): LeaseSight {
  if (lease === undefined || uptimeMs >= lease.endAt) return { state: "over" };
  if (uptimeMs >= lease.stopAt) return { state: "lapsed", changesInMs: lease.endAt - uptimeMs };
  return { state: "held", changesInMs: lease.stopAt - uptimeMs };
}

export interface GrantCheck {
  readonly clusterUid: string;
  readonly resourceUid: string;
  /** The highest that this agent has met. */
  readonly term: number;
  readonly boot: string;
  readonly uptimeMs: number;
}

/** Why a grant is not accepted, although its server signed it; undefined: it is. */
export function grantRefusal(grant: LeaseGrant, known: GrantCheck): GrantRefusal | undefined {
  if (grant.clusterUid !== known.clusterUid || grant.resourceUid !== known.resourceUid)
    return { reason: "Forbidden", message: "the grant is meant for another machine" };
  if (grant.term < known.term)
    return { reason: "Conflict", message: `the grant is of term ${grant.term}, older than ${known.term}` };
  if (grant.boot !== known.boot) return { reason: "Conflict", message: "the grant is of another boot" };
  if (grant.at > known.uptimeMs) return { reason: "Conflict", message: "the grant answers what was not asked yet" };
  return undefined;
}

export interface GrantRefusal {
  readonly reason: "Forbidden" | "Conflict";
  readonly message: string;
}

/** The line that the shim reads: both marks in hundredths of a second of uptime, and the boot that they belong to. */
export function leaseLine({ stopAt, endAt, boot }: Lease): string {
  return `${stopAt / 10} ${endAt / 10} ${boot}\n`;
}

/** What an earlier agent wrote; undefined where it is of another boot, or no such line. It is renewed at once. */
export function readLeaseLine(
  line: string,
  { uid, epoch, boot }: Pick<Lease, "uid" | "epoch" | "boot">,
): Lease | undefined {
  const [stop, end, under] = line.trim().split(" ");
  const [stopAt, endAt] = [Number(stop) * 10, Number(end) * 10];
  if (under !== boot || !Number.isFinite(stopAt) || !Number.isFinite(endAt)) return undefined;
  return { uid, epoch, boot, stopAt, endAt, renewAt: 0 };
}
