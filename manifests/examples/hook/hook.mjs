// Asked by plush what is to be done about failed members. HMAC_KEY=a-long-random-text node manifests/examples/hook/hook.mjs
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const { HMAC_KEY: key = "", PORT: port = "9911" } = process.env;
/** A machine may come back; a process that crashes gets another one. All else is left to the application's recovery. */
const actions = { HostLost: "Wait", CrashLoop: "Replace", ProcessFailed: "Replace" };

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  const [, t = "0", v1 = ""] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(request.headers["plush-signature"] ?? "") ?? [];
  const expected = createHmac("sha256", key).update(`${t}.${body}`).digest();
  const given = Buffer.from(v1.padEnd(64, "0"), "hex");
  const isFresh = Math.abs(Date.now() / 1000 - Number(t)) < 300;
  if (!timingSafeEqual(given, expected) || !isFresh) return response.writeHead(401).end();
  const { reason, failures, allowed } = JSON.parse(body);
  const action = allowed.includes(actions[reason]) ? actions[reason] : undefined;
  console.log(`${reason} of ${failures.map((one) => `${one.component}-${one.ordinal}`).join(", ")}: ${action ?? "default"}`);
  if (action === undefined) return response.writeHead(204).end();
  return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ action }));
});
server.listen(Number(port), "127.0.0.1", () => console.log(`listening on port ${server.address().port}`));
