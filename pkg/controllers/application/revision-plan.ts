import type { Application, ComponentTemplate, PhaseTemplate, ProcessFile } from "../../api/index.ts";
import {
  contentHash,
  memberRevision,
  phaseRevisions,
  type RevisedPhase,
  type RevisionContent,
  resolveSoftware,
  revisedWork,
  revisionContent,
} from "../../graph/index.ts";
import type { ApplicationWorld } from "./world.ts";

/** What the members of one component shall run. */
export interface ComponentRevision {
  /** By phase. */
  readonly byPhase: Readonly<Record<string, string>>;
  readonly member: string;
}

export interface Revisions {
  /** Without the components of which a digest is not known yet. */
  readonly byComponent: ReadonlyMap<string, ComponentRevision>;
  readonly missingSoftware: readonly string[];
  readonly pendingSoftware: readonly string[];
}

export function planRevisions({
  application,
  software,
  fileSource,
}: Pick<ApplicationWorld, "application" | "software" | "fileSource">): Revisions {
  const { restartedAt } = application.spec;
  const phases = phasesOf(application).map((phase) => withSources(phase, fileSource));
  const lookUp = (name: string) => software.get(name);
  const resolved = application.spec.components.map(({ name, software: names }) => ({
    name,
    ...resolveSoftware(names, lookUp),
  }));
  const known = resolved.flatMap(({ name, packages }): [string, ComponentRevision][] => {
    if (packages === undefined) return [];
    const byPhase = phaseRevisions(phases, name, packages, restartedAt);
    return [[name, { byPhase, member: memberRevision(byPhase, packages) }]];
  });
  return {
    byComponent: new Map(known),
    missingSoftware: unique(resolved.flatMap(({ missing }) => missing)),
    pendingSoftware: unique(resolved.flatMap(({ pending }) => pending)),
  };
}

/** What members of each component shall run, to be compared; without the components of which a digest is not known. */
export function revisionContents({
  application,
  software,
  fileSource,
}: Pick<ApplicationWorld, "application" | "software" | "fileSource">): ReadonlyMap<string, RevisionContent> {
  const phases = phasesOf(application).map((phase) => withSources(phase, fileSource));
  return new Map(
    application.spec.components.flatMap(({ name, software: names }): [string, RevisionContent][] => {
      const { packages } = resolveSoftware(names, (one) => software.get(one));
      if (packages === undefined) return [];
      return [[name, revisionContent(phases, name, packages, application.spec.restartedAt)]];
    }),
  );
}

/** A phase with the hashes of what its files refer to, as far as a change of that is a restart. */
function withSources(phase: PhaseTemplate, fileSource: ApplicationWorld["fileSource"]): RevisedPhase {
  const processes = phase.processes.map(({ files, ...process }) => ({
    ...process,
    files: files.map((file) => ({
      ...file,
      ...(restartsOn(file) && { source: contentHash(fileSource(file) ?? null) }),
    })),
  }));
  return { ...phase, processes: [...processes, ...revisedWork(phase.work)] };
}

/** Whether a change of another object means a restart. */
export function restartsOn({ onChange, configMapKeyRef, secretKeyRef }: ProcessFile): boolean {
  return onChange === "Restart" && (configMapKeyRef !== undefined || secretKeyRef !== undefined);
}

/** What an application asks for in all, as a hash; undefined while a digest is not known. */
export function rolloutHash({ spec }: Application, revisions: Revisions): string | undefined {
  if (revisions.missingSoftware.length + revisions.pendingSoftware.length > 0) return undefined;
  const members = spec.components.map(({ name }) => [name, revisions.byComponent.get(name)?.member]);
  return contentHash(Object.fromEntries(members));
}

/** The phases with each process's component filled in. */
export function phasesOf({ spec }: Application): readonly PhaseTemplate[] {
  const only = spec.components.length === 1 ? spec.components[0]?.name : undefined;
  const fill = <T extends { readonly component?: string }>(part: T): T => {
    const component = part.component ?? only;
    return { ...part, ...(component !== undefined && { component }) };
  };
  return spec.phases.map((phase) => ({
    ...phase,
    processes: phase.processes.map(fill),
    ...(phase.work !== undefined && { work: fill(phase.work) }),
  }));
}

/** Components that take part in a phase, by name. */
export function componentsOf(phase: PhaseTemplate): readonly string[] {
  const parts = [...phase.processes, ...(phase.work === undefined ? [] : [phase.work])];
  return unique(parts.flatMap(({ component }) => component ?? []));
}

/** Whether members of a component run something that is not meant to end. */
export function runsForLong(application: Application, component: ComponentTemplate): boolean {
  return phasesOf(application).some(({ processes }) =>
    processes.some((it) => it.component === component.name && it.restartPolicy === "Always"),
  );
}

export function isBatch({ spec }: Application): boolean {
  return spec.phases.every(({ processes }) => processes.every(({ restartPolicy }) => restartPolicy !== "Always"));
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
