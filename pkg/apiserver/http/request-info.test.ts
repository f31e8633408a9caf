import { expect, test } from "vitest";
import { readRequestInfo } from "./request-info.ts";

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
  ["POST", "/plush/v1/backup", "create /plush/v1/backup"],
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
