import { createHash, randomBytes } from "node:crypto";
import { Duplex } from "node:stream";
import { constants, createDeflate, createInflate } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { headerDictionary } from "./dictionary.ts";
import { encodeFrame, FrameReader, type SpdyFrame } from "./frames.ts";
import { HeaderPacker, HeaderUnpacker, type SpdyHeaders } from "./header-block.ts";
import { SpdySession } from "./session.ts";
import type { SpdyStream } from "./stream.ts";

const bytes = fc.uint8Array({ maxLength: 300 });
const id = fc.integer({ min: 0, max: 0x7fffffff });
const number = fc.integer({ min: 0, max: 0xffffffff });
const isLast = fc.boolean();

const frame: fc.Arbitrary<SpdyFrame> = fc.oneof(
  fc.record({ type: fc.constant("data" as const), stream: id, isLast, data: bytes }),
  fc.record({
    type: fc.constantFrom("synStream" as const, "synReply" as const, "headers" as const),
    stream: id,
    isLast,
    headers: bytes,
  }),
  fc.record({ type: fc.constant("reset" as const), stream: id, status: number }),
  fc.record({ type: fc.constant("ping" as const), id: number }),
  fc.record({ type: fc.constant("goAway" as const), lastStream: id, status: number }),
  fc.record({ type: fc.constant("windowUpdate" as const), stream: id, delta: number }),
  fc.constant({ type: "settings" as const }),
);

const headers: fc.Arbitrary<SpdyHeaders> = fc.dictionary(
  fc.stringMatching(/^[a-z-]{1,20}$/).filter((name) => name !== "__proto__"),
  fc.string({ unit: "grapheme", maxLength: 200 }),
  { maxKeys: 12, noNullPrototype: true },
);

test("the dictionary is that of the draft", () => {
  expect(headerDictionary).toHaveLength(1423);
  const digest = createHash("sha256").update(headerDictionary).digest("hex");
  expect(digest).toBe("51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02");
});

test("frames come out as they went in, however they are cut", () => {
  const plain = (frames: readonly SpdyFrame[]) =>
    frames.map((each) =>
      Object.entries(each).map(([name, value]) => [name, value instanceof Uint8Array ? [...value] : value]),
    );
  const cut = fc.property(
    fc.array(frame, { maxLength: 12 }),
    fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
    (frames, cuts) => {
      const sent = Buffer.concat(frames.map(encodeFrame));
      const reader = new FrameReader();
      const received: SpdyFrame[] = [];
      for (let at = 0, turn = 0; at < sent.length; turn++) {
        const size = cuts[turn % cuts.length] ?? 1;
        received.push(...reader.push(sent.subarray(at, at + size)));
        at += size;
      }
      expect(plain(received).map(Object.fromEntries)).toEqual(plain(frames).map(Object.fromEntries));
    },
  );
  // At once: nothing in it waits, though the type allows for that.
  void fc.assert(cut, { numRuns: 60 });
});

test.each([
  ["another version", [0x80, 2, 0, 1, 0, 0, 0, 0], "version 2"],
  ["a frame without end", [0, 0, 0, 1, 0, 0xff, 0xff, 0xff], "larger than"],
  ["a ping without id", [0x80, 3, 0, 6, 0, 0, 0, 0], "cut short"],
])("what is no frame is refused: %s", (_, raw, message) => {
  expect(() => new FrameReader().push(Uint8Array.from(raw))).toThrow(message);
});

test("header blocks are one zlib stream, which zlib itself reads", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(headers, { maxLength: 8 }), async (blocks) => {
      const packer = new HeaderPacker();
      const unpacker = new HeaderUnpacker();
      const plain = createInflate({ dictionary: headerDictionary });
      try {
        for (const block of blocks) {
          const packed = packer.pack(block);
          expect(await unpacker.unpack(packed)).toEqual(block);
          await new Promise<void>((done, failed) => plain.write(packed, (error) => (error ? failed(error) : done())));
        }
      } finally {
        unpacker.close();
        plain.destroy();
      }
    }),
    { numRuns: 30 },
  );
});

test("blocks that were compressed, as other programs do it, are read", async () => {
  const deflate = createDeflate({ dictionary: headerDictionary });
  const packed: Buffer[] = [];
  deflate.on("data", (part: Buffer) => packed.push(part));
  const unpacker = new HeaderUnpacker();
  const inflate = createInflate({ dictionary: headerDictionary });
  const blocks: Buffer[] = [];
  inflate.on("data", (part: Buffer) => blocks.push(part));
  for (const number of [1, 2, 3]) {
    const sent = { streamtype: "data", port: "80", requestid: String(number), "x-long": "z".repeat(10_000 * number) };
    // The plain block is had from what we pack ourselves.
    const packer = new HeaderPacker();
    const own = packer.pack(sent);
    deflate.write(own.subarray(11, own.length - 5));
    await new Promise<void>((done) => deflate.flush(constants.Z_SYNC_FLUSH, () => done()));
    expect(await unpacker.unpack(Buffer.concat(packed.splice(0)))).toEqual(sent);
  }
  await expect(unpacker.unpack(Buffer.from("nonsense"))).rejects.toThrow();
  await expect(unpacker.unpack(Buffer.from("more"))).rejects.toThrow();
  deflate.destroy();
});

/** Two ends of a connection, each of which waits while the other does not read. */
function connectionPair(): [Duplex, Duplex] {
  const make = (other: () => Duplex): Duplex => {
    const end = new Duplex({
      read: () => void end.emit("wanted"),
      write: (chunk, _, done) => {
        if (other().push(chunk)) done();
        else other().once("wanted", () => done());
      },
      final: (done) => {
        other().push(null);
        done();
      },
      destroy: (error, done) => {
        other().destroy();
        done(error);
      },
    });
    return end;
  };
  const left: Duplex = make(() => right);
  const right: Duplex = make(() => left);
  return [left, right];
}

function sessions(onStream: (stream: SpdyStream) => void) {
  const [left, right] = connectionPair();
  const server = new SpdySession(right, { role: "server", onStream });
  return { client: new SpdySession(left, { role: "client" }), server, left };
}

async function readAll(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

test("many streams carry what they are given, and each direction ends by itself", async () => {
  const { client, server } = sessions((stream) => {
    stream.accept();
    stream.pipe(stream);
  });
  const echo = async (size: number): Promise<void> => {
    const stream = await client.open({ port: "7" });
    const sent = randomBytes(size);
    stream.end(sent);
    expect((await readAll(stream)).equals(sent)).toBe(true);
  };
  await Promise.all([0, 1, 70_000, 300_000, 1_500_000].map(echo));
  client.close();
  await Promise.all([client.closed, server.closed]);
});

test("a reader that does not read makes the writer wait, and holds no more than is allowed", async () => {
  let accepted: SpdyStream | undefined;
  const { client } = sessions((stream) => {
    stream.accept();
    accepted = stream;
  });
  const stream = await client.open({});
  let taken = 0;
  const chunk = Buffer.alloc(64 << 10);
  const write = (): void => {
    stream.write(chunk, () => {
      taken += chunk.length;
      if (taken < 16 << 20) write();
      else stream.end();
    });
  };
  write();
  await expect.poll(() => accepted?.heldBytes).toBeGreaterThan(1 << 20);
  const stuck = taken;
  await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toBe(stuck);
  expect(stuck).toBeLessThan(4 << 20);
  const size = (await readAll(accepted as SpdyStream)).length;
  expect(size).toBe(16 << 20);
  client.close();
});

test("a broken stream breaks its other end alone; a broken connection breaks all", async () => {
  const arrived: SpdyStream[] = [];
  const { client, server, left } = sessions((stream) => {
    stream.accept();
    arrived.push(stream);
  });
  const [first, second] = [await client.open({ n: "1" }), await client.open({ n: "2" })];
  first.destroy();
  await expect.poll(() => arrived[0]?.destroyed).toBe(true);
  second.write("still there");
  await expect.poll(() => arrived[1]?.heldBytes).toBe(11);
  left.destroy();
  await Promise.all([client.closed, server.closed]);
  await expect.poll(() => arrived[1]?.destroyed).toBe(true);
  expect(second.destroyed).toBe(true);
});

test("a stream that the other end refuses is not opened", async () => {
  const { client } = sessions((stream) => stream.destroy());
  await expect(client.open({})).rejects.toThrow("broke the stream off");
  client.close();
});
