import { type Application, findCondition, isDeleting } from "../../api/index.ts";

/** An application in the list. */
export interface ApplicationRow {
  readonly namespace: string;
  readonly name: string;
  readonly state: string | undefined;
  readonly ready: number;
  readonly wanted: number;
  readonly phase: string;
  readonly created: string | undefined;
  /** What it waits for, or what is wrong; "" where all is well. */
  readonly words: string;
  readonly isStalled: boolean;
}

export interface ListFilter {
  /** "": all. */
  readonly namespace: string;
  readonly search: string;
}

export function rowOf(application: Application): ApplicationRow {
  const { metadata, status } = application;
  const sum = (count: "ready" | "replicas"): number =>
    (status?.components ?? []).reduce((all, component) => all + (component[count] ?? 0), 0);
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name ?? "",
    state: isDeleting(application) ? "Deleting" : status?.state,
    ready: sum("ready"),
    wanted: sum("replicas"),
    phase: status?.phase ?? "",
    created: metadata.creationTimestamp,
    words: waitingFor(application),
    isStalled: findCondition(status?.conditions, "Stalled")?.status === "True",
  };
}

/** What keeps it from being well, in its own words. */
function waitingFor({ status }: Application): string {
  const stalled = findCondition(status?.conditions, "Stalled");
  if (stalled?.status === "True") return stalled.message ?? stalled.reason;
  const ready = findCondition(status?.conditions, "Ready");
  if (ready !== undefined && ready.status !== "True") return ready.message ?? ready.reason;
  const going = findCondition(status?.conditions, "Reconciling");
  return going?.status === "True" ? (going.message ?? going.reason) : "";
}

/** Every word that is searched is in the name, the namespace, the state or the words. */
export function isShown(row: ApplicationRow, { namespace, search }: ListFilter): boolean {
  if (namespace !== "" && row.namespace !== namespace) return false;
  const text = `${row.namespace}/${row.name} ${row.state ?? ""} ${row.phase} ${row.words}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
