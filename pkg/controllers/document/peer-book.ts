import { contentHash } from "../../graph/index.ts";
import type { PeersDocument } from "../../protocol/index.ts";
import type { PeerComponents } from "./peers-plan.ts";

/** While an application comes up its members become ready one by one; documents are written this often for that. */
const readinessIntervalMs = 200;

/** The page of a group that has not changed for longest goes first; it is only numbered anew when it is asked for again. */
const maxPages = 2000;

interface Page {
  /** Of everything, and of everything but readiness. */
  readonly hash: string;
  readonly membersHash: string;
  readonly peers: PeersDocument;
  readonly at: number;
}

export interface PeersAnswer {
  readonly peers: PeersDocument;
  /** There is news that waits for others to come: look again then. */
  readonly staleForMs?: number;
}

/**
 * Numbers the states of each group of peers. A change of members, addresses or ports holds at once, since processes that
 * start now depend on it; a change of readiness alone may wait a little and take others along.
 */
export class PeerBook {
  readonly #pages = new Map<string, Page>();

  /** `generation` numbers a state that is seen for the first time; `now` is monotonic, ms. */
  read(group: string, components: PeerComponents, generation: number, now: number): PeersAnswer {
    const hash = contentHash(components);
    const page = this.#pages.get(group);
    if (page?.hash === hash) return { peers: page.peers };
    const membersHash = contentHash(withoutReadiness(components));
    if (page?.membersHash === membersHash && now - page.at < readinessIntervalMs) {
      return { peers: page.peers, staleForMs: readinessIntervalMs - (now - page.at) };
    }
    // Never twice the same number, even if nothing was written between two changes that were seen.
    const revision = Math.max(generation, (page?.peers.revision ?? 0) + 1);
    const peers = { revision, components };
    this.#pages.delete(group);
    this.#pages.set(group, { hash, membersHash, peers, at: now });
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > maxPages && oldest !== undefined) this.#pages.delete(oldest);
    return { peers };
  }
}

function withoutReadiness(components: PeerComponents): unknown {
  return Object.entries(components).map(([name, entries]) => [
    name,
    entries.map(({ ready: _ready, ...entry }) => entry),
  ]);
}
