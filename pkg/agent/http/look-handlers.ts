import { routes } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { lookAt } from "../host/look-at.ts";
import type { Handlers } from "./agent-server.ts";
import { answer } from "./request.ts";

const maxTimeoutMs = 10_000;

/** Looks at other machines, for a server that does not see them. */
export function lookHandlers(): Handlers {
  return {
    [`GET ${routes.look}`]: async ({ stream, query }) => {
      const address = query.get("address") ?? "";
      const [port, timeoutMs] = [Number(query.get("port")), Number(query.get("timeout"))];
      if (address === "" || !isWithin(port, 65_535) || !isWithin(timeoutMs, maxTimeoutMs)) {
        throw new StatusError("BadRequest", "address, port and timeout are needed");
      }
      answer(stream, await lookAt({ address, port, timeoutMs }));
    },
  };
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value > 0 && value <= max;
}
