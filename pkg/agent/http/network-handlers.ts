import type { Clock } from "../../clock/index.ts";
import { clockRoute, networkRoute } from "../../protocol/index.ts";
import { decodeSigned } from "../document/decode.ts";
import type { NetworkNode } from "../network/network-node.ts";
import type { Handlers } from "./agent-server.ts";
import { answer, readJson } from "./request.ts";

/** Whom this machine measures round trips to, and its clock. */
export function networkHandlers(node: Pick<NetworkNode, "accept">, clock: Clock): Handlers {
  return {
    [`PUT ${networkRoute}`]: async ({ stream }) => {
      await node.accept(decodeSigned(await readJson(stream)));
      answer(stream, {});
    },
    [`GET ${clockRoute}`]: async ({ stream }) => answer(stream, { now: clock.now() }),
  };
}
