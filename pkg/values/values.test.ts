import { describe, expect, test } from "vitest";
import type { ConfigMap, ProcessFile, Secret } from "../api/index.ts";
import { refersTo, resolveEnvironment, resolveFiles, type ValueSource } from "./index.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const credentials: Secret = {
  apiVersion: "v1",
  kind: "Secret",
  type: "Opaque",
  metadata: { name: "credentials" },
  data: { password: base64("hunter2"), "not-a-name": base64("x") },
};
const settings: ConfigMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings" },
  data: { level: "debug", broken: "{{ .nothing" },
};
const source: ValueSource = {
  secret: (name) => (name === "credentials" ? credentials : undefined),
  configMap: (name) => (name === "settings" ? settings : undefined),
};

describe("variables of a process", () => {
  test("come from Secrets and ConfigMaps; those of Secrets are marked", () => {
    const { env, missing } = resolveEnvironment(
      {
        envFrom: [],
        env: [
          { name: "PLAIN", value: "1" },
          { name: "EMPTY" },
          { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "credentials", key: "password", optional: false } } },
          { name: "LEVEL", valueFrom: { configMapKeyRef: { name: "settings", key: "level", optional: false } } },
        ],
      },
      source,
    );
    expect(missing).toEqual([]);
    expect(env).toEqual([
      { name: "PLAIN", value: "1" },
      { name: "EMPTY", value: "" },
      { name: "PASSWORD", value: "hunter2", secret: true },
      { name: "LEVEL", value: "debug" },
    ]);
  });

  test("all keys of an object, with a prefix; keys that are no names are left out", () => {
    const { env } = resolveEnvironment(
      { env: [], envFrom: [{ prefix: "DB_", secretRef: { name: "credentials" } }] },
      source,
    );
    expect(env).toEqual([{ name: "DB_password", value: "hunter2", secret: true }]);
  });

  test("env comes after envFrom, so that it wins", () => {
    const { env } = resolveEnvironment(
      { env: [{ name: "level", value: "info" }], envFrom: [{ configMapRef: { name: "settings" } }] },
      source,
    );
    expect(env.filter(({ name }) => name === "level").map(({ value }) => value)).toEqual(["debug", "info"]);
  });

  test("what is missing is told by object or key, unless it is optional", () => {
    const { env, missing } = resolveEnvironment(
      {
        envFrom: [{ secretRef: { name: "gone" } }, { configMapRef: { name: "away" } }],
        env: [
          { name: "A", valueFrom: { secretKeyRef: { name: "credentials", key: "user", optional: false } } },
          { name: "B", valueFrom: { configMapKeyRef: { name: "away", key: "level", optional: false } } },
          { name: "C", valueFrom: { secretKeyRef: { name: "gone", key: "user", optional: true } } },
          { name: "D", valueFrom: { configMapKeyRef: { name: "settings", key: "gone", optional: true } } },
        ],
      },
      source,
    );
    expect(env).toEqual([]);
    expect(missing).toEqual(["Secret gone", "ConfigMap away", "key user of Secret credentials", "ConfigMap away"]);
  });
});

describe("files of a process", () => {
  const file = (parts: Partial<ProcessFile>): ProcessFile => ({
    path: "etc/app.conf",
    mode: "0640",
    template: false,
    onChange: "Restart",
    signal: "HUP",
    ...parts,
  });

  test("have their text from the manifest or another object, and their mode as a number", () => {
    const { files, missing, faults } = resolveFiles(
      {
        files: [
          file({ content: "a=1" }),
          file({ secretKeyRef: { name: "credentials", key: "password", optional: false } }),
          file({ configMapKeyRef: { name: "settings", key: "level", optional: false } }),
        ],
      },
      source,
    );
    expect([missing, faults]).toEqual([[], []]);
    expect(files.map(({ text }) => text)).toEqual(["a=1", "hunter2", "debug"]);
    expect(files.map(({ mode }) => mode)).toEqual([0o640, 0o640, 0o640]);
  });

  test("a text that is not there is told, unless it is optional", () => {
    const { files, missing } = resolveFiles(
      {
        files: [
          file({ secretKeyRef: { name: "gone", key: "password", optional: false } }),
          file({ configMapKeyRef: { name: "settings", key: "gone", optional: false } }),
          file({ configMapKeyRef: { name: "gone", key: "gone", optional: true } }),
        ],
      },
      source,
    );
    expect(files).toEqual([]);
    expect(missing).toEqual(["Secret gone", "key gone of ConfigMap settings"]);
  });

  test("a template of another object that is none says where, and never what a Secret holds", () => {
    const { faults } = resolveFiles(
      { files: [file({ template: true, configMapKeyRef: { name: "settings", key: "broken", optional: false } })] },
      source,
    );
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^file etc\/app\.conf: key broken of ConfigMap settings, line 1, column \d+: /);
  });
});

describe("refersTo", () => {
  const nothing = { env: [], envFrom: [], files: [] };
  const reference = { name: "shared", key: "k", optional: false };

  test.each([
    ["a variable", { ...nothing, env: [{ name: "A", valueFrom: { secretKeyRef: reference } }] }],
    ["all variables", { ...nothing, envFrom: [{ secretRef: { name: "shared" } }] }],
  ])("finds %s, by kind and name", (_, spec) => {
    expect(refersTo(spec, "Secret", "shared")).toBe(true);
    expect(refersTo(spec, "ConfigMap", "shared")).toBe(false);
    expect(refersTo(spec, "Secret", "other")).toBe(false);
  });
});
