import type { Clock } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import { agentRun, type NetworkOrder, type NetworkPeer, type SignedNetworkOrder } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import type { HostLink } from "./host-link.ts";

export interface NetworkOrderPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly clusterUid: string;
  readonly term: number;
  /** Known to the agents of this server. */
  readonly word: string;
  readonly sign: (order: NetworkOrder) => SignedNetworkOrder;
  /** What was to be told has changed meanwhile. */
  readonly onTold: () => void;
}

/** What one agent has been told. */
interface Told {
  /** Which run of the agent was told it. */
  run: string;
  text: string;
  generation: number;
  isBusy: boolean;
  isStale: boolean;
  /** Monotonic: it did not take its order, and is left alone until then. */
  refusedUntil: number;
}

const refusalMs = 30_000;

/** Tells agents whom to measure round trips to: each what differs from what it was told, one after the other. */
export class NetworkOrders {
  readonly #ports: NetworkOrderPorts;
  readonly #told = new Map<string, Told>();

  constructor(ports: NetworkOrderPorts) {
    this.#ports = ports;
  }

  forget(resourceUid: string): void {
    this.#told.delete(resourceUid);
  }

  tell(link: HostLink, peers: readonly NetworkPeer[]): void {
    const { host, view } = link;
    if (view === undefined) return;
    const run = agentRun(view.host);
    const told = this.#toldTo(link);
    const port = host.network?.port ?? 0;
    const text = JSON.stringify([port, peers]);
    if (told.isBusy) told.isStale = true;
    const isTold = told.run === run && told.text === text;
    if (told.isBusy || isTold || told.refusedUntil > this.#ports.clock.monotonic()) return;
    told.isBusy = true;
    told.isStale = false;
    this.#send(link, { port, peers }, told)
      .then(() => {
        told.run = run;
        told.text = text;
      })
      .catch((error: unknown) => {
        told.refusedUntil = this.#ports.clock.monotonic() + refusalMs;
        const { message } = StatusError.from(error);
        this.#ports.log.debug({ resource: host.resourceName, error: message }, "whom to measure to not told");
      })
      .finally(() => {
        told.isBusy = false;
        if (told.isStale) this.#ports.onTold();
      });
  }

  #toldTo({ host, view }: HostLink): Told {
    const known = this.#told.get(host.resourceUid);
    if (known !== undefined) return known;
    const generation = view?.network?.generation ?? 0;
    const told = { run: "", text: "", generation, isBusy: false, isStale: false, refusedUntil: 0 };
    this.#told.set(host.resourceUid, told);
    return told;
  }

  async #send(
    { session, host, view }: HostLink,
    wanted: Pick<NetworkOrder, "port" | "peers">,
    told: Told,
  ): Promise<void> {
    if (session === undefined) throw new StatusError("Unreachable", "the agent is not connected");
    const { clusterUid, term, word, sign } = this.#ports;
    const generation = Math.max(told.generation, view?.network?.generation ?? 0) + 1;
    const { resourceUid } = host;
    await session.putNetwork(
      sign({ kind: "NetworkOrder", clusterUid, resourceUid, term, generation, word, ...wanted }),
    );
    told.generation = generation;
  }
}
