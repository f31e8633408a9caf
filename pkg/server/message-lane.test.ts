import { expect, test } from "vitest";
import { MessageLane } from "./message-lane.ts";

async function read(lane: MessageLane): Promise<object[]> {
  let text = "";
  for await (const chunk of lane.output) text += chunk;
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("messages come in the order in which they were put, many of them in one piece", async () => {
  const lane = new MessageLane();
  const pieces: string[] = [];
  lane.output.on("data", (chunk) => pieces.push(String(chunk)));
  for (let index = 0; index < 100; index++) expect(lane.put({ index })).toBeUndefined();
  lane.end();
  await new Promise((resolve) => lane.output.once("end", resolve));
  expect(pieces).toHaveLength(1);
  expect(
    pieces
      .join("")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).index),
  ).toEqual(Array.from({ length: 100 }, (_, index) => index));
});

test("a sender waits while nobody reads, and what is held has a bound", async () => {
  const lane = new MessageLane();
  const text = "x".repeat(64 << 10);
  let sent = 0;
  const send = async (): Promise<void> => {
    for (let count = 0; count < 20; count++) {
      await lane.put({ text });
      sent++;
    }
  };
  const senders = Promise.all([send(), send()]).then(() => lane.end());
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toBeLessThan(8);
  expect(await read(lane)).toHaveLength(40);
  await senders;
});

test("a talkative sender does not keep the others from their turn", async () => {
  const lane = new MessageLane();
  const turns: string[] = [];
  const send = async (name: string): Promise<void> => {
    for (let count = 0; count < 50; count++) {
      await lane.put({ name, text: "x".repeat(64 << 10) });
      turns.push(name);
    }
  };
  const senders = Promise.all(["a", "b", "c"].map(send)).then(() => lane.end());
  await read(lane);
  await senders;
  // After each of a sender's turns the others have theirs: none is ever far ahead.
  for (let end = 30; end <= turns.length; end += 30)
    for (const name of ["a", "b", "c"])
      expect(turns.slice(0, end).filter((turn) => turn === name).length).toBeGreaterThanOrEqual(end / 3 - 5);
});

test("where the reader has gone, nobody waits", async () => {
  const lane = new MessageLane();
  const waits = Array.from({ length: 10 }, () => lane.put({ text: "x".repeat(64 << 10) }));
  lane.output.destroy();
  await Promise.all(waits);
  expect(lane.put({})).toBeUndefined();
});
