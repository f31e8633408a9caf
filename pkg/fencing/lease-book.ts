import type { Clock } from "../clock/index.ts";
import type { LeaseSource } from "../fabric/index.ts";
import type { Logger } from "../log/index.ts";
import type { GrantedLease, LeaseGrant, LeaseRequest, LeaseWish, SignedGrant } from "../protocol/index.ts";
import type { JsonObject, Store } from "../store/index.ts";
import { fencingLimits } from "../validation/index.ts";
import { readHolder, recordKey, recordPrefix, settledKey } from "./fence-record.ts";
import {
  type FencedMember,
  type FenceEvidence,
  type FenceHolder,
  isOf,
  planFence,
  provesOver,
  surelyOverMs,
} from "./plan-fence.ts";

export interface LeaseBookOptions {
  readonly store: Pick<Store, "list" | "get" | "commit" | "clusterUid" | "term">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ed25519 over the bytes, base64. */
  readonly sign: (bytes: Uint8Array) => string;
  /** A claim as it is bound now; undefined: it is not there, or needs no lease. */
  readonly member: (claimUid: string) => FencedMember | undefined;
  /** The store came out of a backup: more may have been granted than it knows of. */
  readonly restored: boolean;
}

/** One record, and what this server knows of the grants to its holder. */
interface Seat {
  readonly holder: FenceHolder;
  /** Of the record in the store. */
  readonly revision: number;
  /** When every grant is over: monotonic, and for people. */
  readonly endsAt: number;
  readonly endsWallAt: number;
  /** Its machine, or who has power over that, has said that it runs no more. */
  readonly isGivenUp: boolean;
}

/** How long a lease may still be held by somebody. */
export interface HeldLease {
  readonly waitMs: number;
  /** Wall clock, for people. */
  readonly untilAt: number;
}

/** Records that say nothing any more are looked for this often. */
const sweepMs = 60_000;

/**
 * Grants leases. A renewal writes nothing: what a server that starts does not know, which is when it granted last, it
 * takes to be that very moment. Only another holder, another boot or a longer lease is written, and before it is granted.
 */
export class LeaseBook implements LeaseSource {
  readonly #options: LeaseBookOptions;
  readonly #seats = new Map<string, Seat>();
  /** Ordinals by the machine on which their holder is, or has been. */
  readonly #places = new Map<string, Set<string>>();
  /** Ordinals whose record is being written: nobody is granted them meanwhile. */
  readonly #busy = new Set<string>();
  /** Machines that are being stopped by force: nothing is granted there meanwhile. */
  readonly #fencing = new Map<string, Promise<void>>();
  readonly #startedAt: number;
  #isSettled: boolean;
  #isClosed = false;
  #cancel: () => void = () => undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(options: LeaseBookOptions) {
    const { store, clock, restored } = options;
    this.#options = options;
    this.#startedAt = clock.monotonic();
    for (const entry of store.list(recordPrefix).entries) {
      const holder = readHolder(entry);
      this.#put(entry.key, this.#renewed({ holder, revision: entry.revision }, holder.longestMs));
    }
    this.#isSettled = !restored || store.get(settledKey)?.value["term"] === store.term;
    this.#arm();
  }

  /** Grants what may be granted of what a machine asks for. */
  async renew(resourceUid: string, request: LeaseRequest): Promise<SignedGrant | undefined> {
    const asked = request.wishes.map((wish) => this.#lease(resourceUid, request.boot, wish));
    const leases = (await Promise.all(asked)).flatMap((lease) => lease ?? []);
    if (leases.length === 0) return undefined;
    const { clusterUid, term } = this.#options.store;
    const { boot, at } = request;
    const grant: LeaseGrant = { kind: "LeaseGrant", clusterUid, resourceUid, term, boot, at, leases };
    const payload = JSON.stringify(grant);
    return { payload, signature: this.#options.sign(Buffer.from(payload)) };
  }

  /** How long the processes of a claim may still run where it is bound; undefined: they do not. */
  held(binding: Pick<FencedMember, "claimUid" | "epoch" | "resourceUid">): HeldLease | undefined {
    for (const [, seat] of this.#on(binding.resourceUid)) {
      const { holder, endsAt, endsWallAt } = seat;
      if (!isOf(holder, binding)) continue;
      return this.#isOver(seat) ? undefined : { waitMs: endsAt - this.#now(), untilAt: endsWallAt };
    }
    return undefined;
  }

  /** How long another may still hold the ordinal of a claim; undefined: nobody does. */
  awaited(claimUid: string): HeldLease | undefined {
    const member = this.#options.member(claimUid);
    const seat = member && this.#seats.get(recordKey(member.key));
    if (member === undefined || seat === undefined || isOf(seat.holder, member) || this.#isOver(seat)) return undefined;
    return { waitMs: seat.endsAt - this.#now(), untilAt: seat.endsWallAt };
  }

  /** Takes note of what a machine says of itself, as it says it: receipts are told once. */
  notice(resourceUid: string, evidence: FenceEvidence): void {
    for (const [key, seat] of this.#on(resourceUid))
      if (!seat.isGivenUp && provesOver(seat.holder, evidence)) this.#put(key, { ...seat, isGivenUp: true });
  }

  /** Has a machine stopped by force: once `stop` resolves nobody holds anything there. Rejects as `stop` does. */
  fence(resourceUid: string, stop: () => Promise<void>): Promise<void> {
    const known = this.#fencing.get(resourceUid);
    if (known !== undefined) return known;
    const fencing = stop()
      .then(() => this.#giveUp(resourceUid))
      .finally(() => this.#fencing.delete(resourceUid));
    this.#fencing.set(resourceUid, fencing);
    return fencing;
  }

  /** Resolves when it writes no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#sweeping;
  }

  async #lease(resourceUid: string, boot: string, { uid, epoch, holds }: LeaseWish): Promise<GrantedLease | undefined> {
    const ask = (): FencedMember | undefined => this.#options.member(uid);
    let member = ask();
    const wish = { epoch, resourceUid, boot, holds };
    // Twice: to have its holder recorded, and to be granted.
    for (let attempt = 0; attempt < 2 && member !== undefined; attempt++, member = ask()) {
      const key = recordKey(member.key);
      if (this.#busy.has(key) || this.#fencing.has(resourceUid)) return undefined;
      const seat = this.#seats.get(key);
      const isOver = seat !== undefined && this.#isOver(seat);
      const isGivenUp = seat?.isGivenUp === true;
      const isSettled = this.#settled();
      const decision = planFence({ wish, member, holder: seat?.holder, isOver, isGivenUp, isSettled });
      if (decision.kind === "grant" && seat !== undefined) {
        this.#put(key, this.#renewed(seat, member.leaseMs));
        return { uid, epoch, leaseMs: member.leaseMs };
      }
      if (decision.kind !== "record" || !(await this.#record(key, decision.holder, seat))) return undefined;
    }
    return undefined;
  }

  /** Returns false where it could not be written: whoever asked will ask again. */
  async #record(key: string, holder: FenceHolder, before: Seat | undefined): Promise<boolean> {
    this.#busy.add(key);
    try {
      const value = (): JsonObject => ({ ...holder });
      const { revision } = await this.#options.store.commit(
        [{ key, revision: before?.revision ?? 0 }],
        [{ key, value }],
      );
      // A longer lease for the same holder: what was granted to it before stands.
      const now = this.#seats.get(key);
      const isSame = now !== undefined && isOf(now.holder, holder) && now.holder.boot === holder.boot;
      const fresh = { endsAt: this.#now(), endsWallAt: this.#options.clock.now(), isGivenUp: false };
      this.#put(key, { ...(isSame ? now : fresh), holder, revision });
      return true;
    } catch (error) {
      this.#options.log.warn({ ordinal: key, error: String(error) }, "holder of an ordinal not recorded");
      return false;
    } finally {
      this.#busy.delete(key);
    }
  }

  /** Before the grant is signed: it holds from a moment that lies before this one. */
  #renewed(seat: Pick<Seat, "holder" | "revision"> & Partial<Seat>, leaseMs: number): Seat {
    const { holder, revision, endsAt = 0, endsWallAt = 0, isGivenUp = false } = seat;
    const waitMs = surelyOverMs(leaseMs);
    return {
      holder,
      revision,
      endsAt: Math.max(endsAt, this.#now() + waitMs),
      endsWallAt: Math.max(endsWallAt, this.#options.clock.now() + waitMs),
      isGivenUp,
    };
  }

  #isOver({ endsAt, isGivenUp }: Seat): boolean {
    return isGivenUp || this.#now() >= endsAt;
  }

  #giveUp(resourceUid: string): void {
    for (const [key, seat] of this.#on(resourceUid)) this.#put(key, { ...seat, isGivenUp: true });
  }

  #on(resourceUid: string): (readonly [string, Seat])[] {
    return [...(this.#places.get(resourceUid) ?? [])].flatMap((key) => {
      const seat = this.#seats.get(key);
      return seat === undefined ? [] : [[key, seat] as const];
    });
  }

  #put(key: string, seat: Seat): void {
    this.#drop(key);
    this.#seats.set(key, seat);
    const { resourceUid } = seat.holder;
    const keys = this.#places.get(resourceUid) ?? new Set<string>();
    this.#places.set(resourceUid, keys.add(key));
  }

  #drop(key: string): void {
    const place = this.#seats.get(key)?.holder.resourceUid ?? "";
    const keys = this.#places.get(place);
    keys?.delete(key);
    if (keys?.size === 0) this.#places.delete(place);
    this.#seats.delete(key);
  }

  /** After a restore: once the longest of all leases has run out since this server started. */
  #settled(): boolean {
    return this.#isSettled || this.#now() - this.#startedAt >= surelyOverMs(fencingLimits.longestMs);
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }

  #arm(): void {
    if (this.#isClosed) return;
    this.#cancel = this.#options.clock.setTimer(sweepMs, () => {
      this.#sweeping = this.#sweep().then(() => this.#arm());
    });
  }

  /** Forgets records of claims that are gone and hold nothing; notes that a restore is over. */
  async #sweep(): Promise<void> {
    const { store, member, log } = this.#options;
    const gone = [...this.#seats].filter(
      ([key, seat]) => !this.#busy.has(key) && this.#isOver(seat) && member(seat.holder.claimUid) === undefined,
    );
    for (const [key] of gone) this.#busy.add(key);
    try {
      for (const [key, { revision }] of gone) {
        await store.commit([{ key, revision }], [{ key, value: undefined }]);
        this.#drop(key);
      }
      if (!this.#isSettled && this.#settled()) {
        const before = store.get(settledKey)?.revision ?? 0;
        const value = (): JsonObject => ({ term: store.term });
        await store.commit([{ key: settledKey, revision: before }], [{ key: settledKey, value }]);
        this.#isSettled = true;
      }
    } catch (error) {
      log.warn({ error: String(error) }, "records of fencing not tidied");
    } finally {
      for (const [key] of gone) this.#busy.delete(key);
    }
  }
}
