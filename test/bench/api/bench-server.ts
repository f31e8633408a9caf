import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { type KubeObject, kinds, type Token } from "../../../pkg/api/index.ts";
import { type HttpClient, httpClient, loadConfiguration, type ServerConnection } from "../../../pkg/client/index.ts";
import { serverNodeFlags } from "../../../pkg/server/node-flags.ts";
import { PlushServer } from "../../support/plush-server.ts";

const connections = 64;

/** The server as its service runs it, with the inspector open for measuring, and a user who comes with a token. */
export class BenchServer {
  readonly directory = mkdtempSync("/tmp/plush-bench-");
  readonly #agent = new Agent({ keepAlive: true, maxSockets: connections });
  readonly #server: PlushServer;
  #connection: ServerConnection | undefined;

  constructor() {
    const environment = { NODE_OPTIONS: ["--inspect=127.0.0.1:0", ...serverNodeFlags].join(" ") };
    this.#server = new PlushServer(join(this.directory, "data"), this.directory, [], environment);
  }

  get pid(): number {
    return this.#server.pid;
  }

  get log(): string {
    return this.#server.log;
  }

  get connection(): ServerConnection & { readonly token: string } {
    const { token } = this.#connection ?? {};
    if (this.#connection === undefined || token === undefined) throw new Error("the server was not started");
    return { ...this.#connection, token };
  }

  /** A PEM file with the server's key and certificate. */
  get certificate(): string {
    return join(this.#server.dataDirectory, "pki/server.pem");
  }

  /** Resolves with the milliseconds until it served. */
  async start(): Promise<number> {
    const startedAt = performance.now();
    await this.#server.start();
    const took = performance.now() - startedAt;
    this.#connection ??= await this.#makeUser();
    return took;
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  async remove(): Promise<void> {
    this.#agent.destroy();
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  client(): HttpClient {
    return httpClient(this.connection);
  }

  /** GET; resolves with the number of bytes of the body, which nobody looks at. */
  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
    const { server, ca, token } = this.connection;
    return new Promise((resolve, reject) => {
      const options = { agent: this.#agent, ca, headers: { authorization: `Bearer ${token}`, ...headers } };
      const outgoing = request(`${server}${path}`, options, (response) => {
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.once("end", () => {
          if (response.statusCode === 200) resolve(bytes);
          else reject(new Error(`GET ${path}: ${response.statusCode}`));
        });
      });
      outgoing.once("error", reject);
      outgoing.end();
    });
  }

  /** Makes ConfigMaps of about 1 KB, `map-FROM` to `map-(TO - 1)`, in the namespace default. */
  async fill(from: number, to: number): Promise<void> {
    const client = this.client();
    let next = from;
    const work = async (): Promise<void> => {
      for (let index = next++; index < to; index = next++) await client.create(kinds.ConfigMap, configMap(index));
    };
    try {
      await Promise.all(Array.from({ length: connections }, work));
    } finally {
      client.close();
    }
  }

  async #makeUser(): Promise<ServerConnection> {
    const { connection } = await loadConfiguration({ file: this.#server.kubeconfig, env: {}, home: this.directory });
    const admin = httpClient(connection);
    try {
      // Members of system:masters are the only ones whom no limit of requests holds back.
      const spec = { user: "bench", groups: ["system:masters"] };
      const token = Object.assign({ apiVersion: "plush.dev/v1", kind: "Token", metadata: { name: "bench" } }, { spec });
      const { status } = await admin.create<Token>(kinds.Token, token);
      const { server, ca } = connection;
      return { server, ...(ca !== undefined && { ca }), ...(status?.token !== undefined && { token: status.token }) };
    } finally {
      admin.close();
    }
  }
}

const filler = "x".repeat(900);

/** `change` is a number by which watchers know it again; that of a new one is none of theirs. */
export function configMap(index: number, change = -1): KubeObject {
  const metadata = { name: `map-${index}`, namespace: "default", labels: { app: "bench" } };
  return Object.assign(
    { apiVersion: "v1", kind: "ConfigMap", metadata },
    { data: { content: filler, n: `${change}` } },
  );
}
