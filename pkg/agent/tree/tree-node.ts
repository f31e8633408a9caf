import type { ClientHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import type { Clock } from "../../clock/index.ts";
import type { Logger } from "../../log/index.ts";
import type { AgentConfig, SignedTreeOrder, TreeKey, TreeOrder, TreeReport } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { verifyOrder } from "../verify-order.ts";
import { ChildListener } from "./child-listener.ts";
import { decodeOrder } from "./decode-order.ts";
import { EndToEnd } from "./end-to-end.ts";
import { TreeIdentity } from "./identity.ts";
import { ParentPursuit } from "./parent-pursuit.ts";
import type { TreeWire } from "./tree-wire.ts";

export interface TreeNodeOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: AgentConfig;
  /** Serves a connection that ends, for certain, at this agent's server. */
  readonly accept: (connection: Duplex) => void;
  /** `report` has changed. */
  readonly onChange: () => void;
  readonly wire?: TreeWire;
}

interface Listening {
  readonly listener: ChildListener;
  /** As ordered. */
  readonly wanted: number;
  readonly port?: number;
  readonly failure?: string;
}

/** This agent's place in the tree: its parent, its children, and what it passes on between them and the server. */
export class TreeNode {
  readonly #options: TreeNodeOptions;
  readonly #identity = new TreeIdentity();
  readonly #pursuit: ParentPursuit;
  #order: TreeOrder | undefined;
  #endToEnd: EndToEnd | undefined;
  #listening: Listening | undefined;
  /** Orders are carried out one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: TreeNodeOptions) {
    const { clock, log, onChange, wire } = options;
    this.#options = options;
    this.#pursuit = new ParentPursuit({
      clock,
      log,
      credentials: () => this.#identity.credentials(this.#ordered),
      pingMs: () => wire?.pingMs ?? this.#ordered.pingMs,
      onRelayed: (stream) => this.#endToEnd?.take(stream),
      onChange,
      ...(wire !== undefined && { wire }),
    });
  }

  get key(): TreeKey {
    return this.#identity.key;
  }

  /** Undefined while there is no order. */
  get report(): TreeReport | undefined {
    if (this.#order === undefined) return undefined;
    const { parent, failures } = this.#pursuit;
    const { port, failure, listener } = this.#listening ?? {};
    return {
      generation: this.#order.generation,
      ...(port !== undefined && { port }),
      ...(failure !== undefined && { listenFailure: failure }),
      ...(parent !== undefined && { parent: parent.uid, connectMs: parent.connectMs }),
      failures,
      children: listener?.children ?? [],
    };
  }

  /** Throws Forbidden (not signed by this agent's server, or for another machine), Conflict (older), Invalid. */
  accept(signed: SignedTreeOrder): Promise<void> {
    const done = this.#last.then(() => this.#accept(signed));
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Throws NotFound where no such child is connected. */
  open(childUid: string): ClientHttp2Stream {
    const child = this.#listening?.listener.child(childUid);
    if (child === undefined) throw new StatusError("NotFound", `no child ${childUid} is connected`);
    return child.open();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#pursuit.close();
    await this.#last;
    await this.#listening?.listener.close();
  }

  get #ordered(): TreeOrder {
    if (this.#order === undefined) throw new Error("there is no order");
    return this.#order;
  }

  async #accept(signed: SignedTreeOrder): Promise<void> {
    const order = verifyOrder(signed, this.#options.config, decodeOrder, this.#order);
    if (this.#isClosed) return;
    this.#order = order;
    const { log, accept, onChange } = this.#options;
    const credentials = this.#identity.credentials(order);
    if (this.#endToEnd === undefined) this.#endToEnd = new EndToEnd(credentials, log, accept);
    else this.#endToEnd.renew(credentials);
    await this.#listen(order);
    this.#pursuit.pursue(order.parents);
    onChange();
  }

  async #listen({ listen, authority, certificate, pingMs }: TreeOrder): Promise<void> {
    const credentials = this.#identity.credentials({ authority, certificate });
    const { clock, log, config, onChange, wire } = this.#options;
    const held = this.#listening;
    const isKept = held !== undefined && held.failure === undefined && held.wanted === listen?.port;
    if (held !== undefined && !isKept) {
      this.#listening = undefined;
      await held.listener.close();
    }
    if (listen === undefined) return;
    if (isKept) {
      held.listener.renew(credentials);
      held.listener.allow(listen.children);
      return;
    }
    const listener = new ChildListener({
      clock,
      log,
      address: wire?.hostOf(config.address) ?? config.address,
      credentials,
      pingMs: wire?.pingMs ?? pingMs,
      onChange,
      ...(wire !== undefined && { wire }),
    });
    listener.allow(listen.children);
    this.#listening = await listener.listen(listen.port).then(
      (port): Listening => ({ listener, wanted: listen.port, port }),
      (error: unknown): Listening => ({ listener, wanted: listen.port, failure: String(error) }),
    );
  }
}
