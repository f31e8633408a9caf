import { describe, expect, test } from "vitest";
import { redact, scrub } from "./redact.ts";

const secret = "hunter2-hunter2";

describe("what leaves in a bundle holds no secret", () => {
  test.each([
    ["a Secret", { kind: "Secret", data: { password: btoa(secret) }, stringData: { password: secret } }],
    ["a ConfigMap", { kind: "ConfigMap", data: { "app.ini": `password=${secret}` } }],
    ["a variable", { kind: "Process", spec: { env: [{ name: "KEY", value: secret }] } }],
    ["a file", { kind: "Process", spec: { files: [{ path: "a", content: secret }] } }],
    ["a header", { kind: "Process", spec: { readinessProbe: { httpGet: { headers: { Authorization: secret } } } } }],
    ["an address", { kind: "Software", spec: { source: { url: `https://bob:${secret}@example.org/x.tar` } } }],
    ["a message", { kind: "Event", message: `curl -H 'Authorization: Bearer ${secret}' failed` }],
    ["what somebody applied", { metadata: { annotations: { last: `{"password":"${secret}"}` } } }],
    ["a private key", { message: `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}\n-----END OPENSSH PRIVATE KEY-----` }],
  ])("%s", (_what, object) => {
    const text = JSON.stringify(redact(object));
    expect(text).not.toContain(secret);
    expect(text).not.toContain(btoa(secret));
    expect(text).toContain("hidden");
  });
});

test("names, references and numbers stay", () => {
  const object = {
    kind: "Process",
    spec: { env: [{ name: "KEY", valueFrom: { secretKeyRef: { name: "keys", key: "a" } } }], ports: [{ port: 5000 }] },
  };
  expect(redact(object)).toEqual(object);
  expect(redact({ kind: "Secret", data: { password: "abcd", none: "" } })).toMatchObject({
    data: { password: "<hidden, 4 characters>", none: "" },
  });
});

test("a text without secrets stays as it is", () => {
  const text = "2026-01-02 INFO host lost host=n1 url=https://example.org:7443/x tokens=3";
  expect(scrub(text)).toBe(text);
});
