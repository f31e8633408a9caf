import { describe, expect, onTestFinished, test } from "vitest";
import { SimulatedEgress } from "../../test/support/simulated-egress.ts";
import { type Hook, type KubeObject, kinds, mustDecode, type ObjectKey, type RecoveryAction } from "../api/index.ts";
import { systemClock } from "../clock/index.ts";
import type { PostAnswer } from "../egress/index.ts";
import { StatusError } from "../status/index.ts";
import { HookCaller, type HookQuestion } from "./index.ts";
import { signature } from "./signature.ts";

const url = (name: string): string => `http://${name}.test/`;

function aHook(name: string, spec: Readonly<Record<string, unknown>> = {}): Hook {
  return mustDecode(kinds.Hook, {
    apiVersion: "plush.dev/v1",
    kind: "Hook",
    metadata: { name, namespace: "default", uid: `uid-${name}` },
    spec: { url: url(name), ...spec },
  });
}

const owner: KubeObject = {
  apiVersion: "plush.dev/v1",
  kind: "Application",
  metadata: { name: "app", namespace: "default", uid: "uid-app" },
};

function aQuestion(ordinal: number, more: Partial<HookQuestion> = {}): HookQuestion {
  return {
    key: { namespace: "default", name: `app-web-${ordinal}` },
    claimUid: `claim-${ordinal}`,
    cause: "HostLost 1",
    hooks: ["first"],
    owner,
    failure: {
      id: `id-${ordinal}`,
      component: "web",
      ordinal,
      epoch: 1,
      resource: "m1",
      reason: "HostLost",
      message: "machine m1 is dead",
      at: "2026-01-01T00:00:00Z",
    },
    proposed: "Replace",
    allowed: ["Replace", "Wait"],
    ...more,
  };
}

function start(hooks: readonly Hook[], secrets: Readonly<Record<string, string>> = {}) {
  const egress = new SimulatedEgress();
  const told: string[] = [];
  const answered: ObjectKey[] = [];
  const caller = new HookCaller({
    clock: systemClock,
    egress,
    events: {
      record: (object, type, reason, message) => void told.push(`${object.kind} ${type} ${reason} ${message}`),
    },
    hook: (_namespace, name) => hooks.find(({ metadata }) => metadata.name === name),
    secret: (_namespace, name) => {
      const hmac = secrets[name];
      if (hmac === undefined) return undefined;
      return { apiVersion: "v1", kind: "Secret", metadata: { name }, type: "Opaque", data: { hmac: btoa(hmac) } };
    },
  });
  onTestFinished(() => caller.stop());
  caller.onAnswer((key) => void answered.push(key));
  const answerTo = async (ordinal: number) => {
    await expect.poll(() => caller.answer(`claim-${ordinal}`)).toBeDefined();
    return caller.answer(`claim-${ordinal}`);
  };
  return { caller, egress, told, answered, answerTo };
}

const says = (action: unknown): PostAnswer => ({ status: 200, text: JSON.stringify({ action }) });

describe("hooks", () => {
  test("B-REC-10: failures of one cause that come together are one call, and once answered no other is made", async () => {
    const { caller, egress, answered, answerTo, told } = start([aHook("first")]);
    egress.answers.set(url("first"), says("Wait"));
    for (const ordinal of [0, 1, 2]) caller.ask(aQuestion(ordinal));
    caller.ask(aQuestion(1));
    expect(caller.answer("claim-0")).toBeUndefined();
    expect(await answerTo(2)).toEqual({ cause: "HostLost 1", action: "Wait", hook: "first" });
    expect(await answerTo(0)).toMatchObject({ action: "Wait" });
    expect(answered.map(({ name }) => name)).toEqual(["app-web-0", "app-web-1", "app-web-2"]);
    caller.ask(aQuestion(0));
    expect(egress.posts).toHaveLength(1);
    expect(egress.posts[0]?.body).toMatchObject({
      kind: "RecoveryQuestion",
      hook: "first",
      application: { namespace: "default", name: "app" },
      reason: "HostLost",
      failures: [{ ordinal: 0 }, { ordinal: 1 }, { ordinal: 2, component: "web", resource: "m1", epoch: 1 }],
      proposed: "Replace",
      allowed: ["Replace", "Wait"],
    });
    expect(told.filter((text) => text.startsWith("Application"))).toEqual([
      "Application Normal HookAsked hook first is asked about web-0, web-1, web-2 (HostLost)",
      expect.stringMatching(/^Application Normal HookAnswered hook first says Wait for web-0, .* after /),
    ]);
    expect(caller.lastCall("uid-first")).toMatchObject({ application: "app", failures: 3, result: "Wait" });
  });

  test("another cause, and the same one after it was forgotten, are asked anew", async () => {
    const { caller, egress, answerTo } = start([aHook("first")]);
    caller.ask(aQuestion(0));
    await answerTo(0);
    caller.ask(aQuestion(0, { cause: "HostLost 2" }));
    await answerTo(0);
    caller.forget("claim-0");
    expect(caller.answer("claim-0")).toBeUndefined();
    caller.ask(aQuestion(0, { cause: "HostLost 2" }));
    await answerTo(0);
    expect(egress.posts).toHaveLength(3);
    expect(new Set(egress.posts.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  });

  test("B-REC-11: hooks are asked in order, and the first that answers with an action decides", async () => {
    const { caller, egress, answerTo } = start(["first", "second", "third"].map((name) => aHook(name)));
    egress.answers.set(url("second"), says("Replace"));
    caller.ask(aQuestion(0, { hooks: ["first", "gone", "second", "third"] }));
    expect(await answerTo(0)).toMatchObject({ action: "Replace", hook: "second" });
    expect(egress.posts.map((post) => post.url)).toEqual([url("first"), url("second")]);
  });

  test("B-REC-12: calls are signed over time and body with the hook's Secret", async () => {
    const { caller, egress, answerTo } = start([aHook("first", { secretRef: { name: "key" } })], { key: "s3cret" });
    caller.ask(aQuestion(0));
    await answerTo(0);
    const [post] = egress.posts;
    const header = post?.headers["plush-signature"] ?? "";
    const [, seconds = ""] = /^t=(\d+),v1=[0-9a-f]{64}$/.exec(header) ?? [];
    expect(header).toBe(signature("s3cret", JSON.stringify(post?.body), Number(seconds) * 1000));
    // As any other program computes it: printf %s '1700000000.{}' | openssl dgst -sha256 -hmac s3cret
    expect(signature("s3cret", "{}", 1_700_000_000_999)).toBe(
      "t=1700000000,v1=97926816e98fbb41ccb1673225ff29a2f35369099990e1b1561651e7bd097ebf",
    );
  });

  const silent = new Promise<never>(() => {});
  test.each<[string, PostAnswer | Error | Promise<never>, string]>([
    ["no JSON", { status: 200, text: "Replace" }, 'answered "Replace", which is no JSON object with an action'],
    ["an action that makes no sense here", says("Restart"), 'answered "Restart", which is none of Replace, Wait'],
    ["an action that is no text", says({ do: "it" }), 'answered "[object Object]", which is none of'],
    ["an error", { status: 500, text: "" }, "answered 500, and not 200 or 204"],
    ["a redirect", { status: 302, text: "" }, "answered 302: redirects are not followed"],
    [
      "too much",
      new StatusError("RequestEntityTooLarge", "first.test is larger than 65536 bytes"),
      "gave no good answer: first.test is larger",
    ],
    ["nothing in time", silent, "gave no answer within 50ms"],
  ])("B-REC-13: %s: recovery's own word holds, and an Event says why", async (_name, answer, why) => {
    const { caller, egress, answerTo, told } = start([aHook("first", { timeout: "50ms" })]);
    egress.answers.set(url("first"), answer);
    caller.ask(aQuestion(0));
    expect(await answerTo(0)).toEqual({ cause: "HostLost 1" });
    const warning = told.find((text) => text.startsWith("Application Warning HookFailed"));
    expect(warning).toContain(`hook first ${why}`);
    expect(warning).toContain("recovery's own word holds for web-0 (HostLost): Replace");
    expect(caller.lastCall("uid-first")).toMatchObject({ result: "Failed", message: expect.stringContaining(why) });
  });

  test("without its key a hook is not asked at all", async () => {
    const { caller, egress, answerTo, told } = start([aHook("first", { secretRef: { name: "none" } })]);
    caller.ask(aQuestion(0));
    expect(await answerTo(0)).toEqual({ cause: "HostLost 1" });
    expect(egress.posts).toEqual([]);
    expect(told.join("\n")).toContain("is not asked: Secret none is not there");
  });

  test("questions with other choices go in calls of their own", async () => {
    const { caller, egress, answerTo } = start([aHook("first")]);
    const allowed: readonly RecoveryAction[] = ["Wait"];
    caller.ask(aQuestion(0));
    caller.ask(aQuestion(1, { allowed, proposed: "Wait" }));
    await answerTo(0);
    await answerTo(1);
    expect(egress.posts.map(({ body }) => body["allowed"])).toEqual([["Replace", "Wait"], ["Wait"]]);
  });
});
