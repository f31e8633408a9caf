import { type Component, isDeleting, kinds, labels } from "../../api/index.ts";
import { type ControllerPorts, namesOfOthers } from "../../controller/index.ts";
import { memberRevision, onlyFor, resolveSoftware } from "../../graph/index.ts";
import { type MachineChoice, machinesFor } from "./machines-plan.ts";
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
      ? machinesFor(component, {
          resources: ports.cache(kinds.Resource).list(),
          pools: ports.cache(kinds.ResourcePool).list(),
          variants: variantsOf(component, ports),
        })
      : [],
    foreignNames: namesOfOthers(ports.cache(kinds.Claim), component),
    now: ports.clock.now(),
  };
}

function variantsOf({ metadata, spec }: Component, ports: ControllerPorts): MachineChoice["variants"] {
  const { namespace = "" } = metadata;
  const found = spec.software.flatMap((name) => ports.cache(kinds.Software).get({ namespace, name }) ?? []);
  return found.flatMap((software) => {
    const only = onlyFor(software);
    return only === undefined ? [] : [only];
  });
}

/** The application's word; a component that stands alone makes its own, of its software. */
function revisionOf({ metadata, spec }: Component, ports: ControllerPorts): string | undefined {
  if (spec.applicationName !== undefined) return spec.revision;
  const { namespace = "" } = metadata;
  const { packages } = resolveSoftware(spec.software, (name) => ports.cache(kinds.Software).get({ namespace, name }));
  return packages === undefined ? undefined : memberRevision({}, packages);
}
