import { type Collections, collections, type KindInfo, type KubeObject } from "../api/index.ts";
import { restClient, type SocketTransport, type Transport } from "../client/portable.ts";
import type { Answer } from "./answer.ts";
import type { Connection, InformerOptions } from "./connection.ts";
import { KindClient } from "./kind-client.ts";
import { type RawRequest, rawRequest } from "./raw-request.ts";
import { ResourceInformer } from "./resource-informer.ts";

/** A client of each kind, by the name of its collection. */
export type KindClients = {
  readonly [Name in keyof Collections]: Collections[Name] extends KindInfo<infer T> ? KindClient<T> : never;
};

/** A server as one user sees it: `client.applications.list()`. */
export interface Client extends KindClients {
  /** Of objects for which none is given. */
  readonly namespace: string;
  /** The objects of any kind: one of `kinds`, or one made by `defineKind`. */
  kind<T extends KubeObject>(kind: KindInfo<T>): KindClient<T>;
  /** A live copy of the objects of a kind. It starts at once. */
  informer<T extends KubeObject>(kind: KindInfo<T>, options?: InformerOptions<T>): ResourceInformer<T>;
  /** What is no object: `request("/version")`. */
  request(path: string, request?: RawRequest): Promise<Answer>;
  /** Stops all informers, and ends watches and connections. */
  close(): Promise<void>;
}

export interface ClientOptions {
  readonly transport: Transport & SocketTransport;
  readonly namespace?: string;
  readonly fieldManager?: string;
}

export function makeClient(options: ClientOptions): Client {
  const { transport, namespace = "default", fieldManager = "plush-client" } = options;
  const running = new Set<{ stop(): Promise<void> }>();
  const connection: Connection = {
    ...{ api: restClient(transport), transport, namespace, fieldManager },
    informer(kind, { on, ...selection } = {}) {
      const own = kind.namespaced ? namespace : "";
      const informer = new ResourceInformer({
        api: connection.api,
        kind,
        selection,
        namespace: selection.namespace ?? own,
        onStop: () => running.delete(informer),
      });
      running.add(informer);
      if (on !== undefined) informer.on(on);
      return informer;
    },
  };
  return {
    ...kindClients(connection),
    namespace,
    kind: (kind) => new KindClient(kind, connection),
    informer: connection.informer,
    request: (path, request) => rawRequest(transport, path, request),
    async close() {
      await Promise.all([...running].map((informer) => informer.stop()));
      transport.close();
    },
  };
}

function kindClients(connection: Connection): KindClients {
  const entries = Object.entries(collections).map(([name, kind]) => [name, new KindClient(kind, connection)]);
  // Each entry is made from the collection of its name.
  return Object.fromEntries(entries) as KindClients;
}
