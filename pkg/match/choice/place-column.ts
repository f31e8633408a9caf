import type { PeerTerm, PlaceOfPeers } from "../peer-term.ts";
import { placeOf, strangersOf } from "../peer-terms.ts";
import type { MachineRows } from "./machine-rows.ts";
import { Names } from "./names.ts";
import type { PeerColumn } from "./peer-column.ts";

const unknown = -1;

/** Peers counted by the places where they are. */
export class PlaceColumn implements PeerColumn {
  readonly #rows: MachineRows;
  readonly #names = new Names();
  /** By machine: the number of its place. */
  readonly #places: Int32Array;
  #term: PlaceOfPeers;
  /** By place. */
  #counts: number[] = [];

  constructor(term: PlaceOfPeers, rows: MachineRows) {
    this.#rows = rows;
    this.#term = term;
    this.#places = new Int32Array(rows.length).fill(unknown);
    this.#count();
  }

  follow(term: PeerTerm): boolean {
    if (term.kind === "latency" || isSame(term, this.#term)) return false;
    this.#term = term;
    this.#count();
    return true;
  }

  refresh(at: number): void {
    this.#places[at] = this.#numberOf(placeOf(this.#rows.view(at), this.#term.by));
  }

  isMet(at: number): boolean {
    if (this.#term.penalty !== undefined) return true;
    if (this.#places[at] === unknown) return this.#term.kind === "antiAffinity";
    return this.#strangersAt(at) === 0;
  }

  penalty(at: number): number {
    return (this.#term.penalty ?? 0) * this.#strangersAt(at);
  }

  #count(): void {
    const term = this.#term;
    this.#counts = [];
    for (const peer of term.peers) {
      const place = this.#numberOf(placeOf(peer, term.by));
      if (place !== unknown) this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    }
  }

  #strangersAt(at: number): number {
    return strangersOf(this.#term, this.#counts[this.#places[at] ?? unknown] ?? 0);
  }

  #numberOf(place: string | undefined): number {
    return place === undefined ? unknown : this.#names.numberOf(place);
  }
}

function isSame(one: PlaceOfPeers, other: PlaceOfPeers): boolean {
  const { length } = one.peers;
  if (length !== other.peers.length || one.of !== other.of) return false;
  return one.peers.every((peer, index) => peer === other.peers[index]);
}
