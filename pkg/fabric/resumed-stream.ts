import { Duplex, type Readable } from "node:stream";
import { type Clock, sleep } from "../clock/index.ts";
import { isReason, StatusError } from "../status/index.ts";
import type { HostLink } from "./host-link.ts";

/** What is read of a machine piece by piece, and can go on over another connection where it was. */
export interface Reading {
  /** Asks for it from where it has been read to. */
  open(link: HostLink): Promise<Readable>;
  /** What is to be passed on of what has come; `isAll` with the last of it. Throws upon what is none. */
  take(chunk: Buffer): { readonly pieces: readonly Uint8Array[]; readonly isAll: boolean };
}

export interface ReadingPorts {
  readonly clock: Clock;
  /** To the machine; undefined where it is not attached any more. */
  readonly link: () => HostLink | undefined;
}

/** A machine that is not reached again for so long is waited for no longer; its agent keeps what it has for a minute. */
const patienceMs = 30_000;
const retryMs = 50;

/** Begins to read, and reads on over one connection after another. Rejects where the agent refuses, or is not reached. */
export async function readOn(reading: Reading, ports: ReadingPorts): Promise<Duplex> {
  const reopen = (signal?: AbortSignal): Promise<Readable> => openAgain(reading, ports, signal);
  return new ResumedStream(reading, await reopen(), reopen);
}

async function openAgain(reading: Reading, { clock, link }: ReadingPorts, signal?: AbortSignal): Promise<Readable> {
  const until = clock.monotonic() + patienceMs;
  for (;;) {
    const to = link();
    const opened = await tryOpen(reading, to);
    if (typeof opened !== "string") return opened;
    // Who asks says of which machine: the same reason of many is told once.
    if (to === undefined || isGone(to)) throw new StatusError("Unreachable", `the machine was lost: ${opened}`);
    if (clock.monotonic() > until) throw new StatusError("Unreachable", `it was not reached again: ${opened}`);
    await sleep(clock, retryMs, signal);
  }
}

/** Or why it cannot be reached just now. */
async function tryOpen(reading: Reading, link: HostLink | undefined): Promise<Readable | string> {
  if (link?.agent === undefined) return "it is not connected";
  try {
    return await reading.open(link);
  } catch (error) {
    if (!isReason(error, "Unreachable")) throw error;
    return StatusError.from(error).message;
  }
}

function isGone({ state: { phase, verdict } }: HostLink): boolean {
  return phase === "lost" && verdict === "dead";
}

class ResumedStream extends Duplex {
  readonly #reading: Reading;
  readonly #reopen: (signal: AbortSignal) => Promise<Readable>;
  /** Ends the search for another connection. Made with it: most need none. */
  #search: AbortController | undefined;
  #current: Readable | undefined;

  constructor(reading: Reading, first: Readable, reopen: (signal: AbortSignal) => Promise<Readable>) {
    super();
    this.#reading = reading;
    this.#reopen = reopen;
    this.#readFrom(first);
  }

  override _read(): void {
    this.#current?.resume();
  }

  /** It has no input but its end. */
  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: (error: Error) => void): void {
    done(new StatusError("BadRequest", "what is read has no input"));
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#search?.abort();
    this.#current?.destroy();
    done(error);
  }

  #readFrom(stream: Readable): void {
    this.#current = stream;
    stream.on("data", (chunk: Buffer) => this.#take(stream, chunk));
    stream.on("error", () => undefined);
    // An end before all has come is none.
    stream.once("end", () => this.#current === stream && stream.destroy());
    stream.once("close", () => this.#lost(stream));
  }

  #take(stream: Readable, chunk: Buffer): void {
    if (this.#current !== stream) return;
    try {
      const { pieces, isAll } = this.#reading.take(chunk);
      for (const piece of pieces) if (!this.push(piece)) stream.pause();
      if (!isAll) return;
      this.#current = undefined;
      this.push(null);
      finish(stream);
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #lost(stream: Readable): void {
    if (this.#current !== stream || this.destroyed) return;
    this.#current = undefined;
    this.#search = new AbortController();
    const { signal } = this.#search;
    this.#reopen(signal).then(
      (next) => (signal.aborted ? void next.destroy() : this.#readFrom(next)),
      (error: Error) => signal.aborted || this.destroy(error),
    );
  }
}

/** All has come: an end in good order says so, at half of what it costs to break off. */
function finish(stream: Readable): void {
  if (stream instanceof Duplex) stream.end();
  else stream.destroy();
}
