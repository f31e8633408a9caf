import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { Clock } from "../../clock/index.ts";
import type { Logger } from "../../log/index.ts";
import type {
  AgentConfig,
  PackageKey,
  PackageOrder,
  PackagesReport,
  SignedPackageOrder,
} from "../../protocol/index.ts";
import { unseal } from "../../seal/index.ts";
import { StatusError } from "../../status/index.ts";
import type { BlobCache } from "../blobs/blob-cache.ts";
import { TreeIdentity } from "../tree/identity.ts";
import { type DecodedOrder, decodePackageOrder, type OrderedFetch } from "./decode-package-order.ts";
import { PackageListener } from "./package-listener.ts";
import { PackagePursuit } from "./package-pursuit.ts";

export interface PackageExchangeOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: AgentConfig;
  readonly blobs: BlobCache;
  /** `report` has changed. */
  readonly onChange: () => void;
}

interface Listening {
  readonly listener: PackageListener;
  /** As ordered. */
  readonly wanted: number;
  readonly port?: number;
  readonly failure?: string;
}

/** Of those that TLS 1.3 has, the one that costs the least for each byte comes first. */
const ciphers = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

/** What this agent shows to others. Made once for each certificate: to read keys costs as much as a handshake. */
interface Shown {
  readonly certificate: string;
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
}

/** This agent among those that give each other packages: fetches what it is told to, and serves what it has. */
export class PackageExchange {
  readonly #options: PackageExchangeOptions;
  readonly #identity = new TreeIdentity();
  readonly #pursuits = new Map<string, PackagePursuit>();
  readonly #banned = new Set<string>();
  #order: PackageOrder | undefined;
  #listening: Listening | undefined;
  #shown: Shown | undefined;
  /** Orders are carried out one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: PackageExchangeOptions) {
    this.#options = options;
  }

  get key(): PackageKey {
    return this.#identity.key;
  }

  get report(): PackagesReport {
    const { port, failure } = this.#listening ?? {};
    return {
      generation: this.#order?.generation ?? 0,
      ...(port !== undefined && { port }),
      ...(failure !== undefined && { listenFailure: failure }),
      held: [...this.#options.blobs.complete].sort(),
      failures: [...this.#pursuits.values()].flatMap(({ failures }) => failures),
    };
  }

  /** Throws Forbidden (not signed by this agent's server, or for another machine), Conflict (older), Invalid. */
  accept(signed: SignedPackageOrder): Promise<void> {
    const done = this.#last.then(() => this.#accept(signed));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const pursuit of this.#pursuits.values()) pursuit.close();
    await this.#last;
    await this.#listening?.listener.close();
  }

  async #accept(signed: SignedPackageOrder): Promise<void> {
    const { order, fetches } = this.#verify(signed);
    if (this.#isClosed) return;
    this.#order = order;
    this.#options.blobs.expect(new Map(fetches.map(({ digest, list }) => [digest, list])));
    await this.#listen(order);
    this.#pursue(fetches);
    this.#options.onChange();
  }

  #verify(signed: SignedPackageOrder): DecodedOrder {
    const { config } = this.#options;
    const payload = unseal(signed, config.serverKey);
    if (payload === undefined) throw new StatusError("Forbidden", "the order is not signed by this agent's server");
    const decoded = decodePackageOrder(payload);
    const { clusterUid, resourceUid, term, generation } = decoded.order;
    if (clusterUid !== config.clusterUid || resourceUid !== config.resourceUid)
      throw new StatusError("Forbidden", "the order is meant for another machine");
    const held = this.#order;
    const isOlder = held !== undefined && (term - held.term || generation - held.generation) < 0;
    if (isOlder) throw new StatusError("Conflict", "the order is older than the one held");
    return decoded;
  }

  get #own(): Shown {
    const identity = this.#order?.identity;
    if (identity === undefined) throw new Error("the server has given no certificate");
    const { certificate } = identity;
    if (this.#shown?.certificate === certificate) return this.#shown;
    const options = { ...this.#identity.credentials(identity), ciphers };
    this.#shown = { certificate, options, context: createSecureContext(options) };
    return this.#shown;
  }

  #pursue(fetches: readonly OrderedFetch[]): void {
    const { clock, log, blobs, onChange } = this.#options;
    const wanted = new Set(fetches.map(({ digest }) => digest));
    for (const [digest, pursuit] of this.#pursuits) {
      if (wanted.has(digest)) continue;
      pursuit.close();
      this.#pursuits.delete(digest);
    }
    for (const fetch of fetches) {
      const known = this.#pursuits.get(fetch.digest);
      known?.update(fetch.sources);
      const isUnderWay = known !== undefined && !known.isOver;
      if (isUnderWay || blobs.complete.has(fetch.digest)) continue;
      const pursuit = new PackagePursuit(fetch, {
        clock,
        log,
        blobs,
        onChange,
        banned: this.#banned,
        secureContext: () => this.#own.context,
      });
      this.#pursuits.set(fetch.digest, pursuit);
    }
  }

  async #listen({ listen, identity }: PackageOrder): Promise<void> {
    const held = this.#listening;
    const isKept = held !== undefined && held.failure === undefined && held.wanted === listen?.port;
    if (held !== undefined && !isKept) {
      this.#listening = undefined;
      await held.listener.close();
    }
    if (listen === undefined || identity === undefined) return;
    const { options } = this.#own;
    if (isKept) {
      held.listener.renew(options);
      held.listener.limit(listen);
      return;
    }
    const { clock, log, config, blobs } = this.#options;
    const listener = new PackageListener({ clock, log, address: config.address, shown: options, blobs });
    listener.limit(listen);
    this.#listening = await listener.listen(listen.port).then(
      (port): Listening => ({ listener, wanted: listen.port, port }),
      (error: unknown): Listening => ({ listener, wanted: listen.port, failure: String(error) }),
    );
  }
}
