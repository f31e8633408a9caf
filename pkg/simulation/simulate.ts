import { drawApplications, type WantedApplication } from "./applications.ts";
import { checkEnd } from "./checks/end-checks.ts";
import { Excuses } from "./checks/excuses.ts";
import { RunChecks } from "./checks/run-checks.ts";
import { StoreChecks } from "./checks/store-checks.ts";
import { type Violation, Violations } from "./checks/violations.ts";
import { WakeChecks } from "./checks/wake-checks.ts";
import { drawFaults, type FaultKind, faultKinds, Injector, type PlannedFault, serverFaults } from "./faults.ts";
import { Random } from "./random.ts";
import { Trace } from "./trace.ts";
import { VirtualTime } from "./virtual-time.ts";
import type { Wiring } from "./wiring.ts";
import { User, World } from "./world.ts";

export interface SimulationOptions {
  readonly seed: number;
  /** Which faults may happen; default: all, or in every eighth seed those of the server alone. */
  readonly kinds?: readonly FaultKind[];
  /** In place of faults that are drawn. */
  readonly faults?: readonly PlannedFault[];
  readonly wiring?: Wiring;
  /** So long from one look of all controllers at everything to the next. Default 30,000. */
  readonly wakeCheckMs?: number;
  /** Keeps what happened, line by line. */
  readonly keepTrace?: boolean;
  /** Components, as APPLICATION/COMPONENT, of which no ordinal may ever run twice, beside those that have fencing. */
  readonly fenced?: ReadonlySet<string>;
}

export interface SimulationResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly faults: readonly PlannedFault[];
  /** Virtual milliseconds. */
  readonly lastedMs: number;
  /** sha256 over all that happened. */
  readonly digest: string;
  readonly trace: readonly string[];
}

const endMs = 300_000;
/** From here on nothing goes wrong, and all is to become as it is wanted. */
const calmMs = 190_000;
/** A second of the two may not be enough for what a fault leaves: users act while things go wrong. */
const userBeginMs = 20_000;

/** Runs one world from its seed to its end. The same options give the same result. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const simulation = new Simulation(options);
  return simulation.run();
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #time = new VirtualTime();
  readonly #random: Random;
  readonly #trace: Trace;
  readonly #violations: Violations;
  readonly #excuses = new Excuses();
  readonly #runs: RunChecks;
  readonly #stores: StoreChecks;
  readonly #wakes: WakeChecks;
  readonly #world: World;
  readonly #applications: readonly WantedApplication[];
  /** For five minutes from then on nobody is granted a lease who does not hold one: longer than a world lasts. */
  #wasRestored = false;
  #offsetMs = 0;
  #wasSetForward = false;

  constructor(options: SimulationOptions) {
    const { seed, wiring = {}, keepTrace = false } = options;
    const time = this.#time;
    this.#options = options;
    this.#random = new Random(seed);
    this.#trace = new Trace(time, keepTrace);
    this.#violations = new Violations(this.#trace, () => time.now);
    this.#applications = drawApplications(this.#random.child("applications"));
    const fenced = new Set(
      this.#applications.flatMap(({ isFenced, name, component }) => (isFenced ? [`${name}/${component}`] : [])),
    );
    const count = this.#random.child("machines").between(5, 7);
    const machines = Array.from({ length: count }, (_, index) => ({ name: `m${index + 1}`, cores: 2 }));
    const { wakeCheckMs: everyMs = 30_000 } = options;
    this.#wakes = new WakeChecks({ violations: this.#violations, now: () => time.now, everyMs });
    const shared = { violations: this.#violations, trace: this.#trace };
    this.#runs = new RunChecks({
      ...shared,
      excuses: this.#excuses,
      fenced: new Set([...fenced, ...(options.fenced ?? [])]),
      isDazed: (machine) => this.#world.machine(machine).isDazed,
      wasReleased: (application, phase) => this.#stores.wasReleased(application, phase),
      before: (application, phase) =>
        this.#application(application)?.phases.find(({ name }) => name === phase)?.after ?? [],
    });
    this.#world = new World({
      time,
      random: this.#random.child("world"),
      wiring,
      machines,
      witness: this.#runs,
      wakes: this.#wakes,
      onOpen: (store, { isRestored }) => this.#stores.opened(store, isRestored),
      onSurvived: (rows) => this.#stores.survived(rows),
    });
    this.#stores = new StoreChecks({
      ...shared,
      machines: this.#world.machines,
      cores: new Map(machines.map(({ name, cores }) => [name, cores])),
      isDone: (phase, claimUid, epoch) => this.#runs.isDone(phase, claimUid, epoch),
      sufficient: (phase) => this.#sufficient(phase),
    });
  }

  async run(): Promise<SimulationResult> {
    const machines = this.#world.machines.map(({ name }) => name);
    const user = new User(this.#world, this.#time);
    this.#world.startServer();
    user.setUp(machines, this.#applications);
    const faults = this.#options.faults ?? this.#drawFaults(machines);
    this.#scheduleFaults(faults, user);
    const deleted = this.#scheduleDeletion(user);
    await this.#time.runUntil(endMs, () => this.#isQuiet());
    await this.#judge(deleted);
    return {
      seed: this.#options.seed,
      violations: this.#violations.found,
      faults,
      lastedMs: this.#time.now,
      digest: this.#trace.digest(),
      trace: this.#trace.lines,
    };
  }

  #drawFaults(machines: readonly string[]): readonly PlannedFault[] {
    const { seed, kinds = seed % 8 === 0 ? serverFaults : faultKinds } = this.#options;
    return drawFaults(this.#random.child("faults"), { machines, kinds, endMs: calmMs });
  }

  #scheduleFaults(faults: readonly PlannedFault[], user: User): void {
    const injector = new Injector({
      world: this.#world,
      time: this.#time,
      random: this.#random.child("injector"),
      excuses: this.#excuses,
      note: (text) => this.#trace.note(text),
      onRestored: () => {
        this.#wasRestored = true;
        user.deleteAgain();
      },
    });
    for (const fault of faults) this.#time.after(fault.atMs, () => injector.inject(fault));
  }

  /** In half of the worlds a user deletes one application while things go wrong. */
  #scheduleDeletion(user: User): readonly WantedApplication[] {
    const random = this.#random.child("user");
    if (random.chance(0.5)) return [];
    const application = random.pick(this.#applications);
    this.#time.after(random.between(userBeginMs, calmMs), () => {
      this.#trace.note(`user deletes ${application.name}`);
      this.#excuses.change(application.name);
      user.delete(application.manifest);
    });
    return [application];
  }

  /** True where there is something to do at this instant after all. */
  #isQuiet(): boolean {
    const { server, serverWall } = this.#world;
    // With a clock that was set forward what waits for an instant of it is due before its timer is.
    this.#wasSetForward ||= serverWall.offsetMs > this.#offsetMs;
    this.#offsetMs = serverWall.offsetMs;
    const isAwake = server !== undefined && !server.clock.isFrozen && !this.#wasSetForward;
    return this.#wakes.quiet(isAwake ? server.controllers : undefined);
  }

  async #judge(deleted: readonly WantedApplication[]): Promise<void> {
    const { server } = this.#world;
    if (server === undefined) {
      this.#violations.report("Converged", "the server does not run");
      return;
    }
    await checkEnd({
      violations: this.#violations,
      api: server.user,
      machines: this.#world.machines,
      runs: this.#runs,
      wanted: this.#applications.filter((one) => !deleted.includes(one) && !(one.isFenced && this.#wasRestored)),
      deleted,
    });
  }

  #application(name: string): WantedApplication | undefined {
    return this.#applications.find((one) => one.name === name);
  }

  #sufficient(phase: string): number | undefined {
    const application = this.#applications.find(({ name }) => phase.startsWith(`${name}-`));
    return application?.phases.find(({ name }) => `${application.name}-${name}` === phase)?.sufficient;
  }
}
