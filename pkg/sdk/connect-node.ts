import { homedir } from "node:os";
import { env } from "node:process";
import { httpsTransport, loadConfiguration, type ServerConnection } from "../client/index.ts";
import { type Client, makeClient } from "./client.ts";

interface CommonOptions {
  /** Of objects for which none is given; default: the kubeconfig's, or "default". */
  readonly namespace?: string;
  /** Who owns what is written; default "plush-client". */
  readonly fieldManager?: string;
}

/** A server that is described by a kubeconfig. */
export interface KubeconfigOptions extends CommonOptions {
  /** Path of the file; default: PLUSHCONFIG, KUBECONFIG, ~/.plush/config. */
  readonly kubeconfig?: string;
  /** One of its contexts; default: its current one. */
  readonly context?: string;
}

/** A server that is described here; PEM texts. */
export interface ServerOptions extends CommonOptions {
  /** "https://HOST:PORT". */
  readonly url: string;
  /** Bearer token. */
  readonly token?: string;
  /** The authority that signed the server's certificate; default: those that Node knows. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name in the server's certificate, where it is not the URL's host. */
  readonly serverName?: string;
}

export type ConnectOptions = KubeconfigOptions | ServerOptions;

/**
 * A client that talks through Node's sockets. Nothing is sent before its first call. Rejects with BadRequest where the
 * kubeconfig lacks something.
 */
export async function connect(options: ConnectOptions = {}): Promise<Client> {
  const { connection, namespace } = "url" in options ? described(options) : await configured(options);
  const { fieldManager, namespace: wanted = namespace } = options;
  return makeClient({
    transport: httpsTransport({ userAgent: "plush-client", ...connection }),
    ...(wanted !== undefined && { namespace: wanted }),
    ...(fieldManager !== undefined && { fieldManager }),
  });
}

interface Target {
  readonly connection: ServerConnection;
  readonly namespace?: string;
}

function described({ url, namespace: _, fieldManager: __, ...credentials }: ServerOptions): Target {
  return { connection: { server: url, ...credentials } };
}

function configured({ kubeconfig, context }: KubeconfigOptions): Promise<Target> {
  return loadConfiguration({
    env,
    home: homedir(),
    ...(kubeconfig !== undefined && { file: kubeconfig }),
    ...(context !== undefined && { context }),
  });
}
