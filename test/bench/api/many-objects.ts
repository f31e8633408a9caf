import { readFileSync } from "node:fs";
import { afterwards } from "../afterwards.ts";
import { collectGarbage } from "../inspector.ts";
import { type Figure, median, spread } from "../measure.ts";
import { BenchServer } from "./bench-server.ts";

const starts = 5;

interface Memory {
  /** V8's heap and what it refers to outside. */
  readonly heapBytes: number;
  readonly residentBytes: number;
}

/** With so many ConfigMaps in the store and nobody asking: starts, and memory beside a server that has none. */
export async function benchManyObjects(server: BenchServer, objects: number): Promise<Figure[]> {
  const textBytes = await objectBytes(server, objects);
  const times: number[] = [];
  for (let round = 0; round < starts; round++) {
    await server.stop();
    times.push(await server.start());
  }
  const full = await memoryOf(server);
  const empty = await memoryOfEmpty();
  const each = (kind: keyof Memory): number => (full[kind] - empty[kind]) / objects - textBytes;
  return [
    {
      work: `start with ${objects} ConfigMaps in the store, until \`plush server ready\``,
      reference: "",
      measured: spread(times),
      bar: "≤ 3 s",
      met: median(times) <= 3000,
    },
    {
      work: `memory of each of ${objects} objects after a forced GC, beyond its JSON (${textBytes.toFixed(0)} bytes)`,
      reference: "",
      measured: `heap ${each("heapBytes").toFixed(0)} bytes, resident ${each("residentBytes").toFixed(0)} bytes`,
      bar: "≤ 1 KB",
      met: each("heapBytes") <= 1024 && each("residentBytes") <= 1024,
    },
  ];
}

/** Bytes of an object's JSON, on average: those of a list without its commas and its head. */
async function objectBytes(server: BenchServer, objects: number): Promise<number> {
  const limit = 5000;
  const bytes = await server.get(`/api/v1/namespaces/default/configmaps?limit=${limit}`);
  return bytes / Math.min(limit, objects);
}

async function memoryOf(server: BenchServer): Promise<Memory> {
  const heapBytes = await collectGarbage(server.log);
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1];
  return { heapBytes, residentBytes: Number(kilobytes) * 1024 };
}

async function memoryOfEmpty(): Promise<Memory> {
  const server = new BenchServer();
  const remove = afterwards(() => server.remove());
  await server.start();
  const memory = await memoryOf(server);
  await remove();
  return memory;
}
