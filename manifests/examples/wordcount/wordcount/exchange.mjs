// Serves what this member has made to the others, for as long as the application lives.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const server = createServer((request, response) => {
  const name = /^\/(map-\d+|result)$/.exec(request.url ?? "")?.[1];
  try {
    if (name === undefined) throw new Error("no such part");
    const body = readFileSync(`exchange/${name}.json`);
    response.writeHead(200, { "content-type": "application/json" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
server.listen(Number(process.env.PLUSH_PORT_EXCHANGE), process.env.PLUSH_ADDRESS);
process.once("SIGTERM", () => process.exit(0));
