import { createHash } from "node:crypto";
import type { Clock } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import type { AgentDocument, DocumentPosition, SignedDocument } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import type { AgentSession } from "./agent-session.ts";

export interface DeliveryPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly sign: (document: AgentDocument) => SignedDocument;
  readonly onPush: (result: "accepted" | "older" | "failed") => void;
}

interface Wanted {
  readonly document: AgentDocument;
  /** Hash of everything but the generation. */
  readonly content: string;
}

interface Accepted {
  readonly content: string;
  readonly position: DocumentPosition;
}

/** So long after a failed delivery it is tried again, while the link holds. */
const retryMs = 2000;

/**
 * Brings one machine's newest document to its agent, one at a time, and not again while its content is what the agent
 * accepted last; also across connections, as long as the agent still says that it holds that one.
 */
export class DocumentDelivery {
  readonly #ports: DeliveryPorts;
  #wanted: Wanted | undefined;
  #accepted: Accepted | undefined;
  #session: AgentSession | undefined;
  /** The agent holds a newer one than this generation; only a later one is worth another try. */
  #refused = -1;
  #isBusy = false;
  #cancelRetry: () => void = () => {};

  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
  }

  set(document: AgentDocument): void {
    this.#wanted = { document, content: contentOf(document) };
    this.#push();
  }

  connected(session: AgentSession, position: DocumentPosition): void {
    this.#session = session;
    this.#refused = -1;
    if (this.#accepted !== undefined && !isEqual(this.#accepted.position, position)) this.#accepted = undefined;
    this.#push();
  }

  disconnected(): void {
    this.#session = undefined;
    this.#cancelRetry();
  }

  #push(): void {
    const wanted = this.#wanted;
    const session = this.#session;
    if (this.#isBusy || wanted === undefined || session === undefined) return;
    if (wanted.content === this.#accepted?.content || wanted.document.generation <= this.#refused) return;
    this.#cancelRetry();
    this.#isBusy = true;
    void this.#deliver(session, wanted).then((isDone) => {
      this.#isBusy = false;
      if (isDone) this.#push();
      else this.#cancelRetry = this.#ports.clock.setTimer(retryMs, () => this.#push());
    });
  }

  /** False where the same should be tried again. */
  async #deliver(session: AgentSession, wanted: Wanted): Promise<boolean> {
    try {
      const position = await session.putDocument(this.#ports.sign(wanted.document));
      if (position === undefined) {
        this.#refused = wanted.document.generation;
        this.#ports.onPush("older");
        return true;
      }
      this.#accepted = { content: wanted.content, position };
      this.#ports.onPush("accepted");
      return true;
    } catch (error) {
      const { message } = StatusError.from(error);
      this.#ports.log.warn({ resource: wanted.document.resourceName, error: message }, "document not delivered");
      this.#ports.onPush("failed");
      return false;
    }
  }
}

function contentOf(document: AgentDocument): string {
  return createHash("sha256")
    .update(JSON.stringify({ ...document, generation: 0 }))
    .digest("base64");
}

function isEqual(left: DocumentPosition, right: DocumentPosition): boolean {
  return left.term === right.term && left.generation === right.generation;
}
