import type { Application } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import type { RevisionContent } from "../../graph/index.ts";
import { observe } from "./observe.ts";
import { revisionContents } from "./revision-plan.ts";

/** What members of an application's components are to run by its spec, by component: of two, what a restart is made for. */
export function memberContents(
  application: Application,
  ports: Pick<ControllerPorts, "cache" | "clock">,
): ReadonlyMap<string, RevisionContent> {
  return revisionContents(observe(application, ports));
}
