import type { LogRow } from "../store/index.ts";
import type { StoredLog } from "./store-disk.ts";

interface Placed {
  readonly metadata: { readonly uid?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: { readonly resourceUid?: string; readonly epoch?: number };
}

const kindsOfPlaces = ["/registry/plush.dev/claims/", "/registry/plush.dev/processes/"];

/** Applications of which an older copy does not know where members are, or which programs were begun for them. */
export function forgottenApplications(copy: StoredLog, latest: StoredLog): ReadonlySet<string> {
  const forgotten = new Set<string>();
  for (const key of new Set([...copy.rows.keys(), ...latest.rows.keys()])) {
    if (!kindsOfPlaces.some((kind) => key.startsWith(kind))) continue;
    const [before, after] = [placeIn(copy.rows.get(key)), placeIn(latest.rows.get(key))];
    if (before?.place === after?.place) continue;
    forgotten.add(before?.application ?? "").add(after?.application ?? "");
  }
  return forgotten;
}

function placeIn(row: LogRow | undefined): { readonly place: string; readonly application: string } | undefined {
  if (row === undefined || row.value === null) return undefined;
  const { metadata, spec } = JSON.parse(row.value) as Placed;
  const place = JSON.stringify([metadata.uid, spec?.resourceUid, spec?.epoch]);
  return { place, application: metadata.labels?.["plush.dev/application"] ?? "" };
}
