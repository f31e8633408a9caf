import http2 from "node:http2";
import net from "node:net";
import type { Duplex } from "node:stream";
import {
  type AgentDocument,
  type AgentHello,
  type AgentMessage,
  type ClaimReport,
  type EarlyAnswers,
  type FullReport,
  type LookAnswer,
  type PrefetchOrder,
  protocolVersion,
  type SignedAnswers,
  type SignedDocument,
} from "../../protocol/index.ts";
import { LineSplitter } from "../../streams/index.ts";
import {
  type AgentConnection,
  ConnectError,
  type Connector,
  type ConnectRequest,
  type ProbeVerdict,
} from "../fabric.ts";

/** An agent that speaks the protocol and does nothing, with faults to order. For tests of this package. */
export class FakeAgent {
  version = "v1";
  /** Refuses servers that speak an older one. */
  protocol = protocolVersion;
  term = 0;
  generation = 0;
  /** Neither beats nor answers, as a stopped process. */
  isFrozen = false;
  claims: ClaimReport[] = [];
  needs: string[] = [];
  /** What it sees of other machines. */
  sees: LookAnswer["verdict"] = "silent";
  readonly looks: string[] = [];
  readonly documents: AgentDocument[] = [];
  readonly acknowledged: string[] = [];
  /** It knows the route for early answers. */
  takesAnswers = true;
  readonly answers: EarlyAnswers[] = [];
  /** What was asked of it, as "POST /v1/exec". */
  readonly requests: string[] = [];
  readonly blobs = new Map<string, Buffer>();
  /** What it was told to unpack ahead of need, each time, by name. */
  readonly prefetches: string[][] = [];
  /** Unpacking takes until then. */
  unpacked: Promise<void> = Promise.resolve();
  readonly removed: boolean[] = [];
  #seq = 0;
  readonly #server: http2.Http2Server;
  readonly #reports = new Set<http2.ServerHttp2Stream>();
  readonly #sockets = new Set<net.Socket>();
  readonly #beat: NodeJS.Timeout;

  constructor(beatMs = 100) {
    this.#server = http2.createServer({ settings: { initialWindowSize: 8 << 20 } });
    this.#server.on("connection", (socket: net.Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    this.#server.on("stream", (stream, headers) => {
      stream.on("error", () => {});
      if (!this.isFrozen) void this.#answer(stream, headers);
    });
    this.#beat = setInterval(() => this.send({ type: "beat", seq: this.#seq++ }), beatMs);
  }

  listen(path: string): Promise<void> {
    return new Promise((resolve) => this.#server.listen(path, resolve));
  }

  /** Its connections end, and it goes on. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends as a killed process does. */
  async kill(): Promise<void> {
    clearInterval(this.#beat);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  send(message: AgentMessage): void {
    if (this.isFrozen) return;
    for (const stream of this.#reports) if (!stream.closed) stream.write(`${JSON.stringify(message)}\n`);
  }

  fullReport(): FullReport {
    return {
      type: "full",
      seq: this.#seq++,
      host: {
        bootIdentity: "boot-1",
        agent: { version: this.version, pid: 1, startedAt: "2026-01-01T00:00:00Z", nodeVersion: "v20" },
        attributes: { "cpu.cores": 2, os: "linux" },
        root: false,
        directory: "/var/tmp/x",
      },
      document: { term: this.term, generation: this.generation },
      claims: this.claims,
      needs: this.needs,
    };
  }

  async #answer(stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders): Promise<void> {
    const url = new URL(headers[":path"] ?? "/", "http://agent");
    const route = `${headers[":method"]} ${url.pathname.split("/").slice(0, 3).join("/")}`;
    const last = url.pathname.split("/").at(-1) ?? "";
    this.requests.push(route);
    if (route === "POST /v1/answers") {
      // What an agent does not know it refuses without waiting for the body.
      stream.respond({ ":status": this.takesAnswers ? 200 : 404 }, { endStream: !this.takesAnswers });
      const lines = new LineSplitter(1 << 20);
      stream.on("data", (chunk: Buffer) => {
        for (const line of lines.push(chunk)) this.#hear(line);
      });
      return;
    }
    if (route === "GET /v1/reports") {
      stream.respond({ ":status": 200 });
      this.#reports.add(stream);
      stream.on("close", () => this.#reports.delete(stream));
      stream.write(`${JSON.stringify(this.fullReport())}\n`);
      return;
    }
    if (route === "HEAD /v1/blobs") {
      const have = this.blobs.get(last);
      stream.respond({
        ":status": have ? 200 : 404,
        ...(have && { "content-length": have.length, "x-complete": "false" }),
      });
      stream.end();
      return;
    }
    if (route === "POST /v1/exec") {
      stream.respond({ ":status": 200 });
      stream.pipe(stream);
      return;
    }
    const body = await read(stream);
    if (route === "PUT /v1/prefetch") {
      const { packages } = JSON.parse(body.toString()) as PrefetchOrder;
      this.prefetches.push(packages.map(({ name }) => name));
      await this.unpacked;
    }
    const [status, answer] = this.#act(route, last, body, url.searchParams);
    stream.respond({ ":status": status });
    stream.end(JSON.stringify(answer));
  }

  #hear(line: string): void {
    const { payload } = JSON.parse(line) as SignedAnswers;
    if (this.takesAnswers) this.answers.push(JSON.parse(payload) as EarlyAnswers);
  }

  #act(route: string, last: string, body: Buffer, query: URLSearchParams): [number, unknown] {
    switch (route) {
      case "POST /v1/hello": {
        const { clusterUid, resourceUid, protocol: spoken } = JSON.parse(body.toString()) as AgentHello;
        const { protocol } = this;
        if (spoken < protocol)
          return [400, { message: `this agent speaks protocol ${protocol}`, reason: "BadRequest" }];
        const document = { term: this.term, generation: this.generation };
        return [200, { protocol, clusterUid, resourceUid, version: this.version, bootIdentity: "boot-1", document }];
      }
      case "PUT /v1/document": {
        const { payload } = JSON.parse(body.toString()) as SignedDocument;
        const document = JSON.parse(payload) as AgentDocument;
        if (document.generation < this.generation) return [409, "older"];
        this.documents.push(document);
        this.term = document.term;
        this.generation = document.generation;
        return [200, { term: this.term, generation: this.generation }];
      }
      case "PUT /v1/prefetch":
        return [200, {}];
      case "GET /v1/look":
        this.looks.push(`${query.get("address")}:${query.get("port")}`);
        return [200, { verdict: this.sees }];
      case "PUT /v1/receipts":
        this.acknowledged.push(last);
        return [200, {}];
      case "PUT /v1/blobs": {
        const start = (this.blobs.get(last) ?? Buffer.alloc(0)).subarray(0, Number(query.get("offset")));
        this.blobs.set(last, Buffer.concat([start, body]));
        this.needs = this.needs.filter((need) => need !== last);
        this.send({ type: "change", seq: this.#seq++, claims: [], gone: [], needs: this.needs });
        return [201, {}];
      }
      case "POST /v1/shutdown":
        this.removed.push((JSON.parse(body.toString()) as { remove: boolean }).remove);
        return [200, {}];
      default:
        return [404, "no such route"];
    }
  }
}

/** Reaches a FakeAgent's socket; what looks from outside see is set by the test. */
export class FakeConnector implements Connector {
  sees: ProbeVerdict = "answered";
  /** The next looks see this, one after the other. */
  readonly seesNext: ProbeVerdict[] = [];
  lookTarget: { readonly address: string; readonly port: number } = { address: "10.0.0.1", port: 22 };
  removals = 0;
  attempts = 0;
  readonly replaced: string[] = [];
  /** Called when an attempt is made, to start the agent. */
  onConnect: (request: ConnectRequest) => Promise<void> = async () => {};
  onRemove: () => Promise<void> = async () => {};
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async connect(request: ConnectRequest): Promise<AgentConnection> {
    this.attempts++;
    await request.enter?.();
    if (request.replace !== undefined) this.replaced.push(request.replace);
    await this.onConnect(request);
    const stream = await new Promise<Duplex>((resolve, reject) => {
      const socket = net.connect(this.#path, () => resolve(socket));
      socket.once("error", (error) => reject(new ConnectError("Unreachable", error.message)));
    });
    return { stream, close: () => stream.destroy() };
  }

  async probe(): Promise<ProbeVerdict> {
    return this.seesNext.shift() ?? this.sees;
  }

  async remove(): Promise<void> {
    this.removals++;
    await this.onRemove();
  }
}

async function read(stream: http2.ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
