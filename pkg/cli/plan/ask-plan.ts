import type { KubeObject } from "../../api/index.ts";
import { readBody, statusErrorOf } from "../../client/index.ts";
import { type PlanStatus, planPath } from "../../protocol/index.ts";
import type { Invocation } from "../command.ts";
import { fields } from "../wire-fields.ts";

/** Asks the server what applying the objects would do. */
export async function askPlan(
  call: Invocation,
  objects: readonly KubeObject[],
  force: boolean,
): Promise<{ readonly plan: object; readonly status: PlanStatus }> {
  const { transport } = await call.session.client();
  const response = await transport.request({
    method: "POST",
    path: planPath,
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ apiVersion: "plush.dev/v1", kind: "Plan", spec: { objects, force } }),
    signal: call.signal,
  });
  const text = await readBody(response.body);
  if (response.status >= 300) throw statusErrorOf(response.status, text);
  const plan = fields(JSON.parse(text));
  // The server's word is trusted, as for all objects.
  return { plan, status: plan["status"] as unknown as PlanStatus };
}
