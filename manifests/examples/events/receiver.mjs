// Receives Events of plush, as a program and as a chat would, and alerts of Alertmanager. HMAC_KEY=a-long-random-text node manifests/examples/events/receiver.mjs
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const { HMAC_KEY: key = "", PORT: port = "9912" } = process.env;
/** What has been taken: an Event may come twice, with the same id. */
const taken = new Set();

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  if (request.url === "/chat") {
    console.log(`chat: ${JSON.parse(body).text}`);
    return response.writeHead(200).end("ok");
  }
  if (request.url === "/alerts") {
    for (const { status, labels, annotations } of JSON.parse(body).alerts)
      console.log(`alert ${status}: ${labels.alertname}: ${annotations.summary}`);
    return response.writeHead(200).end();
  }
  if (!isSigned(request.headers["plush-signature"], body)) return response.writeHead(401).end("bad signature");
  const event = JSON.parse(body);
  if (!taken.has(event.id)) console.log(`${event.time} ${event.type} ${event.subject}: ${event.data.message}`);
  taken.add(event.id);
  return response.writeHead(204).end();
});

function isSigned(header = "", body) {
  const [, t = "0", v1 = ""] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  const expected = createHmac("sha256", key).update(`${t}.${body}`).digest();
  const isFresh = Math.abs(Date.now() / 1000 - Number(t)) < 300;
  return timingSafeEqual(Buffer.from(v1.padEnd(64, "0"), "hex"), expected) && isFresh;
}

server.listen(Number(port), "127.0.0.1", () => console.log(`listening on port ${server.address().port}`));
