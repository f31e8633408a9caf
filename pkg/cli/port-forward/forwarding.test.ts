import { expect, test } from "vitest";
import { parseForwarding } from "./forwarding.ts";

test.each([
  ["8080", { local: 8080, remote: "8080" }],
  ["8888:80", { local: 8888, remote: "80" }],
  [":80", { local: 0, remote: "80" }],
  ["http", { remote: "http" }],
  ["8888:http", { local: 8888, remote: "http" }],
  [":http", { local: 0, remote: "http" }],
])("%s", (text, forwarding) => {
  expect(parseForwarding(text)).toEqual(forwarding);
});

test.each(["", ":", "0", "70000", "x:80", "80:", "80:90:100", "HTTP"])("%j is none", (text) => {
  expect(() => parseForwarding(text)).toThrow("[LOCAL:]REMOTE");
});
