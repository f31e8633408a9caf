import {
  type Condition,
  findCondition,
  type PodContainerState,
  type PodContainerStatus,
  type PodStatus,
  type Process,
  type ProcessLimits,
} from "../../api/index.ts";

/** The one container of every pod. */
export const containerName = "main";

/** What of a pod's status does not come from its process. */
export interface PodPlace {
  readonly image: string;
  readonly hostIP?: string;
  readonly podIP?: string;
}

export function podStatus(process: Process, { image, hostIP, podIP }: PodPlace): PodStatus {
  const { metadata, status } = process;
  const isScheduled = status?.resourceName !== undefined;
  const isAway = readyOf(process)?.reason === "HostLost";
  return {
    phase: phaseOf(process),
    conditions: conditionsOf(process, isScheduled),
    ...(isAway && { reason: "NodeLost", message: readyOf(process)?.message ?? "" }),
    ...(isScheduled && hostIP !== undefined && { hostIP }),
    ...(isScheduled && podIP !== undefined && { podIP, podIPs: [{ ip: podIP }] }),
    ...(isScheduled && metadata.creationTimestamp !== undefined && { startTime: metadata.creationTimestamp }),
    qosClass: qosClassOf(process.spec.limits),
    containerStatuses: isScheduled ? [containerStatus(process, image)] : [],
  };
}

/** Its run is under way, or was and is to begin again. */
function phaseOf({ spec, status }: Process): NonNullable<PodStatus["phase"]> {
  switch (status?.state) {
    case "Running":
    case "Ready":
    case "Stopping":
    case "Lost":
      return "Running";
    case "Starting":
    case "Pending":
    case undefined:
      return status?.pid !== undefined || status?.finishedAt !== undefined ? "Running" : "Pending";
    case "Failed":
      return "Failed";
    case "Exited":
      // What was stopped on order has not failed, whatever its exit status says.
      return (status.exitCode ?? 0) === 0 || spec.suspend || status.reason === "Stopped" ? "Succeeded" : "Failed";
  }
}

function containerStatus(process: Process, image: string): PodContainerStatus {
  const { metadata, status } = process;
  const state = stateOf(process);
  const isOver = state.terminated !== undefined;
  return {
    name: containerName,
    state,
    ...(!isOver && state.running === undefined && hasEnded(process) && { lastState: { terminated: endOf(process) } }),
    ready: isReady(process),
    started: state.running !== undefined,
    restartCount: status?.restarts ?? 0,
    image,
    imageID: "",
    containerID: `plush://${metadata.uid ?? ""}`,
  };
}

function stateOf(process: Process): PodContainerState {
  const { status } = process;
  switch (status?.state) {
    case "Running":
    case "Ready":
    case "Stopping":
      return runningSince(status.startedAt);
    case "Starting":
      return status.pid === undefined ? { waiting: waitingOf(process) } : runningSince(status.startedAt);
    case "Exited":
    case "Failed":
      return { terminated: endOf(process) };
    case "Pending":
    case "Lost":
    case undefined:
      return { waiting: waitingOf(process) };
  }
}

function runningSince(startedAt: string | undefined): PodContainerState {
  return { running: startedAt === undefined ? {} : { startedAt: wholeSeconds(startedAt) } };
}

function waitingOf(process: Process): NonNullable<PodContainerState["waiting"]> {
  const { status } = process;
  const message = status?.message;
  return { reason: waitingReason(process), ...(message !== undefined && { message }) };
}

function waitingReason(process: Process): string {
  if (hasEnded(process)) return "CrashLoopBackOff";
  if (readyOf(process)?.reason === "ReferenceNotFound") return "CreateContainerConfigError";
  return process.status?.reason ?? "ContainerCreating";
}

function hasEnded({ status }: Process): boolean {
  return status?.finishedAt !== undefined;
}

/** What an end unseen counts as: clients expect a number. */
const unknownExitCode = 137;

function endOf({ spec, status = {} }: Process): NonNullable<PodContainerState["terminated"]> {
  const { exitCode = status.state === "Exited" ? 0 : unknownExitCode, startedAt, finishedAt, message, reason } = status;
  const isGood = exitCode === 0;
  const isStopped = spec.suspend || reason === "Stopped";
  return {
    exitCode,
    reason: isGood
      ? "Completed"
      : isStopped
        ? "Stopped"
        : reason === undefined || reason === "ExitCode"
          ? "Error"
          : reason,
    ...(!isGood && message !== undefined && { message }),
    ...(startedAt !== undefined && { startedAt: wholeSeconds(startedAt) }),
    ...(finishedAt !== undefined && { finishedAt: wholeSeconds(finishedAt) }),
  };
}

/** Kubernetes' times have no fractions. */
function wholeSeconds(timestamp: string): string {
  return timestamp.replace(/\.\d+/, "");
}

function readyOf({ status }: Process): Condition | undefined {
  return findCondition(status?.conditions, "Ready");
}

/** Of a process whose machine does not answer nobody knows. */
function isReady(process: Process): boolean {
  return process.status?.state === "Ready" && readyOf(process)?.status !== "Unknown";
}

function conditionsOf(process: Process, isScheduled: boolean): readonly Condition[] {
  const { metadata, status } = process;
  const ready = readyOf(process);
  const at = wholeSeconds(ready?.lastTransitionTime ?? metadata.creationTimestamp ?? "");
  const condition = (type: string, holds: Condition["status"], reason = "", message = ""): Condition => ({
    type,
    status: holds,
    reason,
    message,
    lastTransitionTime: type === "PodScheduled" ? wholeSeconds(metadata.creationTimestamp ?? "") : at,
  });
  const isOver = status?.state === "Exited" && phaseOf(process) === "Succeeded";
  const holds = isReady(process) ? "True" : ready?.status === "Unknown" ? "Unknown" : "False";
  const why = holds === "True" ? [] : [isOver ? "PodCompleted" : (ready?.reason ?? "Pending"), ready?.message ?? ""];
  return [
    isScheduled
      ? condition("PodScheduled", "True")
      : condition("PodScheduled", "False", "Unschedulable", status?.message ?? ""),
    condition("Initialized", isScheduled ? "True" : "False"),
    condition("ContainersReady", holds, ...why),
    condition("Ready", holds, ...why),
  ];
}

function qosClassOf({ cpu, memory }: ProcessLimits): string {
  if (cpu === undefined && memory === undefined) return "BestEffort";
  return cpu !== undefined && memory !== undefined ? "Guaranteed" : "Burstable";
}
