import {
  type Application,
  type Claim,
  keyOf,
  kinds,
  labels,
  type ObjectKey,
  type Process,
  type ProcessResult,
} from "../../api/index.ts";
import { durationMs, formatMicroTime } from "../../clock/index.ts";
import {
  type Controller,
  type ControllerPorts,
  isWishOr,
  processesUnder,
  type ReconcileResult,
} from "../../controller/index.ts";
import type { Fabric } from "../../fabric/index.ts";
import { isBare, isUncollected, keepersOf } from "../../graph/index.ts";
import { StatusError } from "../../status/index.ts";
import { planCollection } from "./collection-plan.ts";

export interface CollectRequest {
  /** uid of the Resource. */
  readonly machine: string;
  /** uid of the Process. */
  readonly process: string;
  /** Files to fetch besides the log; absent: none. */
  readonly outputs?: Process["spec"]["outputs"];
  /** Patterns of files of its member that are kept too; absent: none. */
  readonly keep?: readonly string[];
  /** So long the machine may be silent. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

export interface CollectedResults {
  readonly results: readonly ProcessResult[];
  /** What could not be had, for people. */
  readonly missing?: string;
}

export interface ResultsPorts extends ControllerPorts {
  readonly fabric: Pick<Fabric, "observe">;
  /** Fetches from a machine and stores; rejects with a StatusError. */
  readonly collect: (request: CollectRequest) => Promise<CollectedResults>;
}

/** As claims have it whose component does not say. */
const defaultAwayAfterMs = 30_000;
/** Before a machine that is there, but did not give what was asked for, is asked again. */
const retryMs = 1000;

/** Fetches logs and outputs of processes that have ended, and of all processes of an application that has. */
export function makeResultsController(ports: ResultsPorts): Controller {
  const collector = new Collector(ports);
  const processes = ports.cache(kinds.Process);
  const applications = ports.cache(kinds.Application);
  const applicationOf = ({ metadata: { namespace = "" }, spec }: Process): Application | undefined =>
    applications.get({ namespace, name: spec.applicationName ?? "" });
  return {
    name: "results",
    kind: kinds.Process,
    own: {
      // Of most nothing is to be fetched, whatever becomes of them.
      concerns: (process: Process) => isUncollected(process, hasEnded(applicationOf(process)), true),
      when: isWishOr(runOf),
    },
    // They wait for machines most of the time, and one that is silent must not hold up the others.
    concurrency: 32,
    watches: [{ kind: kinds.Application, keys: (application: Application) => ofEnded(application, ports) }],
    async reconcile(key, { signal }) {
      const process = processes.get(key);
      if (process === undefined) return collector.forget(key);
      const application = applicationOf(process);
      const hasApplicationEnded = hasEnded(application);
      const keep = hasApplicationEnded ? keptWith(process, application, ports) : [];
      return collector.reconcile(process, { hasApplicationEnded, keep }, signal);
    },
  };
}

/** Which run of the process it is, how it stands, and what was fetched of it. */
function runOf({ status }: Process): readonly unknown[] {
  return [status?.state, status?.epoch, status?.revision, status?.finishedAt, status?.collected];
}

class Collector {
  readonly #ports: ResultsPorts;
  readonly #startedAt: number;
  /** Since when a process's machine has not given what was asked for. */
  readonly #failingSince = new Map<string, number>();

  constructor(ports: ResultsPorts) {
    this.#ports = ports;
    this.#startedAt = ports.clock.now();
  }

  forget(key: ObjectKey): ReconcileResult {
    this.#failingSince.delete(nameOf(key));
    return {};
  }

  async reconcile(
    process: Process,
    { hasApplicationEnded, keep }: { readonly hasApplicationEnded: boolean; readonly keep: readonly string[] },
    signal: AbortSignal,
  ): Promise<ReconcileResult> {
    const { fabric, clock } = this.#ports;
    const claim = claimOf(process, this.#ports);
    const machine = claim?.spec.resourceUid;
    const awayAfterMs = this.#awayAfterMs(process);
    const plan = planCollection({
      process,
      hasApplicationEnded,
      keeps: keep.length > 0,
      ...(claim !== undefined && { claim }),
      ...(machine !== undefined && { observation: fabric.observe(machine) }),
      awayAfterMs,
      startedAt: this.#startedAt,
      nowAt: clock.now(),
    });
    switch (plan.kind) {
      case "nothing":
        return this.forget(keyOf(process));
      case "wait":
        return { requeueAfterMs: plan.recheckAfterMs };
      case "giveUp":
        return this.#write({ process, keep }, { missing: plan.missing }, signal);
      case "fetch":
        return this.#fetch(process, { ...fetched(process), keep, machine: plan.machine, idleMs: awayAfterMs, signal });
    }
  }

  async #fetch(process: Process, request: CollectRequest): Promise<ReconcileResult> {
    const { idleMs, keep = [], signal } = request;
    try {
      return await this.#write({ process, keep }, await this.#ports.collect(request), signal);
    } catch (caught) {
      const error = StatusError.from(caught);
      if (signal.aborted || error.reason === "Conflict") throw error;
      const now = this.#ports.clock.now();
      const key = nameOf(keyOf(process));
      const since = this.#failingSince.get(key) ?? now;
      this.#failingSince.set(key, since);
      const isHopeless = error.reason === "NotFound" || error.reason === "Timeout" || now - since >= idleMs;
      return isHopeless
        ? this.#write({ process, keep }, { missing: error.message }, signal)
        : { requeueAfterMs: retryMs };
    }
  }

  /** Only these two fields: the rest of the status is the process controller's. */
  async #write(
    { process, keep }: { readonly process: Process; readonly keep: readonly string[] },
    { results, missing }: Partial<CollectedResults>,
    signal: AbortSignal,
  ): Promise<ReconcileResult> {
    const { epoch = 0, revision, finishedAt } = process.status ?? {};
    const collected = {
      at: formatMicroTime(this.#ports.clock.now()),
      epoch,
      revision: revision ?? null,
      finishedAt: finishedAt ?? null,
      missing: missing ?? null,
      kept: keep.length > 0 ? true : null,
    };
    // What an earlier run left must not pass for this one's.
    const isSameRun = process.status?.collected?.epoch === epoch && process.status.collected.revision === revision;
    const kept = results ?? (isSameRun ? process.status?.results : undefined) ?? null;
    const body = { status: { collected, results: kept } };
    await this.#ports.api.patch(
      kinds.Process,
      keyOf(process),
      { type: "merge", body },
      { subresource: "status", signal },
    );
    return this.forget(keyOf(process));
  }

  #awayAfterMs({ metadata, spec }: Process): number {
    const { namespace = "" } = metadata;
    const component = this.#ports.cache(kinds.Component).get({ namespace, name: spec.componentName ?? "" });
    return component === undefined ? defaultAwayAfterMs : durationMs(component.spec.cleanup.awayAfter);
  }
}

function fetched({ metadata, spec }: Process): Pick<CollectRequest, "process" | "outputs"> {
  return { process: metadata.uid ?? "", ...(spec.outputs !== undefined && { outputs: spec.outputs }) };
}

function claimOf(process: Process, { cache }: Pick<ControllerPorts, "cache">): Claim | undefined {
  const claims = cache(kinds.Claim);
  if (isBare(process)) return claims.ownedBy(process.metadata.uid ?? "")[0];
  return process.spec.claimUid === undefined ? undefined : claims.byUid(process.spec.claimUid);
}

/** What is kept of a process's member, where it is fetched with this one. */
function keptWith(
  process: Process,
  application: Application | undefined,
  ports: Pick<ControllerPorts, "cache">,
): readonly string[] {
  const { keep = [] } = application?.spec.cleanup ?? {};
  const { claimUid } = process.spec;
  if (keep.length === 0 || claimUid === undefined) return [];
  const siblings = processesUnder(claimUid, ports);
  return keepersOf(siblings).has(process.metadata.uid ?? "") ? keep : [];
}

const ends: ReadonlySet<string | undefined> = new Set(["Complete", "Failed", "Expired"]);

function hasEnded(application: Application | undefined): boolean {
  return ends.has(application?.status?.state);
}

function ofEnded(application: Application, { cache }: Pick<ControllerPorts, "cache">): readonly ObjectKey[] {
  if (!hasEnded(application)) return [];
  const { name = "", namespace = "" } = application.metadata;
  return cache(kinds.Process).withLabel(labels.application, name, namespace).map(keyOf);
}

function nameOf({ namespace, name }: ObjectKey): string {
  return `${namespace ?? ""}/${name}`;
}
