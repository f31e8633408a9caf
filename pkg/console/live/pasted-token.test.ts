import { expect, test } from "vitest";
import { parse } from "yaml";
import { readPasted } from "./pasted-token.ts";

const read = (text: string) => readPasted(text, async (yaml) => parse(yaml));
const config = (users: object, current = "plush") =>
  JSON.stringify({
    kind: "Config",
    users,
    contexts: [
      { name: "other", context: { user: "bob" } },
      { name: "plush", context: { user: "alice" } },
    ],
    "current-context": current,
  });

test.each([
  ["  plush_abc.DEF-1\n", { token: "plush_abc.DEF-1" }],
  ["Authorization: Bearer abc", { token: "abc" }],
  ["  ", { problem: "empty" }],
  ["two words", { problem: "text" }],
  [
    config([
      { name: "bob", user: { token: "b" } },
      { name: "alice", user: { token: "a" } },
    ]),
    { token: "a" },
  ],
  [
    config(
      [
        { name: "bob", user: { token: "b" } },
        { name: "alice", user: {} },
      ],
      "other",
    ),
    { token: "b" },
  ],
  ["users:\n- name: x\n  user:\n    token: only\n", { token: "only" }],
  [config([{ name: "alice", user: { "client-certificate-data": "x" } }]), { problem: "certificate" }],
  [config([{ name: "alice", user: { exec: { command: "x" } } }]), { problem: "program" }],
  [config([{ name: "alice", user: { tokenFile: "/x" } }]), { problem: "file" }],
  [
    config([
      { name: "bob", user: { token: "b" } },
      { name: "carol", user: {} },
    ]),
    { problem: "nobody" },
  ],
  ["users: [", { problem: "text" }],
])("%j", async (text, wanted) => {
  expect(await read(text)).toEqual(wanted);
});
