import type { Duplex, Readable } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { joinWrites } from "./join-writes.ts";
import { RemoteError } from "./remote-error.ts";

export interface RemoteOutput {
  /** Undefined where a signal ended it or the connection did. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RemoteProcess {
  readonly stdin: Duplex;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Undefined where a signal ended it or the connection did. Never rejects. */
  readonly exit: Promise<number | undefined>;
  close(): void;
}

const maxOutputBytes = 1 << 20;

/** One authenticated SSH connection. Rejections are RemoteErrors that name the machine. */
export class SshSession {
  readonly #client: Client;
  readonly #name: string;
  readonly #closed: Promise<void>;
  readonly #streams = new Set<Duplex>();
  #isOpen = true;
  /** SHA256 fingerprint of the key that the machine presented. */
  readonly hostKey: string;

  /** `name` is for messages. */
  constructor(client: Client, name: string, hostKey: string) {
    this.#client = client;
    this.#name = name;
    this.hostKey = hostKey;
    this.#closed = new Promise((resolve) => {
      client.once("close", () => {
        this.#isOpen = false;
        for (const stream of this.#streams) stream.destroy();
        resolve();
      });
    });
    client.on("error", () => client.destroy());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Resolves when the connection has ended. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Starts a command; its text goes through the login shell of the user. */
  async start(command: string): Promise<RemoteProcess> {
    const channel = await this.#open<ClientChannel>("a command", (done) => this.#client.exec(command, done));
    const exit = new Promise<number | undefined>((resolve) => {
      let code: number | undefined;
      channel.once("exit", (value: number | null) => {
        code = value ?? undefined;
      });
      channel.once("close", () => resolve(code));
    });
    return { stdin: channel, stdout: channel, stderr: channel.stderr, exit, close: () => channel.destroy() };
  }

  /** Runs a command to its end; of each output the first MiB is kept. */
  async run(command: string, stdin: string | Buffer, signal: AbortSignal): Promise<RemoteOutput> {
    const child = await this.start(command);
    const onAbort = (): void => child.close();
    signal.addEventListener("abort", onAbort, { once: true });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.stdin.end(stdin);
    const code = await child.exit;
    signal.removeEventListener("abort", onAbort);
    signal.throwIfAborted();
    if (code === undefined && !this.#isOpen) throw new RemoteError("Closed", `${this.#name}: connection lost`);
    return { code, stdout: stdout(), stderr: stderr() };
  }

  /** A stream to a Unix socket there. Refusals do not tell a missing socket from forwarding that is forbidden. */
  async forwardUnix(path: string): Promise<Duplex> {
    const ask = (done: Parameters<Client["openssh_forwardOutStreamLocal"]>[1]) =>
      this.#client.openssh_forwardOutStreamLocal(path, done);
    return joinWrites(await this.#open<Duplex>(`socket ${path}`, ask));
  }

  forwardTcp(host: string, port: number): Promise<Duplex> {
    return this.#open<Duplex>(`${host} port ${port}`, (done) =>
      this.#client.forwardOut("127.0.0.1", 0, host, port, done),
    );
  }

  close(): void {
    this.#isOpen = false;
    this.#client.destroy();
  }

  #open<T extends Duplex>(
    what: string,
    ask: (done: (error: Error | undefined, stream: T) => void) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        const reason = this.#isOpen ? "ChannelRefused" : "Closed";
        const why = error instanceof Error ? error.message : String(error);
        reject(new RemoteError(reason, `${this.#name}: ${what}: ${why}`, { cause: error }));
      };
      try {
        ask((error, stream) => {
          if (error !== undefined && error !== null) return fail(error);
          this.#streams.add(stream);
          stream.once("close", () => this.#streams.delete(stream));
          // Errors reach whoever uses the stream; without a listener the first would end this process.
          stream.on("error", () => {});
          resolve(stream);
        });
      } catch (error) {
        fail(error);
      }
    });
  }
}

function collect(stream: Readable): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on("data", (chunk: Buffer) => {
    if (size < maxOutputBytes) chunks.push(chunk);
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).subarray(0, maxOutputBytes).toString("utf8");
}
