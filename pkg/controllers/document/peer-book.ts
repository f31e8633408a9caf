import { equalJson } from "../../merge/index.ts";
import type { PeerEntry, PeersDocument } from "../../protocol/index.ts";
import type { PeerComponents } from "./peers-plan.ts";

/**
 * While an application comes up its members become ready one by one; documents are written this often for that. Each time
 * every member is sent all members: what that costs grows with the square of their number, and so there is more time for it.
 */
const readinessIntervalMs = 200;
const readinessIntervalPerMemberMs = 2;

/** The page of a group that has not changed for longest goes first; it is only numbered anew when it is asked for again. */
const maxPages = 2000;

export interface PeerSource {
  readonly group: string;
  /** Another one whenever the members may be others than before. */
  readonly state: string;
  /** The members in that state. */
  readonly build: () => PeerComponents;
}

/** What the members of a group have to tell that has not been told yet. */
type News = "none" | "readiness" | "members";

interface Page {
  /** That of the source when it was looked at last. */
  state: string;
  /** The members as they were then. */
  seen: PeerComponents;
  news: News;
  readonly peers: PeersDocument;
  readonly at: number;
}

export interface PeersAnswer {
  /** The same object for all of a group, until there is another. */
  readonly peers: PeersDocument;
  /** There is news that waits for others to come: look again then. */
  readonly staleForMs?: number;
}

/**
 * Numbers the states of each group of peers, and builds each of them once for all of its members. A change of members,
 * addresses or ports holds at once, since processes that start now depend on it; a change of readiness alone may wait a
 * little and take others along.
 */
export class PeerBook {
  readonly #pages = new Map<string, Page>();

  /** `generation` numbers a state that is seen for the first time; `now` is monotonic, ms. */
  read(source: PeerSource, generation: number, now: number): PeersAnswer {
    const page = this.#pages.get(source.group);
    if (page === undefined) return this.#write(source, source.build(), generation, now);
    if (page.state !== source.state) look(page, source);
    if (page.news === "none") return { peers: page.peers };
    const staleForMs = intervalFor(page.seen) - (now - page.at);
    if (page.news === "readiness" && staleForMs > 0) return { peers: page.peers, staleForMs };
    // Never twice the same number, even if nothing was written between two changes that were seen.
    return this.#write(source, page.seen, Math.max(generation, page.peers.revision + 1), now);
  }

  #write({ group, state }: PeerSource, components: PeerComponents, revision: number, at: number): PeersAnswer {
    const peers = { revision, components };
    this.#pages.delete(group);
    this.#pages.set(group, { state, seen: components, news: "none", peers, at });
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > maxPages && oldest !== undefined) this.#pages.delete(oldest);
    return { peers };
  }
}

function intervalFor(components: PeerComponents): number {
  const members = Object.values(components).reduce((sum, entries) => sum + entries.length, 0);
  return Math.max(readinessIntervalMs, members * readinessIntervalPerMemberMs);
}

function look(page: Page, { state, build }: PeerSource): void {
  page.state = state;
  page.seen = build();
  page.news = newsOf(page.peers.components, page.seen);
}

function newsOf(before: PeerComponents, after: PeerComponents): News {
  const names = Object.keys(after);
  if (names.length !== Object.keys(before).length) return "members";
  let news: News = "none";
  for (const name of names) {
    const entries = after[name] ?? [];
    const former = before[name];
    if (former?.length !== entries.length) return "members";
    for (const [index, entry] of entries.entries()) {
      const known = former[index];
      if (known === undefined || !isSameMember(known, entry)) return "members";
      if (known.ready !== entry.ready) news = "readiness";
    }
  }
  return news;
}

/** All but readiness. */
function isSameMember(left: PeerEntry, right: PeerEntry): boolean {
  return left === right || equalJson(left, { ...right, ready: left.ready });
}
