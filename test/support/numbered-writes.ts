import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../../pkg/sdk/node.ts";

const writers = 8;
/** A writer has so many objects at a time, and writes each so many times before it goes on to others. */
const objectsAtATime = 5;
const writesEach = 9;

/**
 * What a writer does in its nth turn. The last write of most objects is their deletion. The first of five stays; the
 * second is made again under its old name, later.
 */
function plan(writer: number, turn: number): { readonly name: string; readonly isDeletion: boolean } {
  const slot = turn % objectsAtATime;
  const life = Math.floor(turn / (objectsAtATime * writesEach));
  const step = Math.floor(turn / objectsAtATime) % writesEach;
  return {
    name: slot === 1 ? `w${writer}-again` : `w${writer}-${life}-${slot}`,
    isDeletion: slot !== 0 && step === writesEach - 1,
  };
}

/**
 * Writes of ConfigMaps, numbered from 0, by several writers at once; every write is repeated until a server has
 * acknowledged it. The numbers of one object are written in order.
 */
export class NumberedWrites {
  readonly #client: Client;
  readonly #namespace: string;
  readonly #count: number;
  readonly #done: Promise<unknown>;
  readonly #deleted = new Set<string>();
  /** What each number was, once acknowledged: a write of an object, or its deletion. */
  readonly #acknowledged = new Map<number, { readonly name: string; readonly isDeletion: boolean }>();

  constructor(client: Client, namespace: string, count: number) {
    this.#client = client;
    this.#namespace = namespace;
    this.#count = count;
    this.#done = Promise.all(Array.from({ length: writers }, (_, writer) => this.#write(writer)));
  }

  get acknowledged(): ReadonlyMap<number, { readonly name: string; readonly isDeletion: boolean }> {
    return this.#acknowledged;
  }

  /** Whether the last number of an object is its deletion. */
  endsDeleted(name: string): boolean {
    return this.#deleted.has(name);
  }

  async finish(): Promise<void> {
    await this.#done;
  }

  async #write(writer: number): Promise<void> {
    for (let turn = 0; writer + turn * writers < this.#count; turn++) {
      const number = writer + turn * writers;
      const { name, isDeletion } = plan(writer, turn);
      await this.#untilAcknowledged(() => (isDeletion ? this.#remove(name) : this.#put(name, number)));
      this.#acknowledged.set(number, { name, isDeletion });
      if (isDeletion) this.#deleted.add(name);
      else this.#deleted.delete(name);
    }
  }

  async #untilAcknowledged(write: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        await write();
        return;
      } catch (error) {
        if (!(error instanceof Error && "retryable" in error && error.retryable === true)) throw error;
        await sleep(50);
      }
    }
  }

  /** A number whose fate is unknown is written again: it is the same object with the same content. */
  async #put(name: string, number: number): Promise<void> {
    const options = { namespace: this.#namespace };
    const data = { number: String(number) };
    const { configMaps } = this.#client;
    await configMaps.patch(name, { type: "merge", body: { data } }, options).catch(async (error) => {
      if (error.reason !== "NotFound") throw error;
      await configMaps.create({ metadata: { name, ...options }, data });
    });
  }

  async #remove(name: string): Promise<void> {
    await this.#client.configMaps.delete(name, { namespace: this.#namespace }).catch((error) => {
      if (error.reason !== "NotFound") throw error;
    });
  }
}
