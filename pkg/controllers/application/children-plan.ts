import {
  type Application,
  alternativeChildName,
  type Component,
  type ComponentTemplate,
  childName,
  controllerRef,
  kinds,
  labels,
  type ObjectMeta,
  type Phase,
  type PhaseTemplate,
} from "../../api/index.ts";
import type { Names } from "../../controller/index.ts";
import { componentsOf, phasesOf, type Revisions, runsForLong } from "./revision-plan.ts";
import type { Rollout } from "./rollout-plan.ts";
import type { ApplicationWorld } from "./world.ts";

/** The Component that an application wants; `present` is the one it has. */
export function wantedComponent(
  world: ApplicationWorld,
  template: ComponentTemplate,
  { rollout, suspend, present }: { rollout: Rollout; suspend: boolean; present: Component | undefined },
): Component {
  const { application, foreignNames } = world;
  const { recovery, cleanup, updateStrategy, paused, priority } = application.spec;
  const { revisions, softwareRevision } = rollout;
  const revision = revisions.byComponent.get(template.name)?.member ?? present?.spec.revision;
  const metadata =
    present?.metadata ?? newMetadata(application, template.name, foreignNames.components, labels.component);
  return {
    ...(present ?? { apiVersion: "plush.dev/v1", kind: "Component" }),
    metadata,
    spec: {
      ...template,
      applicationName: application.metadata.name ?? "",
      ...(revision !== undefined && { revision }),
      ...(softwareRevision !== undefined && { softwareRevision }),
      ports: portsOf(application, template.name),
      recovery,
      cleanup,
      // Where nothing runs for long a change is a new run, for all members at once.
      updateStrategy: runsForLong(application, template)
        ? updateStrategy
        : { ...updateStrategy, maxUnavailable: "100%" },
      priority,
      suspend,
      paused,
    },
  };
}

/**
 * The Phase that an application wants. While a digest is not known, a phase that is there stays as it is: templates and
 * revisions change together or not at all.
 */
export function wantedPhase(
  world: ApplicationWorld,
  template: PhaseTemplate,
  { revisions, present }: { revisions: Revisions; present: Phase | undefined },
): Phase {
  const { application, foreignNames } = world;
  const components = componentsOf(template);
  const known = components.flatMap((name): [string, string][] => {
    const revision = revisions.byComponent.get(name)?.byPhase[template.name];
    return revision === undefined ? [] : [[name, revision]];
  });
  if (present !== undefined && known.length < components.length) return present;
  const { name, ...rest } = template;
  return {
    ...(present ?? { apiVersion: "plush.dev/v1", kind: "Phase" }),
    metadata: present?.metadata ?? newMetadata(application, name, foreignNames.phases, labels.phase),
    spec: {
      ...rest,
      applicationName: application.metadata.name ?? "",
      phase: name,
      components,
      revisions: Object.fromEntries(known),
      suspend: false,
      recovery: application.spec.recovery,
    },
  };
}

function newMetadata(
  application: Application,
  nested: string,
  foreign: Names,
  label: typeof labels.component | typeof labels.phase,
): ObjectMeta {
  const { name = "", namespace = "" } = application.metadata;
  const preferred = childName(name, nested);
  return {
    name: foreign.has(preferred) ? alternativeChildName(name, nested) : preferred,
    namespace,
    labels: { [labels.application]: name, [label]: nested },
    ownerReferences: [controllerRef(application, kinds.Application)],
  };
}

/** Fixed ports of a component's processes, ascending; those that machines choose are not among them. */
function portsOf(application: Application, component: string): readonly number[] {
  const ports = phasesOf(application)
    .flatMap(({ processes }) => processes)
    .filter((process) => process.component === component)
    .flatMap((process) => process.ports.map(({ port }) => port));
  return [...new Set(ports)].filter((port) => port > 0).sort((left, right) => left - right);
}
