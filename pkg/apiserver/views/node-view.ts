import {
  type Condition,
  cpuMillis,
  formatBytes,
  formatCpu,
  memoryBytes,
  type Node,
  type NodeCondition,
  type NodeStatus,
  type Requests,
  type Resource,
} from "../../api/index.ts";
import { shownMetadata } from "./shown-metadata.ts";

export interface NodeInput {
  readonly resource: Resource;
  /** Of Plush, "0.1.0". */
  readonly version: string;
}

/** A machine as Kubernetes' Node. Pure. */
export function showNode({ resource, version }: NodeInput): Node {
  const { spec, status } = resource;
  const { name = "" } = resource.metadata;
  const { poolName = "" } = spec;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { ...shownMetadata(resource.metadata), labels: labelsOf(resource) },
    spec: {
      providerID: `plush://${poolName}/${name}`,
      ...(spec.taints.length > 0 && { taints: spec.taints }),
      ...(spec.unschedulable && { unschedulable: true }),
    },
    status: {
      capacity: capacityOf(attributeRequests(status?.attributes)),
      allocatable: capacityOf(status?.allocatable ?? {}),
      conditions: conditionsOf(status?.conditions ?? []),
      addresses: addressesOf(resource),
      nodeInfo: systemInfo(resource, version),
    },
  };
}

/** Well-known labels of Kubernetes that have a value here. */
function labelsOf({ metadata, spec, status }: Resource): Readonly<Record<string, string>> {
  const { os, arch } = status?.attributes ?? {};
  return {
    ...metadata.labels,
    ...spec.labels,
    "kubernetes.io/hostname": metadata.name ?? "",
    ...(os !== undefined && { "kubernetes.io/os": String(os) }),
    ...(arch !== undefined && { "kubernetes.io/arch": String(arch) }),
  };
}

type Attributes = NonNullable<NonNullable<Resource["status"]>["attributes"]>;

function attributeRequests(attributes: Attributes = {}): Requests {
  const { "cpu.cores": cpu, "memory.total": memory } = attributes;
  return { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) };
}

function capacityOf({ cpu, memory }: Requests): Readonly<Record<string, string>> {
  return {
    ...(cpu !== undefined && { cpu: formatCpu(cpuMillis(cpu)) }),
    ...(memory !== undefined && { memory: formatBytes(memoryBytes(memory)) }),
  };
}

/** Ready is always told: a machine of which nothing is known yet is Unknown. */
function conditionsOf(conditions: readonly Condition[]): readonly NodeCondition[] {
  const find = (type: string): Condition | undefined => conditions.find((condition) => condition.type === type);
  const pressure = ["MemoryPressure", "DiskPressure"].flatMap((type) => find(type) ?? []);
  const ready = find("Ready");
  return [
    ...pressure.map(nodeCondition),
    ready === undefined
      ? { type: "Ready", status: "Unknown", reason: "NodeStatusNeverUpdated", message: "not reached yet" }
      : nodeCondition(ready),
  ];
}

function nodeCondition({ type, status, reason, message, lastTransitionTime }: Condition): NodeCondition {
  // Clients cannot read a time that is none.
  const times = lastTransitionTime === "" ? {} : { lastHeartbeatTime: lastTransitionTime, lastTransitionTime };
  return { type, status, reason, message, ...times };
}

const ipPattern = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*)$/;

/** The address that its processes are told, where that is another one, comes first: it is what clients connect to. */
function addressesOf({ metadata, spec }: Resource): NonNullable<NodeStatus["addresses"]> {
  const addresses = [...new Set([spec.dataAddress, spec.address])].filter((address) => address !== undefined);
  return [
    ...addresses.map((address) => ({ type: ipPattern.test(address) ? "InternalIP" : "InternalDNS", address })),
    { type: "Hostname", address: metadata.name ?? "" },
  ];
}

function systemInfo({ metadata, status }: Resource, version: string): NonNullable<NodeStatus["nodeInfo"]> {
  const { kernel = "", os = "", arch = "", "os.name": osName = os } = status?.attributes ?? {};
  const { uid = "" } = metadata;
  const isKnown = status?.agent !== undefined;
  return {
    machineID: uid,
    systemUUID: uid,
    bootID: status?.bootIdentity ?? "",
    kernelVersion: String(kernel),
    osImage: String(osName),
    containerRuntimeVersion: isKnown ? `plush://${status.agent?.nodeVersion ?? ""}` : "",
    kubeletVersion: isKnown ? `v${version}+plush` : "",
    kubeProxyVersion: "",
    operatingSystem: String(os),
    architecture: String(arch),
  };
}
