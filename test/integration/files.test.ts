import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { useLocalPool } from "../support/local-pool.ts";

interface SeenProcess {
  readonly spec: { readonly component: string };
  readonly status?: {
    readonly resourceName?: string;
    readonly ports?: Readonly<Record<string, number>>;
    readonly pid?: number;
  };
}

describe("files that follow the members", () => {
  const { server } = useLocalPool("file", 4);
  const example = resolve(import.meta.dirname, "../../manifests/examples/haproxy/application.yaml");
  // HAProxy shall not hide what the list of servers gets wrong; a busy machine gets more time for the list.
  const manifest = readFileSync(example, "utf8")
    .replace("retries 3", "retries 0")
    .replace(/ *option redispatch\n/, "")
    .replace(" check inter 500ms", "")
    .replace("delay: 3s", "delay: 5s");

  const balancer = async (): Promise<SeenProcess | undefined> =>
    (await server.list<SeenProcess>("processes")).find(({ spec }) => spec.component === "balancer");

  async function balancerUrl(): Promise<string> {
    const { status } = (await balancer()) ?? {};
    const machine = await server.get<{ spec: { address: string } }>("resource", status?.resourceName ?? "");
    return `http://${machine.spec.address}:${status?.ports?.["web"]}/`;
  }

  it("B-FIL-18: no request fails while an update goes through servers behind HAProxy", async () => {
    await server.apply(manifest);
    await server.plush("wait", "app/shop", "--for=condition=Ready", "--timeout=60s");
    const url = await balancerUrl();
    const ask = async (): Promise<string> => {
      const answer = await fetch(url, { signal: AbortSignal.timeout(20_000) });
      return `${answer.status} ${(await answer.text()).trim()}`;
    };
    await expect.poll(ask, { timeout: 20_000, interval: 100 }).toBe("200 version 1");
    const pid = (await balancer())?.status?.pid;
    const answers = new Map<string, number>();
    let isOver = false;
    const load = async (): Promise<void> => {
      while (!isOver) {
        const answer = await ask().catch(String);
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
        await new Promise((next) => setTimeout(next, 20));
      }
    };
    const clients = [load(), load(), load(), load()];
    try {
      await server.apply(manifest.replace('value: "1"', 'value: "2"'));
      await server.plush("rollout", "status", "app/shop", "--timeout=90s");
    } finally {
      isOver = true;
      await Promise.all(clients);
    }
    expect([...answers.keys()].sort()).toEqual(["200 version 1", "200 version 2"]);
    await expect.poll(ask, { timeout: 20_000, interval: 100 }).toBe("200 version 2");
    expect((await balancer())?.status?.pid).toBe(pid);
  });
});
