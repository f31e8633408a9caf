import { expect, test } from "vitest";
import { FakeClock } from "../clock/index.ts";
import { answerHeaders, requestHeaders, upgradeHeaders } from "./passed-headers.ts";
import { cookieOf, isOwnHost, isOwnPage, isVisit, refusalOf, socketRefusalOf } from "./request-checks.ts";
import { isSame, Sessions } from "./sessions.ts";

const host = "127.0.0.1:8090";
const origin = `http://${host}`;

test("our names are those of loopback, with our port", () => {
  const names = [host, "localhost:8090", "127.0.0.1", "127.0.0.1:8091", "evil.example:8090", "[::1]:8090", undefined];
  expect(names.map((name) => isOwnHost(name, 8090))).toEqual([true, true, false, false, false, false, false]);
});

test("other pages are told by what the browser says of them", () => {
  const own = (headers: Record<string, string>): boolean => isOwnPage({ headers: { host, ...headers } });
  expect(own({})).toBe(true);
  expect(own({ origin, "sec-fetch-site": "same-origin" })).toBe(true);
  expect(own({ "sec-fetch-site": "none" })).toBe(true);
  expect(own({ "sec-fetch-site": "cross-site" })).toBe(false);
  // Another port of the same computer is the same site to a browser.
  expect(own({ "sec-fetch-site": "same-site" })).toBe(false);
  expect(own({ origin: "http://127.0.0.1:9999" })).toBe(false);
  expect(own({ origin: "null" })).toBe(false);
  const visit = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  expect(isVisit({ method: "GET", headers: visit })).toBe(true);
  expect(isVisit({ method: "POST", headers: visit })).toBe(false);
  expect(isVisit({ method: "GET", headers: { ...visit, "sec-fetch-dest": "iframe" } })).toBe(false);
});

test("what changes something needs our origin and the page's value", () => {
  const refusal = (method: string, headers: Record<string, string>) =>
    refusalOf({ method, headers: { host, ...headers } }, "secret");
  expect(refusal("GET", {})).toBeUndefined();
  expect(refusal("DELETE", { origin, "x-plush-csrf": "secret" })).toBeUndefined();
  expect(refusal("POST", { "x-plush-csrf": "secret" })).toContain("own page");
  expect(refusal("POST", { origin: "https://127.0.0.1:8090", "x-plush-csrf": "secret" })).toContain("own page");
  expect(refusal("POST", { origin })).toContain("x-plush-csrf");
  expect(refusal("PATCH", { origin, "x-plush-csrf": "secreT" })).toContain("x-plush-csrf");
  expect(socketRefusalOf({ headers: { host, origin } })).toBeUndefined();
  expect(socketRefusalOf({ headers: { host } })).toBeDefined();
  expect(isSame(undefined, "")).toBe(false);
  expect(isSame("ä", "a")).toBe(false);
});

test("a code is good once, and for five minutes", async () => {
  const clock = new FakeClock(0);
  const sessions = new Sessions(clock);
  const [code, late] = [sessions.newCode(), sessions.newCode()];
  const cookie = sessions.exchange(code);
  expect(sessions.find(cookie)?.csrf).toMatch(/^[\w-]{43}$/);
  expect(sessions.exchange(code)).toBeUndefined();
  expect(sessions.exchange("")).toBeUndefined();
  expect(sessions.find("")).toBeUndefined();
  await clock.advance(5 * 60_000 + 1);
  expect(sessions.exchange(late)).toBeUndefined();
});

test("cookies by name", () => {
  const headers = { cookie: "a=1; plush-ui-8090=x=y; plush-ui-80=z" };
  expect(cookieOf({ headers }, "plush-ui-8090")).toBe("x=y");
  expect(cookieOf({ headers }, "plush-ui-8091")).toBeUndefined();
});

test("a browser's word on who it is goes no further, nor what is about one connection", () => {
  const headers = {
    ...{ host, origin, cookie: "a=1", referer: origin, authorization: "Bearer x", "x-plush-csrf": "x" },
    ...{ "impersonate-user": "root", "x-forwarded-for": "1.2.3.4", "sec-fetch-site": "same-origin", "x-own": "1" },
    ...{ connection: "keep-alive, X-Own", "transfer-encoding": "chunked", te: "trailers", expect: "100-continue" },
    ...{ accept: "application/json", "content-type": "application/json", "content-length": "2" },
  };
  expect(requestHeaders(headers)).toEqual({
    ...{ accept: "application/json", "content-type": "application/json", "content-length": "2" },
  });
  expect(
    upgradeHeaders({
      ...{ connection: "Upgrade", upgrade: "websocket", "sec-websocket-key": "k", "sec-websocket-version": "13" },
      "sec-websocket-protocol": "base64url.bearer.authorization.k8s.io.dG9rZW4, v5.channel.k8s.io",
    }),
  ).toEqual({
    ...{ connection: "Upgrade", upgrade: "websocket", "sec-websocket-key": "k", "sec-websocket-version": "13" },
    "sec-websocket-protocol": "v5.channel.k8s.io",
  });
  expect(
    answerHeaders({
      "content-type": "text/html",
      "set-cookie": "a=1",
      connection: "close",
      "access-control-allow-origin": "*",
    }),
  ).toEqual({
    "content-type": "text/html",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
  });
});
