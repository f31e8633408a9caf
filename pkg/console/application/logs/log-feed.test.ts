import { expect, it } from "vitest";
import type { Transport } from "../../../client/portable.ts";
import type { LogsMessage } from "../../../protocol/index.ts";
import { LogFeed } from "./log-feed.ts";

/** A server that says what it is told to, and frames that are drawn by hand. */
function stage(messages: readonly LogsMessage[]) {
  let time = 0;
  const frames: (() => void)[] = [];
  const asked: string[] = [];
  const transport: Transport = {
    async request({ body }) {
      asked.push(String(body));
      const bytes = new TextEncoder().encode(messages.map((message) => `${JSON.stringify(message)}\n`).join(""));
      return {
        status: 200,
        headers: {},
        warnings: [],
        body: (async function* () {
          yield bytes;
        })(),
      };
    },
    close: () => undefined,
  };
  const feed = new LogFeed({
    transport,
    request: { namespace: "default", selectors: ["a=b"], follow: true },
    now: () => time,
    beforeFrame: (run) => void frames.push(run),
  });
  const draw = (later = 0): void => {
    time += later;
    for (const run of frames.splice(0)) run();
  };
  return { feed, draw, asked, frames };
}

const text = (process: string, words: string): LogsMessage => ({ type: "text", process, text: words });
const seen = ({ view }: LogFeed) => Array.from({ length: view.count }, (_, index) => view.at(index)?.text);

it("sorts by time what was there, and tells once a frame", async () => {
  const { feed, draw, asked, frames } = stage([
    { type: "members", processes: ["a", "b"] },
    text("b", "2026-01-01T00:00:02Z two\n2026-01-01T00:00:04Z four\n"),
    text("a", "2026-01-01T00:00:01Z one\n2026-01-01T00:00:03Z three\n"),
    { type: "note", process: "b", note: "failed", message: "no" },
    { type: "end" },
  ]);
  let told = 0;
  feed.subscribe(() => told++);
  await feed.run();
  expect([frames.length, told, JSON.parse(asked[0] ?? "{}")]).toEqual([
    1,
    0,
    { namespace: "default", selectors: ["a=b"], follow: true },
  ]);
  draw();
  expect([seen(feed), told, feed.state, feed.failed]).toEqual([["one", "two", "three", "four"], 1, "ended", 1]);
  expect([feed.numberOf("a"), feed.numberOf("b")]).toEqual([0, 1]);
  feed.search(({ text: line }) => line.includes("o"));
  draw();
  expect(seen(feed)).toEqual(["one", "two", "four"]);
});

it("waits a moment for the rest of what was there, and says when the stream broke", async () => {
  const { feed, draw } = stage([text("a", "first\n")]);
  await feed.run();
  draw();
  expect([seen(feed), feed.state]).toEqual([[], "broken"]);
  draw(200);
  expect(seen(feed)).toEqual(["first"]);
});
