import { packPeers, type unpackPeers } from "../../peers/index.ts";
import type {
  AgentConfig,
  AgentDocument,
  DocumentBody,
  DocumentPosition,
  SignedDocument,
  WrittenDocument,
} from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { differInNewsOnly } from "../plan-order.ts";
import { decodeBody, decodeDocument } from "./decode.ts";
import type { DocumentFile } from "./document-file.ts";
import { type PeersByDigest, type WholeDocument, withPeers } from "./named-peers.ts";

export interface DocumentKeeperOptions {
  /** Absent: it is held in memory alone. */
  readonly file?: DocumentFile;
  readonly config: AgentConfig;
  /** What was signed; undefined where it was not signed with this key. */
  readonly unseal: (signed: SignedDocument, key: string) => string | undefined;
  /** Absent: each agent reads the peers that it is sent. */
  readonly unpack?: typeof unpackPeers;
}

/**
 * Holds the last document accepted with the peers that it names, in memory and (with a file) on disk: in one file, so that
 * neither is there without the other. Whoever sends them, only the server's signature over the document counts.
 */
export class DocumentKeeper {
  readonly #options: DocumentKeeperOptions;
  #current: AgentDocument | undefined;
  /** Those that it names. */
  #peers: PeersByDigest = new Map();
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

  /** Digests of the peers that are here. */
  get peers(): readonly string[] {
    return [...this.#peers.keys()];
  }

  /** Reads what an earlier agent accepted. A file that is not its server's any more is no document. */
  async load(): Promise<void> {
    const text = await this.#options.file?.read();
    if (text === undefined) return;
    try {
      const body = decodeBody(JSON.parse(text));
      this.#hold(withPeers(this.#verify(body), body, this.#peers, this.#options.unpack));
    } catch (error) {
      // Cut by a crash of the host: the ledger knows what runs, and the server sends it again.
      if (!(error instanceof StatusError || error instanceof SyntaxError)) throw error;
    }
  }

  /**
   * Accepts a document once it is on disk. Throws Forbidden (not signed by this agent's server, or for another
   * machine), Conflict (older than the one accepted), Expired (it names peers that are not here and did not come), Invalid.
   */
  accept(body: DocumentBody): Promise<AgentDocument> {
    const accepted = this.#last.then(() => this.#accept(body));
    this.#last = accepted.catch(() => undefined);
    return accepted;
  }

  async #accept(body: DocumentBody): Promise<AgentDocument> {
    const written = this.#verify(body);
    const known = this.position;
    if (isOlder(written, known)) {
      const message = `document (${written.term}, ${written.generation}) is older than (${known.term}, ${known.generation})`;
      throw new StatusError("Conflict", message);
    }
    const whole = withPeers(written, body, this.#peers, this.#options.unpack);
    await this.#save(body, whole);
    this.#hold(whole);
    return whole.document;
  }

  #hold({ document, peers }: WholeDocument): void {
    this.#current = document;
    this.#peers = peers;
  }

  async #save({ payload, signature }: SignedDocument, { document, peers }: WholeDocument): Promise<void> {
    const { file } = this.#options;
    if (file === undefined) return;
    const { claims, term } = this.#current ?? {};
    const durable = claims === undefined || term !== document.term || !differInNewsOnly(claims, document.claims);
    const body: DocumentBody = { payload, signature, peers: [...peers.values()].map((one) => packPeers(one)) };
    await file.replace(`${JSON.stringify(body)}\n`, durable);
  }

  #verify(signed: SignedDocument): WrittenDocument {
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
