import {
  type Component,
  labels,
  type Pod,
  type PodContainer,
  type PodSpec,
  type Process,
  type Resource,
} from "../../api/index.ts";
import { durationMs } from "../../clock/index.ts";
import { isOver } from "../../graph/index.ts";
import { containerName, podStatus } from "./pod-status.ts";
import { shownMetadata } from "./shown-metadata.ts";

export interface PodInput {
  readonly process: Process;
  /** The machine it runs on, where that is known. */
  readonly resource?: Resource;
  /** The component whose member runs it, where there is one. */
  readonly component?: Component;
}

/**
 * Tells clients that drain a machine that a pod stays there: a member on every machine is of this one, and what has
 * ended needs nothing of it.
 */
const mirrorAnnotation = "kubernetes.io/config.mirror";

/** A process as Kubernetes' Pod. Pure; what selectors may ask for comes from the process alone. */
export function showPod(input: PodInput): Pod {
  const { process, component } = input;
  const metadata = shownMetadata(process.metadata);
  const stays = component?.spec.everyResource === true || isOver(process);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: stays
      ? { ...metadata, annotations: { ...metadata.annotations, [mirrorAnnotation]: process.spec.claimUid ?? "" } }
      : metadata,
    spec: specOf(process, imageOf(component)),
    status: podStatus(process, { image: imageOf(component), ...addressesOf(input.resource) }),
  };
}

/** The machine that a process runs on, or is to run on. */
export function nodeNameOf({ metadata, spec, status }: Process): string | undefined {
  return status?.resourceName ?? metadata.labels?.[labels.resource] ?? spec.resourceName;
}

function specOf(process: Process, image: string): PodSpec {
  const { spec } = process;
  const nodeName = nodeNameOf(process);
  return {
    containers: [containerOf(process, image)],
    restartPolicy: spec.restartPolicy,
    ...(nodeName !== undefined && { nodeName }),
    schedulerName: "plush",
    // Clients look into it without asking whether it is there.
    securityContext: {},
    terminationGracePeriodSeconds: Math.ceil(durationMs(spec.stop.timeout) / 1000),
  };
}

function containerOf({ spec, status }: Process, image: string): PodContainer {
  const ports = spec.ports
    .map(({ name, port }) => ({ name, containerPort: status?.ports?.[name] ?? port, protocol: "TCP" }))
    .filter(({ containerPort }) => containerPort > 0);
  const { cpu, memory } = spec.limits;
  const limits = {
    ...(cpu !== undefined && { cpu: String(cpu) }),
    ...(memory !== undefined && { memory: String(memory) }),
  };
  return {
    name: containerName,
    image,
    command: spec.command,
    ...(spec.args.length > 0 && { args: spec.args }),
    workingDir: spec.workingDir,
    ...(ports.length > 0 && { ports }),
    ...(spec.envFrom.length > 0 && { envFrom: spec.envFrom }),
    ...(spec.env.length > 0 && { env: spec.env }),
    resources: Object.keys(limits).length > 0 ? { limits } : {},
  };
}

function imageOf(component: Component | undefined): string {
  const { software = [] } = component?.spec ?? {};
  return software.length === 0 ? "-" : software.join(",");
}

function addressesOf(resource: Resource | undefined): { readonly hostIP?: string; readonly podIP?: string } {
  if (resource === undefined) return {};
  const { address, dataAddress = address } = resource.spec;
  return { hostIP: address, podIP: dataAddress };
}
