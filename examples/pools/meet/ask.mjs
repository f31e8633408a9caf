// Asks every other member five times over one connection: "member 1 in 242 ms" is the fastest answer.
import { Agent, get } from "node:http";

const { PLUSH_ADDRESS, PLUSH_PEERS } = process.env;
const agent = new Agent({ keepAlive: true });

function ask(host) {
  return new Promise((resolve, reject) => {
    const request = get({ host, port: 7070, agent }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve(text);
    });
    request.once("error", reject);
  });
}

for (const host of PLUSH_PEERS.split(",").filter((address) => address !== PLUSH_ADDRESS)) {
  let fastest = Number.POSITIVE_INFINITY;
  let member = "";
  for (let turn = 0; turn < 5; turn++) {
    const began = performance.now();
    member = await ask(host);
    fastest = Math.min(fastest, performance.now() - began);
  }
  console.log(`member ${member} in ${fastest.toFixed(0)} ms`);
}
agent.destroy();
