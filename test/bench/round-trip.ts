import { readFileSync } from "node:fs";
import http2 from "node:http2";
import { connectSsh } from "../../pkg/remote/index.ts";
import { startTestbed } from "../support/testbed.ts";
import { type Figure, median, spread } from "./measure.ts";

const pings = 500;

/** HTTP/2 PING to an agent through SSH's socket forwarding: the floor of everything that is said to a machine. */
export async function benchRoundTrip(): Promise<Figure[]> {
  const bed = await startTestbed({ hosts: 1 });
  try {
    await bed.makePool();
    const [resource] = await bed.server.list<{ status: { directory: string } }>("resources");
    const [host] = bed.hosts;
    if (resource === undefined || host === undefined) throw new Error("no machine");
    const session = await connectSsh({
      host: host.address,
      port: host.port,
      user: "root",
      privateKey: readFileSync(bed.identity, "utf8"),
      hostKeys: { kind: "acceptNew" },
      jump: [],
      connectTimeoutMs: 10_000,
      signal: AbortSignal.timeout(60_000),
    });
    const stream = await session.forwardUnix(`${resource.status.directory}/run/agent.sock`);
    const link = http2.connect("http://agent", { createConnection: () => stream });
    const times: number[] = [];
    for (let count = 0; count < pings; count++) times.push(await ping(link));
    link.destroy();
    session.close();
    return [
      {
        work: "control round trip, HTTP/2 PING to an agent",
        reference: "",
        measured: spread(times),
        bar: "≤ 0.27 ms",
        met: median(times) <= 0.27,
      },
    ];
  } finally {
    await bed.close();
  }
}

function ping(link: http2.ClientHttp2Session): Promise<number> {
  return new Promise((resolve, reject) => {
    link.ping((error, durationMs) => (error === null ? resolve(durationMs) : reject(error)));
  });
}
