import type { MachineMaker, MadeMachine, MakerCall } from "../../pkg/fabric/index.ts";
import { StatusError } from "../../pkg/status/index.ts";

/** Lends machines that are there for a term, as a provider outside does: it remembers whatever the server forgets. */
export class SimulatedLender implements MachineMaker {
  readonly renewals: string[] = [];
  /** Of renewals that do not come: unavailable for now, refused for good, or granted by a server that dies over the answer. */
  mood: "lends" | "unavailable" | "refuses" | "answer-is-lost" = "lends";
  readonly #until = new Map<string, string>();

  /** To the second, as times are written. */
  lend(name: string, until: Date): void {
    this.#until.set(name, `${until.toISOString().slice(0, 19)}Z`);
  }

  untilOf(name: string): number {
    return Date.parse(this.#until.get(name) ?? "");
  }

  async list({ pool }: MakerCall): Promise<readonly MadeMachine[]> {
    return (pool.spec.provider.static?.hosts ?? []).map(({ address }) => this.#made(address));
  }

  async create(name: string): Promise<MadeMachine> {
    return this.#made(name);
  }

  async delete(): Promise<void> {}

  async renew(name: string, until: string): Promise<MadeMachine> {
    this.renewals.push(`${name} ${this.mood}`);
    if (this.mood === "unavailable") throw new StatusError("ServiceUnavailable", "the lender is away");
    if (this.mood === "refuses") throw new StatusError("NotFound", `${name} is wanted by others`);
    this.#until.set(name, until);
    if (this.mood === "answer-is-lost") throw new StatusError("Timeout", "no answer came");
    return this.#made(name);
  }

  #made(name: string): MadeMachine {
    const lentUntil = this.#until.get(name);
    return { name, state: "Running", ...(lentUntil !== undefined && { lentUntil }) };
  }
}
