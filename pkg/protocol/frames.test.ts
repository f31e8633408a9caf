import fc from "fast-check";
import { expect, test } from "vitest";
import { channel, encodeFrame, FrameDecoder, maxFrameBytes } from "./index.ts";

test("frames come out as they went in, however the stream is cut", () => {
  const frames = fc.array(fc.record({ id: fc.integer({ min: 0, max: 4 }), payload: fc.uint8Array({ maxLength: 40 }) }));
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sent, cuts) => {
      const bytes = Buffer.concat(sent.map(({ id, payload }) => encodeFrame(id, payload)));
      const decoder = new FrameDecoder();
      const received: { id: number; payload: Uint8Array }[] = [];
      for (let at = 0, cut = 0; at < bytes.length; cut++) {
        const length = cuts[cut % cuts.length] ?? 1;
        for (const frame of decoder.push(bytes.subarray(at, at + length))) {
          received.push({ id: frame.channel, payload: Uint8Array.from(frame.payload) });
        }
        at += length;
      }
      expect(received).toEqual(sent.map(({ id, payload }) => ({ id, payload: Uint8Array.from(payload) })));
    }),
  );
});

test("a frame that announces too much is refused", () => {
  const header = encodeFrame(channel.stdout, new Uint8Array(0));
  new DataView(header.buffer).setUint32(1, maxFrameBytes + 1);
  expect(() => new FrameDecoder().push(header)).toThrow(/larger than/);
});
