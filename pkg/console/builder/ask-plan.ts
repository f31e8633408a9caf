import { readBody, statusErrorOf } from "../../client/portable.ts";
import { type LocatedManifest, objectChanges } from "../../manifests/portable.ts";
import { fields } from "../../merge/index.ts";
import { type PlannedObject, type PlanStatus, planPath } from "../../protocol/index.ts";
import type { Session } from "../live/session.ts";

/** Asks the server what applying the objects would do. */
export async function askPlan(
  { transport }: Session,
  manifests: readonly LocatedManifest[],
  force: boolean,
  signal: AbortSignal,
): Promise<PlanStatus> {
  const objects = manifests.map(({ object }) => object);
  const response = await transport.request({
    method: "POST",
    path: planPath,
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ apiVersion: "plush.dev/v1", kind: "Plan", spec: { objects, force } }),
    signal,
  });
  const body = await readBody(response.body);
  if (response.status >= 300) throw statusErrorOf(response.status, body);
  // The server's word is trusted, as for all objects.
  const status = fields(JSON.parse(body))["status"] as unknown as PlanStatus;
  return { ...status, diff: status.diff.map((planned, index) => asWritten(planned, manifests[index])) };
}

/** Objects that are new are shown as their manifests say them: what is filled in is no news. */
function asWritten(planned: PlannedObject, manifest: LocatedManifest | undefined): PlannedObject {
  if (planned.action !== "Create" || manifest === undefined) return planned;
  return { ...planned, fields: objectChanges(undefined, manifest.object) };
}
