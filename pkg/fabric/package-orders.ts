import type { Clock } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import type {
  PackageFetch,
  PackageIdentity,
  PackageListen,
  PackageOrder,
  SignedPackageOrder,
} from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import type { HostLink } from "./host-link.ts";
import type { TreeAuthority } from "./relay-connector.ts";

export interface PackageOrderPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly authority: TreeAuthority;
  readonly clusterUid: string;
  readonly term: number;
  readonly sign: (order: PackageOrder) => SignedPackageOrder;
  /** An agent has taken its order, or has not. */
  readonly onTold: () => void;
}

export interface PackageDuties {
  readonly listen?: PackageListen;
  readonly fetch: readonly PackageFetch[];
}

interface Certified {
  /** Which run of the agent it is for: each has a key of its own. */
  readonly run: string;
  readonly certificate: string;
  readonly renewAt: number;
}

/** What one agent has been told. */
interface Told {
  certified?: Certified;
  /** Which run of the agent was told it. */
  run: string;
  text: string;
  /** Digests that it takes chunk by chunk from then on. */
  expects: ReadonlySet<string>;
  generation: number;
  isBusy: boolean;
  /** Monotonic: it did not take its order, and is left alone until then. */
  refusedUntil: number;
}

/** Part of its life after which a certificate is made anew. */
const renewAfter = 2 / 3;
const refusalMs = 10_000;

/** Tells agents whom to fetch packages from: each what differs from what it was told, one after the other. */
export class PackageOrders {
  readonly #ports: PackageOrderPorts;
  readonly #told = new Map<string, Told>();

  constructor(ports: PackageOrderPorts) {
    this.#ports = ports;
  }

  /** It has been told to take the package chunk by chunk. */
  expects(link: HostLink, digest: string): boolean {
    const told = this.#told.get(link.host.resourceUid);
    return told !== undefined && told.run === runOf(link) && told.expects.has(digest);
  }

  /** It did not take its last order. */
  refuses({ host }: HostLink): boolean {
    return (this.#told.get(host.resourceUid)?.refusedUntil ?? 0) > this.#ports.clock.monotonic();
  }

  forget(resourceUid: string): void {
    this.#told.delete(resourceUid);
  }

  tell(link: HostLink, duties: PackageDuties): void {
    const { resourceUid } = link.host;
    const run = runOf(link);
    if (run === undefined) return;
    const told = this.#toldTo(resourceUid, link);
    if (told.isBusy || this.refuses(link)) return;
    const isRun = told.run === run;
    const isIdle = duties.listen === undefined && duties.fetch.length === 0;
    // Who has never been told anything need not be told that there is nothing.
    if (isIdle && !isRun && (link.view?.packages?.generation ?? 0) === 0) return;
    const text = JSON.stringify(duties);
    if (isRun && told.text === text && !this.#mustCertify(told, duties, run)) return;
    told.isBusy = true;
    this.#send(link, duties, { told, run })
      .then(() => {
        told.run = run;
        told.text = text;
        told.expects = new Set(duties.fetch.map(({ digest }) => digest));
      })
      .catch((error: unknown) => {
        told.refusedUntil = this.#ports.clock.monotonic() + refusalMs;
        const { message } = StatusError.from(error);
        this.#ports.log.info({ resource: link.host.resourceName, error: message }, "sources of packages not told");
      })
      .finally(() => {
        told.isBusy = false;
        this.#ports.onTold();
      });
  }

  #toldTo(resourceUid: string, { view }: HostLink): Told {
    const known = this.#told.get(resourceUid);
    if (known !== undefined) return known;
    const generation = view?.packages?.generation ?? 0;
    const told = { run: "", text: "", expects: new Set<string>(), generation, isBusy: false, refusedUntil: 0 };
    this.#told.set(resourceUid, told);
    return told;
  }

  async #send(
    link: HostLink,
    duties: PackageDuties,
    { told, run }: { readonly told: Told; readonly run: string },
  ): Promise<void> {
    const { session } = link;
    const { clusterUid, term, sign } = this.#ports;
    const { resourceUid } = link.host;
    if (session === undefined) throw new StatusError("Unreachable", "the agent is not connected");
    const identity = needsIdentity(duties) ? await this.#identity(link, { told, run }) : undefined;
    const generation = Math.max(told.generation, link.view?.packages?.generation ?? 0) + 1;
    const order: PackageOrder = {
      kind: "PackageOrder",
      clusterUid,
      resourceUid,
      term,
      generation,
      ...(identity !== undefined && { identity }),
      ...duties,
    };
    await session.putPackages(sign(order));
    told.generation = generation;
  }

  async #identity(
    { session, host }: HostLink,
    { told, run }: { readonly told: Told; readonly run: string },
  ): Promise<PackageIdentity | undefined> {
    const { authority, clock } = this.#ports;
    if (session === undefined) return undefined;
    if (!this.#isCertified(told, run)) {
      const { publicKey } = await session.packageKey();
      const certificate = await authority.certify(host.resourceUid, publicKey);
      told.certified = { run, certificate, renewAt: clock.now() + authority.certificateMs * renewAfter };
    }
    return { authority: authority.authority, certificate: told.certified?.certificate ?? "" };
  }

  #mustCertify(told: Told, duties: PackageDuties, run: string): boolean {
    return needsIdentity(duties) && !this.#isCertified(told, run);
  }

  #isCertified({ certified }: Told, run: string): boolean {
    return certified !== undefined && certified.run === run && certified.renewAt > this.#ports.clock.now();
  }
}

function needsIdentity({ listen, fetch }: PackageDuties): boolean {
  return listen !== undefined || fetch.some(({ sources }) => sources.length > 0);
}

function runOf({ view }: HostLink): string | undefined {
  const agent = view?.host.agent;
  return agent && `${agent.startedAt} ${agent.pid}`;
}
