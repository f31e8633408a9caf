import type { Clock } from "../../clock/index.ts";
import type { AgentConfig, LeaseRequest, SignedGrant } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import {
  grantRefusal,
  type Lease,
  type LeaseSight,
  laterLease,
  leaseLine,
  leaseOf,
  readLeaseLine,
  seeLease,
} from "../plan-lease.ts";
import { decodeGrant } from "./decode-grant.ts";
import type { LeaseFiles } from "./lease-files.ts";

export interface LeaseKeeperOptions {
  readonly clock: Clock;
  readonly uptimeMs: () => number;
  readonly files: LeaseFiles;
  readonly config: Pick<AgentConfig, "clusterUid" | "resourceUid" | "serverKey">;
  /** What was signed; undefined where it was not signed with this key. */
  readonly unseal: (signed: SignedGrant, key: string) => string | undefined;
  readonly boot: string;
  /** Of the document that was accepted last. */
  readonly term: () => number;
  readonly ask: (request: Omit<LeaseRequest, "seq">) => void;
  /** What may run of a claim has changed. */
  readonly onChange: (claimUid: string) => void;
}

/** How soon what is not held is asked for again. */
const retryMs = 500;
/** Wishes that come together travel together. */
const gatherMs = 5;

interface Wish {
  readonly uid: string;
  readonly epoch: number;
}

/** Asks for leases while there are claims that need them, and keeps those that were granted where shims find them. */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #wishes = new Map<string, Wish>();
  readonly #leases = new Map<string, Lease>();
  #highestTerm = 0;
  /** Files are written and removed one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #cancel: (() => void) | undefined;
  #isClosed = false;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  /** Takes up what an earlier agent was granted; what belongs to another boot is gone with it. */
  async load(): Promise<void> {
    const { files, boot } = this.#options;
    for (const { name, line } of await files.list()) {
      const dot = name.lastIndexOf(".");
      const [uid, epoch] = [name.slice(0, dot), Number(name.slice(dot + 1))];
      const lease = readLeaseLine(line, { uid, epoch, boot });
      if (lease === undefined || !Number.isInteger(epoch)) await files.remove(name);
      else this.#leases.set(name, lease);
    }
  }

  /** The file in which shims look for the lease. */
  file(uid: string, epoch: number): string {
    return this.#options.files.path(nameOf({ uid, epoch }));
  }

  see(uid: string, epoch: number): LeaseSight {
    const lease = this.#leases.get(nameOf({ uid, epoch }));
    // Most claims have none, and are looked at often.
    return seeLease(lease, lease === undefined ? 0 : this.#options.uptimeMs());
  }

  /** The claim needs a lease from now on, at this epoch alone; `epoch` undefined: none any more. */
  want(uid: string, epoch: number | undefined): void {
    const known = this.#wishes.get(uid);
    if (known?.epoch === epoch) return;
    if (known !== undefined) this.#forget(known);
    if (epoch === undefined) {
      this.#wishes.delete(uid);
      return;
    }
    this.#wishes.set(uid, { uid, epoch });
    this.#schedule(gatherMs);
  }

  /** Asks at once for all that is needed: there is somebody to ask. */
  hurry(): void {
    if (this.#wishes.size > 0) this.#schedule(gatherMs);
  }

  /** Takes a grant over; its leases are where shims find them when it resolves. Rejects Forbidden, Conflict, Invalid. */
  async accept(signed: SignedGrant): Promise<void> {
    const { config, boot, unseal } = this.#options;
    const payload = unseal(signed, config.serverKey);
    if (payload === undefined) throw new StatusError("Forbidden", "the grant is not signed by this agent's server");
    const grant = decodeGrant(payload);
    const term = Math.max(this.#options.term(), this.#highestTerm);
    const refusal = grantRefusal(grant, { ...config, term, boot, uptimeMs: this.#options.uptimeMs() });
    if (refusal !== undefined) throw new StatusError(refusal.reason, refusal.message);
    this.#highestTerm = grant.term;
    // What nobody here needs any more is not taken: the claim may have been removed meanwhile.
    const needed = grant.leases.filter(({ uid, epoch }) => this.#wishes.get(uid)?.epoch === epoch);
    const taken = this.#last.then(() => Promise.all(needed.map((granted) => this.#take(leaseOf(granted, grant)))));
    this.#last = taken.catch(() => undefined);
    await taken;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  async #take(granted: Lease): Promise<void> {
    const name = nameOf(granted);
    const known = this.#leases.get(name);
    const lease = laterLease(known, granted);
    if (lease === known || this.#wishes.get(granted.uid)?.epoch !== granted.epoch) return;
    await this.#options.files.replace(name, leaseLine(lease));
    const wasHeld = this.see(granted.uid, granted.epoch).state === "held";
    this.#leases.set(name, lease);
    if (!wasHeld) this.#options.onChange(granted.uid);
  }

  #forget(wish: Wish): void {
    this.#leases.delete(nameOf(wish));
    const { files } = this.#options;
    this.#last = this.#last.then(() => files.remove(nameOf(wish))).catch(() => undefined);
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed) return;
    this.#cancel?.();
    this.#cancel = this.#options.clock.setTimer(delayMs, () => this.#ask());
  }

  #ask(): void {
    if (this.#wishes.size === 0) return;
    const { uptimeMs, boot, ask } = this.#options;
    const at = uptimeMs();
    const wishes = [...this.#wishes.values()].map((wish) => ({
      ...wish,
      holds: seeLease(this.#leases.get(nameOf(wish)), at).state !== "over",
    }));
    ask({ type: "lease", at, boot, wishes });
    this.#schedule(this.#nextAskMs(at));
  }

  /** All are asked for together, when the first of them is due. */
  #nextAskMs(at: number): number {
    const waits = [...this.#wishes.values()].map((wish) => {
      const lease = this.#leases.get(nameOf(wish));
      return lease === undefined ? retryMs : Math.max(retryMs, lease.renewAt - at);
    });
    return Math.min(...waits);
  }
}

function nameOf({ uid, epoch }: Wish): string {
  return `${uid}.${epoch}`;
}
