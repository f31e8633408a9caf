import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { createConnection } from "node:net";
import {
  type AgentDocument,
  type AgentMessage,
  type ClaimReport,
  destroySession,
  type HostReport,
  type LeaseGrant,
  type LeaseRequest,
} from "../../protocol/index.ts";
import { seal } from "../../seal/index.ts";
import { claimUid, processUid } from "./orders.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly body: unknown;
}

/** The server's end of a link, as thin as tests need it. */
export class AgentClient {
  readonly session: ClientHttp2Session;
  readonly messages: AgentMessage[] = [];
  readonly claims = new Map<string, ClaimReport>();
  host: HostReport | undefined;
  needs: readonly string[] = [];
  /** Every wish for a lease is granted for so long; undefined: none is. */
  leaseMs: number | undefined;
  readonly #key: string;
  #answers: ClientHttp2Stream | undefined;

  constructor(socket: string, privateKey: string) {
    this.#key = privateKey;
    this.session = connect("http://agent", { createConnection: () => createConnection(socket) });
    this.session.on("error", () => undefined);
  }

  hello(change: object = {}): Promise<Answer> {
    const body = { protocol: 1, clusterUid: "cluster", resourceUid: "resource", term: 1, ...change };
    return this.request("POST", "/v1/hello", JSON.stringify(body));
  }

  put(document: AgentDocument): Promise<Answer> {
    return this.request("PUT", "/v1/document", JSON.stringify(seal(JSON.stringify(document), this.#key)));
  }

  /** Follows the reports into `claims`, `host` and `needs`. */
  follow(): void {
    const stream = this.open("GET", "/v1/reports");
    stream.end();
    let rest = "";
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#take(JSON.parse(line) as AgentMessage);
    });
  }

  process(claim = claimUid, uid = processUid) {
    return this.claims.get(claim)?.processes.find((process) => process.uid === uid);
  }

  open(method: string, path: string, headers: Record<string, string> = {}): ClientHttp2Stream {
    const stream = this.session.request({ ":method": method, ":path": path, ...headers }, { endStream: false });
    stream.on("error", () => undefined);
    return stream;
  }

  async request(method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}) {
    const stream = this.open(method, path, headers);
    stream.end(body);
    const answer = await new Promise<Record<string, unknown>>((resolve, reject) => {
      stream.once("response", resolve);
      stream.once("close", () => reject(new Error("closed without an answer")));
    });
    let text = "";
    for await (const chunk of stream) text += String(chunk);
    return { status: Number(answer[":status"]), headers: answer, text, body: parse(text) };
  }

  /** Early answers as the server sends them, each a line of one request; the request's stream tells what becomes of it. */
  answerEarly(told: object, key = this.#key): ClientHttp2Stream {
    this.#answers ??= this.open("POST", "/v1/answers");
    this.#answers.write(`${JSON.stringify(seal(JSON.stringify(told), key))}\n`);
    return this.#answers;
  }

  /** A grant as the server makes it, with this client's key. */
  grant(grant: LeaseGrant): Promise<Answer> {
    return this.request("PUT", "/v1/leases", JSON.stringify(seal(JSON.stringify(grant), this.#key)));
  }

  async #answer({ at, boot, wishes }: LeaseRequest): Promise<void> {
    const { leaseMs } = this;
    if (leaseMs === undefined) return;
    const leases = wishes.map(({ uid, epoch }) => ({ uid, epoch, leaseMs }));
    const named = { kind: "LeaseGrant", clusterUid: "cluster", resourceUid: "resource" } as const;
    await this.grant({ ...named, term: 1, boot, at, leases }).catch(() => undefined);
  }

  close(): void {
    destroySession(this.session);
  }

  #take(message: AgentMessage): void {
    this.messages.push(message);
    if (message.type === "lease") void this.#answer(message);
    if (message.type === "beat" || message.type === "lease") return;
    if (message.type === "full") this.claims.clear();
    for (const claim of message.claims) this.claims.set(claim.uid, claim);
    if (message.type === "change") for (const uid of message.gone) this.claims.delete(uid);
    this.host = message.host ?? this.host;
    this.needs = message.needs ?? this.needs;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
