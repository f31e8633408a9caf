import {
  type Claim,
  controllerOf,
  findCondition,
  isDeleting,
  type KubeObject,
  kinds,
  labels,
  machineAttribute,
  type Process,
} from "../api/index.ts";
import { type Clock, formatMicroTime } from "../clock/index.ts";
import type { Fabric, HostObservation } from "../fabric/index.ts";
import { findPackage, isBare, orderedSoftware } from "../graph/index.ts";
import type { ClaimReport, ProcessReport, SoftwareReport } from "../protocol/index.ts";
import type { World } from "./world.ts";

/** A process that a machine stops or starts. Those of the same step do it at the same time. */
export interface ProcessEvent {
  readonly step: number;
  readonly action: "Stop" | "Start";
  readonly process: Process;
  readonly claim: Claim;
}

export interface AgentPorts {
  readonly world: World;
  readonly clock: Clock;
  /** What machines say in truth. */
  observe(resourceUid: string): HostObservation;
}

const liveStates: ReadonlySet<string> = new Set(["Pending", "Starting", "Running", "Ready", "Stopping"]);

/**
 * Machines that do what they are told, when they are told: what is ordered is installed, what is started is ready or
 * ends well. A machine that is not reached in truth does nothing.
 */
export class Agents {
  readonly #ports: AgentPorts;
  readonly #said = new Map<string, HostObservation>();
  /** What claims are on their machines after what has been done to them here, by machine and claim. */
  readonly #reports = new Map<string, Map<string, ClaimReport>>();
  readonly #listeners = new Set<Parameters<Fabric["subscribe"]>[0]>();
  readonly #dirty = new Map<string, Claim>();
  readonly events: ProcessEvent[] = [];
  #step = 0;

  constructor(ports: AgentPorts) {
    this.#ports = ports;
    ports.world.subscribe((kind, before, after) => {
      const object = after ?? before;
      if (object === undefined) return;
      if (kind.kind === kinds.Claim.kind) this.#mark(object as Claim);
      if (kind.kind === kinds.Process.kind) this.#mark(this.#claimOf(object as Process));
    });
  }

  observe(resourceUid: string): HostObservation {
    const known = this.#said.get(resourceUid);
    const said = known ?? this.#ports.observe(resourceUid);
    if (known === undefined) this.#said.set(resourceUid, said);
    const changed = this.#reports.get(resourceUid);
    if (said.state !== "connected") return said;
    // Whatever is ordered has been taken up.
    const document = { ...said.document, generation: Number.POSITIVE_INFINITY };
    return { ...said, document, claims: changed === undefined ? said.claims : new Map([...said.claims, ...changed]) };
  }

  subscribe(listener: Parameters<Fabric["subscribe"]>[0]): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Every machine does what it has been told since the last time; false where there was nothing to do. */
  act(): boolean {
    const claims = [...this.#dirty.values()].sort(byOrdinal);
    this.#dirty.clear();
    const before = this.events.length;
    const moved = claims.filter((claim) => this.#follow(claim));
    if (this.events.length > before) this.#step += 1;
    return moved.length > 0;
  }

  /** The claim's machine is taken for another one: what runs there stops before anything else happens. */
  leave(claim: Claim): void {
    const { resourceUid = "" } = claim.spec;
    const before = this.observe(resourceUid);
    if (before.state !== "connected") return;
    const uid = claim.metadata.uid ?? "";
    const events = this.events.length;
    const report = this.#clear(claim, before.claims.get(uid));
    const own = this.#reports.get(resourceUid) ?? new Map<string, ClaimReport>();
    this.#reports.set(resourceUid, own.set(uid, report));
    if (this.events.length > events) this.#step += 1;
  }

  #mark(claim: Claim | undefined): void {
    if (claim !== undefined) this.#dirty.set(claim.metadata.uid ?? "", claim);
  }

  #claimOf(process: Process): Claim | undefined {
    const claims = this.#ports.world.cache(kinds.Claim);
    return isBare(process) ? claims.ownedBy(process.metadata.uid ?? "")[0] : claims.byUid(process.spec.claimUid ?? "");
  }

  #follow(marked: Claim): boolean {
    const uid = marked.metadata.uid ?? "";
    const claim = this.#ports.world.cache(kinds.Claim).byUid(uid);
    const { resourceUid, epoch = 0 } = claim?.spec ?? {};
    if (claim === undefined || resourceUid === undefined || epoch === 0) return false;
    const said = this.observe(resourceUid);
    if (said.state !== "connected") return false;
    const before = said.claims.get(uid);
    const report = isDeleting(claim) ? this.#clear(claim, before) : this.#work(claim, before);
    if (JSON.stringify(report) === JSON.stringify(before)) return false;
    const own = this.#reports.get(resourceUid) ?? new Map<string, ClaimReport>();
    this.#reports.set(resourceUid, own.set(uid, report));
    for (const listener of this.#listeners) listener(resourceUid, "machine");
    return true;
  }

  #clear(claim: Claim, before: ClaimReport | undefined): ClaimReport {
    for (const process of this.#processesOf(claim)) {
      const own = before?.processes.find(({ uid }) => uid === process.metadata.uid);
      if (isLive(own)) this.#record("Stop", process, claim);
    }
    const receipt = { epoch: claim.spec.epoch, at: "", stopped: [], removed: [], kept: [], failures: [] };
    return { ...reportFor(claim, before), state: "Removed", software: [], processes: [], receipt };
  }

  #work(claim: Claim, said: ClaimReport | undefined): ClaimReport {
    const before = said?.epoch === claim.spec.epoch && said.state !== "Removed" ? said : undefined;
    const software = this.#install(claim);
    if (software === undefined) return { ...reportFor(claim, before), state: before?.state ?? "Installing" };
    const processes = this.#processesOf(claim).flatMap((process) => {
      const own = before?.processes.find(({ uid }) => uid === process.metadata.uid);
      return this.#run(process, claim, own) ?? [];
    });
    return { ...reportFor(claim, before), state: "Configured", software, processes };
  }

  /** Undefined while a package is missing, or its digest is not known. */
  #install(claim: Claim): readonly SoftwareReport[] | undefined {
    const { world } = this.#ports;
    const { namespace = "" } = claim.metadata;
    const component = world.cache(kinds.Component).get({ namespace, name: claim.spec.componentName ?? "" });
    const lookUp = findPackage(component, {
      software: (name) => world.cache(kinds.Software).get({ namespace, name }),
      revision: (name) => world.cache(kinds.ApplicationRevision).get({ namespace, name }),
    });
    const resource = world.cache(kinds.Resource).byUid(claim.spec.resourceUid ?? "");
    const machine = resource && machineAttribute(resource);
    const { packages } = orderedSoftware({ wanted: component?.spec.software ?? [], claim, lookUp, machine });
    return packages?.map(({ name, digest }) => ({
      name,
      ...(digest !== undefined && { digest }),
      state: "Installed",
      bytes: 1,
      total: 1,
      attempts: 1,
    }));
  }

  #processesOf(claim: Claim): readonly Process[] {
    const processes = this.#ports.world.cache(kinds.Process);
    const owner = controllerOf(claim);
    if (owner?.kind === kinds.Process.kind) return [processes.byUid(owner.uid) ?? []].flat();
    const { namespace = "", uid, labels: own } = claim.metadata;
    const application = own?.[labels.application];
    const near =
      application === undefined
        ? processes.list(namespace)
        : processes.withLabel(labels.application, application, namespace);
    return near.filter(({ spec }) => spec.claimUid === uid).sort(byVersion);
  }

  #run(process: Process, claim: Claim, own: ProcessReport | undefined): ProcessReport | undefined {
    const { spec } = process;
    const epoch = isBare(process) ? claim.spec.epoch : spec.epoch;
    const mayRun = epoch === claim.spec.epoch;
    if (!mayRun && !isDeleting(process)) return own;
    if (spec.suspend || isDeleting(process)) {
      if (!isLive(own)) return own ?? { ...this.#reportOf(process, epoch), state: "Pending" };
      this.#record("Stop", process, claim);
      return { ...own, state: "Exited", signal: "TERM", finishedAt: this.#now() };
    }
    const isSame = own !== undefined && own.epoch === epoch && own.revision === spec.revision;
    if (isSame && !(own.state === "Exited" && spec.restartPolicy === "Always")) return own;
    // A Secret or ConfigMap is not there: it is not ordered of the machine.
    if (findCondition(process.status?.conditions, "Stalled")?.reason === "ReferenceNotFound") return own;
    if (isLive(own)) this.#record("Stop", process, claim);
    this.#record("Start", process, claim);
    const report = { ...this.#reportOf(process, epoch), startedAt: this.#now() };
    if (spec.restartPolicy === "Always") return { ...report, state: "Ready", pid: 1 };
    return { ...report, state: "Exited", exitCode: 0, finishedAt: this.#now() };
  }

  #reportOf({ metadata, spec }: Process, epoch: number): Omit<ProcessReport, "state"> {
    const { uid = "", name = "" } = metadata;
    return { uid, name, epoch, revision: spec.revision, restarts: 0, ports: {} };
  }

  #record(action: ProcessEvent["action"], process: Process, claim: Claim): void {
    this.events.push({ step: this.#step, action, process, claim });
  }

  #now(): string {
    return formatMicroTime(this.#ports.clock.now());
  }
}

function reportFor(claim: Claim, before: ClaimReport | undefined): ClaimReport {
  const { uid = "", name = "", namespace = "" } = claim.metadata;
  const fresh = { uid, name, namespace, orphan: false, workingDirectory: "", software: [], processes: [] };
  return { state: "Installing", ...fresh, ...before, epoch: claim.spec.epoch };
}

function isLive(report: ProcessReport | undefined): report is ProcessReport {
  return report !== undefined && liveStates.has(report.state) && !(report.state === "Pending" && report.restarts === 0);
}

function byOrdinal(left: Claim, right: Claim): number {
  const order = (left.metadata.name ?? "") < (right.metadata.name ?? "") ? -1 : 1;
  if (left.spec.componentName !== right.spec.componentName) return order;
  return (left.spec.ordinal ?? 0) - (right.spec.ordinal ?? 0) || order;
}

/** In the order in which they were ordered. */
function byVersion(left: KubeObject, right: KubeObject): number {
  return Number(left.metadata.resourceVersion) - Number(right.metadata.resourceVersion);
}
