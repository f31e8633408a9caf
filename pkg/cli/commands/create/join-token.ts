import { readBody, statusErrorOf } from "../../../client/index.ts";
import { parseDuration } from "../../../clock/index.ts";
import { type JoinTokenAnswer, type JoinTokenRequest, joinTokenRoute } from "../../../protocol/index.ts";
import type { Command, Invocation } from "../../command.ts";
import { UsageError } from "../../usage-error.ts";
import { nameOf } from "./write-new.ts";

export const createJoinToken: Command = {
  usage: "create join-token POOL [--uses N] [--expires 24h]",
  summary: "Lets hosts join a pool, and prints what to run on them.",
  flags: [
    { name: "uses", type: "text", value: "N", help: "so many hosts may join by it (default 1)" },
    { name: "expires", type: "text", value: "DURATION", help: "how long it is good (default as its pool says: 24h)" },
  ],
  examples: ["plush create join-token edge", "plush create join-token edge --uses 20 --expires 2h"],
  run: runCreate,
};

async function runCreate(call: Invocation): Promise<number> {
  const wanted = readWanted(call);
  const { transport } = await call.session.client();
  const response = await transport.request({
    method: "POST",
    path: joinTokenRoute,
    headers: { accept: "*/*", "content-type": "application/json" },
    body: JSON.stringify(wanted),
    signal: call.signal,
  });
  const body = await readBody(response.body);
  if (response.status >= 300) throw statusErrorOf(response.status, body);
  const { token, caHash, expires } = JSON.parse(body) as JoinTokenAnswer;
  const { server } = (await call.session.configuration()).connection;
  call.terminal.out(`plush-agent join ${server} --token ${token} --ca-hash ${caHash}`);
  const hosts = wanted.uses === 1 ? "one host" : `${wanted.uses} hosts`;
  call.terminal.warn(
    `good for ${hosts}, until ${expires}; plush-agent is dist/plush-agent.mjs, run by Node.js 18 or newer`,
  );
  return 0;
}

function readWanted(call: Invocation): JoinTokenRequest {
  const { args } = call;
  const uses = Number(args.text("uses") ?? "1");
  if (!Number.isSafeInteger(uses) || uses < 1) throw new UsageError("--uses is a whole number, 1 or more");
  const text = args.text("expires");
  const ttlMs = text === undefined ? undefined : parseDuration(text);
  if (text !== undefined && (ttlMs === undefined || ttlMs <= 0))
    throw new UsageError(`--expires ${text}: a duration such as 2h is expected`);
  return { pool: nameOf(call), uses, ...(ttlMs !== undefined && { ttlMs }) };
}
