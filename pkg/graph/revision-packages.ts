import type { ApplicationRevision, Component, RevisedPackage, Software } from "../api/index.ts";

const known = new WeakMap<ApplicationRevision, ReadonlyMap<string, Software>>();

/** Packages as an application's revision had them: Software objects that nothing has to be waited for, by name. */
export function revisionPackages(revision: ApplicationRevision): ReadonlyMap<string, Software> {
  const made = known.get(revision);
  if (made !== undefined) return made;
  const { metadata, spec } = revision;
  const packages = new Map(spec.software.map((it) => [it.name, softwareOf(it, metadata.namespace ?? "")]));
  known.set(revision, packages);
  return packages;
}

/** Where packages of a component are looked up: as they are now, or as the revision had them that its members run. */
export interface PackageSources {
  readonly software: (name: string) => Software | undefined;
  readonly revision: (name: string) => ApplicationRevision | undefined;
}

/** The package of a name for members of `component`; one that the revision does not know is taken as it is now. */
export function findPackage(
  component: Component | undefined,
  { software, revision }: PackageSources,
): (name: string) => Software | undefined {
  const { softwareRevision } = component?.spec ?? {};
  const then = softwareRevision === undefined ? undefined : revision(softwareRevision);
  const packages = then === undefined ? undefined : revisionPackages(then);
  return (name) => packages?.get(name) ?? software(name);
}

function softwareOf({ name, spec, digest, format, fileName, variants }: RevisedPackage, namespace: string): Software {
  return {
    apiVersion: "plush.dev/v1",
    kind: "Software",
    metadata: { name, namespace },
    spec,
    status: {
      state: "Ready",
      ...(digest !== undefined && { digest }),
      ...(format !== undefined && { format }),
      ...(fileName !== undefined && { fileName }),
      ...(variants !== undefined && { variants }),
    },
  };
}
