import {
  apiVersionOf,
  hasVerb,
  type KindInfo,
  type KubeObject,
  kindByName,
  kinds,
  type ObjectKey,
} from "../api/index.ts";
import type { Api, ExtraRequest } from "../apiserver/index.ts";
import type { ApiClient } from "../client/index.ts";
import { objectChanges } from "../manifests/index.ts";
import { isObject, type JsonObject } from "../merge/index.ts";
import type { PlanFault, PlannedObject } from "../protocol/index.ts";
import { isReason, StatusError } from "../status/index.ts";
import type { WorldChange } from "./forecast.ts";
import type { QuotaCount } from "./quota-count.ts";

/** One object of a plan after its dry run; `change` is absent where it is refused, or as it is. */
export interface DryRun {
  readonly told: PlannedObject;
  readonly change?: WorldChange;
}

export interface DryRunPorts {
  readonly api: Pick<Api, "find" | "localClient">;
  readonly request: Pick<ExtraRequest, "identity" | "authorize">;
  /** Take over fields of others, as the apply would. */
  readonly force: boolean;
  /** Objects of one plan are counted together: each dry run sees only itself. */
  readonly quotas: QuotaCount;
}

const defaultNamespace = "default";
const fieldManager = "plush";

/** Applies each object as a server-side dry run does, in the name of who asks; faults are told for each of them. */
export async function dryRunAll(objects: readonly unknown[], ports: DryRunPorts): Promise<readonly DryRun[]> {
  const made = new Set(objects.flatMap((object) => (isNamespace(object) ? [nameOf(object)] : [])));
  const client = ports.api.localClient(ports.request.identity);
  const runs: DryRun[] = [];
  for (const object of objects) runs.push(await dryRun(object, made, client, ports));
  return runs;
}

async function dryRun(
  sent: unknown,
  madeNamespaces: ReadonlySet<string>,
  client: ApiClient,
  { api, request, force, quotas }: DryRunPorts,
): Promise<DryRun> {
  const object: JsonObject = isObject(sent) ? sent : {};
  const kind = kindByName(String(object["apiVersion"]), String(object["kind"]));
  const metadata = isObject(object["metadata"]) ? object["metadata"] : {};
  const namespace = kind?.namespaced === false ? "" : textOf(metadata["namespace"], defaultNamespace);
  const key: ObjectKey = { namespace, name: nameOf(object) };
  const named = {
    apiVersion: textOf(object["apiVersion"], ""),
    kind: textOf(object["kind"], ""),
    ...(namespace !== "" && { namespace }),
    name: key.name,
  };
  try {
    if (kind === undefined || !hasVerb(kind, "create") || kind.createOnly === true)
      throw new StatusError("NotFound", `no matches for kind ${JSON.stringify(named.kind)}: it cannot be applied`);
    if (key.name === "") throw new StatusError("BadRequest", "metadata.name: Required value: name is required");
    request.authorize({
      verb: "patch",
      group: kind.group,
      resource: kind.plural,
      name: key.name,
      ...(namespace !== "" && { namespace }),
    });
    const live = api.find(kind, key);
    const body = { ...object, metadata: { ...metadata, name: key.name, ...(namespace !== "" && { namespace }) } };
    const target = { kind, key, body: body as unknown as KubeObject };
    const preview = await previewOf(target, madeNamespaces, client, force);
    const run = runOf(named, kind, live, preview);
    if (run.change !== undefined) {
      const write = { kind, before: live, after: run.change.object };
      quotas.check(write);
      quotas.enter(write);
    }
    return run;
  } catch (error) {
    return { told: { ...named, action: "Refused", faults: faultsOf(StatusError.from(error)) } };
  }
}

interface Target {
  readonly kind: KindInfo;
  readonly key: ObjectKey;
  readonly body: KubeObject;
}

async function previewOf(
  { kind, key, body }: Target,
  madeNamespaces: ReadonlySet<string>,
  client: ApiClient,
  force: boolean,
): Promise<KubeObject> {
  const options = { dryRun: true, fieldManager, fieldValidation: "Strict" as const };
  try {
    return await client.patch(kind, key, { type: "apply", body }, { ...options, force });
  } catch (error) {
    if (!madeNamespaces.has(key.namespace) || !isReason(error, "NotFound")) throw error;
  }
  // Its namespace comes with the plan: looked at in another one, under a name that nobody has there.
  const metadata = { ...body.metadata, namespace: defaultNamespace, name: `plan-of-${key.name}`.slice(0, 60) };
  const elsewhere = await client.create(kind, { ...body, metadata }, options);
  return { ...elsewhere, metadata: { ...elsewhere.metadata, ...key } };
}

function runOf(
  named: Pick<PlannedObject, "apiVersion" | "kind" | "namespace" | "name">,
  kind: KindInfo,
  live: KubeObject | undefined,
  preview: KubeObject,
): DryRun {
  const after = { ...preview, apiVersion: apiVersionOf(kind), kind: kind.kind };
  const fields = objectChanges(live, after);
  const action = live === undefined ? "Create" : fields.length > 0 ? "Update" : "Unchanged";
  const told = { ...named, action, ...(fields.length > 0 && { fields }) } as const;
  if (action === "Unchanged") return { told };
  return { told, change: { kind, object: after, ...(live !== undefined && { before: live }) } };
}

function faultsOf({ reason, message, details }: StatusError): readonly PlanFault[] {
  const causes = details.causes ?? [];
  if (causes.length === 0) return [{ reason, message }];
  return causes.map((cause) => ({
    reason,
    ...(cause.field !== undefined && { field: cause.field }),
    message: cause.message,
  }));
}

function isNamespace(object: unknown): object is JsonObject {
  return isObject(object) && object["kind"] === kinds.Namespace.kind && object["apiVersion"] === "v1";
}

function nameOf(object: JsonObject): string {
  return isObject(object["metadata"]) ? textOf(object["metadata"]["name"], "") : "";
}

function textOf(value: unknown, none: string): string {
  return typeof value === "string" && value !== "" ? value : none;
}
