import { mkdtempSync, rmSync } from "node:fs";
import { loadConfiguration } from "../../pkg/client/index.ts";
import { PlushServer, plushProgram, runProgram } from "../support/plush-server.ts";
import { findProgram } from "../support/programs.ts";
import { afterwards } from "./afterwards.ts";
import { type Figure, type Figures, median, spread } from "./measure.ts";

const rounds = 21;

/** The least that a program of Node.js can do that asks a server for something. */
const smallestGet = `require("https").get(process.env.ADDRESS, { rejectUnauthorized: false }, (answer) => answer.resume())`;

/** `plush get` against `node -e 0`, the smallest HTTPS request in Node.js and `kubectl get`, whole processes, in turn. */
export async function* benchCommandLine(): Figures {
  const home = mkdtempSync("/tmp/plush-bench-");
  afterwards(() => rmSync(home, { recursive: true, force: true }));
  const server = new PlushServer(`${home}/data`, home);
  afterwards(() => server.stop());
  await server.start();
  // The environment as it is: what it makes of Node's start, it makes of each.
  const { connection } = await loadConfiguration({ file: server.kubeconfig, env: {}, home });
  const ADDRESS = `${connection.server}/livez`;
  const env = { ...process.env, ...server.environment(), KUBECONFIG: server.kubeconfig, ADDRESS };
  const kubectl = findProgram("kubectl");
  const programs: [string, string, readonly string[]][] = [
    ["node -e 0", process.execPath, ["-e", "0"]],
    ["smallest HTTPS get", process.execPath, ["-e", smallestGet]],
    ["plush get", plushProgram, ["get", "namespaces"]],
    ...(kubectl === undefined
      ? []
      : ([["kubectl get", kubectl, ["get", "namespaces"]]] as [string, string, readonly string[]][])),
  ];
  const times = new Map<string, number[]>(programs.map(([name]) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, file, args] of programs) {
      const start = performance.now();
      const { code, stderr } = await runProgram(file, args, { env });
      if (code !== 0) throw new Error(`${name}: ${stderr}`);
      // The first round warms discovery caches and the page cache.
      if (round > 0) times.get(name)?.push(performance.now() - start);
    }
  }
  const of = (name: string): number[] => times.get(name) ?? [];
  const ratio = (name: string): number => median(of("plush get")) / median(of(name));
  const figures: Figure[] = [
    {
      work: "plush get",
      reference: `node -e 0: ${spread(of("node -e 0"))}; smallest HTTPS get in Node.js: ${spread(of("smallest HTTPS get"))}`,
      measured: `${spread(of("plush get"))} (${ratio("node -e 0").toFixed(2)} ×)`,
      bar: "≤ 1.5 ×",
      met: ratio("node -e 0") <= 1.5,
    },
  ];
  if (kubectl !== undefined) {
    figures.push({
      work: "plush get",
      reference: `kubectl get: ${spread(of("kubectl get"))}`,
      measured: `${spread(of("plush get"))} (${ratio("kubectl get").toFixed(2)} ×)`,
      bar: "≤ 2 ×",
      met: ratio("kubectl get") <= 2,
    });
  }
  yield* figures;
}
