import type { Clock } from "../../clock/index.ts";
import { routes } from "../../protocol/index.ts";
import { attachToRun, type OpenRun } from "../exec/attach.ts";
import type { Handlers } from "./agent-server.ts";

/** Finds the run of a process that goes on; throws NotFound or Conflict where there is none. */
export type FindOpenRun = (processUid: string) => OpenRun;

/** What running processes print. */
export function attachHandlers(find: FindOpenRun, clock: Clock): Handlers {
  return {
    [`GET ${routes.attach}/:`]: async ({ stream, parameter }) => {
      const run = find(parameter);
      stream.respond({ ":status": 200, "content-type": "application/octet-stream" });
      await attachToRun(run, stream, clock);
    },
  };
}
