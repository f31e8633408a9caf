import { type Component, isControlledBy, isDeleting, kinds, labels } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import { memberRevision, resolveSoftware } from "../../graph/index.ts";
import { machinesFor } from "./machines-plan.ts";
import type { ComponentWorld } from "./world.ts";

/** Gathers from the caches what planning a component needs. */
export function observe(component: Component, ports: ControllerPorts): ComponentWorld {
  const { namespace = "", uid = "" } = component.metadata;
  const { applicationName, name } = component.spec;
  const claims = ports.cache(kinds.Claim).ownedBy(uid);
  const ofApplication = <T>(list: (label: string, value: string, namespace: string) => readonly T[]): readonly T[] =>
    applicationName === undefined ? [] : list(labels.application, applicationName, namespace);
  const phases = ports.cache(kinds.Phase);
  const processes = ports.cache(kinds.Process);
  const revision = revisionOf(component, ports);
  return {
    component,
    ...(revision !== undefined && { revision }),
    missingSoftware: component.spec.software.filter(
      (software) => ports.cache(kinds.Software).get({ namespace, name: software }) === undefined,
    ),
    claims,
    phases: ofApplication((label, value, space) => phases.withLabel(label, value, space)).filter(
      (it) => !isDeleting(it),
    ),
    processes: ofApplication((label, value, space) => processes.withLabel(label, value, space)).filter(
      ({ spec }) => spec.component === name,
    ),
    machines: component.spec.everyResource
      ? machinesFor(component, ports.cache(kinds.Resource).list(), ports.cache(kinds.ResourcePool).list())
      : [],
    foreignNames: foreignNames(component, ports),
    now: ports.clock.now(),
  };
}

/** The application's word; a component that stands alone makes its own, of its software. */
function revisionOf({ metadata, spec }: Component, ports: ControllerPorts): string | undefined {
  if (spec.applicationName !== undefined) return spec.revision;
  const { namespace = "" } = metadata;
  const { packages } = resolveSoftware(spec.software, (name) => ports.cache(kinds.Software).get({ namespace, name }));
  return packages === undefined ? undefined : memberRevision({}, packages);
}

/** Only names that could be wanted matter: those that begin with the component's. */
function foreignNames({ metadata }: Component, ports: ControllerPorts): ReadonlySet<string> {
  const { namespace = "", name = "", uid = "" } = metadata;
  const others = ports
    .cache(kinds.Claim)
    .list(namespace)
    .filter((claim) => claim.metadata.name?.startsWith(`${name}-`) && !isControlledBy(claim, uid));
  return new Set(others.map((claim) => claim.metadata.name ?? ""));
}
