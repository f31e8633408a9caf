import { type Barrier, isDeleting, kinds, labels, type Process } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import type { BarrierWorld, Guest } from "./world.ts";

/** Gathers from the caches what planning a barrier needs. */
export function observe(barrier: Barrier, ports: Pick<ControllerPorts, "cache" | "clock">): BarrierWorld {
  const { name = "", namespace = "" } = barrier.metadata;
  const { applicationName, component } = barrier.spec;
  const processes = ports.cache(kinds.Process);
  const candidates =
    applicationName === undefined
      ? processes.list(namespace)
      : processes.withLabel(labels.application, applicationName, namespace);
  const members = component === undefined ? undefined : membersOf(barrier, component, ports);
  return {
    barrier,
    guests: candidates.flatMap((process) => guestOf(process, name) ?? []),
    ...(members !== undefined && { members }),
    now: ports.clock.now(),
  };
}

const ended: ReadonlySet<string | undefined> = new Set([undefined, "Exited", "Failed", "Lost"]);

function guestOf(process: Process, barrier: string): Guest | undefined {
  const { metadata, spec, status } = process;
  const at = status?.barriers?.find(({ name }) => name === barrier);
  if (at === undefined) return undefined;
  const { component, ordinal } = spec;
  return {
    process: metadata.name ?? "",
    processUid: metadata.uid ?? "",
    ...(component !== undefined && { component }),
    ...(ordinal !== undefined && { ordinal }),
    epoch: status?.epoch ?? 0,
    isAlive: !isDeleting(process) && !spec.suspend && !ended.has(status?.state),
    at,
  };
}

/** "servers-3" for each member that the component wants; undefined where the component is not there. */
function membersOf(
  { metadata, spec }: Barrier,
  component: string,
  ports: Pick<ControllerPorts, "cache">,
): readonly string[] | undefined {
  const found = ports
    .cache(kinds.Component)
    .list(metadata.namespace ?? "")
    .find((one) => one.spec.name === component && one.spec.applicationName === spec.applicationName);
  if (found === undefined || isDeleting(found)) return undefined;
  const replicas = found.spec.everyResource ? (found.status?.replicas ?? 0) : found.spec.replicas;
  return Array.from({ length: replicas }, (_, ordinal) => `${component}-${ordinal}`);
}
