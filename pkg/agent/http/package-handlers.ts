import { packageRoute } from "../../protocol/index.ts";
import { decodeSigned } from "../document/decode.ts";
import type { PackageExchange } from "../packages/package-exchange.ts";
import type { Handlers } from "./agent-server.ts";
import { answer, readJson } from "./request.ts";

/** Whom this agent fetches packages from, and whether it gives any. */
export function packageHandlers(exchange: PackageExchange): Handlers {
  return {
    [`GET ${packageRoute}`]: async ({ stream }) => answer(stream, exchange.key),
    [`PUT ${packageRoute}`]: async ({ stream }) => {
      await exchange.accept(decodeSigned(await readJson(stream)));
      answer(stream, {});
    },
  };
}
