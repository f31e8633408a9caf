import { request } from "node:http";
import { expect } from "vitest";
import type { BarrierAnswer } from "../../protocol/index.ts";
import { socketPath } from "../socket/socket-path.ts";
import { claimOrder, documentOf, processOrder } from "./orders.ts";
import { TestAgent } from "./test-agent.ts";

// Agents of several test files share this machine: what runs is found by uids of its own.
export const claim = `c-${process.pid}`;
export const uid = `p-${process.pid}`;

/** An answer that lets the process pass. */
export const pass = (round: number, more: Partial<BarrierAnswer> = {}): BarrierAnswer => {
  return {
    processUid: uid,
    name: "start",
    round,
    outcome: "Pass",
    rank: 1,
    entered: 2,
    late: false,
    reason: "all",
    ...more,
  };
};

interface Reply {
  readonly code: number;
  readonly body: Record<string, unknown>;
}

/** A call on PLUSH_SOCKET. */
export function ask(socket: string, method: string, path: string, body?: object): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: socket, method, path }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      answer.once("end", () => resolve({ code: answer.statusCode ?? 0, body: JSON.parse(text) as Reply["body"] }));
    });
    call.once("error", reject);
    call.end(body && JSON.stringify(body));
  });
}

/** An agent with one process that runs, and whose socket can be called. */
export async function running(change: Parameters<typeof processOrder>[0] = {}) {
  const agent = new TestAgent();
  await agent.start();
  let generation = 0;
  const client = await agent.connect();
  const order = claimOrder({ uid: claim, processes: [processOrder({ uid, ...change })] });
  const put = (barriers: readonly BarrierAnswer[], more: object = {}) =>
    client.put(documentOf([{ ...order, ...more, barriers }], { generation: ++generation }));
  await put([]);
  const socket = socketPath(agent.path("s"), uid);
  await expect.poll(() => client.process(claim, uid)?.state).toMatch(/Running|Ready/);
  return { agent, client, put, socket };
}
