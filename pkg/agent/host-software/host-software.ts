import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { SoftwareOrder } from "../../protocol/index.ts";
import type { AgentContext } from "../context.ts";
import { InstallError } from "../installer/install-error.ts";
import { Limiter } from "../limiter.ts";
import { type HostEntry, hostKey } from "./host-entry.ts";
import { HostLedger } from "./host-ledger.ts";
import { HostPackages } from "./host-packages.ts";
import { HostTrees } from "./host-trees.ts";
import type { Release, SharedSoftware } from "./shared-software.ts";

export interface HostSoftwareOptions {
  readonly context: () => AgentContext;
  /** uids of the claims that have a package in their entries, as these are on disk. */
  readonly holders: (key: string) => readonly string[];
}

const nothing: Release = { removed: [], kept: [], failures: [] };

/**
 * Packages that are on the machine once for all claims. Nobody counts: whoever has one in its entry, and has not given
 * it up, needs it; when nobody does any more it goes. One thing is done at a time, and each is on disk before.
 */
export class HostSoftware implements SharedSoftware {
  readonly #options: HostSoftwareOptions;
  readonly #turn = new Limiter(1);
  #ledger: HostLedger | undefined;

  constructor(options: HostSoftwareOptions) {
    this.#options = options;
  }

  async load(): Promise<void> {
    const { layout } = this.#context;
    this.#ledger = new HostLedger(layout.hostLedger);
    await this.#ledger.load();
    // What an earlier agent began is waited for, and then what nobody needs is taken away: all later turns come after.
    if (this.#ledger.all().length > 0) void this.#turn.run(() => this.#tidy()).catch(() => undefined);
  }

  ensure(claim: string, order: SoftwareOrder, blob: string | undefined): Promise<string | undefined> {
    return this.#turn.run(() => this.#ensure(claim, order, blob));
  }

  release(claim: string, order: SoftwareOrder): Promise<Release> {
    return this.#turn.run(() => this.#release(claim, hostKey(order)));
  }

  sweep(): Promise<void> {
    return this.#turn.run(() => this.#tidy());
  }

  async #ensure(claim: string, order: SoftwareOrder, blob: string | undefined): Promise<string | undefined> {
    await this.#forgetTold();
    const key = hostKey(order);
    const known = this.#store.get(key);
    const before = known === undefined || known.state === "Removed" ? fresh(key, order) : known;
    const released = before.released.filter((uid) => uid !== claim);
    const isWhole = before.state === "Installed";
    const entry = await this.#store.save({ ...before, order, released, state: isWhole ? "Installed" : "Installing" });
    if (isManaged(order)) {
      await this.#packages.install(entry, blob, this.#othersAdded(key));
      return undefined;
    }
    const directory = this.#directory(key);
    if (isWhole && (await stat(directory).catch(() => undefined))?.isDirectory() === true) return directory;
    await this.#store.save({ ...entry, state: "Installing" });
    await this.#trees.install(order, directory, blob);
    await this.#store.save({ ...entry, state: "Installed" });
    return directory;
  }

  async #release(claim: string, key: string): Promise<Release> {
    const entry = this.#store.get(key);
    if (entry === undefined) return nothing;
    if (entry.state === "Removed") return entry.removal?.claim === claim ? { ...entry.removal, failures: [] } : nothing;
    const given = await this.#store.save({ ...entry, released: [...new Set([...entry.released, claim])] });
    const users = this.#options.holders(key).filter((uid) => !given.released.includes(uid));
    return users.length > 0 ? nothing : this.#remove(given, claim);
  }

  /** What cannot be taken away is told, and tried again when the agent starts, or goes. */
  async #remove(entry: HostEntry, claim: string): Promise<Release> {
    const going = await this.#store.save({ ...entry, state: "Removing" });
    try {
      const { removed, kept } = isManaged(going.order)
        ? await this.#packages.remove(going, this.#othersAdded(going.key))
        : await this.#trees.remove(going.order, this.#directory(going.key));
      await this.#store.save({ ...going, state: "Removed", removal: { claim, removed, kept } });
      return { removed, kept, failures: [] };
    } catch (error) {
      const { message, output } = InstallError.from(error);
      const text = [message, output].filter((part) => part !== undefined && part !== "").join(": ");
      return { ...nothing, failures: [`${going.order.name}: ${text}`] };
    }
  }

  async #tidy(): Promise<void> {
    await this.#packages.settle();
    const unneeded = this.#store.all().filter(({ key }) => this.#options.holders(key).length === 0);
    for (const entry of unneeded.filter(({ state }) => state !== "Removed")) {
      const { failures } = await this.#remove(entry, "");
      if (failures.length > 0) this.#context.ports.log.warn({ failures }, "a package could not be removed");
    }
    await this.#forgetTold();
  }

  /** Who was the last to need what is gone has told so. */
  async #forgetTold(): Promise<void> {
    const told = this.#store.all().filter(({ key, state, removal }) => {
      return state === "Removed" && !this.#options.holders(key).includes(removal?.claim ?? "");
    });
    for (const { key } of told) await this.#store.remove(key);
  }

  /** Names of packages that came to this machine with other entries than this one. */
  #othersAdded(key: string): ReadonlySet<string> {
    const others = this.#store.all().filter((entry) => entry.key !== key && entry.state !== "Removed");
    return new Set(others.flatMap((entry) => entry.package?.added ?? []));
  }

  #directory(key: string): string {
    return join(this.#context.layout.hostSoftware, key);
  }

  get #context(): AgentContext {
    return this.#options.context();
  }

  get #packages(): HostPackages {
    return new HostPackages(this.#context, this.#store);
  }

  get #trees(): HostTrees {
    return new HostTrees(this.#context);
  }

  get #store(): HostLedger {
    if (this.#ledger === undefined) throw new Error("the ledger is not loaded");
    return this.#ledger;
  }
}

function fresh(key: string, order: SoftwareOrder): HostEntry {
  return { key, order, state: "Installing", released: [] };
}

function isManaged({ format }: SoftwareOrder): boolean {
  return format === "deb" || format === "rpm";
}
