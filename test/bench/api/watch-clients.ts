import { Agent, request } from "node:https";

/** What the process of the watchers is told. */
export interface WatchOrder {
  readonly server: string;
  readonly ca?: string;
  readonly token: string;
  readonly watchers: number;
  readonly resourceVersion: string;
}

/** When each watcher read each change, in the order of the changes. */
export type Sightings = readonly (readonly number[])[];

const connectAtOnce = 20;

/** Milliseconds of a clock that is the same one in all processes of a machine. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The whole of the process that watches: connects, tells its parent that it has, notes times, tells them when asked. */
export function runWatchClients(): void {
  const seen: number[][] = [];
  process.on("message", (message: WatchOrder | "report") => {
    if (message === "report") process.send?.(seen);
    else void watchAll(message, seen).then(() => process.send?.("watching"));
  });
  process.once("disconnect", () => process.exit(0));
}

async function watchAll(order: WatchOrder, seen: number[][]): Promise<void> {
  let left = order.watchers;
  const work = async (): Promise<void> => {
    while (left-- > 0) await watch(order, seen);
  };
  await Promise.all(Array.from({ length: connectAtOnce }, work));
}

function note(seen: number[][], change: number, at: number): void {
  const known = seen[change];
  if (known === undefined) seen[change] = [at];
  else known.push(at);
}

/** Resolves when the answer has begun. */
function watch({ server, ca, token, resourceVersion }: WatchOrder, seen: number[][]): Promise<void> {
  const path = `/api/v1/namespaces/default/configmaps?watch=1&resourceVersion=${resourceVersion}`;
  return new Promise((resolve, reject) => {
    // An agent of its own: no two share a connection, and none resumes the session of another.
    const agent = new Agent({ maxCachedSessions: 0 });
    const outgoing = request(`${server}${path}`, { agent, ca, headers: { authorization: `Bearer ${token}` } });
    outgoing.once("error", reject);
    outgoing.once("response", (response) => {
      resolve();
      response.on("data", (chunk: Buffer) => {
        const at = nowMs();
        for (const [, change] of chunk.toString("latin1").matchAll(/"n":"(\d+)"/g)) note(seen, Number(change), at);
      });
    });
    outgoing.end();
  });
}
