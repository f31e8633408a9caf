import type { KindInfo } from "../../api/index.ts";
import { badRequest } from "../errors.ts";
import type { Query } from "../http/query.ts";
import { containerName } from "../views/pod-status.ts";

/** Throws BadRequest, in Kubernetes' words, where a container is asked for that pods here have not. */
export function checkContainer({ kind }: KindInfo, name: string, query: Query): void {
  const container = query.get("container") ?? "";
  if (kind !== "Pod" || container === "" || container === containerName) return;
  throw badRequest(`container ${container} is not valid for pod ${name}`);
}
