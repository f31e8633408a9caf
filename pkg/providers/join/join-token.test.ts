import { expect, test } from "vitest";
import { joinToken, liveTokens, makeJoinSecret, poolOfSecret, redeem } from "./join-token.ts";

const nowAt = Date.parse("2026-01-01T00:00:00Z");

test("a secret names its pool; what is none names nothing", () => {
  const secret = makeJoinSecret("edge.site-1");
  expect(poolOfSecret(secret)).toBe("edge.site-1");
  expect(makeJoinSecret("edge")).not.toBe(makeJoinSecret("edge"));
  for (const text of ["", "plushjoin_edge_", `${secret}x`, secret.replace("plushjoin", "plush")])
    expect(poolOfSecret(text)).toBeUndefined();
});

test("a token is used as often as it says, until it is over, and is not told by what is kept of it", () => {
  const secret = makeJoinSecret("edge");
  const tokens = [joinToken(secret, 2, nowAt + 1000), joinToken(makeJoinSecret("edge"), 1, nowAt + 1000)];
  expect(JSON.stringify(tokens)).not.toContain(secret.slice(-20));
  const once = redeem(tokens, secret, nowAt) ?? [];
  expect(once.map(({ uses }) => uses)).toEqual([1, 1]);
  const twice = redeem(once, secret, nowAt) ?? [];
  expect(twice).toEqual([tokens[1]]);
  expect(redeem(twice, secret, nowAt)).toBeUndefined();
  expect(redeem(tokens, secret, nowAt + 1000)).toBeUndefined();
  expect(redeem(tokens, makeJoinSecret("edge"), nowAt)).toBeUndefined();
  expect(liveTokens(tokens, nowAt + 1000)).toEqual([]);
});
