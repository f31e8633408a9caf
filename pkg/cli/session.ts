import {
  type Configuration,
  type HttpClient,
  httpClient,
  loadConfiguration,
  type ServerConnection,
} from "../client/index.ts";
import type { Arguments, Flag } from "./arguments.ts";
import type { Environment } from "./environment.ts";
import { UsageError } from "./usage-error.ts";

/** Flags of every command that talks to a server. */
export const connectionFlags: readonly Flag[] = [
  {
    name: "kubeconfig",
    type: "text",
    value: "FILE",
    help: "server and credentials (else PLUSHCONFIG, KUBECONFIG, ~/.plush/config)",
  },
  { name: "context", type: "text", value: "NAME", help: "context of the kubeconfig" },
  { name: "as", type: "text", value: "USER", help: "do it in the name of another user" },
  { name: "as-group", type: "texts", value: "GROUP", help: "with --as: a group of that user" },
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
    this.#client ??= httpClient({ ...connection, ...this.impersonation() });
    return this.#client;
  }

  /** In whose name (--as). Throws UsageError. */
  impersonation(): Pick<ServerConnection, "impersonate"> {
    const user = this.#args.text("as");
    const groups = this.#args.texts("as-group");
    if (user !== undefined) return { impersonate: { user, groups } };
    if (groups.length > 0) throw new UsageError("--as-group needs --as");
    return {};
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
