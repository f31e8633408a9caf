import {
  type Claim,
  cpuMillis,
  isDeleting,
  memoryBytes,
  type Probe,
  type Process,
  type ProcessLimits,
  type Resource,
  type ResourcePool,
  type StopPolicy,
} from "../../api/index.ts";
import { durationMs } from "../../clock/index.ts";
import { isBare } from "../../graph/index.ts";
import type { FileOrder, ProbeOrder, ProcessOrder, StopOrder } from "../../protocol/index.ts";
import {
  findFault,
  type ProcessFault,
  resolveEnvironment,
  resolveFiles,
  type ValueSource,
} from "../../values/index.ts";
import { streamsOf } from "./streams-plan.ts";

export interface ProcessInput {
  readonly process: Process;
  readonly claim: Claim;
  readonly values: ValueSource;
  readonly resource: Resource;
  /** The machine's pool, where it is in one. */
  readonly pool: ResourcePool | undefined;
}

export interface OrderedProcess {
  /** Absent: it is not ordered, and does not run unless it runs already. */
  readonly order?: ProcessOrder;
  readonly fault?: ProcessFault;
}

/**
 * What the machine is told of one process. One that lacks a value waits for it; but one that runs is not stopped because
 * a Secret has gone: what it was started with still holds.
 */
export function orderProcess(input: ProcessInput): OrderedProcess {
  const { process, values } = input;
  const fault = findFault(process.spec, values, input);
  if (fault !== undefined && !hasStarted(process) && !isDeleting(process)) return { fault };
  const { env } = resolveEnvironment(process.spec, values);
  const { files } = resolveFiles(process.spec, values);
  return { order: orderOf(input, env, files), ...(fault !== undefined && { fault }) };
}

/** All that its order depends on of its status. */
export function hasStarted({ spec, status }: Process): boolean {
  const isThisRun = status?.epoch === spec.epoch && status.revision === spec.revision;
  return isThisRun && status.state !== undefined && status.state !== "Pending";
}

function orderOf(
  { process, claim }: ProcessInput,
  env: ProcessOrder["env"],
  files: readonly FileOrder[],
): ProcessOrder {
  const { spec, metadata } = process;
  return {
    uid: metadata.uid ?? "",
    name: metadata.name ?? "",
    ...(spec.phase !== undefined && { phase: spec.phase }),
    ...(spec.process !== undefined && { process: spec.process }),
    revision: spec.revision,
    epoch: isBare(process) ? claim.spec.epoch : spec.epoch,
    intent: spec.suspend || isDeleting(process) ? "Stop" : "Run",
    catchUp: spec.catchingUp,
    argv: [...spec.command, ...spec.args],
    env,
    workingDir: spec.workingDir,
    ...(spec.user !== undefined && { user: spec.user }),
    restartPolicy: spec.restartPolicy,
    ports: spec.ports.map(({ name, port }) => ({ name, port })),
    ...(files.length > 0 && { files }),
    ...(spec.onPeersChange !== undefined && { onPeersChange: spec.onPeersChange }),
    ...probes(process),
    stop: stopOf(spec.stop),
    limits: limitsOf(spec.limits),
    log: { maxSizeBytes: memoryBytes(spec.log.maxSize), keep: spec.log.keep },
    ...streamsOf(spec.outputs),
    ...givingUp(process, claim),
    withinMs: durationMs(spec.recovery.within),
    resetAfterMs: durationMs(spec.resetAfter),
    ...(spec.tidy !== undefined && { tidy: spec.tidy }),
  };
}

function probes({ spec }: Process): Pick<ProcessOrder, "startupProbe" | "readinessProbe" | "livenessProbe"> {
  const { startupProbe, readinessProbe, livenessProbe } = spec;
  return {
    ...(startupProbe !== undefined && { startupProbe: probeOf(startupProbe) }),
    ...(readinessProbe !== undefined && { readinessProbe: probeOf(readinessProbe) }),
    ...(livenessProbe !== undefined && { livenessProbe: probeOf(livenessProbe) }),
  };
}

function probeOf(probe: Probe): ProbeOrder {
  const { httpGet, tcpSocket, exec } = probe;
  return {
    ...(httpGet !== undefined && {
      httpGet: { path: httpGet.path, port: httpGet.port, scheme: httpGet.scheme, headers: httpGet.headers },
    }),
    ...(tcpSocket !== undefined && { tcpSocket: { port: tcpSocket.port } }),
    ...(exec !== undefined && { exec: { command: exec.command } }),
    periodMs: durationMs(probe.period),
    timeoutMs: durationMs(probe.timeout),
    successThreshold: probe.successThreshold,
    failureThreshold: probe.failureThreshold,
  };
}

function stopOf({ before, delay, signal, timeout }: StopPolicy): StopOrder {
  return {
    ...(before !== undefined && { before: before.exec.command }),
    delayMs: durationMs(delay),
    signal,
    timeoutMs: durationMs(timeout),
  };
}

function limitsOf({ cpu, memory, files, coreSize }: ProcessLimits): ProcessOrder["limits"] {
  return {
    ...(cpu !== undefined && { cpuMillis: cpuMillis(cpu) }),
    ...(memory !== undefined && { memoryBytes: memoryBytes(memory) }),
    ...(files !== undefined && { files }),
    ...(coreSize !== undefined && { coreBytes: memoryBytes(coreSize) }),
  };
}

/** One that never restarts has nothing to give up; others do, unless recovery, or a decision about this one, says not to. */
function givingUp({ spec, metadata }: Process, claim: Claim): Pick<ProcessOrder, "maxRestarts"> {
  if (spec.restartPolicy === "Never" || spec.recovery.action === "Restart") return {};
  return isToRestart(claim, metadata.name ?? "") ? {} : { maxRestarts: spec.recovery.maxRestarts };
}

/** It was given up once on this machine, and is restarted all the same. */
function isToRestart({ spec, status }: Claim, processName: string): boolean {
  if (status?.epoch !== spec.epoch) return false;
  const { failure, restarted = [] } = status;
  if (restarted.includes(processName)) return true;
  return failure?.action === "Restart" && failure.epoch === spec.epoch && failure.processName === processName;
}
