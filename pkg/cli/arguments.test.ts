import { describe, expect, it } from "vitest";
import { type Flag, parseArguments } from "./arguments.ts";

const flags: readonly Flag[] = [
  { name: "output", short: "o", type: "text", help: "" },
  { name: "stdin", short: "i", type: "switch", help: "" },
  { name: "tty", short: "t", type: "switch", help: "" },
  { name: "wait", type: "switch", help: "" },
  { name: "filename", short: "f", type: "texts", help: "" },
  { name: "tail", type: "number", help: "" },
  { name: "timeout", type: "duration", help: "" },
  { name: "dry-run", type: "text", bare: "client", choices: ["none", "client", "server"], help: "" },
];

describe("parseArguments", () => {
  it("takes flags anywhere, joined or apart, and leaves alone what follows --", () => {
    const args = parseArguments(
      [
        "app",
        "-it",
        "-oyaml",
        "-f",
        "a",
        "web",
        "-f=b",
        "--wait=false",
        "--timeout",
        "1m30s",
        "--tail=5",
        "--",
        "sh",
        "-c",
        "x",
      ],
      flags,
    );
    expect(args.positional).toEqual(["app", "web"]);
    expect(args.rest).toEqual(["sh", "-c", "x"]);
    expect([args.text("output"), args.texts("filename"), args.number("tail"), args.duration("timeout")]).toEqual([
      "yaml",
      ["a", "b"],
      5,
      90_000,
    ]);
    expect([args.on("stdin"), args.on("tty"), args.on("wait", true), args.on("absent", true)]).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  it("takes a value after = alone where the flag may stand bare", () => {
    expect(parseArguments(["--dry-run", "server"], flags).text("dry-run")).toBe("client");
    expect(parseArguments(["--dry-run=server"], flags).text("dry-run")).toBe("server");
  });

  it("reads a bare number as seconds", () => {
    expect(parseArguments(["--timeout=30"], flags).duration("timeout")).toBe(30_000);
  });

  it.each([
    [["--nope"], "unknown flag: --nope"],
    [["-x"], "unknown flag: -x"],
    [["-o"], "flag needs a value: -o"],
    [["--tail", "many"], '--tail: "many" is not a whole number'],
    [["--timeout=soon"], '--timeout: "soon" is not a duration such as 30s or 1h30m'],
    [["--wait=maybe"], '--wait: "maybe" is neither true nor false'],
    [["--dry-run=all"], '--dry-run: "all" is not one of none, client, server'],
  ])("refuses %j", (argv, message) => {
    expect(() => parseArguments(argv, flags)).toThrow(message);
  });
});
