import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ResourcePool } from "../../api/index.ts";
import type { Clock } from "../../clock/index.ts";
import {
  type AddressRange,
  cleanUpEmulation,
  directoryOf,
  Emulation,
  emulationBase,
  networkNames,
  type WorldOptions,
} from "../../emulation/index.ts";
import type { KeyPair } from "../../remote/index.ts";
import { Locks } from "../made/index.ts";
import { Ranges } from "./ranges.ts";
import { hostOf, rangeCount, rangeOf, topologyOf } from "./world-plan.ts";

export interface WorldsOptions {
  readonly clock: Clock;
  readonly clusterUid: string;
  /** Machines do not see it. A world whose owner's directory is gone belongs to nobody any more. */
  readonly dataDir: string;
  /** The delay line. */
  readonly program: string;
  readonly keyPair: () => Promise<KeyPair>;
}

/** Whose a range of addresses is. */
interface Owner {
  readonly clusterUid: string;
  readonly poolUid: string;
  readonly dataDir: string;
}

/** Whose a world is, and since when it is there; lies in its directory. */
interface WorldOwner extends Owner {
  /** As the clock shows it. */
  readonly madeAt: number;
}

const ownerFile = "owner.json";
const topologyFile = "topology.json";

/** Shared by all instances of this process: what they make lies in the same places. */
const locks = new Locks();
const ranges = new Ranges(`${emulationBase}-ranges`);

/**
 * The networks of pools, one each. Nothing is remembered: what is there is read from the computer each time, so that a
 * server that was started anew goes on with what another has left.
 */
export class Worlds {
  readonly #options: WorldsOptions;
  /** By their pools' UIDs: one keeps its range as long as it lives. */
  readonly #ranges = new Map<string, AddressRange>();

  constructor(options: WorldsOptions) {
    this.#options = options;
  }

  /** The pool's network, as its topology says now; made where it is not there. */
  open(pool: ResourcePool): Promise<Emulation> {
    return this.#locked(pool, async () => {
      const options = await this.#worldOptions(pool);
      const found = await Emulation.adopt(options);
      // Whose it is stands there first: one that was begun and not finished is swept away too.
      const files = { [ownerFile]: JSON.stringify({ ...this.#ownerOf(pool), madeAt: this.#options.clock.now() }) };
      const world = found ?? (await Emulation.open({ ...options, files }));
      await this.#setTopology(world, pool, found === undefined);
      return world;
    });
  }

  /** Undefined where there is none. */
  find(pool: ResourcePool): Promise<Emulation | undefined> {
    return this.#locked(pool, async () => Emulation.adopt(await this.#worldOptions(pool)));
  }

  /** One thing at a time about one machine. */
  ofHost<T>(pool: ResourcePool, index: number, work: () => Promise<T>): Promise<T> {
    return locks.run(`${this.#nameOf(pool)}/${index}`, work);
  }

  /** Removes the pool's network if no machine is left in it. */
  removeEmpty(pool: ResourcePool): Promise<void> {
    return this.#locked(pool, async () => {
      const world = await Emulation.adopt(await this.#worldOptions(pool));
      if (world !== undefined && (await world.specs()).length === 0) await cleanUpEmulation(this.#nameOf(pool));
    });
  }

  /** When the pool's network was made; undefined: there is none. */
  async madeAt(pool: ResourcePool): Promise<number | undefined> {
    return (await readOwner(this.#nameOf(pool)))?.madeAt;
  }

  /** Removes networks that this server made for pools that are no more, and those whose server's directory is gone. */
  async sweep(poolUids: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(emulationBase).catch(() => [])) {
      const owner = await readOwner(name);
      if (owner !== undefined && this.#isLeft(owner, poolUids)) await locks.run(name, () => cleanUpEmulation(name));
    }
    for (const [slot, text] of ranges.claims()) {
      const owner = JSON.parse(text) as Owner;
      if (!this.#isLeft(owner, poolUids)) continue;
      ranges.release(slot);
      this.#ranges.delete(owner.poolUid);
    }
  }

  #isLeft(owner: Owner, poolUids: ReadonlySet<string>): boolean {
    return owner.clusterUid === this.#options.clusterUid ? !poolUids.has(owner.poolUid) : !existsSync(owner.dataDir);
  }

  address(pool: ResourcePool, index: number): string {
    return networkNames(this.#nameOf(pool), this.#rangeOf(pool)).address(index);
  }

  #locked<T>(pool: ResourcePool, work: () => Promise<T>): Promise<T> {
    return locks.run(this.#nameOf(pool), work);
  }

  async #setTopology(world: Emulation, pool: ResourcePool, isNew: boolean): Promise<void> {
    const wanted = JSON.stringify(topologyOf(pool));
    const path = join(directoryOf(this.#nameOf(pool)), topologyFile);
    const known = isNew ? wanted : await readFile(path, "utf8").catch(() => "");
    if (known !== wanted) await world.setTopology(topologyOf(pool), ({ name }) => hostOf(pool, name).site);
    if (isNew || known !== wanted) await writeFile(path, wanted);
  }

  async #worldOptions(pool: ResourcePool): Promise<WorldOptions> {
    const { keyPair, dataDir, program } = this.#options;
    return {
      name: this.#nameOf(pool),
      range: this.#rangeOf(pool),
      authorizedKey: (await keyPair()).publicKey,
      hidden: [dataDir],
      distances: { topology: topologyOf(pool), program },
    };
  }

  #ownerOf({ metadata }: ResourcePool): Owner {
    const { clusterUid, dataDir } = this.#options;
    return { clusterUid, poolUid: metadata.uid ?? "", dataDir };
  }

  /** Five letters: devices' names have room for no more. */
  #nameOf(pool: ResourcePool): string {
    return this.#hashOf(pool).readUIntBE(0, 6).toString(36).padStart(5, "0").slice(-5);
  }

  /** The one that its UID stands for, where no other pool of this computer has it. */
  #rangeOf(pool: ResourcePool): AddressRange {
    const { uid = "" } = pool.metadata;
    const known = this.#ranges.get(uid);
    if (known !== undefined) return known;
    const preferred = this.#hashOf(pool).readUInt16BE(6) % rangeCount;
    const range = rangeOf(ranges.claim(JSON.stringify(this.#ownerOf(pool)), preferred));
    this.#ranges.set(uid, range);
    return range;
  }

  #hashOf({ metadata }: ResourcePool): Buffer {
    return createHash("sha256").update(`${this.#options.clusterUid}\0${metadata.uid}`).digest();
  }
}

async function readOwner(name: string): Promise<WorldOwner | undefined> {
  const text = await readFile(join(directoryOf(name), ownerFile), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as WorldOwner);
}
