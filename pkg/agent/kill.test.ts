import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sleep, systemClock } from "../clock/index.ts";
import { AgentProcess } from "./testing/agent-process.ts";
import { claimOrder, documentOf, processOrder } from "./testing/orders.ts";

const rounds = 16;

test("an agent killed at any moment of a start starts nothing twice and forgets nothing", {
  timeout: 120_000,
}, async () => {
  const agent = new AgentProcess();
  await agent.build();
  const out = join(agent.directory, "out");
  mkdirSync(out);
  // Each tells its claim, pid and whether it goes on; the file is outside the claim's directory.
  const record = (uid: string, last: string) => [
    "sh",
    "-c",
    `echo "$PLUSH_CLAIM_UID $$" >> "$1/${uid}"; ${last}`,
    "sh",
    out,
  ];
  const claims = Array.from({ length: rounds }, (_, number) => {
    const processes = [
      processOrder({ uid: `once-${number}`, restartPolicy: "Never", argv: record(`once-${number}`, "exit 3") }),
      processOrder({ uid: `stays-${number}`, argv: record(`stays-${number}`, "exec sleep 1000") }),
    ];
    return claimOrder({ uid: `c${number}`, name: `c${number}`, ordinal: number, processes });
  });
  for (let round = 0; round < rounds; round++) {
    const client = await agent.start();
    const accepted = client.put(documentOf(claims.slice(0, round + 1), { generation: round + 1 }));
    accepted.catch(() => undefined);
    // From before the document is on disk to after both processes run.
    await sleep(systemClock, round * 2.25 + Math.random() * 3);
    await agent.kill();
  }
  const client = await agent.start();
  await client.put(documentOf(claims, { generation: rounds }));
  for (let number = 0; number < rounds; number++) {
    const state = (uid: string) => client.process(`c${number}`, uid)?.state;
    await expect.poll(() => state(`once-${number}`), { timeout: 20_000 }).toBe("Exited");
    await expect.poll(() => state(`stays-${number}`), { timeout: 20_000 }).toBe("Ready");
    expect(client.process(`c${number}`, `once-${number}`)?.exitCode).toBe(3);
    for (const uid of [`once-${number}`, `stays-${number}`]) {
      expect(existsSync(join(out, uid)), uid).toBe(true);
      expect(readFileSync(join(out, uid), "utf8").trim().split("\n"), uid).toHaveLength(1);
    }
  }
});
