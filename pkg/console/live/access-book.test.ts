import { expect, test } from "vitest";
import { kinds } from "../../api/index.ts";
import type { Transport } from "../../client/portable.ts";
import { AccessBook } from "./access-book.ts";

/** A server that knows one role, which can be changed. */
function server() {
  const asked: string[] = [];
  let verbs = ["get"];
  const transport = {
    async request({ body }: { readonly body?: string }) {
      const { kind, spec } = JSON.parse(body ?? "{}");
      asked.push(`${kind} ${spec.namespace ?? spec.resourceAttributes.verb}`);
      const status =
        kind === "SelfSubjectRulesReview"
          ? { resourceRules: [{ verbs, apiGroups: ["plush.dev"], resources: ["*"] }] }
          : { allowed: verbs.includes(spec.resourceAttributes.verb) };
      const text = JSON.stringify({ status });
      return {
        status: 201,
        headers: {},
        warnings: [],
        body: (async function* () {
          yield new TextEncoder().encode(text);
        })(),
      };
    },
    close: () => undefined,
  } as unknown as Transport;
  return { asked, transport, allow: (...more: string[]) => (verbs = [...verbs, ...more]) };
}

test("B-UI-10: one question a namespace, one each for what is in none; all again after a refusal, but not with each", async () => {
  const { asked, transport, allow } = server();
  const book = new AccessBook(transport);
  const may = (verb: string): boolean | undefined => book.may({ verb, kind: kinds.Application, namespace: "a" });
  const mayPool = (): boolean | undefined => book.may({ verb: "create", kind: kinds.ResourcePool });
  expect([may("get"), may("delete"), mayPool()]).toEqual([undefined, undefined, undefined]);
  await expect.poll(() => [may("get"), may("delete"), mayPool()]).toEqual([true, false, false]);
  expect(asked).toEqual(["SelfSubjectRulesReview a", "SelfSubjectAccessReview create"]);
  let told = 0;
  book.subscribe(() => told++);
  allow("delete", "create");
  book.refresh(1000);
  book.refresh(2000);
  // What was known counts until there is news.
  expect([may("get"), may("delete")]).toEqual([true, false]);
  await expect.poll(() => [may("get"), may("delete"), mayPool()]).toEqual([true, true, true]);
  expect([asked.length, told]).toEqual([4, 2]);
  book.refresh(7000);
  expect(asked.length).toBe(6);
});

test("B-UI-10: a question that came to nothing is asked again by those who still look", async () => {
  const { asked, transport, allow } = server();
  let failures = 2;
  const flaky: Transport = {
    ...transport,
    request: async (request) => {
      if (failures-- > 0) throw new Error("the network has changed");
      return transport.request(request);
    },
  };
  allow("create");
  const book = new AccessBook(flaky, { againMs: 10 });
  const seen: (boolean | undefined)[] = [];
  const look = (): void => void seen.push(book.may({ verb: "create", kind: kinds.ResourcePool }));
  book.subscribe(look);
  look();
  await expect.poll(() => seen.at(-1)).toBe(true);
  expect(asked).toEqual(["SelfSubjectAccessReview create"]);
});
