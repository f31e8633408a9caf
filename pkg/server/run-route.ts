import { Readable } from "node:stream";
import { type Claim, kinds, labels, matchesLabels, parseLabelSelector, type Resource } from "../api/index.ts";
import type { ExtraRequest, ExtraRoute } from "../apiserver/index.ts";
import type { ControllerPorts } from "../controller/index.ts";
import { type RunRequest, runRoute } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import { checkExecUser, type ExecUserPorts } from "./exec-user.ts";
import { type RunPorts, type RunTarget, runOnAll } from "./run-fan-out.ts";
import { readRunRequest } from "./run-request.ts";

/**
 * POST …/run: one command on many machines, answers streamed as they come. It takes the right to run commands in the
 * claims of the application's namespace, or on each of the machines.
 */
export function makeRunRoute(ports: RunRoutePorts): ExtraRoute {
  return {
    method: "POST",
    path: runRoute,
    async handle({ body, signal, authorize }) {
      const request = readRunRequest(body);
      const targets = permittedTargets(request, ports, authorize);
      return {
        contentType: "application/x-ndjson",
        body: Readable.from(lines(runOnAll(targets, request, { ...ports, signal }))),
      };
    },
  };
}

type RunRoutePorts = RunPorts & ExecUserPorts & Pick<ControllerPorts, "cache">;

/** Where the command is to run; throws Forbidden where who asks may not run it there, or not as that user. */
function permittedTargets(
  request: RunRequest,
  ports: RunRoutePorts,
  authorize: ExtraRequest["authorize"],
): readonly RunTarget[] {
  const { application, user } = request;
  const exec = { verb: "create", group: kinds.Claim.group, subresource: "exec" };
  if (application !== undefined) authorize({ ...exec, resource: kinds.Claim.plural, namespace: application.namespace });
  // Who may not run commands on a machine is not told whether there is one of that name.
  const onMachine = (name: string): void => authorize({ ...exec, resource: kinds.Resource.plural, name });
  for (const name of request.resources ?? []) onMachine(name);
  const targets = findTargets(request, ports);
  for (const { resource, resourceUid } of targets)
    if (application === undefined) onMachine(resource);
    else checkExecUser(user, resourceUid, ports);
  return targets;
}

async function* lines(messages: Readable): AsyncGenerator<string> {
  for await (const message of messages) yield `${JSON.stringify(message)}\n`;
}

function findTargets(request: RunRequest, ports: Pick<ControllerPorts, "cache">): RunTarget[] {
  const { application } = request;
  if (application !== undefined) {
    const claims = ports.cache(kinds.Claim).withLabel(labels.application, application.name, application.namespace);
    return claims.flatMap(claimTarget);
  }
  return chooseResources(request, ports.cache(kinds.Resource).list()).map((resource) => ({
    resource: resource.metadata.name ?? "",
    resourceUid: resource.metadata.uid ?? "",
  }));
}

function claimTarget(claim: Claim): RunTarget[] {
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
  return (resources ?? []).map((name) => {
    const found = all.find((resource) => resource.metadata.name === name);
    if (found === undefined) throw new StatusError("NotFound", `resources.plush.dev "${name}" not found`);
    return found;
  });
}
