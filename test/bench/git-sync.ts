import { GitSite } from "../support/git-site.ts";
import { mapText, SyncServer } from "../support/sync-server.ts";
import { afterwards } from "./afterwards.ts";
import { type Figure, type Figures, median, spread } from "./measure.ts";

const manifests = 1000;
const namespace = "bench";
const rounds = 5;

/** A repository of a thousand manifests: its first apply, a look that finds nothing new, and a push. */
export async function* benchGitSync(): Figures {
  const server = new SyncServer();
  afterwards(() => server.dispose());
  const site = new GitSite();
  afterwards(() => site.dispose());
  const names = Array.from({ length: manifests }, (_one, index) => `m${String(index).padStart(4, "0")}`);
  site.push(Object.fromEntries(names.map((name) => [`lab/${name}.yaml`, mapText(name, { text: "one" })])));
  await server.start();
  await server.room(namespace);
  const first = await timed(async () => {
    await server.sync(namespace, "site", { url: site.url, path: "lab" });
    await until(async () => (await server.getSync(namespace, "site")).status?.applied?.objects === manifests);
  });
  const cpu: number[] = [];
  const pushes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    await asked(server);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1000);
    const commit = site.push({ "lab/m0000.yaml": mapText("m0000", { text: String(round) }) });
    pushes.push(
      await timed(async () => {
        await asked(server);
        await until(async () => (await server.getSync(namespace, "site")).status?.applied?.revision === commit);
      }),
    );
  }
  yield* [
    figure(`GitSync: first apply of ${manifests} manifests`, [first], 10_000),
    figure("GitSync: CPU of the server for a look that finds nothing new", cpu, 200),
    figure(`GitSync: from a push of one of ${manifests} to its being applied`, pushes, 2000),
  ];
}

function figure(work: string, times: readonly number[], bar: number): Figure {
  return { work, reference: "", measured: spread(times), bar: `≤ ${bar} ms`, met: median(times) <= bar };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Asks for a look, and waits until it was followed; looked at seldom, since looking costs what is measured. */
async function asked(server: SyncServer): Promise<void> {
  const word = String(performance.now());
  await server.ask(namespace, "site", word);
  await until(async () => (await server.getSync(namespace, "site")).status?.handledRequest === word);
}

async function until(isMet: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 120_000;
  while (!(await isMet())) {
    if (performance.now() > end) throw new Error("it takes longer than two minutes");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
