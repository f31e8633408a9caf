import { createHash } from "node:crypto";
import { readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { ResourcePool } from "../../api/index.ts";
import type { MachineMaker, MadeMachine } from "../../fabric/index.ts";
import type { KeyPair } from "../../remote/index.ts";
import { Locks, machineIndex } from "../made/index.ts";
import { accelerator } from "./accelerator.ts";
import { ensureImage } from "./image.ts";
import { lookPort, machineOf, vmPoolOf } from "./pool-plan.ts";
import { VmMachine, type VmSettings } from "./vm-machine.ts";

export interface VmMachinesOptions {
  readonly clusterUid: string;
  /** Holds images, and machines by pool. */
  readonly directory: string;
  readonly keyPair: () => Promise<KeyPair>;
}

/** Shared by all instances of this process: what they make lies in the same places. */
const locks = new Locks();

/** The machines of pools, as they lie on the disk; nothing is remembered. */
export class VmMachines {
  readonly #options: VmMachinesOptions;

  constructor(options: VmMachinesOptions) {
    this.#options = options;
  }

  machine(pool: ResourcePool, name: string): VmMachine {
    return new VmMachine(join(this.#poolDirectory(pool), name));
  }

  specOf(pool: ResourcePool, index: number) {
    return machineOf(this.#vmPool(pool), index);
  }

  async names(pool: ResourcePool): Promise<readonly string[]> {
    const entries = await readdir(this.#poolDirectory(pool)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    return entries.filter((name) => this.machine(pool, name).exists);
  }

  /** Made where it is not there, and started where it does not run. */
  ensure(pool: ResourcePool, name: string, signal: AbortSignal): Promise<VmMachine> {
    const { directory } = this.#options;
    return this.#locked(pool, name, async () => {
      const machine = this.machine(pool, name);
      const settings = await this.#settings(pool, name);
      const wanted = pool.spec.provider.vm?.image ?? { suite: "bookworm", packages: [] };
      const image = await ensureImage(join(directory, "images"), wanted, locks, signal);
      if (!machine.exists) await machine.make(settings, image);
      await machine.boot(settings, image);
      return machine;
    });
  }

  remove(pool: ResourcePool, name: string): Promise<void> {
    return this.#locked(pool, name, async () => {
      await this.machine(pool, name).remove();
      await rmdir(this.#poolDirectory(pool)).catch(() => {});
    });
  }

  /** Resolves when it certainly runs no more. */
  stop(pool: ResourcePool, name: string): Promise<void> {
    return this.#locked(pool, name, () => this.machine(pool, name).stop());
  }

  async sweep(poolUids: ReadonlySet<string>): Promise<void> {
    const pools = join(this.#options.directory, "pools");
    for (const uid of await readdir(pools).catch(() => [])) {
      if (poolUids.has(uid)) continue;
      for (const name of await readdir(join(pools, uid))) await new VmMachine(join(pools, uid, name)).remove();
      await rmdir(join(pools, uid));
    }
  }

  async #settings(pool: ResourcePool, name: string): Promise<VmSettings> {
    const index = machineIndex(pool, name);
    const { cpus, memoryBytes, diskBytes, group } = this.#vmPool(pool);
    const { address, port, dataAddress = "" } = this.specOf(pool, index);
    const authorizedKey = (await this.#options.keyPair()).publicKey;
    return {
      ...{ name, index, cpus, memoryBytes, diskBytes, group, address, port, dataAddress, authorizedKey },
      lookPort,
      accelerator: await accelerator(),
    };
  }

  #locked<T>(pool: ResourcePool, name: string, work: () => Promise<T>): Promise<T> {
    return locks.run(join(this.#poolDirectory(pool), name), work);
  }

  #poolDirectory({ metadata }: ResourcePool): string {
    return join(this.#options.directory, "pools", metadata.uid ?? "");
  }

  #vmPool(pool: ResourcePool) {
    const { clusterUid } = this.#options;
    return vmPoolOf(pool, createHash("sha256").update(`${clusterUid}\0${pool.metadata.uid}`).digest());
  }
}

/** A machine is Coming until its SSH server has spoken; one that was stopped since is there, and started when it is reached. */
export function makeVmMaker(machines: VmMachines): MachineMaker {
  const seen = async (pool: ResourcePool, name: string): Promise<MadeMachine> => {
    const spec = machines.specOf(pool, machineIndex(pool, name));
    const hasSpoken = await machines.machine(pool, name).hasSpoken(spec.address, spec.port);
    return { name, state: hasSpoken ? "Running" : "Coming", spec };
  };
  return {
    list: async ({ pool }) => Promise.all((await machines.names(pool)).map((name) => seen(pool, name))),
    async create(name, { pool, signal }) {
      await machines.ensure(pool, name, signal);
      return seen(pool, name);
    },
    delete: async (name, { pool }) => machines.remove(pool, checked(pool, name)),
    fence: async (name, { pool }) => machines.stop(pool, checked(pool, name)),
  };
}

/** Names become paths. */
function checked(pool: ResourcePool, name: string): string {
  machineIndex(pool, name);
  return name;
}
