import { equalJson } from "../../merge/index.ts";
import type { PeersDocument } from "../../protocol/index.ts";
import type { PeerComponents } from "./peers-plan.ts";

/**
 * News of members is told to all members in rounds, so long apart at least. Each of them is sent all of them: what a round
 * costs grows with the square of their number, and so there is more time between two of them.
 */
const roundMs = 200;
const roundPerMemberMs = 10;
const maxRoundMs = 15_000;

/** Whoever starts nothing has the members compared no more often than this: it costs a glance at each of them. */
const lookMs = 20;
const lookPerMemberMs = 0.2;

/** The page of a group that has not changed for longest goes first; it is only numbered anew when it is asked for again. */
const maxPages = 2000;

export interface PeerSource {
  readonly group: string;
  /** Another one whenever the members may be others than before. */
  readonly state: string;
  /** The members in that state. */
  readonly build: () => PeerComponents;
}

interface Page {
  /** That of the source when it was looked at last. */
  readonly state: string;
  /** The newest: for members that start something. */
  readonly newest: PeersDocument;
  /** For all others: that of the last round. */
  readonly told: PeersDocument;
  /** Monotonic, ms: until then there is no other round. */
  readonly nextRoundAt: number;
  /** Until then nobody looks but who starts something. */
  readonly nextLookAt: number;
}

/** A member that is told of its peers. */
export interface PeerReader {
  /** What it was told last on its machine. */
  readonly held?: PeersDocument;
  /** It is given something to run that it has not been given yet. */
  readonly starts: boolean;
}

export interface PeersAnswer {
  /** The same object for all of a group, until there is another. */
  readonly peers: PeersDocument;
  /** There may be news that waits for the next round: look again then. */
  readonly staleForMs?: number;
}

/**
 * Numbers the states of each group of peers, and builds each of them once for all of its members. Who starts something
 * is told the newest, since what starts now depends on it; all others are told in rounds.
 */
export class PeerBook {
  readonly #pages = new Map<string, Page>();

  /** `generation` numbers a state that is seen for the first time; `now` is monotonic, ms. */
  read(source: PeerSource, generation: number, now: number, { held, starts }: PeerReader): PeersAnswer {
    const known = this.#pages.get(source.group);
    if (starts || known === undefined) {
      return { peers: this.#look(source, known, generation, now).newest };
    }
    const page = this.#tell(now < known.nextLookAt ? known : this.#glance(source, known, generation, now), source, now);
    // Whoever was told of something newer than the round's does not go back.
    const peers = held !== undefined && held.revision > page.told.revision ? held : page.told;
    const isNews = page.newest !== peers || page.state !== source.state;
    return { peers, ...(isNews && { staleForMs: Math.max(page.nextRoundAt, page.nextLookAt) - now }) };
  }

  /** How long until news of the group may be told. */
  roundIn(group: string, now: number): number {
    return Math.max(0, (this.#pages.get(group)?.nextRoundAt ?? 0) - now);
  }

  #glance(source: PeerSource, known: Page, generation: number, now: number): Page {
    if (known.state === source.state) return known;
    const page = this.#look(source, known, generation, now);
    const nextLookAt = now + Math.max(lookMs, count(page.newest.components) * lookPerMemberMs);
    return this.#keep(source.group, { ...page, nextLookAt });
  }

  #look(source: PeerSource, known: Page | undefined, generation: number, now: number): Page {
    if (known?.state === source.state) return known;
    const components = source.build();
    const isSame = known !== undefined && equalMembers(known.newest.components, components);
    // Never twice the same number, even if nothing was written between two changes that were seen.
    const revision = Math.max(generation, (known?.newest.revision ?? -1) + 1);
    const newest = isSame ? known.newest : { revision, components };
    const { told = newest, nextRoundAt = now, nextLookAt = now } = known ?? {};
    return this.#keep(source.group, { state: source.state, newest, told, nextRoundAt, nextLookAt });
  }

  #tell(page: Page, { group, state }: PeerSource, now: number): Page {
    if (page.told === page.newest || page.state !== state || now < page.nextRoundAt) return page;
    const nextRoundAt = now + Math.min(maxRoundMs, Math.max(roundMs, count(page.newest.components) * roundPerMemberMs));
    return this.#keep(group, { ...page, told: page.newest, nextRoundAt });
  }

  #keep(group: string, page: Page): Page {
    this.#pages.delete(group);
    this.#pages.set(group, page);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > maxPages && oldest !== undefined) this.#pages.delete(oldest);
    return page;
  }
}

function count(components: PeerComponents): number {
  return Object.values(components).reduce((sum, entries) => sum + entries.length, 0);
}

/** Entries of members that have not changed are the very same. */
function equalMembers(before: PeerComponents, after: PeerComponents): boolean {
  const names = Object.keys(after);
  return (
    names.length === Object.keys(before).length &&
    names.every((name) => {
      const [former, entries] = [before[name], after[name] ?? []];
      return (
        former?.length === entries.length &&
        entries.every((entry, index) => entry === former[index] || equalJson(entry, former[index]))
      );
    })
  );
}
