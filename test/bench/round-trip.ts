import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import http2 from "node:http2";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type AgentLink, linkToAgent, linkToReader, type ReaderLink } from "./agent-link.ts";
import { type Figure, type Figures, median, spread } from "./measure.ts";
import { openBed } from "./open-bed.ts";

const pings = 500;
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 3);
const streamBytes = 128 << 20;
const chunkBytes = 64 << 10;

/** One machine: what a word and what a stream to its agent cost, beside a program that does nothing but read them. */
export async function* benchRoundTrip(): Figures {
  const bed = await openBed({ hosts: 1 });
  await bed.makePool();
  const agent = await linkToAgent(bed);
  const reader = await linkToReader(bed);
  yield await pingFigure(agent, reader);
  const bytes = randomBytes(streamBytes);
  // What is being compiled and what windows grow to is none of the first one's.
  await post(reader.session, bytes);
  const bare: number[] = [];
  const put: number[] = [];
  for (let round = 0; round < rounds; round++) {
    bare.push(await timed(() => post(reader.session, bytes)));
    put.push(await timed(putTask(agent, bytes, round)));
  }
  yield streamFigure("one stream: a package to an agent, which verifies and keeps it", bare, put);
  const file = join(bed.home, "stream");
  writeFileSync(file, bytes);
  const copied: number[] = [];
  for (let round = 0; round < rounds; round++)
    copied.push(await timed(() => bed.server.plush("cp", file, `resource/${agent.resourceName}:/tmp/stream`)));
  yield streamFigure("the same by `plush cp`, through the API and `tar` on the machine", bare, copied);
}

async function pingFigure(agent: AgentLink, reader: ReaderLink): Promise<Figure> {
  const times = { agent: [] as number[], reader: [] as number[] };
  for (let count = 0; count < pings; count++) {
    times.agent.push(await ping(agent.pings));
    times.reader.push(await ping(reader.session));
  }
  return {
    work: "control round trip, HTTP/2 PING to an agent through SSH",
    reference: `to a program that does nothing else: ${spread(times.reader)}`,
    measured: spread(times.agent),
    bar: "≤ 0.27 ms",
    met: median(times.agent) <= 0.27,
  };
}

function streamFigure(work: string, bare: readonly number[], times: readonly number[]): Figure {
  return {
    work: `${work}, ${streamBytes >> 20} MiB`,
    reference: `HTTP/2 POST through SSH to a program that drops it: ${rates(bare)}`,
    measured: `${rates(times)} (${(median(bare) / median(times)).toFixed(2)} × as fast)`,
    bar: "",
    met: true,
  };
}

/** Slowest / median / fastest. */
function rates(times: readonly number[]): string {
  const all = times.map((ms) => streamBytes / 1000 / ms).sort((left, right) => left - right);
  return `${[all[0] ?? Number.NaN, median(all), all.at(-1) ?? Number.NaN].map(Math.round).join(" / ")} MB/s`;
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

function ping(session: http2.ClientHttp2Session): Promise<number> {
  return new Promise((resolve, reject) => {
    session.ping((error, durationMs) => (error === null ? resolve(durationMs) : reject(error)));
  });
}

/** Another package each time, by its last byte. */
function putTask({ session }: AgentLink, bytes: Buffer, round: number): () => Promise<void> {
  bytes.writeUInt8(round, bytes.length - 1);
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  return () => session.putBlob(digest, { offset: 0, total: bytes.length, bytes: piecesOf(bytes) });
}

function post(session: http2.ClientHttp2Session, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = session.request({ [http2.constants.HTTP2_HEADER_METHOD]: "POST" });
    request.once("error", reject);
    request.once("end", resolve);
    request.resume();
    piecesOf(bytes).pipe(request);
  });
}

function piecesOf(bytes: Buffer): Readable {
  const pieces = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, at) =>
    bytes.subarray(at * chunkBytes, (at + 1) * chunkBytes),
  );
  return Readable.from(pieces, { objectMode: false });
}
