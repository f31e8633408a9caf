import { readdir } from "node:fs/promises";
import type { MachineMaker, MachineSpec, MadeMachine } from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";
import type { LocalMachine } from "./local-machine.ts";
import { addressOf, entriesOf } from "./places.ts";

export interface LocalMakerOptions {
  readonly dataDir: string;
  readonly machine: (pool: string, name: string) => LocalMachine;
}

/** A machine is made as an empty directory; its agent is started when it is reached. */
export function makeLocalMaker({ dataDir, machine }: LocalMakerOptions): MachineMaker {
  const running = (name: string): MadeMachine => ({
    name,
    state: "Running",
    spec: specOf(dataDir, seriesOf(name), numberOf(name)),
  });
  return {
    async list({ pool }) {
      const poolName = pool.metadata.name ?? "";
      const names = await readdir(entriesOf(dataDir, poolName)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return [];
        throw error;
      });
      return names.filter((name) => trailingNumber.test(name)).map((name) => running(name));
    },
    async create(name, { pool }) {
      const made = running(name);
      await machine(pool.metadata.name ?? "", name).create();
      return made;
    },
    delete: (name, { pool }) => machine(pool.metadata.name ?? "", name).remove(),
    fence: (name, { pool }) => machine(pool.metadata.name ?? "", name).powerCycle(),
  };
}

/** How the machine of this number is reached, of those whose names begin alike. */
export function specOf(dataDir: string, series: string, number: number): Omit<MachineSpec, "name"> {
  return { address: addressOf(dataDir, series, number), port: 22, labels: {} };
}

const trailingNumber = /-(\d{1,9})$/;

/** Neighbours have neighbouring addresses, so a name has to end with a number. */
function numberOf(name: string): number {
  const [, digits] = trailingNumber.exec(name) ?? [];
  if (digits === undefined) throw new StatusError("Invalid", `${name}: a machine's name has to end with its number`);
  return Number(digits);
}

/** Those of a pool, or those that were made for its size. */
function seriesOf(name: string): string {
  return name.replace(trailingNumber, "");
}
