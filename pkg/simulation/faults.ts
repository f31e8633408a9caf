import type { Excuses } from "./checks/excuses.ts";
import type { Machine } from "./machine.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";
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
}

/** Makes things go wrong, and right again. */
export class Injector {
  readonly #parts: InjectorParts;

  constructor(parts: InjectorParts) {
    this.#parts = parts;
  }

  inject(fault: PlannedFault): void {
    const { world, note, excuses } = this.#parts;
    note(`fault ${fault.kind} ${fault.machine} for ${fault.forMs} ms`);
    if (fault.kind.startsWith("server")) {
      this.#injectServer(fault);
      return;
    }
    excuses.afflict(fault.machine);
    this.#injectMachine(fault, world.machine(fault.machine));
  }

  #injectMachine(fault: PlannedFault, machine: Machine): void {
    const { wire, disk } = machine;
    switch (fault.kind) {
      case "agentKilled":
        return machine.killAgent();
      case "agentFrozen":
        machine.freezeAgent();
        return this.#later(fault.forMs, () => machine.thawAgent());
      case "machineCrashed":
        machine.powerOff();
        return this.#later(50, () => machine.powerOn(Math.min(fault.forMs, 10_000)));
      case "machineOff":
        machine.powerOff();
        return this.#later(fault.forMs, () => machine.powerOn(3000));
      case "machineFrozen":
        machine.freeze();
        return this.#later(fault.forMs, () => machine.thaw());
      case "processCrashed":
        return this.#crashProcess(machine);
      case "flapping":
        return this.#flap(machine, fault.forMs);
      case "delayed":
        wire.delayMs = 400;
        return this.#later(fault.forMs, () => wire.mend());
      case "reordered":
        wire.delayMs = 100;
        wire.reorders = true;
        return this.#later(fault.forMs, () => wire.mend());
      case "diskSlow":
        disk.slowMs = 1500;
        return this.#later(fault.forMs, () => {
          disk.slowMs = 0;
        });
      case "diskFull":
        return this.#fill(machine, fault.forMs);
      case "machineClockJumped":
        machine.wall.offsetMs += fault.byMs;
        return;
      default:
        return this.#cut(fault, machine);
    }
  }

  #cut({ kind, forMs }: PlannedFault, { wire }: Machine): void {
    if (kind !== "cutToServer") wire.cut(["toMachine"]);
    if (kind !== "cutToMachine") wire.cut(["toServer"]);
    this.#later(forMs, () => wire.mend());
  }

  #injectServer({ kind, forMs, byMs }: PlannedFault): void {
    const { world } = this.#parts;
    switch (kind) {
      case "serverKilled":
        world.killServer();
        return this.#later(Math.min(forMs, 20_000), () => world.startServer());
      case "serverFrozen":
        world.freezeServer();
        return this.#later(Math.min(forMs, 20_000), () => world.thawServer());
      case "serverDiskSlow":
        world.disk.slowMs = 300;
        return this.#later(forMs, () => {
          world.disk.slowMs = 0;
        });
      case "serverDiskFull":
        world.disk.isFull = true;
        return this.#later(forMs, () => {
          world.disk.isFull = false;
        });
      case "serverRestored":
        return this.#restore(forMs);
      default:
        world.serverWall.offsetMs += byMs;
    }
  }

  /** A copy is taken; some time later it is what there is. */
  #restore(forMs: number): void {
    const { world, excuses } = this.#parts;
    const copy = world.disk.copy();
    this.#later(forMs / 2, () => {
      world.killServer();
      world.restore(copy);
      excuses.forgive();
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
