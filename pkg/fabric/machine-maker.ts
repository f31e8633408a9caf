import type { Location, Requests, ResourcePool, Secret, SshOverrides } from "../api/index.ts";

/** One machine that a pool should have: what its Resource is made of. */
export interface MachineSpec {
  /** Name of the Resource. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly dataAddress?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly location?: Location;
  readonly capacity?: Requests;
  readonly ssh?: SshOverrides;
}

/** What a provider may read besides the objects it is given; undefined where there is no such Secret. */
export interface ProviderPorts {
  readonly secret: (ref: { readonly namespace: string; readonly name: string }) => Promise<Secret | undefined>;
}

/** On behalf of whom a maker is asked, and for how long its answer is waited for. */
export interface MakerCall {
  readonly pool: ResourcePool;
  readonly ports: ProviderPorts;
  readonly signal: AbortSignal;
}

/** A machine as whoever made it knows it. */
export interface MadeMachine {
  /** As it was given to `create`. */
  readonly name: string;
  /**
   * `Coming`: ordered, and not to be reached yet; a later list says more. `Running`: to be reached by `spec`.
   * `Failed`: will never be Running; it is deleted, and another one is made. `Leaving`: will be gone by itself.
   */
  readonly state: "Coming" | "Running" | "Failed" | "Leaving";
  /** How it is reached, and what it is; always there for one that is Running. */
  readonly spec?: Omit<MachineSpec, "name">;
  /** Why it is so, for people. */
  readonly message?: string;
  /** When it is taken back, for one that is lent for a term (RFC 3339). */
  readonly lentUntil?: string;
}

/**
 * Makes machines and takes them back: all that a provider has to be able to do. Whoever asks chooses the names, records
 * them before it asks, and asks again after a crash: every verb may be repeated at any time, also while an earlier call
 * of the same verb, by a server that has died, is still at work. A name is never given to another machine later.
 *
 * Rejects with StatusError: Invalid where no repetition will help until somebody changes the pool or the provider, any
 * other reason where one may. What a call that rejected has done is unknown until `list` tells.
 */
export interface MachineMaker {
  /**
   * All machines of this pool that are there or may still come into being, made by whatever instance of the maker. One
   * that is not named is certainly gone, or was never made: a maker that does not know rejects.
   */
  list(call: MakerCall): Promise<readonly MadeMachine[]>;
  /** Resolves once the machine is there or ordered, in whatever state; with what is there, where the name is known. */
  create(name: string, call: MakerCall): Promise<MadeMachine>;
  /** Resolves once the machine is gone, or will be (Leaving in `list` until then); also where there was none. */
  delete(name: string, call: MakerCall): Promise<void>;
  /**
   * Keeps a machine that is lent for a term until `until` (RFC 3339), or for as long as there is; the answer says until
   * when. Rejects with NotFound where there is no such machine. Absent: machines are not lent for a term.
   */
  renew?(name: string, until: string, call: MakerCall): Promise<MadeMachine>;
  /**
   * Stops a machine for certain, whatever state it is in: when this resolves, nothing that ran there before runs any
   * more, nor ever will; the machine may start again, under another boot identity. A machine that is not there is
   * stopped. Rejects where that cannot be promised. Absent: the maker has no such power.
   */
  fence?(name: string, call: MakerCall): Promise<void>;
}
