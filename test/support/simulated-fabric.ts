import type { CollectedResults, CollectRequest } from "../../pkg/controllers/results/index.ts";
import type { Fabric, HostConfig, HostObservation } from "../../pkg/fabric/index.ts";
import type {
  AgentDocument,
  ClaimOrder,
  ClaimReport,
  PrefetchPackage,
  ProcessOrder,
  ProcessReport,
} from "../../pkg/protocol/index.ts";
import { aHost } from "./builders.ts";

interface Machine {
  readonly config: HostConfig;
  state: "connected" | "dead" | "gone";
  lostAt: number;
  document: AgentDocument | undefined;
  readonly claims: Map<string, ClaimReport>;
  prefetched?: readonly string[];
}

type SimulatedPart =
  | "prefetch"
  | "attach"
  | "detach"
  | "setDocument"
  | "takesAnswers"
  | "acknowledge"
  | "observe"
  | "subscribe"
  | "retry";

/**
 * Links to agents that do at once what they are told: what is ordered is installed, what is to go is removed. Machines
 * are dead or alive as the test says; what a dead one held it still holds when it is back.
 */
export class SimulatedFabric implements Pick<Fabric, SimulatedPart> {
  readonly #machines = new Map<string, Machine>();
  readonly #listeners = new Set<Parameters<Fabric["subscribe"]>[0]>();
  /** Claims by name whose software cannot be installed. */
  readonly broken = new Set<string>();
  /** What happened to processes, in order: "NAME on MACHINE", "NAME stopped", "NAME removed". */
  readonly runs: string[] = [];
  /** What was installed, in order: "PACKAGE for CLAIM on MACHINE". */
  readonly installs: string[] = [];
  /** What processes leave, by name, or why it cannot be had; nothing, else. */
  readonly leaves = new Map<string, CollectedResults | Error>();
  /** Long-running processes by name that never get ready. */
  readonly stuck = new Set<string>();
  /** Exit statuses of processes by name, where they are not 0. */
  readonly exitCodes = new Map<string, number>();
  /** Machines by name on which items of work never end. */
  readonly stuckItems = new Set<string>();
  /** Machines by name from which the agent and all of its are gone. */
  readonly removed: string[] = [];

  attach(config: HostConfig): void {
    if (this.#machines.has(config.resourceUid)) return;
    const machine: Machine = { config, state: "connected", lostAt: 0, document: undefined, claims: new Map() };
    this.#machines.set(config.resourceUid, machine);
    this.#tell(machine);
  }

  async detach(resourceUid: string, { remove }: { readonly remove: boolean }): Promise<void> {
    const machine = this.#machines.get(resourceUid);
    if (machine === undefined) return;
    if (remove && machine.state === "dead") throw new Error("the machine does not answer");
    if (remove) this.removed.push(machine.config.resourceName);
    this.#machines.delete(resourceUid);
  }

  setDocument(document: AgentDocument): void {
    const machine = this.#machines.get(document.resourceUid);
    if (machine === undefined || document.generation < (machine.document?.generation ?? 0)) return;
    const isNews = document.claims !== machine.document?.claims;
    machine.document = document;
    if (isNews && machine.state === "connected") this.#obey(machine);
  }

  /** Its agents heed documents alone. */
  takesAnswers(): boolean {
    return false;
  }

  prefetch(resourceUid: string, packages: readonly PrefetchPackage[]): void {
    const digests = packages.map(({ digest }) => digest);
    const machine = this.#machines.get(resourceUid);
    if (machine === undefined || machine.prefetched?.join() === digests.join()) return;
    machine.prefetched = digests;
    this.#tell(machine);
  }

  acknowledge(resourceUid: string, claimUid: string): void {
    const machine = this.#machines.get(resourceUid);
    if (machine?.claims.delete(claimUid)) this.#tell(machine);
  }

  retry(): void {}

  observe(resourceUid: string): HostObservation {
    const machine = this.#machines.get(resourceUid);
    if (machine === undefined) return { state: "connecting", sinceAt: 0, step: "not attached" };
    const claims = new Map(machine.claims);
    if (machine.state === "connected") {
      return {
        state: "connected",
        sinceAt: 0,
        host: aHost,
        document: { term: 1, generation: 1 },
        claims,
        suspect: false,
        ...(machine.prefetched !== undefined && { prefetched: machine.prefetched }),
      };
    }
    const { lostAt } = machine;
    const last = { host: aHost, claims };
    return { state: "lost", sinceAt: lostAt, verdict: "dead", verdictAt: lostAt, evidence: "switched off", last };
  }

  /** Gives back what `leaves` says of a process, by its name. */
  async collect({ process }: CollectRequest): Promise<CollectedResults> {
    const reports = [...this.#machines.values()].flatMap(({ claims }) => [...claims.values()]);
    const name = reports.flatMap(({ processes }) => processes).find(({ uid }) => uid === process)?.name ?? "";
    const leaves = this.leaves.get(name) ?? { results: [] };
    if (leaves instanceof Error) throw leaves;
    if (this.leaves.has(name)) this.runs.push(`${name} collected`);
    return leaves;
  }

  subscribe(listener: Parameters<Fabric["subscribe"]>[0]): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  powerOff(...names: readonly string[]): void {
    for (const machine of this.#named(names)) {
      machine.state = "dead";
      machine.lostAt = Date.now();
    }
    for (const machine of this.#named(names)) this.#tell(machine);
  }

  /** Has a process given up by its agent. */
  crash(processName: string): void {
    for (const machine of this.#machines.values()) {
      for (const [uid, claim] of machine.claims) {
        const processes = claim.processes.map(
          (one): ProcessReport =>
            one.name === processName ? { ...one, state: "Failed", exitCode: 1, restarts: 5 } : one,
        );
        machine.claims.set(uid, { ...claim, processes });
      }
      this.#tell(machine);
    }
  }

  powerOn(name: string): void {
    for (const machine of this.#named([name])) {
      machine.state = "connected";
      this.#obey(machine);
      this.#tell(machine);
    }
  }

  /** "NAME@EPOCH STATE" of what a machine holds, whatever its state. */
  holds(name: string): string[] {
    return this.#named([name]).flatMap(({ claims }) =>
      [...claims.values()].map((claim) => `${claim.name}@${claim.epoch} ${claim.state}`),
    );
  }

  #named(names: readonly string[]): readonly Machine[] {
    return [...this.#machines.values()].filter(({ config }) => names.includes(config.resourceName));
  }

  #obey(machine: Machine): void {
    const orders = machine.document?.claims ?? [];
    // Who takes over a place finds it as it was before anything is removed.
    const heirs = orders.filter(({ takesOver }) => takesOver !== undefined);
    for (const order of [...heirs, ...orders.filter((one) => !heirs.includes(one))]) {
      machine.claims.set(order.uid, this.#follow(order, machine));
    }
    this.#tell(machine);
  }

  #follow(order: ClaimOrder, machine: Machine): ClaimReport {
    const before = machine.claims.get(order.uid);
    const { uid, name, namespace, epoch } = order;
    const processes = order.processes.map((process) => this.#run(process, before?.processes ?? [], machine.config));
    const report = { uid, name, namespace, epoch, orphan: false, workingDirectory: `/work/${name}`, processes };
    if (before?.state === "Removed" && before.epoch >= epoch) return before;
    if (order.intent === "Remove") {
      for (const { name: process } of before?.processes ?? []) this.runs.push(`${process} removed`);
      const receipt = { epoch, at: "", stopped: [], removed: [name], kept: [], failures: [] };
      return { ...report, state: "Removed", software: [], receipt };
    }
    const isBroken = this.broken.has(name);
    const held = before?.epoch === epoch ? before : machine.claims.get(order.takesOver ?? "");
    const isHeld = (one: { name: string; digest?: string }): boolean =>
      held?.state === "Configured" && held.software.some((it) => it.name === one.name && it.digest === one.digest);
    for (const one of order.software) {
      if (!isHeld(one)) this.installs.push(`${one.name} for ${name} on ${machine.config.resourceName}`);
    }
    const state = isBroken ? "Failed" : "Installed";
    const software = order.software.map(({ name: packageName, digest }) => ({
      name: packageName,
      ...(digest !== undefined && { digest }),
      state: state as "Failed" | "Installed",
      bytes: 1,
      total: 1,
      attempts: isBroken ? 9 : 1,
      ...(isBroken && { reason: "InstallFailed", message: "it does not compile" }),
    }));
    return { ...report, state: isBroken ? "Failed" : "Configured", software };
  }

  /** Processes are ready or done as soon as they start, and end as soon as they are told to. */
  #run(order: ProcessOrder, before: readonly ProcessReport[], { resourceName }: HostConfig): ProcessReport {
    const { uid, name, epoch, revision, restartPolicy } = order;
    const own = before.find((one) => one.uid === uid);
    if (order.intent === "Stop") {
      if (own === undefined || own.state !== "Ready") return own ?? { ...anEnd(order), state: "Pending" };
      this.runs.push(`${name} stopped`);
      return { ...own, state: "Exited", signal: "TERM" };
    }
    const isSame = own?.epoch === epoch && own.revision === revision;
    const isOver = own?.state === "Exited" && restartPolicy === "Always";
    if (isSame && !isOver) return own;
    if (order.item !== undefined && this.stuckItems.has(resourceName))
      return { ...anEnd(order), state: "Ready", pid: 1 };
    this.runs.push(`${name} on ${resourceName}${order.catchUp ? " catching up" : ""}`);
    const state = this.stuck.has(name) ? "Running" : "Ready";
    if (restartPolicy === "Always") return { ...anEnd(order), state, pid: 1 };
    return { ...anEnd(order), state: "Exited", exitCode: this.exitCodes.get(name) ?? 0 };
  }

  #tell({ config }: Machine): void {
    queueMicrotask(() => {
      for (const listener of this.#listeners) listener(config.resourceUid, "machine");
    });
  }
}

function anEnd({ uid, name, epoch, revision }: ProcessOrder): Omit<ProcessReport, "state"> {
  return { uid, name, epoch, revision, restarts: 0, ports: {} };
}
