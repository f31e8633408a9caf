import { type Claim, kinds, labels, matchesLabels, parseLabelSelector, type Resource } from "../../api/index.ts";
import type { ExtraRequest } from "../../apiserver/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import type { RunRequest } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { checkExecUser, type ExecUserPorts } from "../exec-user.ts";
import type { RunPlace } from "./fan-out.ts";

export type PlacePorts = ExecUserPorts & Pick<ControllerPorts, "cache">;

/** Where a command is to run; throws Forbidden where who asks may not run it there, or not as that user. */
export function permittedPlaces(
  request: RunRequest,
  ports: PlacePorts,
  authorize: ExtraRequest["authorize"],
): readonly RunPlace[] {
  const { application, user } = request;
  const exec = { verb: "create", group: kinds.Claim.group, subresource: "exec" };
  if (application !== undefined) authorize({ ...exec, resource: kinds.Claim.plural, namespace: application.namespace });
  // Who may not run commands on a machine is not told whether there is one of that name.
  const onMachine = (name: string): void => authorize({ ...exec, resource: kinds.Resource.plural, name });
  for (const name of request.resources ?? []) onMachine(name);
  const places = findPlaces(request, ports);
  for (const { resource, resourceUid } of places)
    if (application === undefined) onMachine(resource);
    else checkExecUser(user, resourceUid, ports);
  return places;
}

function findPlaces(request: RunRequest, ports: Pick<ControllerPorts, "cache">): RunPlace[] {
  const { application } = request;
  if (application !== undefined) {
    const claims = ports.cache(kinds.Claim).withLabel(labels.application, application.name, application.namespace);
    return claims.flatMap(claimPlace);
  }
  return chooseResources(request, ports.cache(kinds.Resource).list()).map((resource) => ({
    resource: resource.metadata.name ?? "",
    resourceUid: resource.metadata.uid ?? "",
  }));
}

function claimPlace(claim: Claim): RunPlace[] {
  const { resourceName, resourceUid } = claim.spec;
  if (resourceName === undefined || resourceUid === undefined) return [];
  const { name = "", uid = "" } = claim.metadata;
  return [{ resource: resourceName, resourceUid, claim: name, claimUid: uid }];
}

function chooseResources(request: RunRequest, all: readonly Resource[]): readonly Resource[] {
  const { resources, selector, pool } = request;
  if (pool !== undefined) return all.filter((resource) => resource.spec.poolName === pool);
  if (selector !== undefined) {
    const parsed = parseLabelSelector(selector);
    if (parsed === undefined) throw new StatusError("BadRequest", `not a label selector: ${JSON.stringify(selector)}`);
    return all.filter((resource) => matchesLabels(parsed, resource.metadata.labels ?? {}));
  }
  const byName = new Map(all.map((resource) => [resource.metadata.name, resource]));
  return [...new Set(resources)].map((name) => {
    const found = byName.get(name);
    if (found === undefined) throw new StatusError("NotFound", `resources.plush.dev "${name}" not found`);
    return found;
  });
}
