import { describe, expect, test } from "vitest";
import { kubectlPrograms, startKubectl } from "./kubectl.ts";
import { manifestList, process } from "./manifests.ts";

describe.skipIf(kubectlPrograms().length === 0).each(kubectlPrograms())("kubectl $version and quotas", (program) => {
  test("B-QUOTA-6: kubectl makes, lists and describes quotas, and is told what they refuse", async () => {
    const { run, give } = await startKubectl(program);
    const made = await run("create", "quota", "fair", "--hard=count/processes.plush.dev=2,requests.cpu=1500m");
    expect(made).toMatchObject({ code: 0, stdout: "resourcequota/fair created\n", stderr: "" });
    expect(await give(manifestList(process("p1"), process("p2")), "create", "-f", "-")).toMatchObject({ code: 0 });
    const refused = await give(manifestList(process("p3")), "create", "-f", "-");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'processes.plush.dev "p3" is forbidden: exceeded quota: fair, requested: count/processes.plush.dev=1, used: count/processes.plush.dev=2, limited: count/processes.plush.dev=2',
    );
    const listed = async (): Promise<string> => (await run("get", "quota")).stdout;
    await expect
      .poll(listed, { timeout: 15_000 })
      .toMatch(/^fair +count\/processes\.plush\.dev: 2\/2, requests\.cpu: 0\/1500m +(\d+s|<unknown>)/m);
    expect(await listed()).toMatch(/^NAME +REQUEST +LIMIT +AGE/);
    const described = await run("describe", "quota", "fair");
    expect(described).toMatchObject({ code: 0, stderr: "" });
    expect(described.stdout).toMatch(/Resource +Used +Hard/);
    expect(described.stdout).toMatch(/count\/processes\.plush\.dev +2 +2/);
    expect(described.stdout).toMatch(/requests\.cpu +0 +1500m/);
  });
});
