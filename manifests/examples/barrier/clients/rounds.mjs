// rounds.mjs BARRIER ROUNDS: enters a barrier again and again, by HTTP on the Unix socket PLUSH_SOCKET.
import { request } from "node:http";

/** Waits until the barrier lets this process go: {round, rank, entered, late, reason}. Naming the round makes a call that is made again the same entry. */
function enter(barrier, round) {
  const path = `/v1/barriers/${encodeURIComponent(barrier)}/enter`;
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: process.env.PLUSH_SOCKET, method: "POST", path }, async (answer) => {
      let text = "";
      for await (const chunk of answer) text += chunk;
      if (answer.statusCode === 200) resolve(JSON.parse(text));
      else reject(new Error(`barrier ${barrier}: ${text}`));
    });
    call.once("error", reject);
    call.end(JSON.stringify({ round }));
  });
}

const [, , barrier, rounds] = process.argv;
for (let round = 1; round <= Number(rounds); round++) {
  // … what this round computes …
  console.log(`round ${round}: ${JSON.stringify(await enter(barrier, round))}`);
}
