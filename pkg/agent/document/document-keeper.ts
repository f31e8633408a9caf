import { readFile } from "node:fs/promises";
import type { AgentConfig, AgentDocument, DocumentPosition, SignedDocument } from "../../protocol/index.ts";
import { unseal } from "../../seal/index.ts";
import { StatusError } from "../../status/index.ts";
import { replaceFile } from "../atomic-file.ts";
import { hasCode } from "../error-code.ts";
import { differInNewsOnly } from "../plan-order.ts";
import { decodeDocument, decodeSigned } from "./decode.ts";

/** Holds the last document accepted, in memory and (with a path) on disk. Whoever sends one, only the server's signature counts. */
export class DocumentKeeper {
  readonly #path: string | undefined;
  readonly #config: AgentConfig;
  #current: AgentDocument | undefined;
  /** Documents are accepted one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string | undefined, config: AgentConfig) {
    this.#path = path;
    this.#config = config;
  }

  get current(): AgentDocument | undefined {
    return this.#current;
  }

  get position(): DocumentPosition {
    return { term: this.#current?.term ?? 0, generation: this.#current?.generation ?? 0 };
  }

  /** Reads what an earlier agent accepted. A file that is not its server's any more is no document. */
  async load(): Promise<void> {
    if (this.#path === undefined) return;
    try {
      this.#current = this.#verify(decodeSigned(JSON.parse(await readFile(this.#path, "utf8"))));
    } catch (error) {
      // Missing, or cut by a crash of the host: the ledger knows what runs, and the server sends it again.
      const isNone = error instanceof StatusError || error instanceof SyntaxError || hasCode(error, "ENOENT");
      if (!isNone) throw error;
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
    if (this.#path !== undefined) await this.#save(this.#path, signed, document);
    this.#current = document;
    return document;
  }

  async #save(path: string, signed: SignedDocument, document: AgentDocument): Promise<void> {
    const { claims, term } = this.#current ?? {};
    const durable = claims === undefined || term !== document.term || !differInNewsOnly(claims, document.claims);
    await replaceFile(path, `${JSON.stringify(signed)}\n`, { mode: 0o600, durable });
  }

  #verify(signed: SignedDocument): AgentDocument {
    const payload = unseal(signed, this.#config.serverKey);
    if (payload === undefined) throw new StatusError("Forbidden", "the document is not signed by this agent's server");
    const document = decodeDocument(payload);
    const { clusterUid, resourceUid } = this.#config;
    if (document.clusterUid === clusterUid && document.resourceUid === resourceUid) return document;
    throw new StatusError("Forbidden", "the document is meant for another machine");
  }
}

function isOlder(left: DocumentPosition, right: DocumentPosition): boolean {
  return left.term < right.term || (left.term === right.term && left.generation < right.generation);
}
