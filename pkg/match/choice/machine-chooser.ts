import type { MachineView, MatchRequest } from "../machine-view.ts";
import type { MachineRows } from "./machine-rows.ts";
import { Standing } from "./standing.ts";

/** So many different requests are remembered at a time: those of a few components that get their machines at once. */
const maxStandings = 32;

/**
 * Chooses machines as `match` does, for one claim after another: what was worked out of a machine for a claim holds for all that
 * ask for the same, until the machine is another one. Says nothing of why others will not do.
 */
export class MachineChooser {
  readonly #rows: MachineRows;
  /** By what is asked for; the one that was asked for least lately first. */
  readonly #standings = new Map<string, Standing>();
  #layout: number;

  constructor(rows: MachineRows) {
    this.#rows = rows;
    this.#layout = rows.layout;
  }

  /** The machine that `match` would choose of all there are; undefined where none will do. */
  choose(request: MatchRequest): MachineView | undefined {
    if (this.#layout !== this.#rows.layout) this.#standings.clear();
    this.#layout = this.#rows.layout;
    const text = textOf(request);
    const standing = this.#standings.get(text) ?? new Standing(request, this.#rows);
    this.#standings.delete(text);
    this.#standings.set(text, standing);
    const [oldest = ""] = this.#standings.keys();
    if (this.#standings.size > maxStandings) this.#standings.delete(oldest);
    return standing.best(request);
  }
}

/** The same for all claims that ask for the same, wherever their peers are. */
function textOf({ avoid: _avoid, heldOnly: _held, peers = [], ...wish }: MatchRequest): string {
  return JSON.stringify([wish, peers.map(({ peers: _peers, of: _of, ...rule }) => rule)]);
}
