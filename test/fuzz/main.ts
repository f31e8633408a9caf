import { fuzz } from "./fuzz.ts";
import { startFuzzServer } from "./fuzz-server.ts";

// Mutated requests against the API server: FUZZ_REQUESTS (100,000) of them. FUZZ_SEED repeats a run's requests.

const requests = Number(process.env["FUZZ_REQUESTS"] ?? 100_000);
const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 1_000_000);

console.log(`fuzz: ${requests} requests, seed ${seed}`);
const server = await startFuzzServer();
const start = performance.now();
const { codes, failures } = await fuzz(server, {
  requests,
  seed,
  onProgress: (sent) => {
    if (sent % 10_000 === 0) console.log(`${sent} requests after ${Math.round((performance.now() - start) / 1000)} s`);
  },
});
await server.close();
console.log(
  Object.entries(codes)
    .map(([code, count]) => `${code}: ${count}`)
    .join(", "),
);
for (const failure of failures) console.error(failure);
console.log(failures.length === 0 ? "fuzz passed" : `fuzz failed, seed ${seed}`);
process.exit(failures.length === 0 ? 0 : 1);
