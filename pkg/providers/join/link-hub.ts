import { createPublicKey, randomBytes, verify } from "node:crypto";
import type { Duplex } from "node:stream";
import type { Clock } from "../../clock/index.ts";
import { linkProof, type Registered, type RegisterRequest } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { ask, hear, ParkedLink, tell } from "./parked-link.ts";

export interface LinkHubOptions {
  readonly clock: Clock;
  readonly clusterUid: string;
  /** PEM. */
  readonly authority: string;
  /** Lets a host in; rejects with StatusError where its token is no good. */
  readonly register: (request: RegisterRequest) => Promise<Registered>;
  /** By which the host of a Resource is known (SPKI DER, base64); undefined: nobody is. */
  readonly keyOf: (resourceUid: string) => string | undefined;
  /** A host can be reached from now on. */
  readonly onParked: (resourceUid: string) => void;
}

const answerMs = 10_000;
/** Of connections that have not said yet who they are. */
const maxStrangers = 200;
/** One is needed, and one for when it turns out to be dead. */
const maxParked = 3;

/** Connections that hosts have dialled, by the Resource, until they are needed. */
export class LinkHub {
  readonly #options: LinkHubOptions;
  readonly #parked = new Map<string, ParkedLink[]>();
  readonly #waiting = new Map<string, Set<() => void>>();
  #strangers = 0;

  constructor(options: LinkHubOptions) {
    this.#options = options;
  }

  /** Takes a connection of which nothing is known. */
  accept(socket: Duplex): void {
    socket.on("error", () => socket.destroy());
    if (this.#strangers >= maxStrangers) return void socket.destroy();
    this.#strangers++;
    void this.#greet(socket)
      .catch((error: unknown) => {
        tell(socket, { error: StatusError.from(error).message });
        socket.end();
      })
      .finally(() => this.#strangers--);
  }

  /** A connection to the host, the latest that it has dialled; undefined where none comes in that time. */
  async take(resourceUid: string, withinMs: number, signal: AbortSignal): Promise<Duplex | undefined> {
    for (;;) {
      const socket = await this.#parked.get(resourceUid)?.pop()?.take();
      if (socket !== undefined) return socket;
      if ((this.#parked.get(resourceUid) ?? []).length > 0) continue;
      if (!(await this.#comes(resourceUid, withinMs, signal))) return undefined;
    }
  }

  /** Whether a connection stands that was answered lately. */
  isThere(resourceUid: string): boolean {
    return (this.#parked.get(resourceUid) ?? []).some(({ socket }) => !socket.destroyed);
  }

  close(): void {
    for (const { socket } of [...this.#parked.values()].flat()) socket.destroy();
  }

  async #greet(socket: Duplex): Promise<void> {
    const first = await hear(socket, answerMs);
    switch (first["do"]) {
      case "ca":
        tell(socket, { ca: this.#options.authority });
        socket.end();
        return;
      case "register": {
        const { token, publicKey, name, address } = first;
        if (![token, publicKey, name, address].every((text) => typeof text === "string" && text !== ""))
          throw new StatusError("BadRequest", "token, publicKey, name and address are expected");
        tell(socket, await this.#options.register(first as unknown as RegisterRequest));
        socket.end();
        return;
      }
      case "link":
        return this.#park(socket, typeof first["resourceUid"] === "string" ? first["resourceUid"] : "");
      default:
        throw new StatusError("BadRequest", "ca, register or link is expected");
    }
  }

  async #park(socket: Duplex, resourceUid: string): Promise<void> {
    const { clusterUid, clock, keyOf, onParked } = this.#options;
    const nonce = randomBytes(32).toString("base64");
    const { signature } = await ask(socket, { nonce }, answerMs);
    const key = keyOf(resourceUid);
    const proof = linkProof({ clusterUid, resourceUid, nonce });
    // Whether there is such a machine is told to nobody else.
    if (key === undefined || typeof signature !== "string" || !isSigned(key, proof, signature))
      throw new StatusError("Forbidden", "this server does not know the host: join again with a new token");
    const links = this.#parked.get(resourceUid) ?? [];
    this.#parked.set(resourceUid, links);
    links.push(new ParkedLink(socket, clock));
    socket.once("close", () => this.#drop(resourceUid, socket));
    while (links.length > maxParked) links.shift()?.socket.destroy();
    for (const tellOf of this.#waiting.get(resourceUid) ?? []) tellOf();
    onParked(resourceUid);
  }

  #drop(resourceUid: string, socket: Duplex): void {
    const left = (this.#parked.get(resourceUid) ?? []).filter((link) => link.socket !== socket);
    if (left.length > 0) this.#parked.set(resourceUid, left);
    else this.#parked.delete(resourceUid);
  }

  #comes(resourceUid: string, withinMs: number, signal: AbortSignal): Promise<boolean> {
    const waiting = this.#waiting.get(resourceUid) ?? new Set();
    this.#waiting.set(resourceUid, waiting);
    return new Promise((resolve) => {
      const end = (came: boolean) => (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", gone);
        waiting.delete(here);
        if (waiting.size === 0) this.#waiting.delete(resourceUid);
        resolve(came);
      };
      const [here, gone] = [end(true), end(false)];
      const timer = setTimeout(gone, withinMs);
      signal.addEventListener("abort", gone, { once: true });
      waiting.add(here);
    });
  }
}

function isSigned(key: string, text: string, signature: string): boolean {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key, "base64"), format: "der", type: "spki" });
    return verify(null, Buffer.from(text), publicKey, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}
