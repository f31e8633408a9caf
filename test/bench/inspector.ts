import { once } from "node:events";
import { WebSocket } from "ws";

/**
 * Has a process whose inspector is open collect its garbage twice: what the first time ends may hold more. Resolves with
 * the bytes that are left, V8's heap and what it refers to outside. `log` is what the process wrote to stderr.
 */
export async function collectGarbage(log: string): Promise<number> {
  const url = [...log.matchAll(/Debugger listening on (ws:\S+)/g)].at(-1)?.[1];
  if (url === undefined) throw new Error("the server's inspector is not open");
  const socket = new WebSocket(url);
  await once(socket, "open");
  try {
    await call(socket, "HeapProfiler.collectGarbage");
    await call(socket, "HeapProfiler.collectGarbage");
    const expression = "(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())";
    const { result } = (await call(socket, "Runtime.evaluate", { expression, returnByValue: true })) as {
      readonly result: { readonly value: number };
    };
    return result.value;
  } finally {
    socket.close();
  }
}

let lastId = 0;

async function call(socket: WebSocket, method: string, params: object = {}): Promise<unknown> {
  const id = ++lastId;
  const answered = new Promise<unknown>((resolve) => {
    const read = (data: Buffer): void => {
      const message = JSON.parse(data.toString()) as { readonly id?: number; readonly result?: unknown };
      if (message.id !== id) return;
      socket.off("message", read);
      resolve(message.result);
    };
    socket.on("message", read);
  });
  socket.send(JSON.stringify({ id, method, params }));
  return answered;
}
