// Gathers the results of all members and serves the whole: / for people, /counts as JSON, /healthz.
import { createServer } from "node:http";
import { fetchFrom, ordinal, replicas } from "./words.mjs";

const counts = {};
for (let member = 0; member < replicas; member++) Object.assign(counts, await fetchFrom(member, "/result"));
const ranked = Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));

const server = createServer((request, response) => {
  if (request.url === "/healthz") response.end("ok\n");
  else if (request.url === "/counts") response.end(JSON.stringify(counts));
  else if (request.url === "/") {
    const top = ranked.slice(0, 20).map(([word, times]) => `${String(times).padStart(6)}  ${word}`);
    response.end(`${top.join("\n")}\n`);
  } else response.writeHead(404).end();
});
server.listen(Number(process.env.PLUSH_PORT_WEB), process.env.PLUSH_ADDRESS, () => {
  console.log(`member ${ordinal} serves ${ranked.length} words`);
});
process.once("SIGTERM", () => process.exit(0));
