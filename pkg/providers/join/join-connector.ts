import type { Duplex } from "node:stream";
import {
  type AgentBundle,
  type AgentConnection,
  ConnectError,
  type Connector,
  type ConnectRequest,
  connectSteps,
  type ProbeVerdict,
} from "../../fabric/index.ts";
import { EagerDuplex } from "../../streams/index.ts";
import type { LinkHub } from "./link-hub.ts";
import { ask, hear, tell } from "./parked-link.ts";

export interface JoinConnectorOptions {
  readonly hub: LinkHub;
  readonly resourceUid: string;
  readonly resourceName: string;
  readonly bundle: AgentBundle;
}

/** A host that is up dials again within seconds. */
const dialWithinMs = 8000;
const startWithinMs = 60_000;
const removeWithinMs = 60_000;

/** Reaches an agent by what its host has dialled: nobody can dial the host. */
export class JoinConnector implements Connector {
  readonly #options: JoinConnectorOptions;
  #active: Duplex | undefined;

  constructor(options: JoinConnectorOptions) {
    this.#options = options;
  }

  async connect(request: ConnectRequest): Promise<AgentConnection<Duplex>> {
    const { signal } = request;
    request.onStep(connectSteps.connecting);
    const socket = await this.#take(signal);
    const abort = (): void => void socket.destroy();
    signal.addEventListener("abort", abort, { once: true });
    try {
      await request.enter?.();
      // Whatever it still is, the host has another one now.
      this.#active?.destroy();
      await this.#start(socket, request);
      this.#active = socket;
      return { stream: new EagerDuplex(socket), close: abort };
    } catch (error) {
      socket.destroy();
      if (error instanceof ConnectError) throw error;
      const { resourceName } = this.#options;
      throw new ConnectError("BootstrapFailed", `${resourceName}: ${error instanceof Error ? error.message : error}`);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** A connection that the host answers on says that it is up. That there is none may be the network's fault, or the link's. */
  async probe(): Promise<ProbeVerdict> {
    return this.#options.hub.isThere(this.#options.resourceUid) ? "answered" : "unknown";
  }

  async remove(signal: AbortSignal): Promise<void> {
    const socket = await this.#take(signal);
    try {
      await ask(socket, { do: "remove" }, removeWithinMs);
    } finally {
      socket.destroy();
    }
  }

  async #take(signal: AbortSignal): Promise<Duplex> {
    const { hub, resourceUid, resourceName } = this.#options;
    const socket = await hub.take(resourceUid, dialWithinMs, signal);
    signal.throwIfAborted();
    if (socket !== undefined) return socket;
    throw new ConnectError("Unreachable", `${resourceName}: it has not dialled in; does plush-agent link run there?`);
  }

  async #start(socket: Duplex, { config, replace, onStep }: ConnectRequest): Promise<void> {
    const { bundle } = this.#options;
    tell(socket, { do: "start", config, replace: replace !== undefined });
    for (;;) {
      const heard = await hear(socket, startWithinMs);
      switch (heard["do"]) {
        case "send":
          onStep(connectSteps.uploadingAgent);
          tell(socket, { do: "agent", size: bundle.bytes.length });
          socket.write(bundle.bytes);
          break;
        case "starting":
          onStep(connectSteps.startingAgent);
          break;
        case "started":
          tell(socket, { do: "go" });
          return;
        default:
          throw new Error("the host's answer is not understood");
      }
    }
  }
}
