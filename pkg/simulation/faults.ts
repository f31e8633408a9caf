import type { Excuses } from "./checks/excuses.ts";
import { forgottenApplications } from "./forgotten.ts";
import type { Machine } from "./machine.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { Direction } from "./wire.ts";
import type { World } from "./world.ts";

/** What may go wrong, each for a while. */
export const faultKinds = [
  "agentKilled",
  "agentFrozen",
  "machineCrashed",
  "machineOff",
  "machineFrozen",
  "processCrashed",
  "cut",
  "cutToMachine",
  "cutToServer",
  "flapping",
  "delayed",
  "reordered",
  "diskSlow",
  "diskFull",
  "machineClockJumped",
  "serverKilled",
  "serverFrozen",
  "serverDiskSlow",
  "serverDiskFull",
  "serverClockJumped",
  "serverRestored",
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** Faults of the control plane alone: no process may notice. */
export const serverFaults: readonly FaultKind[] = ["serverKilled", "serverFrozen", "serverDiskSlow", "serverDiskFull"];

export interface PlannedFault {
  readonly kind: FaultKind;
  readonly atMs: number;
  readonly forMs: number;
  /** Of a machine's faults. */
  readonly machine: string;
  /** Of a clock's jump. */
  readonly byMs: number;
}

/** Draws what goes wrong and when; all of it is over by `endMs`. */
export function drawFaults(
  random: Random,
  options: { readonly machines: readonly string[]; readonly kinds: readonly FaultKind[]; readonly endMs: number },
): readonly PlannedFault[] {
  const { machines, kinds, endMs } = options;
  const beginMs = 8000;
  return Array.from({ length: random.between(10, 14) }, () => {
    const forMs = random.between(200, 30_000);
    return {
      kind: random.pick(kinds),
      atMs: random.between(beginMs, endMs - forMs),
      forMs,
      machine: random.pick(machines),
      byMs: random.between(1000, 7_200_000) * (random.chance(0.5) ? 1 : -1),
    };
  }).sort((left, right) => left.atMs - right.atMs);
}

export interface InjectorParts {
  readonly world: World;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly excuses: Excuses;
  readonly note: (text: string) => void;
  /** An older copy of the server's data was put in place: users do again what it may not know of. */
  readonly onRestored: () => void;
}

/** Makes things go wrong, and right again. */
export class Injector {
  readonly #parts: InjectorParts;

  constructor(parts: InjectorParts) {
    this.#parts = parts;
  }

  inject(fault: PlannedFault): void {
    const { world, note, excuses } = this.#parts;
    const onServer = this.#onServer[fault.kind];
    note(`fault ${fault.kind}${onServer === undefined ? ` of ${fault.machine}` : ""} for ${fault.forMs} ms`);
    onServer?.(fault);
    const onMachine = this.#onMachine[fault.kind];
    if (onMachine === undefined) return;
    excuses.afflict(fault.machine);
    onMachine(world.machine(fault.machine), fault);
  }

  readonly #onMachine: { readonly [Kind in FaultKind]?: (machine: Machine, fault: PlannedFault) => void } = {
    agentKilled: (machine) => machine.killAgent(),
    agentFrozen: (machine, { forMs }) => {
      machine.freezeAgent();
      this.#later(forMs, () => machine.thawAgent());
    },
    machineCrashed: (machine, { forMs }) => {
      machine.powerOff();
      this.#later(50, () => machine.powerOn(Math.min(forMs, 10_000)));
    },
    machineOff: (machine, { forMs }) => {
      machine.powerOff();
      this.#later(forMs, () => machine.powerOn(3000));
    },
    machineFrozen: (machine, { forMs }) => {
      machine.freeze();
      this.#later(forMs, () => machine.thaw());
    },
    processCrashed: (machine) => this.#crashProcess(machine),
    cut: (machine, { forMs }) => this.#cut(machine, ["toMachine", "toServer"], forMs),
    cutToMachine: (machine, { forMs }) => this.#cut(machine, ["toMachine"], forMs),
    cutToServer: (machine, { forMs }) => this.#cut(machine, ["toServer"], forMs),
    flapping: (machine, { forMs }) => this.#flap(machine, forMs),
    delayed: ({ wire }, { forMs }) => {
      wire.delayMs = 400;
      this.#later(forMs, () => wire.mend());
    },
    reordered: ({ wire }, { forMs }) => {
      wire.delayMs = 100;
      wire.reorders = true;
      this.#later(forMs, () => wire.mend());
    },
    diskSlow: ({ disk }, { forMs }) => {
      disk.slowMs = 1500;
      this.#later(forMs, () => {
        disk.slowMs = 0;
      });
    },
    diskFull: (machine, { forMs }) => this.#fill(machine, forMs),
    machineClockJumped: ({ wall }, { byMs }) => {
      wall.offsetMs += byMs;
    },
  };

  readonly #onServer: { readonly [Kind in FaultKind]?: (fault: PlannedFault) => void } = {
    serverKilled: ({ forMs }) => {
      this.#parts.world.killServer();
      this.#later(Math.min(forMs, 20_000), () => this.#parts.world.startServer());
    },
    serverFrozen: ({ forMs }) => {
      this.#parts.world.freezeServer();
      this.#later(Math.min(forMs, 20_000), () => this.#parts.world.thawServer());
    },
    serverDiskSlow: ({ forMs }) => {
      const { disk } = this.#parts.world;
      disk.slowMs = 300;
      this.#later(forMs, () => {
        disk.slowMs = 0;
      });
    },
    serverDiskFull: ({ forMs }) => {
      const { disk } = this.#parts.world;
      disk.isFull = true;
      this.#later(forMs, () => {
        disk.isFull = false;
      });
    },
    serverClockJumped: ({ byMs }) => {
      this.#parts.world.serverWall.offsetMs += byMs;
    },
    serverRestored: ({ forMs }) => this.#restore(forMs),
  };

  #cut({ wire }: Machine, directions: readonly Direction[], forMs: number): void {
    wire.cut(directions);
    this.#later(forMs, () => wire.mend());
  }

  /** A copy is taken; some time later it is what there is. */
  #restore(forMs: number): void {
    const { world, excuses, note, onRestored } = this.#parts;
    const copy = world.disk.copy();
    this.#later(forMs / 2, () => {
      world.killServer();
      for (const application of forgottenApplications(copy, world.disk.copy())) excuses.forget(application);
      world.restore(copy);
      note("the server's data is an older copy");
      onRestored();
      this.#later(Math.min(forMs / 2, 10_000), () => world.startServer());
    });
  }

  #crashProcess(machine: Machine): void {
    const { random, excuses } = this.#parts;
    const running = machine.table.running.filter(({ order }) => order.restartPolicy === "Always");
    if (running.length === 0) return;
    const record = random.pick(running);
    excuses.change(record.claim.application ?? "");
    machine.table.end(record, 1, "fault");
  }

  #flap(machine: Machine, forMs: number): void {
    const { random } = this.#parts;
    const onMs = random.between(200, 3000);
    const offMs = random.between(200, 3000);
    if (forMs < onMs + offMs) return;
    machine.wire.cut(["toMachine", "toServer"]);
    this.#later(offMs, () => {
      machine.wire.mend();
      this.#later(onMs, () => this.#flap(machine, forMs - onMs - offMs));
    });
  }

  #fill(machine: Machine, forMs: number): void {
    machine.disk.isFull = true;
    machine.agent?.sensed();
    this.#later(forMs, () => {
      machine.disk.isFull = false;
      machine.agent?.sensed();
    });
  }

  #later(delayMs: number, act: () => void): void {
    this.#parts.time.after(delayMs, act);
  }
}
