import type { Node, Pod, PodContainerState } from "../api/index.ts";
import { age } from "./age.ts";
import type { Cell, ShownObject } from "./cell.ts";

/** Columns of Node and Pod as Kubernetes' own printers compute them. Pure. */

const none = "<none>";
const unknown = "<unknown>";

export const nodeCells: Readonly<Record<string, Cell>> = {
  Status: ofNode(nodeStatus),
  Roles: ofNode(nodeRoles),
  Version: ofNode(({ status }) => status?.nodeInfo?.kubeletVersion ?? ""),
  "Internal-IP": ofNode(({ status }) => status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? none),
  "External-IP": ofNode(() => none),
  "OS-Image": ofNode(({ status }) => status?.nodeInfo?.osImage || unknown),
  "Kernel-Version": ofNode(({ status }) => status?.nodeInfo?.kernelVersion || unknown),
  "Container-Runtime": ofNode(({ status }) => status?.nodeInfo?.containerRuntimeVersion || unknown),
};

export const podCells: Readonly<Record<string, Cell>> = {
  Ready: ofPod(({ status }) => {
    const containers = status?.containerStatuses ?? [];
    return `${containers.filter(({ ready }) => ready).length}/1`;
  }),
  Status: ofPod(podStatus),
  Restarts: ofPod(podRestarts),
  IP: ofPod(({ status }) => status?.podIP ?? none),
  Node: ofPod(({ spec }) => spec?.nodeName ?? none),
  "Nominated Node": ofPod(() => none),
  "Readiness Gates": ofPod(() => none),
};

/** What a view's objects are made as. */
function ofNode(read: (node: Node) => string): Cell {
  return (object) => read(object as ShownObject & Node);
}

function ofPod(read: (pod: Pod, now: number) => string): Cell {
  return (object, now) => read(object as ShownObject & Pod, now);
}

function nodeStatus({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const words = [ready?.status === "True" ? "Ready" : "NotReady"];
  if (spec?.unschedulable === true) words.push("SchedulingDisabled");
  return words.join(",");
}

const rolePrefix = "node-role.kubernetes.io/";

function nodeRoles({ metadata }: Node): string {
  const roles = Object.keys(metadata.labels ?? {})
    .filter((label) => label.startsWith(rolePrefix))
    .map((label) => label.slice(rolePrefix.length));
  return roles.sort().join(",") || none;
}

function podStatus({ metadata, status }: Pod): string {
  const state = status?.containerStatuses?.[0]?.state;
  if (metadata.deletionTimestamp !== undefined) return status?.reason === "NodeLost" ? "Unknown" : "Terminating";
  return stateText(state) ?? status?.reason ?? status?.phase ?? "Unknown";
}

function stateText({ waiting, terminated }: PodContainerState = {}): string | undefined {
  return waiting?.reason || terminated?.reason || (terminated && `ExitCode:${terminated.exitCode}`);
}

function podRestarts({ status }: Pod, now: number): string {
  const [container] = status?.containerStatuses ?? [];
  const last = container?.lastState?.terminated?.finishedAt;
  const count = String(container?.restartCount ?? 0);
  return last === undefined || count === "0" ? count : `${count} (${age(last, now)} ago)`;
}
