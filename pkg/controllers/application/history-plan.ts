import {
  type Application,
  type ApplicationRevision,
  childName,
  controllerRef,
  kinds,
  labels,
  type RevisedPackage,
  type Software,
} from "../../api/index.ts";
import type { ApplicationWorld } from "./world.ts";

/** Says why a change was made; copied to the revision, as kubectl's history shows it. */
const causeAnnotation = "kubernetes.io/change-cause";

/** The revision that an application is now, with its packages resolved. */
export function makeRevision({ application, history, software }: ApplicationWorld, hash: string): ApplicationRevision {
  const { name = "", namespace = "", annotations } = application.metadata;
  const { components, phases, restartedAt } = application.spec;
  const revision = 1 + Math.max(0, ...history.map(({ spec }) => spec.revision));
  const cause = annotations?.[causeAnnotation];
  return {
    apiVersion: "plush.dev/v1",
    kind: "ApplicationRevision",
    metadata: {
      name: childName(name, revision),
      namespace,
      labels: { [labels.application]: name },
      ...(cause !== undefined && { annotations: { [causeAnnotation]: cause } }),
      ownerReferences: [controllerRef(application, kinds.Application)],
    },
    spec: {
      applicationName: name,
      revision,
      hash,
      components,
      phases,
      ...(restartedAt !== undefined && { restartedAt }),
      software: [...software.values()].map(packageOf),
    },
  };
}

function packageOf({ metadata, spec, status }: Software): RevisedPackage {
  const { digest, format, fileName, variants } = status ?? {};
  return {
    name: metadata.name ?? "",
    spec,
    ...(digest !== undefined && { digest }),
    ...(format !== undefined && { format }),
    ...(fileName !== undefined && { fileName }),
    ...(variants !== undefined && { variants }),
  };
}

/**
 * An application as an earlier revision had it, in all that makes members change. How many members there are, how
 * failures are met and the like are as they are now.
 */
export function withRevision(application: Application, { spec }: ApplicationRevision): Application {
  const { restartedAt: _now, ...rest } = application.spec;
  const components = spec.components.map((then) => {
    const now = rest.components.find(({ name }) => name === then.name);
    if (now === undefined) return then;
    const { minReady: _then, ...fixed } = then;
    const { replicas, everyResource, minReady, resources } = now;
    return { ...fixed, replicas, everyResource, resources, ...(minReady !== undefined && { minReady }) };
  });
  return {
    ...application,
    spec: {
      ...rest,
      components,
      phases: spec.phases,
      ...(spec.restartedAt !== undefined && { restartedAt: spec.restartedAt }),
    },
  };
}

/** Revisions beyond the limit, oldest first; those in use stay whatever their age. */
export function surplusRevisions(
  { application, history }: ApplicationWorld,
  inUse: readonly (ApplicationRevision | undefined)[],
): readonly ApplicationRevision[] {
  const used = new Set(inUse.map((revision) => revision?.metadata.name));
  const others = history
    .filter(({ metadata }) => !used.has(metadata.name))
    .sort((left, right) => right.spec.revision - left.spec.revision);
  return others.slice(application.spec.revisionHistoryLimit).reverse();
}
