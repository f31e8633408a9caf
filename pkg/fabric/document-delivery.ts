import { createHash } from "node:crypto";
import type { Clock } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import type { AgentDocument, AgentHello, DocumentPosition } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import { type Tracer, traced } from "../tracing/index.ts";
import type { AgentSession, DocumentAnswer } from "./agent-session.ts";
import { digestsIn, documentText, type HeldPeers, nothingHeld, type SentDocument } from "./document-text.ts";

export interface DeliveryPorts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Signs a document, with what the agent lacks of its peers. */
  readonly write: (document: AgentDocument, held: HeldPeers) => SentDocument;
  /** Absent: deliveries are traced only as part of what is traced. */
  readonly tracer?: Tracer | undefined;
  readonly onPush: (result: "accepted" | "older" | "failed") => void;
}

interface Wanted {
  readonly document: AgentDocument;
  /** Hash of everything but the generation. */
  readonly content: string;
}

interface Accepted extends Wanted {
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
  /** As the agent said when it was connected to, or accepted a document. */
  #heldPeers: ReadonlySet<string> = nothingHeld.digests;
  #session: AgentSession | undefined;
  /** The agent holds a newer one than this generation; only a later one is worth another try. */
  #refused = -1;
  #isBusy = false;
  #cancelRetry: () => void = () => {};

  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
  }

  set(document: AgentDocument): void {
    const before = this.#wanted;
    const content =
      before !== undefined && hasSameOrders(before.document, document) ? before.content : contentOf(document);
    this.#wanted = { document, content };
    this.#push();
  }

  connected(session: AgentSession, { document: position, peers = [] }: Pick<AgentHello, "document" | "peers">): void {
    this.#session = session;
    this.#refused = -1;
    this.#heldPeers = new Set(peers);
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
      // Another link has come meanwhile: what failed on the former may be sent over it at once.
      if (isDone || this.#session !== session) this.#push();
      else this.#cancelRetry = this.#ports.clock.setTimer(retryMs, () => this.#push());
    });
  }

  /** False where the same should be tried again. */
  async #deliver(session: AgentSession, wanted: Wanted): Promise<boolean> {
    const { resourceName, generation, claims } = wanted.document;
    const told = { "plush.machine": resourceName, "plush.generation": generation, "plush.claims": claims.length };
    try {
      const put = () => this.#put(session, wanted);
      const position = await traced("deliver document", told, put, this.#ports.tracer);
      if (position === "older") {
        this.#refused = wanted.document.generation;
        this.#ports.onPush("older");
        return true;
      }
      this.#accepted = { ...wanted, position };
      if (this.#session === session) this.#heldPeers = digestsIn(wanted.document);
      this.#ports.onPush("accepted");
      return true;
    } catch (error) {
      const { message } = StatusError.from(error);
      this.#ports.log.warn({ resource: wanted.document.resourceName, error: message }, "document not delivered");
      this.#ports.onPush("failed");
      return false;
    }
  }

  /** What the agent turns out not to hold is sent whole. */
  async #put(session: AgentSession, { document }: Wanted): Promise<DocumentPosition | "older"> {
    const held: HeldPeers = { digests: this.#heldPeers, claims: this.#accepted?.document.claims ?? [] };
    const answer: DocumentAnswer = await session.putDocument(this.#ports.write(document, held));
    if (answer !== "incomplete") return answer;
    const whole = await session.putDocument(this.#ports.write(document, nothingHeld));
    if (whole !== "incomplete") return whole;
    throw new StatusError("Invalid", "agent does not take the peers that the document names");
  }
}

/** True where both were given the very same orders; false says nothing. */
function hasSameOrders(left: AgentDocument, right: AgentDocument): boolean {
  return left.claims === right.claims && left.term === right.term;
}

/** Peers are told again where another revision says the same: what members wait for is the revision. */
function contentOf(document: AgentDocument): string {
  return createHash("sha256")
    .update(documentText({ ...document, generation: 0 }))
    .digest("base64");
}

function isEqual(left: DocumentPosition, right: DocumentPosition): boolean {
  return left.term === right.term && left.generation === right.generation;
}
