import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { type Clock, sleep } from "../../clock/index.ts";
import type { Logger } from "../../log/index.ts";
import type { TreeParent } from "../../protocol/index.ts";
import { dialParent } from "./dial-parent.ts";
import type { Credentials } from "./identity.ts";
import { ParentLink } from "./parent-link.ts";
import type { TreeWire } from "./tree-wire.ts";

export interface PursuitOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly credentials: () => Credentials;
  readonly pingMs: () => number;
  readonly onRelayed: (stream: Duplex) => void;
  /** The parent, or who could not be reached, has changed. */
  readonly onChange: () => void;
  readonly wire?: TreeWire;
}

interface Connected {
  readonly link: ParentLink;
  readonly connectMs: number;
}

/** Who has another parent than the first looks so often whether that one can be reached again. */
const returnMs = 10_000;
/** After a round in which nobody could be reached; doubled each time. */
const firstPauseMs = 250;
const maxPauseMs = 5000;

/** Keeps this agent connected to one of the parents that it may have, the first one that can be reached. */
export class ParentPursuit {
  readonly #options: PursuitOptions;
  readonly #failures = new Map<string, string>();
  #parents: readonly TreeParent[] = [];
  #current: Connected | undefined;
  /** Others have taken their place, and something is still relayed over them. */
  readonly #retired = new Set<ParentLink>();
  #search: AbortController | undefined;

  constructor(options: PursuitOptions) {
    this.#options = options;
  }

  get parent(): { readonly uid: string; readonly connectMs: number } | undefined {
    return this.#current && { uid: this.#current.link.parent.uid, connectMs: this.#current.connectMs };
  }

  get failures(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#failures);
  }

  /** The former parent is left only when the first of these, or another, has been reached. */
  pursue(parents: readonly TreeParent[]): void {
    const isSame = JSON.stringify(parents) === JSON.stringify(this.#parents);
    this.#parents = parents;
    if (isSame) return;
    for (const uid of this.#failures.keys())
      if (!parents.some((parent) => parent.uid === uid)) this.#failures.delete(uid);
    const [first] = parents;
    if (first === undefined) {
      this.#search?.abort();
      this.#replace(undefined);
    } else if (this.#current === undefined || !isOne(this.#current.link.parent, first)) {
      this.#begin(undefined);
    }
  }

  close(): void {
    this.#search?.abort();
    this.#parents = [];
    const links = [...this.#retired, ...(this.#current === undefined ? [] : [this.#current.link])];
    this.#current = undefined;
    for (const link of links) link.end("this agent ends");
  }

  #begin(lost: TreeParent | undefined): void {
    this.#search?.abort();
    const search = new AbortController();
    this.#search = search;
    this.#run(lost, search.signal).catch((error: unknown) => {
      if (!search.signal.aborted) this.#options.log.error({ error: String(error) }, "search for a parent ended");
    });
  }

  /** Whoever was just lost is tried last. */
  async #run(lost: TreeParent | undefined, signal: AbortSignal): Promise<void> {
    const others = this.#parents.filter((parent) => lost === undefined || !isOne(parent, lost));
    const order = [...others, ...this.#parents.filter((parent) => !others.includes(parent))];
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(maxPauseMs, pauseMs * 2)) {
      for (const parent of order) {
        // Of those that come after the one it has, none is better.
        const isThere = this.#current !== undefined && isOne(this.#current.link.parent, parent);
        if (!isThere && !(await this.#attempt(parent, signal))) continue;
        const [first] = this.#parents;
        if (first === undefined || isOne(first, parent)) return;
        await sleep(this.#options.clock, returnMs, signal);
        return this.#run(undefined, signal);
      }
      await sleep(this.#options.clock, pauseMs, signal);
    }
  }

  async #attempt(parent: TreeParent, signal: AbortSignal): Promise<boolean> {
    const { log, wire } = this.#options;
    const connect = (): Promise<Connected> => this.#connect(parent, signal);
    try {
      const connected = await (wire === undefined ? connect() : wire.inTurn(connect));
      this.#failures.delete(parent.uid);
      this.#replace(connected);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      const message = error instanceof Error ? error.message : String(error);
      if (this.#failures.get(parent.uid) === message) return false;
      log.info({ parent: parent.uid, address: parent.address, error: message }, "parent not reached");
      this.#failures.set(parent.uid, message);
      this.#options.onChange();
      return false;
    }
  }

  async #connect(parent: TreeParent, signal: AbortSignal): Promise<Connected> {
    const { clock, credentials, wire } = this.#options;
    signal.throwIfAborted();
    const begin = clock.monotonic();
    const socket = await dialParent(parent, credentials(), signal, wire);
    const link = await this.#enter(parent, socket, signal);
    return { link, connectMs: Math.round((clock.monotonic() - begin) * 10) / 10 };
  }

  /** Resolves when the parent has let it in. */
  #enter(parent: TreeParent, socket: TLSSocket, signal: AbortSignal): Promise<ParentLink> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => link.end("not wanted any more");
      const link: ParentLink = new ParentLink(parent, socket, {
        clock: this.#options.clock,
        pingMs: this.#options.pingMs(),
        onRelayed: this.#options.onRelayed,
        onAccepted: () => {
          signal.removeEventListener("abort", onAbort);
          resolve(link);
        },
        onEnd: (why) => {
          signal.removeEventListener("abort", onAbort);
          reject(new Error(why));
          this.#ended(link, why);
        },
      });
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  #replace(next: Connected | undefined): void {
    const former = this.#current?.link;
    this.#current = next;
    if (former !== undefined) {
      this.#retired.add(former);
      former.retire();
    }
    this.#options.onChange();
  }

  #ended(link: ParentLink, why: string): void {
    this.#retired.delete(link);
    if (this.#current?.link !== link) return;
    this.#options.log.info({ parent: link.parent.uid, why }, "parent lost");
    this.#current = undefined;
    this.#options.onChange();
    if (this.#parents.length > 0) this.#begin(link.parent);
  }
}

function isOne(left: TreeParent, right: TreeParent): boolean {
  return left.uid === right.uid && left.address === right.address && left.port === right.port;
}
