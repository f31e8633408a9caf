import type { ProcessSpec, Resource, ResourcePool } from "../api/index.ts";
import { userRefusal } from "../graph/index.ts";
import { resolveEnvironment, type ValueSource } from "./environment-plan.ts";
import { resolveFiles } from "./files-plan.ts";

/** Why a process cannot be ordered of its machine. */
export interface ProcessFault {
  readonly reason: "ReferenceNotFound" | "UserForbidden" | "TemplateInvalid";
  readonly message: string;
}

/** Where a process is to run. */
export interface ProcessPlace {
  readonly resource: Resource;
  /** The machine's pool, where it is in one. */
  readonly pool: ResourcePool | undefined;
}

/** The first thing for which a person has to do something before the process can start; `place`: where it is known. */
export function findFault(spec: ProcessSpec, values: ValueSource, place?: ProcessPlace): ProcessFault | undefined {
  const { missing } = resolveEnvironment(spec, values);
  const { missing: missingFiles, faults } = resolveFiles(spec, values);
  return userFault(spec, place) ?? missingFault([...missing, ...missingFiles]) ?? templateFault(faults);
}

function userFault({ user }: ProcessSpec, place: ProcessPlace | undefined): ProcessFault | undefined {
  if (user === undefined || place === undefined) return undefined;
  const message = userRefusal(user, place.resource, place.pool);
  return message === undefined ? undefined : { reason: "UserForbidden", message };
}

function missingFault(missing: readonly string[]): ProcessFault | undefined {
  if (missing.length === 0) return undefined;
  return { reason: "ReferenceNotFound", message: `waits for ${[...new Set(missing)].join(", ")}` };
}

function templateFault([first]: readonly string[]): ProcessFault | undefined {
  return first === undefined ? undefined : { reason: "TemplateInvalid", message: first };
}
