import { contentHash } from "./content-hash.ts";
import { predecessors } from "./dag.ts";

/** A phase as far as revisions go; `processes` are templates whose component is filled in. */
export interface RevisedPhase {
  readonly name: string;
  readonly after: readonly string[];
  readonly processes: readonly RevisedTemplate[];
}

export interface RevisedTemplate {
  readonly name: string;
  readonly component?: string;
  readonly files?: readonly RevisedFile[];
}

/** A file that is written for a process; where a change of it is a restart, `source` is a hash of the text it refers to. */
export interface RevisedFile {
  readonly onChange: string;
  readonly source?: string;
}

/** A package that a component's members have. */
export interface RevisedSoftware {
  readonly name: string;
  /** Of all its variants, where there are any. Absent: nothing is fetched. */
  readonly digest?: string;
}

/**
 * What members of a component run in each phase in which they run something: a hash of its templates for the component,
 * of the component's software, and of what comes before. So a change gives new revisions to its phase and to all after
 * it, and to nothing else. `restartedAt` changes all of them.
 */
export function phaseRevisions(
  phases: readonly RevisedPhase[],
  component: string,
  software: readonly RevisedSoftware[],
  restartedAt?: string,
): Readonly<Record<string, string>> {
  const own = new Map(phases.map((phase) => [phase.name, templatesOf(phase, component)]));
  const content = (name: string): unknown => [name, own.get(name) ?? []];
  const hasOwn = (name: string): boolean => (own.get(name) ?? []).length > 0;
  const entries = phases
    .filter(({ name }) => hasOwn(name))
    .map(({ name }) => {
      const before = [...predecessors(phases, name)].filter(hasOwn).sort().map(content);
      return [
        name,
        contentHash({
          own: content(name),
          before,
          software: softwareOf(software),
          ...(restartedAt !== undefined && { restartedAt }),
        }),
      ];
    });
  return Object.fromEntries(entries);
}

/**
 * What a member runs in all: the revision that its Component asks for and, once the member is admitted, its Claim
 * carries. Made of its phases' revisions, so that whoever sees the phases can tell whether a member is admitted to
 * just these; where the component is in no phase, of its software.
 */
export function memberRevision(
  revisionByPhase: Readonly<Record<string, string>>,
  software: readonly RevisedSoftware[],
): string {
  const phases = Object.entries(revisionByPhase);
  return phases.length > 0 ? contentHash({ phases: revisionByPhase }) : contentHash({ software: softwareOf(software) });
}

/** What revisions are made of, to be compared: where two differ, members that run the one are out of date for the other. */
export interface RevisionContent {
  /** Templates, by phase and process. */
  readonly phases: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Digests, by package. */
  readonly software: Readonly<Record<string, string>>;
  readonly restartedAt?: string;
}

/** All that counts as a change for members of a component. */
export function revisionContent(
  phases: readonly RevisedPhase[],
  component: string,
  software: readonly RevisedSoftware[],
  restartedAt?: string,
): RevisionContent {
  const byPhase = phases.map(({ name, ...phase }) => {
    const templates = templatesOf({ name, ...phase }, component).map((template) => [
      String(template["name"]),
      template,
    ]);
    return [name, Object.fromEntries(templates)] as const;
  });
  return {
    phases: Object.fromEntries(byPhase.filter(([, templates]) => Object.keys(templates).length > 0)),
    software: Object.fromEntries(softwareOf(software)),
    ...(restartedAt !== undefined && { restartedAt }),
  };
}

function softwareOf(software: readonly RevisedSoftware[]): readonly (readonly [string, string])[] {
  return software.map(({ name, digest }) => [name, digest ?? ""]);
}

/** By name: the order of templates in a phase means nothing. */
function templatesOf(phase: RevisedPhase, component: string): readonly Readonly<Record<string, unknown>>[] {
  return phase.processes
    .filter((template) => template.component === component)
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map((template) => ({
      ...Object.fromEntries(Object.entries(template).filter(([field]) => !notAChange.has(field))),
      ...restartingFiles(template),
    }));
}

/** Other files are replaced under the running process. */
function restartingFiles({ files = [] }: RevisedTemplate): { readonly files?: readonly RevisedFile[] } {
  const restarting = files.filter(({ onChange }) => onChange === "Restart");
  return restarting.length === 0 ? {} : { files: restarting };
}

/** Fields that take effect without a restart, or say who runs the process and not what is run. */
const notAChange: ReadonlySet<string> = new Set([
  "component",
  "ordinals",
  "catchUp",
  "startupProbe",
  "readinessProbe",
  "livenessProbe",
  "onPeersChange",
  "metrics",
  // Those that restart are put back.
  "files",
]);
