import { randomUUID } from "node:crypto";
import type { ExtraRoute } from "../../apiserver/index.ts";
import { runControlRoute, runRoute } from "../../protocol/index.ts";
import { FanOut, type RunPorts } from "./fan-out.ts";
import { type PlacePorts, permittedPlaces } from "./places.ts";
import { RunRegister } from "./register.ts";
import { readRunControl, readRunRequest } from "./request.ts";

/**
 * POST …/run: one command on many machines, answers streamed as they come. It takes the right to run commands in the
 * claims of the application's namespace, or on each of the machines. POST …/run/control: says something about a run to
 * which the caller reads the answers.
 */
export function makeRunRoutes(ports: RunPorts & PlacePorts): readonly ExtraRoute[] {
  const register = new RunRegister();
  return [
    {
      method: "POST",
      path: runRoute,
      async handle({ body, identity, authorize }) {
        const request = readRunRequest(body);
        const places = permittedPlaces(request, ports, authorize);
        const run = randomUUID();
        const fanOut = new FanOut(run, places, request, ports);
        register.add(run, identity.user, fanOut);
        return { contentType: "application/x-ndjson", body: fanOut.output };
      },
    },
    {
      method: "POST",
      path: runControlRoute,
      async handle({ body, identity }) {
        await register.control(readRunControl(body), identity.user);
        return { contentType: "application/json", body: "{}" };
      },
    },
  ];
}
