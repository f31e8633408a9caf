import type { KindInfo, KubeObject } from "../api/index.ts";
import type { RestApi, SocketTransport, Transport } from "../client/portable.ts";
import type { Selection } from "../informer/index.ts";
import type { InformerHandlers, ResourceInformer } from "./resource-informer.ts";

/** What the clients of all kinds share. */
export interface Connection {
  readonly api: RestApi;
  readonly transport: Transport & SocketTransport;
  /** Of objects for which none is given. */
  readonly namespace: string;
  /** Who owns what is written, where a call does not say. */
  readonly fieldManager: string;
  informer<T extends KubeObject>(kind: KindInfo<T>, options?: InformerOptions<T>): ResourceInformer<T>;
}

/** Which objects; absent: all, in all namespaces. */
export interface InformerOptions<T extends KubeObject> extends Selection {
  /** The first handlers; `on` of the informer adds others. */
  readonly on?: InformerHandlers<T>;
}
