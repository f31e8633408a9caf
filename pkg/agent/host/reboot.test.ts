import { expect, test } from "vitest";
import { rebootMachine } from "./reboot.ts";

/** What was run, on a machine with these programs, of which those in `works` do what they are told. */
async function ran(
  works: readonly string[],
  change: Partial<Parameters<typeof rebootMachine>[0]> = {},
): Promise<string> {
  const commands: string[] = [];
  const outcome = await rebootMachine({
    isReal: true,
    root: true,
    find: (name) => name,
    hasSystemd: () => true,
    run: async (argv) => {
      commands.push(argv.join(" "));
      return { ok: works.includes(argv.join(" ")), output: "no\n" };
    },
    ...change,
  }).then(
    () => "done",
    (error: Error) => error.message,
  );
  return [...commands, outcome].join(", ");
}

test.each([
  ["in good order", ran(["systemctl reboot"]), "systemctl reboot, done"],
  ["without systemd", ran(["reboot"], { hasSystemd: () => false }), "reboot, done"],
  ["at once, where there is no order", ran(["reboot -f"], { hasSystemd: () => false }), "reboot, reboot -f, done"],
  [
    "not at all",
    ran([], { hasSystemd: () => false }),
    "reboot, reboot -f, the machine could not be restarted: reboot: no; reboot -f: no",
  ],
  [
    "nothing that could",
    ran([], { find: () => undefined }),
    "the machine could not be restarted: there is neither systemctl nor reboot",
  ],
  [
    "a part of another machine",
    ran(["systemctl reboot"], { isReal: false }),
    "this machine is a part of another one, which would be restarted with it",
  ],
  [
    "without root",
    ran(["systemctl reboot"], { root: false }),
    "the agent is not root: restarting needs it (ssh.user root, or ssh.sudo)",
  ],
])("%s", async (_name, found, expected) => {
  expect(await found).toBe(expected);
});
