import type { Clock } from "../../clock/index.ts";
import { Locator } from "../../coordinates/index.ts";
import type { Logger } from "../../log/index.ts";
import type { AgentConfig, NetworkOrder, NetworkReport, SignedNetworkOrder } from "../../protocol/index.ts";
import { verifyOrder } from "../verify-order.ts";
import { decodeNetworkOrder } from "./decode-network-order.ts";
import { Echo } from "./echo.ts";
import { PeerTable } from "./peer-table.ts";
import { ToldPlace } from "./told-place.ts";

export interface NetworkNodeOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: AgentConfig;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
  /** `report` has changed. */
  readonly onChange: () => void;
}

/** A probe a second until it knows where it is; then as many as it takes to notice that it has moved. */
const probeMs = 1000;
const settledProbeMs = 5000;
const answerMs = 1000;

/** This agent among those that measure round trips to each other: finds out where it is, and tells when that changes. */
export class NetworkNode {
  readonly #options: NetworkNodeOptions;
  readonly #locator: Locator;
  readonly #peers: PeerTable;
  readonly #told: ToldPlace;
  #order: NetworkOrder | undefined;
  #echo: Echo | undefined;
  #listenFailure: string | undefined;
  #cancelProbe: (() => void) | undefined;
  /** Orders are carried out one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: NetworkNodeOptions) {
    this.#options = options;
    this.#locator = new Locator(options.random);
    this.#peers = new PeerTable(options.clock);
    this.#told = new ToldPlace(options.clock);
  }

  /** Undefined while there is no order. */
  get report(): NetworkReport | undefined {
    if (this.#order === undefined) return undefined;
    const place = this.#told.place;
    return {
      generation: this.#order.generation,
      ...(this.#echo !== undefined && { port: this.#echo.port }),
      ...(this.#listenFailure !== undefined && { listenFailure: this.#listenFailure }),
      ...(place !== undefined && { place }),
      silent: this.#peers.silent,
    };
  }

  /** Round trips that were measured so far. */
  get measured(): number {
    return this.#locator.samples;
  }

  /** Throws Forbidden (not signed by this agent's server, or for another machine), Conflict (older), Invalid. */
  accept(signed: SignedNetworkOrder): Promise<void> {
    const done = this.#last.then(() => this.#accept(signed));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelProbe?.();
    await this.#last;
    await this.#echo?.close();
  }

  async #accept(signed: SignedNetworkOrder): Promise<void> {
    const order = verifyOrder(signed, this.#options.config, decodeNetworkOrder, this.#order);
    if (this.#isClosed) return;
    const before = this.#order;
    this.#order = order;
    if (this.#echo === undefined || before?.port !== order.port || before.word !== order.word)
      await this.#listen(order);
    this.#peers.set(order.peers);
    this.#locator.keep(new Set(order.peers.map(({ uid }) => uid)));
    this.#options.onChange();
    if (this.#cancelProbe === undefined) this.#probeIn(this.#options.random() * probeMs);
  }

  async #listen({ port, word }: NetworkOrder): Promise<void> {
    const { clock, config } = this.#options;
    await this.#echo?.close();
    this.#echo = undefined;
    this.#listenFailure = undefined;
    const options = { clock, word: Buffer.from(word, "base64"), located: () => this.#locator.located };
    try {
      this.#echo = await Echo.open(config.address, port, options);
    } catch (error) {
      this.#listenFailure = String(error);
      this.#options.log.info({ error: this.#listenFailure }, "round trips cannot be measured");
    }
  }

  #probeIn(waitMs: number): void {
    if (this.#isClosed) return;
    this.#cancelProbe = this.#options.clock.setTimer(waitMs, () => {
      void this.#probe();
      this.#probeIn(this.#locator.isAtRest ? settledProbeMs : probeMs);
    });
  }

  async #probe(): Promise<void> {
    const peer = this.#peers.next();
    const echo = this.#echo;
    if (peer === undefined || echo === undefined) return;
    const answer = await echo.ask(peer, answerMs);
    if (this.#isClosed || echo !== this.#echo) return;
    const isNews = this.#peers.asked(peer.uid, answer !== undefined);
    if (answer !== undefined) this.#locator.measured(peer.uid, answer.roundTripMs, answer.located);
    if (this.#told.update(this.#locator, this.#peers.isAnswered) || isNews) this.#options.onChange();
  }
}
