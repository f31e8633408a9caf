import { expect, onTestFinished, test } from "vitest";
import { fuzz } from "../fuzz/fuzz.ts";
import { recordedRequests } from "../fuzz/fuzz-request.ts";
import { startFuzzServer } from "../fuzz/fuzz-server.ts";

const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 1_000_000);

test(`3,000 mutated requests: no 5xx, no crash, nothing but objects and Statuses, nothing left open (seed ${seed})`, async () => {
  const server = await startFuzzServer();
  onTestFinished(() => server.close());
  const { codes, failures } = await fuzz(server, { requests: 3000, seed });
  expect(failures).toEqual([]);
  // A fuzzer that is always refused at the door has seen nothing.
  for (const code of [200, 201, 400, 403, 404, 405, 409, 415, 422])
    expect(codes[code], `HTTP ${code}`).toBeGreaterThan(0);
}, 300_000);

test("a fault of the server is found, and told with the command that shows it", async () => {
  const server = await startFuzzServer({
    "configmaps/fault": async () => {
      throw new TypeError("planted");
    },
  });
  onTestFinished(() => server.close());
  const planted = {
    method: "POST",
    path: "/api/v1/namespaces/default/configmaps/c/fault",
    headers: { "content-type": "application/json" },
    body: Buffer.from('{"it\'s":"é"}'),
  };
  // What is left open is no matter here.
  const target = { ...server, settle: async () => ({ heapBytes: 0, handles: 0 }) };
  const { failures } = await fuzz(target, {
    requests: 200,
    seed: 1,
    choose: (choices) => (choices.chance(0.05) ? planted : choices.one(recordedRequests)),
  });
  expect(failures.length).toBeGreaterThan(0);
  expect(failures[0]).toMatch(/^request \d+ of seed 1: HTTP 500: .*planted/);
  expect(failures[0]).toContain(String.raw`--data-binary $'{"it\'s":"\xc3\xa9"}'`);
}, 300_000);
