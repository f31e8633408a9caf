import type { Clock } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import { agentRun, type SignedTreeOrder, type TreeListen, type TreeOrder, type TreeParent } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import type { HostLink } from "./host-link.ts";
import type { TreeAuthority } from "./relay-connector.ts";
import type { TreePlace } from "./tree-plan.ts";

export interface TreePorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly authority: TreeAuthority;
  readonly clusterUid: string;
  readonly term: number;
  readonly sign: (order: TreeOrder) => SignedTreeOrder;
  readonly links: ReadonlyMap<string, HostLink>;
}

type Links = Pick<TreeOrder, "listen" | "parents">;

interface Certified {
  /** Which run of the agent it is for: each has a key of its own. */
  readonly run: string;
  readonly certificate: string;
  readonly renewAt: number;
}

/** What one agent has been told. */
interface Told {
  certified?: Certified;
  text: string;
  generation: number;
  isBusy: boolean;
  /** Something else was to be told meanwhile. */
  isStale: boolean;
  /** The children that it has been told to let in, sorted. */
  allowed: readonly string[];
}

const minPingMs = 100;
const maxPingMs = 1000;

/** Tells agents their places: each what differs from what it was told, one after the other. */
export class TreeOrders {
  readonly #ports: TreePorts;
  readonly #again: () => void;
  readonly #told = new Map<string, Told>();

  /** `again`: asks to be given the places anew. */
  constructor(ports: TreePorts, again: () => void) {
    this.#ports = ports;
    this.#again = again;
  }

  /** Machines without a place that hold an order are told that they have none. */
  give(places: ReadonlyMap<string, TreePlace>): void {
    const children = childrenOf(places);
    for (const [uid, link] of this.#ports.links) {
      if (places.size === 0 && link.view?.tree === undefined) continue;
      const links = this.#linksFor(link, places.get(uid), children.get(uid));
      const isSaid = links.listen !== undefined || links.parents.length > 0;
      if (isSaid || link.view?.tree !== undefined) this.#tell(link, links);
    }
    for (const uid of this.#told.keys()) if (!this.#ports.links.has(uid)) this.#told.delete(uid);
  }

  #linksFor(link: HostLink, place: TreePlace | undefined, children: readonly string[] = []): Links {
    const port = link.host.tree?.port ?? 0;
    const listen: TreeListen | undefined = children.length === 0 ? undefined : { port, children };
    const wanted = place?.parent === undefined ? [] : [place.parent, ...place.backups];
    const parents = wanted.flatMap((uid): TreeParent[] => {
      const parent = this.#ports.links.get(uid);
      const listens = parent?.view?.tree?.port;
      return parent === undefined || listens === undefined || !this.#mayDial(link, parent)
        ? []
        : [{ uid, address: parent.host.address, port: listens }];
    });
    // Who has no parent yet, and is reached without one, waits for the one that is meant for it rather than to go to two.
    const isEarly = parents[0]?.uid !== place?.parent && link.view?.tree?.parent === undefined && link.way === "direct";
    return { ...(listen !== undefined && { listen }), parents: isEarly ? [] : parents };
  }

  /** Not before the parent knows of it, which would refuse it and be taken for one that cannot be reached. */
  #mayDial({ host, view }: HostLink, parent: HostLink): boolean {
    if (view?.tree?.parent === parent.host.resourceUid) return true;
    const told = this.#told.get(parent.host.resourceUid);
    const isSameRun = parent.view !== undefined && told?.certified?.run === agentRun(parent.view.host);
    return isSameRun && told.allowed.includes(host.resourceUid);
  }

  #tell(link: HostLink, links: Links): void {
    const { resourceUid } = link.host;
    const { agent, view } = link;
    if (agent === undefined || view === undefined || link.state.phase !== "connected") return;
    const told = this.#told.get(resourceUid) ?? { text: "", generation: 0, isBusy: false, isStale: false, allowed: [] };
    this.#told.set(resourceUid, told);
    const run = agentRun(view.host);
    const { certified } = told;
    const isCertified = certified !== undefined && certified.run === run && certified.renewAt > this.#ports.clock.now();
    const text = JSON.stringify(links);
    if (told.isBusy) {
      told.isStale = true;
      return;
    }
    if (isCertified && text === told.text) return;
    told.isBusy = true;
    told.isStale = false;
    this.#send(link, links, { told, run, isCertified })
      .then(() => {
        told.text = text;
        const allowed = links.listen?.children ?? [];
        if (allowed.join() !== told.allowed.join()) told.isStale = true;
        told.allowed = allowed;
      })
      .catch((error: unknown) => {
        const { message } = StatusError.from(error);
        this.#ports.log.debug({ resource: link.host.resourceName, error: message }, "place in the tree not told");
      })
      .finally(() => {
        told.isBusy = false;
        if (told.isStale) this.#again();
      });
  }

  async #send(
    link: HostLink,
    links: Links,
    { told, run, isCertified }: { readonly told: Told; readonly run: string; readonly isCertified: boolean },
  ): Promise<void> {
    const { agent, view, host } = link;
    const { authority, clock, clusterUid, term, sign } = this.#ports;
    if (agent === undefined) return;
    if (!isCertified || told.certified === undefined) {
      const { publicKey } = await agent.session.treeKey();
      const certificate = await authority.certify(host.resourceUid, publicKey);
      told.certified = { run, certificate, renewAt: clock.now() + authority.certificateMs * renewAfter };
    }
    const generation = Math.max(told.generation, view?.tree?.generation ?? 0) + 1;
    const order: TreeOrder = {
      kind: "TreeOrder",
      clusterUid,
      resourceUid: host.resourceUid,
      term,
      generation,
      authority: authority.authority,
      certificate: told.certified.certificate,
      ...links,
      pingMs: Math.min(maxPingMs, Math.max(minPingMs, host.detection.beatMs / 2)),
    };
    await agent.session.putTree(sign(order));
    told.generation = generation;
  }
}

/** Part of its life after which a certificate is made anew. */
const renewAfter = 2 / 3;

/** By parent: those who have it for one, or for a backup. */
function childrenOf(places: ReadonlyMap<string, TreePlace>): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>();
  for (const [uid, { parent, backups }] of places) {
    for (const upper of parent === undefined ? [] : [parent, ...backups]) {
      const list = children.get(upper);
      if (list === undefined) children.set(upper, [uid]);
      else list.push(uid);
    }
  }
  for (const list of children.values()) list.sort();
  return children;
}
