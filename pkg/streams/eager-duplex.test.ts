import { once } from "node:events";
import { Duplex, PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { EagerDuplex } from "./eager-duplex.ts";

/** A connection with both of its ends in hand. */
function connection(): { readonly far: PassThrough; readonly sent: PassThrough; readonly near: EagerDuplex } {
  const far = new PassThrough();
  const sent = new PassThrough({ highWaterMark: 1 });
  const near = new EagerDuplex(Duplex.from({ readable: far, writable: sent }));
  return { far, sent, near };
}

describe("EagerDuplex", () => {
  test("takes writes at once though nobody reads at the other end", async () => {
    const { near } = connection();
    let taken = 0;
    for (let index = 0; index < 100; index++) near.write(Buffer.alloc(1 << 16), () => taken++);
    await expect.poll(() => taken).toBe(100);
  });

  test("passes on what it took, in order", async () => {
    const { near, sent } = connection();
    near.write("one ");
    near.write("two ");
    near.end("three");
    const chunks = await sent.toArray();
    expect(Buffer.concat(chunks).toString()).toBe("one two three");
  });

  test("passes on what is written in one turn as one piece, and what was written before it was destroyed", async () => {
    const { near, sent } = connection();
    const pieces: string[] = [];
    sent.on("data", (chunk) => pieces.push(String(chunk)));
    near.write("one ");
    near.write("two");
    await expect.poll(() => pieces).toEqual(["one two"]);
    near.write("three");
    near.destroy();
    await expect.poll(() => pieces).toEqual(["one two", "three"]);
  });

  test("is gone once the other end has said all and that was read, with no end in good order", async () => {
    const { near, far } = connection();
    far.end("last words");
    await turn();
    expect(near.destroyed).toBe(false);
    const closed = once(near, "close");
    const heard: unknown[] = [];
    near.on("data", (chunk) => heard.push(chunk));
    await closed;
    expect(String(heard)).toBe("last words");
    expect(near.readableEnded).toBe(false);
  });

  test("does not read ahead of its reader without bound", async () => {
    const { near, far } = connection();
    const big = 64 << 20;
    let written = 0;
    while (written < big && far.write(Buffer.alloc(1 << 16))) written += 1 << 16;
    await turn();
    expect(near.readableLength).toBeLessThan(1 << 20);
  });

  test("an error of the connection is its own", async () => {
    const { near, far } = connection();
    const failed = once(near, "error");
    far.destroy(new Error("cable cut"));
    const [error] = await failed;
    expect(error).toMatchObject({ message: "cable cut" });
    expect(near.destroyed).toBe(true);
  });
});
