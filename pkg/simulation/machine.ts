import { readLeaseLine } from "../agent/index.ts";
import type { AgentConfig, LookAnswer } from "../protocol/index.ts";
import { AgentProcess } from "./agent-process.ts";
import { MachineDisk } from "./machine-disk.ts";
import { ProcessClock, type WallClock } from "./process-clock.ts";
import { type LeaseLook, ProcessTable, type RunWitness } from "./process-table.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";
import { Wire } from "./wire.ts";
import type { Wiring } from "./wiring.ts";

export interface MachineParts {
  readonly name: string;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly witness: RunWitness;
  readonly wiring: Wiring;
  readonly cores: number;
  readonly lookAt: (address: string) => LookAnswer["verdict"];
}

const gibibyte = 2 ** 30;
/** Shims look at leases each second: a machine that goes on after it stood still needs that long, and what a kill takes. */
const wakingMs = 1100;

/** One simulated machine: power, network, disk, processes, and an agent where one was started. */
export class Machine {
  readonly name: string;
  readonly wire: Wire;
  readonly disk: MachineDisk;
  readonly table: ProcessTable;
  readonly wall: WallClock = { offsetMs: 0 };
  readonly #parts: MachineParts;
  #boots = 1;
  #isOn = true;
  /** Its sshd answers. */
  #isServing = true;
  #isFrozen = false;
  #bootedAt = 0;
  #thawedAt = Number.NEGATIVE_INFINITY;
  #agent: AgentProcess | undefined;

  constructor(parts: MachineParts) {
    const { name, time, random, witness, wiring } = parts;
    this.name = name;
    this.#parts = parts;
    this.wire = new Wire(time, random.child("wire"));
    this.disk = new MachineDisk(random.child("disk"), wiring.broken === "ledger");
    this.table = new ProcessTable({
      machine: name,
      time,
      wall: this.wall,
      random: random.child("processes"),
      witness,
      onChange: (record) => this.#agent?.changed(record),
      lease: (name) => this.#lease(name),
    });
  }

  get agent(): AgentProcess | undefined {
    return this.#agent;
  }

  /** As the kernel counts it, whatever wall clocks say. */
  get uptimeMs(): number {
    const { time, wiring } = this.#parts;
    return wiring.broken === "leases" ? 0 : time.now - this.#bootedAt;
  }

  get #boot(): string {
    return `${this.name}-boot-${this.#boots}`;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** It stands still, or has just gone on: what is late there was late before anything could look. */
  get isDazed(): boolean {
    return this.#isFrozen || this.#parts.time.now < this.#thawedAt + wakingMs;
  }

  /** What a TCP connect from the server meets. */
  get answers(): LookAnswer["verdict"] {
    return this.wire.isOpen ? this.answersPeers : "silent";
  }

  /** The same from another machine: only the server's way to machines is ever cut. */
  get answersPeers(): LookAnswer["verdict"] {
    if (!this.#isOn || this.#isFrozen) return "silent";
    return this.#isServing ? "answered" : "refused";
  }

  startAgent(config: AgentConfig): AgentProcess {
    const { time, random, wiring, cores, lookAt } = this.#parts;
    const clock = new ProcessClock(time, this.wall);
    const agent: AgentProcess = new AgentProcess({
      clock,
      config,
      boot: this.#boot,
      uptimeMs: () => this.uptimeMs,
      disk: this.disk,
      table: this.table,
      random: random.child(`agent ${time.now}`),
      wiring,
      lookAt,
      attributes: () => ({
        "cpu.cores": wiring.broken === "room" ? 64 : cores,
        "memory.total": 8 * gibibyte,
        "memory.free": 4 * gibibyte,
        "disk.free": this.disk.isFull ? 0 : 20 * gibibyte,
      }),
      onRemoved: () => this.#removed(agent),
    });
    this.#agent = agent;
    if (this.#isFrozen) clock.freeze();
    void agent.start();
    return agent;
  }

  /** kill -9 */
  killAgent(): void {
    this.#agent?.clock.kill();
    this.#agent = undefined;
    this.wire.hangUp("the agent has ended");
  }

  freezeAgent(): void {
    this.#agent?.clock.freeze();
  }

  thawAgent(): void {
    if (!this.#isFrozen) this.#agent?.clock.thaw();
  }

  freeze(): void {
    this.#isFrozen = true;
    this.table.freeze();
    this.#agent?.clock.freeze();
  }

  thaw(): void {
    this.#isFrozen = false;
    this.table.thaw();
    this.#agent?.clock.thaw();
    const { time, witness } = this.#parts;
    this.#thawedAt = time.now;
    time.after(wakingMs, () => witness.awake(this.name));
  }

  powerOff(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#isServing = false;
    this.#isFrozen = false;
    this.#agent?.clock.kill();
    this.#agent = undefined;
    this.table.powerOff();
    this.disk.crash();
    this.wire.lose();
  }

  /** The kernel answers at once, sshd so much later. */
  powerOn(bootMs: number): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.#boots++;
    this.#bootedAt = this.#parts.time.now;
    this.table.powerOn();
    this.wire.refuse();
    const boot = this.#boots;
    this.#parts.time.after(bootMs, () => {
      if (this.#isOn && boot === this.#boots) this.#isServing = true;
    });
  }

  /** What a shim finds in the file of a lease, in hundredths of a second; without one it is over. */
  #lease(name: string): LeaseLook {
    const [uid = "", epoch] = name.split(".");
    const line = this.disk.leases.get(name) ?? "";
    const lease = readLeaseLine(line, { uid, epoch: Number(epoch), boot: this.#boot });
    return { nowMs: this.uptimeMs, stopAtMs: lease?.stopAt ?? 0, endAtMs: lease?.endAt ?? 0 };
  }

  #removed(agent: AgentProcess): void {
    this.disk.clear();
    this.table.forget(() => true);
    // Its answer goes out first.
    agent.clock.setTimer(5, () => {
      if (this.#agent === agent) this.killAgent();
    });
  }
}
