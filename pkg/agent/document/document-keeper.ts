import type { AgentConfig, AgentDocument, DocumentPosition, SignedDocument } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { differInNewsOnly } from "../plan-order.ts";
import { decodeDocument, decodeSigned } from "./decode.ts";
import type { DocumentFile } from "./document-file.ts";

export interface DocumentKeeperOptions {
  /** Absent: it is held in memory alone. */
  readonly file?: DocumentFile;
  readonly config: AgentConfig;
  /** What was signed; undefined where it was not signed with this key. */
  readonly unseal: (signed: SignedDocument, key: string) => string | undefined;
}

/** Holds the last document accepted, in memory and (with a file) on disk. Whoever sends one, only the server's signature counts. */
export class DocumentKeeper {
  readonly #options: DocumentKeeperOptions;
  #current: AgentDocument | undefined;
  /** Documents are accepted one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: DocumentKeeperOptions) {
    this.#options = options;
  }

  get current(): AgentDocument | undefined {
    return this.#current;
  }

  get position(): DocumentPosition {
    return { term: this.#current?.term ?? 0, generation: this.#current?.generation ?? 0 };
  }

  /** Reads what an earlier agent accepted. A file that is not its server's any more is no document. */
  async load(): Promise<void> {
    const text = await this.#options.file?.read();
    if (text === undefined) return;
    try {
      this.#current = this.#verify(decodeSigned(JSON.parse(text)));
    } catch (error) {
      // Cut by a crash of the host: the ledger knows what runs, and the server sends it again.
      if (!(error instanceof StatusError || error instanceof SyntaxError)) throw error;
    }
  }

  /**
   * Accepts a document once it is on disk. Throws Forbidden (not signed by this agent's server, or for another
   * machine), Conflict (older than the one accepted), Invalid.
   */
  accept(signed: SignedDocument): Promise<AgentDocument> {
    const accepted = this.#last.then(() => this.#accept(signed));
    this.#last = accepted.catch(() => undefined);
    return accepted;
  }

  async #accept(signed: SignedDocument): Promise<AgentDocument> {
    const document = this.#verify(signed);
    const known = this.position;
    if (isOlder(document, known)) {
      const message = `document (${document.term}, ${document.generation}) is older than (${known.term}, ${known.generation})`;
      throw new StatusError("Conflict", message);
    }
    await this.#save(signed, document);
    this.#current = document;
    return document;
  }

  async #save(signed: SignedDocument, document: AgentDocument): Promise<void> {
    const { claims, term } = this.#current ?? {};
    const durable = claims === undefined || term !== document.term || !differInNewsOnly(claims, document.claims);
    await this.#options.file?.replace(`${JSON.stringify(signed)}\n`, durable);
  }

  #verify(signed: SignedDocument): AgentDocument {
    const { config, unseal } = this.#options;
    const payload = unseal(signed, config.serverKey);
    if (payload === undefined) throw new StatusError("Forbidden", "the document is not signed by this agent's server");
    const document = decodeDocument(payload);
    const { clusterUid, resourceUid } = config;
    if (document.clusterUid === clusterUid && document.resourceUid === resourceUid) return document;
    throw new StatusError("Forbidden", "the document is meant for another machine");
  }
}

function isOlder(left: DocumentPosition, right: DocumentPosition): boolean {
  return left.term < right.term || (left.term === right.term && left.generation < right.generation);
}
