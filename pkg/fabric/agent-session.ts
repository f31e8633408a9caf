import http2 from "node:http2";
import type { Duplex, Readable } from "node:stream";
import {
  type AgentHello,
  type AgentMessage,
  type ClockAnswer,
  clockRoute,
  type DocumentPosition,
  destroySession,
  type ExecRequest,
  type LookAnswer,
  type LookRequest,
  networkRoute,
  type PackageKey,
  type PortRequest,
  type PrefetchOrder,
  packageRoute,
  type ResultsRequest,
  routes,
  type ServerHello,
  type SignedGrant,
  type SignedNetworkOrder,
  type SignedPackageOrder,
  type SignedTreeOrder,
  type TreeKey,
  treeRoutes,
  type UsageReport,
} from "../protocol/index.ts";
import { isReason, StatusError } from "../status/index.ts";
import { type BytesObserver, EagerDuplex, LineSplitter } from "../streams/index.ts";
import { AnswerStream } from "./answer-stream.ts";
import { type CommandFeed, CommandLane, type CommandReader } from "./command-lane.ts";
import type { SentDocument } from "./document-text.ts";
import type { LogOptions, OpenLog } from "./log-options.ts";
import {
  decodeClock,
  decodeHello,
  decodeLook,
  decodeMessage,
  decodePackageKey,
  decodePosition,
  decodeTreeKey,
  decodeUsage,
} from "./report-decoder.ts";
import { StreamDuplex } from "./stream-duplex.ts";

/** Of all streams together: one that nobody reads, be it what a child of this agent sends, stops no other. */
const windowBytes = 512 << 20;
/** What an agent may send of one stream that nobody reads: it stays in this process, for as long as a reader is slow. */
const streamWindowBytes = 1 << 20;
/** A report holds all claims of one machine; more is a broken agent. */
const maxReportLength = 16 << 20;
const maxAnswerBytes = 1 << 20;

interface Answer {
  readonly status: number;
  readonly headers: http2.IncomingHttpHeaders;
  readonly body: string;
}

/** older: the agent has accepted a newer document. incomplete: it lacks peers that this one names. */
export type DocumentAnswer = DocumentPosition | "older" | "incomplete";

interface RequestOptions {
  readonly headers?: http2.OutgoingHttpHeaders;
  readonly body?: string | Readable;
  readonly signal?: AbortSignal;
  /** Nothing follows the head. */
  readonly endStream?: boolean;
}

/** What is asked of an agent over one connection. */
export type AgentSession = { readonly [Member in keyof Http2AgentSession]: Http2AgentSession[Member] };

/** One HTTP/2 connection to an agent, over any stream that ends at its socket. Rejections are StatusErrors. */
export class Http2AgentSession {
  readonly #session: http2.ClientHttp2Session;
  readonly #stream: Duplex;
  readonly #closed: Promise<string>;
  readonly #answers: AnswerStream;
  readonly #commands: CommandLane;
  readonly #streams = new Set<Duplex>();
  #reports: http2.ClientHttp2Stream | undefined;
  #takesCommands = false;
  #isClosed = false;
  #isRetired = false;
  #why = "link closed by the other end";

  constructor(stream: Duplex, onBytes?: BytesObserver) {
    this.#stream = stream;
    const session = http2.connect("http://agent", {
      createConnection: () => new EagerDuplex(stream, onBytes),
      settings: { initialWindowSize: streamWindowBytes, enablePush: false },
      // Of all streams together, in MB: what is on its way in both directions.
      maxSessionMemory: 512,
    });
    this.#session = session;
    this.#answers = new AnswerStream(() =>
      session.request({ ":method": "POST", ":path": routes.answers }, { endStream: false }),
    );
    this.#commands = new CommandLane(
      () => session.request({ ":method": "POST", ":path": routes.commands }, { endStream: false }),
      () => this.#isRetired && this.retire(),
    );
    session.once("connect", () => session.setLocalWindowSize(windowBytes));
    session.on("error", (error) => this.#note(error.message));
    session.on("goaway", () => this.close());
    stream.on("error", (error) => this.#note(error.message));
    this.#closed = new Promise((resolve) => {
      const onEnd = (): void => {
        this.close();
        resolve(this.#why);
      };
      session.once("close", onEnd);
      stream.once("close", onEnd);
      stream.once("end", onEnd);
    });
  }

  /** Resolves, once, with why the connection ended. */
  get closed(): Promise<string> {
    return this.#closed;
  }

  async hello(hello: ServerHello, signal: AbortSignal): Promise<AgentHello> {
    const answer = await this.#ask("POST", routes.hello, { body: JSON.stringify(hello), signal });
    if (answer.status !== 200) throw refusal(answer, "agent refuses this server");
    const told = decodeHello(answer.body);
    this.#takesCommands = told.commands === true;
    return told;
  }

  /**
   * Calls back with every message until the connection ends, which it also does upon a message that is none. `beatMs`:
   * how seldom beats may come, where other signs of life do.
   */
  readReports(onMessage: (message: AgentMessage) => void, beatMs?: number): void {
    const path = beatMs === undefined ? routes.reports : `${routes.reports}?beat=${beatMs}`;
    const stream = this.#session.request({ ":method": "GET", ":path": path });
    this.#reports = stream;
    const splitter = new LineSplitter(maxReportLength);
    stream.on("response", (headers) => {
      if (headers[":status"] !== 200) this.#fail(`report stream answered ${headers[":status"]}`);
    });
    stream.on("data", (chunk: Buffer) => {
      try {
        for (const line of splitter.push(chunk)) onMessage(decodeMessage(line));
        this.#commands.flush();
      } catch (error) {
        this.#fail(`agent sent a bad report: ${messageOf(error)}`);
      }
    });
    stream.on("error", (error) => this.#note(error.message));
    stream.on("close", () => this.#isRetired || this.#fail("agent ended its report stream"));
  }

  async putDocument({ body }: SentDocument): Promise<DocumentAnswer> {
    const answer = await this.#ask("PUT", routes.document, { body });
    if (answer.status === 409) return "older";
    if (answer.status === 410) return "incomplete";
    if (answer.status !== 200) throw refusal(answer, "agent refuses the document");
    return decodePosition(answer.body);
  }

  /** Whether the agent takes early answers, as far as is known. */
  get takesAnswers(): boolean {
    return !this.#isClosed && this.#answers.isTaken;
  }

  /** Sends a line of signed answers, and waits for nothing. */
  answerEarly(line: Buffer): void {
    if (!this.#isClosed && !this.#session.closed) this.#answers.send(line);
  }

  async putLeases(grant: SignedGrant): Promise<void> {
    const answer = await this.#ask("PUT", routes.leases, { body: JSON.stringify(grant) });
    if (answer.status !== 200) throw refusal(answer, "agent refuses the leases");
  }

  async acknowledge(claimUid: string): Promise<void> {
    const answer = await this.#ask("PUT", `${routes.receipts}/${encodeURIComponent(claimUid)}`, {});
    if (answer.status >= 300 && answer.status !== 404) throw refusal(answer, "agent refuses the acknowledgement");
  }

  /** How much of a package the agent has; "complete" where it is all there. */
  async blobOffset(digest: string): Promise<number | "complete"> {
    const answer = await this.#ask("HEAD", `${routes.blobs}/${digest}`, {});
    if (answer.status === 404) return 0;
    if (answer.status !== 200) throw refusal(answer, "agent refuses the package");
    return answer.headers["x-complete"] === "true" ? "complete" : Number(answer.headers["content-length"] ?? 0);
  }

  /** Sends the bytes from `offset` on. */
  async putBlob(
    digest: string,
    part: { readonly offset: number; readonly total: number; readonly bytes: Readable; readonly ifRoom?: boolean },
  ) {
    const query = `offset=${part.offset}&total=${part.total}${part.ifRoom === true ? "&ifRoom=true" : ""}`;
    const answer = await this.#ask("PUT", `${routes.blobs}/${digest}?${query}`, { body: part.bytes });
    if (answer.status >= 300) throw refusal(answer, "agent refuses the package");
  }

  /** Resolves when it is all unpacked that can be, or another order has come. */
  async putPrefetch(order: PrefetchOrder): Promise<void> {
    const answer = await this.#ask("PUT", routes.prefetch, { body: JSON.stringify(order) });
    if (answer.status !== 200) throw refusal(answer, "agent refuses to prefetch");
  }

  async exec(request: ExecRequest): Promise<Duplex> {
    const header = Buffer.from(JSON.stringify(request)).toString("base64url");
    const hasBody = request.stdin || request.tty !== undefined || request.kept !== undefined;
    return this.#open("POST", routes.exec, { headers: { "x-exec": header }, endStream: !hasBody });
  }

  /** Begins a command that is kept, or reads on, over the request that all share; undefined where it is to have its own. */
  startCommand(request: ExecRequest, reader: CommandReader): CommandFeed | undefined {
    if (!this.#takesCommands) return undefined;
    if (this.#isClosed || this.#session.destroyed) throw ended();
    return this.#commands.start(Buffer.from(JSON.stringify(request)), reader);
  }

  /** What a process prints from now on, in frames. */
  async watchOutput(processUid: string): Promise<Duplex> {
    const stream = await this.#open("GET", `${routes.attach}/${encodeURIComponent(processUid)}`, {});
    stream.end();
    return stream;
  }

  /** A connection to a port of the machine. */
  async openPort({ port, processUid, claimUid }: PortRequest): Promise<Duplex> {
    const query = new URLSearchParams({
      port,
      ...(processUid !== undefined && { process: processUid }),
      ...(claimUid !== undefined && { claim: claimUid }),
    });
    return this.#open("POST", `${routes.connect}?${query}`, {});
  }

  async logs(processUid: string, options: LogOptions): Promise<OpenLog> {
    const query = new URLSearchParams({
      follow: String(options.follow),
      previous: String(options.previous),
      timestamps: String(options.timestamps),
      ...(options.tail !== undefined && { tail: String(options.tail) }),
      ...(options.since !== undefined && { since: options.since }),
      ...(options.from !== undefined && { run: options.from.run, from: String(options.from.offset) }),
    });
    const path = `${routes.logs}/${encodeURIComponent(processUid)}?${query}`;
    const { stream, headers } = await this.#openWithHead("GET", path, { signal: options.signal });
    stream.end();
    const [run = "", lastRun = ""] = [headers["x-run"], headers["x-last-run"]].map(String);
    return { text: stream, position: { run, offset: Number(headers["x-offset"] ?? 0) }, lastRun };
  }

  /** A tar archive of what a process leaves. */
  async results(
    processUid: string,
    { files, maxBytes, streams = [], keep = [] }: ResultsRequest,
    signal: AbortSignal,
  ): Promise<Readable> {
    const query = new URLSearchParams({ max: String(maxBytes) });
    for (const name of streams) query.append("stream", name);
    for (const file of files) query.append("file", file);
    for (const file of keep) query.append("keep", file);
    const stream = await this.#open("GET", `${routes.results}/${encodeURIComponent(processUid)}?${query}`, { signal });
    stream.end();
    return stream;
  }

  async treeKey(): Promise<TreeKey> {
    const answer = await this.#ask("GET", treeRoutes.tree, {});
    if (answer.status !== 200) throw refusal(answer, "agent refuses");
    return decodeTreeKey(answer.body);
  }

  async putTree(order: SignedTreeOrder): Promise<void> {
    const answer = await this.#ask("PUT", treeRoutes.tree, { body: JSON.stringify(order) });
    if (answer.status !== 200) throw refusal(answer, "agent refuses its place in the tree");
  }

  async packageKey(): Promise<PackageKey> {
    const answer = await this.#ask("GET", packageRoute, {});
    if (answer.status !== 200) throw refusal(answer, "agent refuses");
    return decodePackageKey(answer.body);
  }

  async putPackages(order: SignedPackageOrder): Promise<void> {
    const answer = await this.#ask("PUT", packageRoute, { body: JSON.stringify(order) });
    if (answer.status !== 200) throw refusal(answer, "agent refuses its order about packages");
  }

  async putNetwork(order: SignedNetworkOrder): Promise<void> {
    const answer = await this.#ask("PUT", networkRoute, { body: JSON.stringify(order) });
    if (answer.status !== 200) throw refusal(answer, "agent refuses its order about the network");
  }

  async clock(): Promise<ClockAnswer> {
    const answer = await this.#ask("GET", clockRoute, {});
    if (answer.status !== 200) throw refusal(answer, "agent refuses");
    return decodeClock(answer.body);
  }

  /** Calls back when the agent has answered, if it does. */
  ping(onAnswer: () => void): void {
    if (this.#isClosed || this.#session.destroyed) return;
    this.#session.ping((error) => error === null && onAnswer());
  }

  /** A connection to a child of this agent. */
  async openRelay(childUid: string, signal: AbortSignal): Promise<Duplex> {
    return this.#open("POST", `${treeRoutes.relay}/${encodeURIComponent(childUid)}`, { signal });
  }

  async usage(): Promise<UsageReport> {
    const answer = await this.#ask("GET", routes.usage, {});
    if (answer.status !== 200) throw refusal(answer, "agent refuses");
    return decodeUsage(answer.body);
  }

  /** How another machine answers this one. */
  async look({ address, port, timeoutMs }: LookRequest): Promise<LookAnswer> {
    const query = new URLSearchParams({ address, port: String(port), timeout: String(timeoutMs) });
    const answer = await this.#ask("GET", `${routes.look}?${query}`, {});
    if (answer.status !== 200) throw refusal(answer, "agent refuses");
    return decodeLook(answer.body);
  }

  /** A machine that goes down may take the answer with it. */
  async reboot(): Promise<void> {
    const answer = await this.#ask("POST", routes.reboot, {}).catch((error: unknown) => {
      if (isReason(error, "Unreachable")) return undefined;
      throw error;
    });
    if (answer !== undefined && answer.status !== 200) throw refusal(answer, "not restarted");
  }

  async shutdown(remove: boolean, signal: AbortSignal): Promise<void> {
    const answer = await this.#ask("POST", routes.shutdown, { body: JSON.stringify({ remove }), signal });
    if (answer.status >= 300) throw refusal(answer, "agent refuses to shut down");
  }

  /** Another one has taken its place: it ends when the streams that are open over it have. */
  retire(): void {
    this.#isRetired = true;
    this.#reports?.close(http2.constants.NGHTTP2_CANCEL);
    if (this.#streams.size === 0 && this.#commands.isIdle) this.close();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    destroySession(this.#session, this.#stream);
  }

  /** The error that explains the end is the first one. */
  #note(why: string): void {
    if (this.#why === "link closed by the other end") this.#why = why;
  }

  #fail(why: string): void {
    if (this.#isClosed) return;
    this.#note(why);
    this.close();
  }

  #request(method: string, path: string, options: RequestOptions): http2.ClientHttp2Stream {
    if (this.#isClosed || this.#session.destroyed) throw ended();
    return this.#session.request(
      { ":method": method, ":path": path, ...options.headers },
      {
        ...(options.signal && { signal: options.signal }),
        ...(options.endStream !== undefined && { endStream: options.endStream }),
      },
    );
  }

  /** A request whose answer is a stream; its body is written by the caller. */
  async #open(method: string, path: string, options: RequestOptions): Promise<Duplex> {
    return (await this.#openWithHead(method, path, options)).stream;
  }

  async #openWithHead(
    method: string,
    path: string,
    options: RequestOptions,
  ): Promise<{ readonly stream: Duplex; readonly headers: http2.IncomingHttpHeaders }> {
    const stream = this.#request(method, path, options);
    // Before the answer comes: one that is empty may have ended by the time that its head is looked at.
    const duplex = new StreamDuplex(stream);
    this.#streams.add(duplex);
    duplex.once("close", () => {
      this.#streams.delete(duplex);
      if (this.#isRetired) this.retire();
    });
    duplex.on("error", () => undefined); // whoever reads meets it; until then responseOf has
    const headers = await responseOf(stream);
    const status = Number(headers[":status"]);
    if (status === 200) return { stream: duplex, headers };
    duplex.end();
    // In the agent's words: they are for people.
    throw StatusError.fromBody(status, parseOrText(await collect(duplex)));
  }

  async #ask(method: string, path: string, options: RequestOptions): Promise<Answer> {
    const stream = this.#request(method, path, options);
    sendBody(stream, options.body);
    const headers = await responseOf(stream);
    return { status: Number(headers[":status"]), headers, body: await collect(stream) };
  }
}

/** The answer's end may come with its head: from there on it is the reader who meets it. */
function responseOf(stream: http2.ClientHttp2Stream): Promise<http2.IncomingHttpHeaders> {
  return new Promise((resolve, reject) => {
    const onError = (error: unknown): void => reject(unreachable(error));
    const onClose = (): void => onError(new Error("the connection to the agent has ended"));
    stream.on("error", onError);
    stream.once("close", onClose);
    stream.once("response", (headers) => {
      stream.removeListener("close", onClose);
      resolve(headers);
    });
  });
}

function ended(): StatusError {
  return new StatusError("Unreachable", "the connection to the agent has ended");
}

function sendBody(stream: http2.ClientHttp2Stream, body: string | Readable | undefined): void {
  if (body === undefined || typeof body === "string") {
    stream.end(body);
    return;
  }
  body.once("error", (error) => stream.destroy(error));
  stream.once("close", () => body.destroy());
  body.pipe(stream);
}

async function collect(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > maxAnswerBytes) throw new Error("answer of the agent is too long");
      chunks.push(chunk);
    }
  } catch (error) {
    throw unreachable(error);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function refusal(answer: Answer, what: string): StatusError {
  const error = StatusError.fromBody(answer.status, parseOrText(answer.body));
  return new StatusError(error.reason, `${what}: ${error.message}`, { cause: error });
}

function parseOrText(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body === "" ? undefined : body;
  }
}

function unreachable(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  return new StatusError("Unreachable", messageOf(error), { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
