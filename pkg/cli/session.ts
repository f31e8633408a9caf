import { type Configuration, type HttpClient, httpClient, loadConfiguration } from "../client/index.ts";
import type { Arguments, Flag } from "./arguments.ts";
import type { Environment } from "./environment.ts";

/** Flags of every command that talks to a server. */
export const connectionFlags: readonly Flag[] = [
  {
    name: "kubeconfig",
    type: "text",
    value: "FILE",
    help: "server and credentials (else PLUSHCONFIG, KUBECONFIG, ~/.plush/config)",
  },
  { name: "context", type: "text", value: "NAME", help: "context of the kubeconfig" },
  { name: "namespace", short: "n", type: "text", value: "NAME", help: "namespace" },
];

/** The server of this call: read and dialled when a command first asks for it. */
export class Session {
  readonly #args: Arguments;
  readonly #env: Environment;
  #configuration: Promise<Configuration> | undefined;
  #client: HttpClient | undefined;

  constructor(args: Arguments, env: Environment) {
    this.#args = args;
    this.#env = env;
  }

  configuration(): Promise<Configuration> {
    const file = this.#args.text("kubeconfig");
    const context = this.#args.text("context");
    this.#configuration ??= loadConfiguration({
      env: this.#env,
      home: this.#env["HOME"] ?? "/",
      ...(file !== undefined && { file }),
      ...(context !== undefined && { context }),
    });
    return this.#configuration;
  }

  async client(): Promise<HttpClient> {
    const { connection } = await this.configuration();
    this.#client ??= httpClient(connection);
    return this.#client;
  }

  /** -n, else the context's. */
  async namespace(): Promise<string> {
    return this.#args.text("namespace") ?? (await this.configuration()).namespace;
  }

  /** Another one for the same command line, which reads its configuration anew. */
  fresh(): Session {
    return new Session(this.#args, this.#env);
  }

  close(): void {
    this.#client?.close();
  }
}
