import { attributePenalty } from "../attribute-terms.ts";
import { toMicro } from "../bounds.ts";
import { notAvoided, withinQuota } from "../eligibility-filters.ts";
import { attributeOf, type MachineView, type MatchRequest } from "../machine-view.ts";
import { refusalOf } from "../match.ts";
import type { PeerTerm } from "../peer-term.ts";
import { LatencyColumn } from "./latency-column.ts";
import type { MachineRows } from "./machine-rows.ts";
import type { PeerColumn } from "./peer-column.ts";
import { PlaceColumn } from "./place-column.ts";
import { SpreadColumn } from "./spread-column.ts";

/** What is known of a machine: nothing since it has changed, or whether it will do, peers and spread left aside. */
const unjudged = 0;
const fits = 1;
const refused = 2;

/**
 * What machines are worth to claims that ask for the same, kept from one claim to the next: only machines that have changed are
 * looked at anew. That a machine will do is looked at where it would be the best one, which few ever are.
 */
export class Standing {
  readonly #rows: MachineRows;
  /** What all of these claims ask for; what is of one claim alone is looked at each time. */
  readonly #wish: MatchRequest;
  readonly #judged: Uint8Array;
  /** By machine: what it pays, in millionths. */
  readonly #penalties: Float64Array;
  readonly #isPaidFor: boolean;
  readonly #spread: readonly SpreadColumn[];
  readonly #peers: readonly PeerColumn[];
  #seen = -1;

  constructor({ avoid: _avoid, heldOnly: _held, peers = [], ...wish }: MatchRequest, rows: MachineRows) {
    this.#rows = rows;
    this.#wish = { ...wish, avoid: {} };
    this.#judged = new Uint8Array(rows.length);
    this.#penalties = new Float64Array(rows.length);
    const hasPrice = wish.attributes.some(({ ideal, penalties }) => ideal !== undefined || penalties !== undefined);
    this.#isPaidFor = hasPrice || peers.length > 0;
    this.#spread = wish.spread.map((rule) => new SpreadColumn(rule, wish, rows));
    this.#peers = peers.map((term) =>
      term.kind === "latency" ? new LatencyColumn(term, rows) : new PlaceColumn(term, rows),
    );
  }

  /** The machine that `match` would choose; undefined where none will do. */
  best(request: MatchRequest): MachineView | undefined {
    this.#follow(request.peers ?? []);
    const may = (at: number): boolean => this.#mayTake(at, request);
    const least = this.#spread.map((column) => this.#fewest(column, may));
    const isOpen = (at: number): boolean => this.#spread.every((column, rule) => column.isOpen(at, least[rule] ?? 0));
    const [judged, penalties] = [this.#judged, this.#penalties];
    let best = -1;
    let leastPenalty = Number.POSITIVE_INFINITY;
    // Ten thousand machines for each claim: this is all that is done for most of them.
    for (let at = 0; at < judged.length; at++) {
      const penalty = penalties[at] ?? 0;
      if (judged[at] === refused || penalty > leastPenalty) continue;
      if (penalty === leastPenalty && best >= 0 && !this.#isEmptier(at, best)) continue;
      if (!may(at) || !isOpen(at)) continue;
      best = at;
      leastPenalty = penalty;
    }
    return best < 0 ? undefined : this.#rows.view(best);
  }

  #follow(peers: readonly PeerTerm[]): void {
    const { changedAt, revision } = this.#rows;
    let haveMoved = false;
    for (const [index, column] of this.#peers.entries()) {
      const term = peers[index];
      if (term !== undefined && column.follow(term)) haveMoved = true;
    }
    if (revision > this.#seen)
      for (let at = 0; at < changedAt.length; at++) if ((changedAt[at] ?? 0) > this.#seen) this.#refresh(at);
    this.#seen = revision;
    if (haveMoved) for (let at = 0; at < changedAt.length; at++) this.#price(at);
  }

  #refresh(at: number): void {
    this.#judged[at] = unjudged;
    for (const column of this.#spread) column.refresh(at);
    for (const column of this.#peers) column.refresh(at);
    if (this.#isPaidFor) this.#price(at);
  }

  #price(at: number): void {
    const machine = this.#rows.view(at);
    let micro = 0;
    for (const requirement of this.#wish.attributes)
      micro += toMicro(attributePenalty(requirement, attributeOf(machine, requirement.name)));
    for (const column of this.#peers) micro += toMicro(column.penalty(at));
    this.#penalties[at] = micro;
  }

  /** Of two that pay as much: whether the one goes before the other, which comes before it by name. */
  #isEmptier(at: number, other: number): boolean {
    for (const column of this.#spread) {
      const more = column.count(at) - column.count(other);
      if (more !== 0) return more < 0;
    }
    return (this.#rows.claims[at] ?? 0) < (this.#rows.claims[other] ?? 0);
  }

  /** Members of the emptiest value on a machine that will do. */
  #fewest(column: SpreadColumn, may: (at: number) => boolean): number {
    const judged = this.#judged;
    let fewest = Number.POSITIVE_INFINITY;
    for (let at = 0; at < judged.length; at++)
      if (judged[at] !== refused && column.hasValue(at) && column.count(at) < fewest && may(at))
        fewest = column.count(at);
    return fewest;
  }

  #mayTake(at: number, request: MatchRequest): boolean {
    return this.#fits(at) && this.#rows.isReached(at) && this.#willDoFor(request, this.#rows.view(at), at);
  }

  #fits(at: number): boolean {
    if (this.#judged[at] === unjudged)
      this.#judged[at] = refusalOf(this.#wish, this.#rows.view(at)) === undefined ? fits : refused;
    return this.#judged[at] === fits;
  }

  #willDoFor(request: MatchRequest, machine: MachineView, at: number): boolean {
    if (withinQuota(request, machine) !== undefined || notAvoided(request, machine) !== undefined) return false;
    return this.#peers.every((column) => column.isMet(at));
  }
}
