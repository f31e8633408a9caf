import { expect, test } from "vitest";
import { readRequestInfo, ruledAttributes } from "./request-info.ts";

const plush = "/apis/plush.dev/v1";
test.each([
  ["GET", "/api/v1/namespaces", "list namespaces"],
  ["GET", "/api/v1/namespaces?watch=True", "watch namespaces"],
  ["GET", "/api/v1/namespaces/x", "get namespaces name=x"],
  ["PUT", "/api/v1/namespaces/x/finalize", "update namespaces/finalize name=x"],
  ["GET", "/api/v1/namespaces/x/secrets", "list secrets namespace=x"],
  ["GET", "/api/v1/namespaces/x/secrets?watch=0", "list secrets namespace=x"],
  ["POST", `${plush}/namespaces/x/claims/c/binding`, "create claims/binding namespace=x name=c"],
  ["PATCH", `${plush}/resources/m1/status`, "patch resources/status name=m1"],
  ["DELETE", `${plush}/resources`, "deletecollection resources"],
  ["DELETE", `${plush}/resources/m%31`, "delete resources name=m1"],
  ["HEAD", `${plush}/resources/m1`, "get resources name=m1"],
  ["POST", `${plush}/namespaces/x/processes/p/a/b`, "create processes/a/b namespace=x name=p"],
  ["GET", "/apis", "get /apis"],
  ["GET", plush, `get ${plush}`],
  ["GET", "/apis/plush.dev", "get /apis/plush.dev"],
  ["GET", "/healthz?verbose", "get /healthz"],
  ["POST", "/plush/v1/backup", "post /plush/v1/backup"],
])("%s %s is %s", (method, url, expected) => {
  const { attributes } = readRequestInfo(method, url);
  if (attributes.kind === "path") return expect(`${attributes.verb} ${attributes.path}`).toBe(expected);
  const { verb, resource, subresource, namespace, name } = attributes;
  const words = [
    verb,
    subresource === undefined ? resource : `${resource}/${subresource}`,
    ...(namespace === undefined ? [] : [`namespace=${namespace}`]),
    ...(name === undefined ? [] : [`name=${name}`]),
  ];
  return expect(words.join(" ")).toBe(expected);
});

test.each<[string, string, { namespace?: string; name?: string }]>([
  ["GET", "/api/v1/namespaces/x", { namespace: "x", name: "x" }],
  ["GET", "/api/v1/nodes/x", { name: "x" }],
  ["GET", "/api/v1/secrets?fieldSelector=metadata.name%3Dx", { name: "x" }],
  ["GET", "/api/v1/namespaces/y/secrets?watch=1&fieldSelector=metadata.name==x", { namespace: "y", name: "x" }],
  ["GET", "/api/v1/secrets?fieldSelector=metadata.name%3Dx,type%3Dy", {}],
  ["GET", "/api/v1/secrets?fieldSelector=metadata.name!%3Dx", {}],
  ["POST", "/api/v1/namespaces/y/secrets?fieldSelector=metadata.name%3Dx", { namespace: "y" }],
])("rules are asked about %s %s as %o", (method, url, expected) => {
  const { kind, verb, group, resource, ...where } = {
    name: undefined,
    namespace: undefined,
    ...ruledAttributes(readRequestInfo(method, url)),
  } as Record<string, unknown>;
  expect([kind, verb, group, resource]).not.toContain(undefined);
  expect(where).toEqual({ name: undefined, namespace: undefined, ...expected });
});
