import { expect, it } from "vitest";
import { builtInCommands } from "../command-table.ts";
import { candidates } from "./candidates.ts";

const names = async (kind: string, namespace: string | undefined): Promise<readonly string[]> => [
  `${namespace ?? "here"}-${kind}-1`,
  "web",
];

it.each([
  [["de"], ["describe", "delete"]],
  [
    ["create", "se"],
    ["serviceaccount", "secret"],
  ],
  [
    ["create", "secret", ""],
    ["generic", "ssh-auth"],
  ],
  [
    ["get", "applicati"],
    ["applications", "applicationrevisions"],
  ],
  [["get", "app", "w"], ["web"]],
  [
    ["get", "app", "-n", "team", ""],
    ["team-app-1", "web"],
  ],
  [
    ["get", "app/"],
    ["app/here-app-1", "app/web"],
  ],
  [["get", "app", "--show-l"], ["--show-labels"]],
  [
    ["get", "app", "-o", "j"],
    ["json", "jsonpath="],
  ],
  [["apply", "--dry-run=s"], ["--dry-run=server"]],
  [["apply", "-f", "x"], [":files"]],
  [["run", "--pool", "w"], ["web"]],
  [["exec", "proc/x", "--", ""], [":files"]],
  [["nonsense", ""], []],
])("completes %j", async (words, expected) => {
  expect(await candidates(builtInCommands, words, names)).toEqual(expected);
});
