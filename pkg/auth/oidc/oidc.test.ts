import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { exportJWK, SignJWT } from "jose";
import { expect, test } from "vitest";
import { FakeClock } from "../../clock/index.ts";
import { type Logger, silentLogger } from "../../log/index.ts";
import type { Identity } from "../identity.ts";
import { identityOfClaims, type OidcClaims } from "./claims.ts";
import { makeOidcReader, type OidcReaderOptions } from "./oidc-reader.ts";

const issuer = "https://id.example";

test.each<[string, Partial<OidcClaims>, object, Partial<Identity> | string]>([
  ["the subject, by default", {}, { sub: "u1" }, { user: `${issuer}#u1`, groups: ["system:authenticated"] }],
  ["no prefix", { usernamePrefix: "-" }, { sub: "u1" }, { user: "u1" }],
  ["another prefix", { usernamePrefix: "oidc:" }, { sub: "u1" }, { user: "oidc:u1" }],
  [
    "an address, which needs no prefix",
    { usernameClaim: "email" },
    { email: "a@b", email_verified: true },
    { user: "a@b" },
  ],
  [
    "an address that nobody verified",
    { usernameClaim: "email" },
    { email: "a@b", email_verified: false },
    "not verified",
  ],
  ["nobody", { usernameClaim: "name" }, { sub: "u1" }, "claim name is no text"],
  [
    "groups",
    { groupsClaim: "groups", groupsPrefix: "oidc:" },
    { sub: "u1", groups: ["a", "b"] },
    { groups: ["oidc:a", "oidc:b", "system:authenticated"] },
  ],
  ["one group", { groupsClaim: "g" }, { sub: "u1", g: "a" }, { groups: ["a", "system:authenticated"] }],
  ["groups that are none", { groupsClaim: "g" }, { sub: "u1", g: [1] }, "claim g is no list of texts"],
  [
    "groups that are not the issuer's to give",
    { groupsClaim: "g" },
    { sub: "u1", g: ["system:masters", "a"] },
    { groups: ["a", "system:authenticated"] },
  ],
  ["a user who is not", { usernamePrefix: "-" }, { sub: "system:admin" }, "user system:admin is reserved"],
  ["what is required", { requiredClaims: { hd: "x" } }, { sub: "u1", hd: "x" }, { user: `${issuer}#u1` }],
  ["what is not enough", { requiredClaims: { hd: "x" } }, { sub: "u1", hd: "y" }, 'claim hd is not "x"'],
])("claims name %s", (_name, options, claims, expected) => {
  const found = identityOfClaims({ ...claims }, { issuer, ...options });
  if (typeof expected === "string") expect(found).toContain(expected);
  else expect(found).toMatchObject(expected);
});

interface Issuer {
  readonly options: OidcReaderOptions & { readonly clock: FakeClock };
  readonly asked: string[];
  readonly told: string[];
  /** What is answered instead of documents. */
  trouble: Error | undefined;
  rotate(): Promise<void>;
  sign(claims?: object, change?: { readonly alg?: string; readonly kid?: string }): Promise<string>;
}

async function makeIssuer(): Promise<Issuer> {
  let generation = 0;
  let privateKey: KeyObject;
  let keys: object[] = [];
  const asked: string[] = [];
  const told: string[] = [];
  const log: Logger = {
    ...silentLogger,
    info: (_fields, message) => told.push(message),
    warn: (_fields, message) => told.push(message),
  };
  const clock = new FakeClock();
  const self: Issuer = {
    asked,
    told,
    trouble: undefined,
    options: {
      issuer,
      clientId: "plush",
      clock,
      log,
      async fetchJson(url) {
        asked.push(url);
        if (self.trouble !== undefined) throw self.trouble;
        return url.endsWith("openid-configuration") ? { issuer, jwks_uri: `${issuer}/keys` } : { keys };
      },
    },
    async rotate() {
      const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
      generation++;
      privateKey = pair.privateKey;
      keys = [{ ...(await exportJWK(pair.publicKey)), kid: `k${generation}`, alg: "RS256", use: "sig" }];
    },
    sign(claims = {}, { alg = "RS256", kid = `k${generation}` } = {}) {
      const now = Math.floor(clock.now() / 1000);
      return new SignJWT({ iss: issuer, aud: "plush", sub: "u1", exp: now + 600, ...claims })
        .setProtectedHeader({ alg, kid })
        .sign(privateKey);
    },
  };
  await self.rotate();
  return self;
}

test("an issuer is asked when its first token comes, once, and again when it has new keys", async () => {
  const id = await makeIssuer();
  const read = makeOidcReader(id.options);
  expect(id.asked).toEqual([]);
  const [one, two] = await Promise.all([id.sign({ jti: "1" }), id.sign({ jti: "2" })]);
  const callers = await Promise.all([read(one), read(two), read(one)]);
  for (const caller of callers) expect(caller?.identity.user).toBe(`${issuer}#u1`);
  expect(id.asked).toEqual([`${issuer}/.well-known/openid-configuration`, `${issuer}/keys`]);
  await id.rotate();
  const rotated = await id.sign();
  expect(await read(rotated)).toBeUndefined();
  await id.options.clock.advance(10_000);
  expect(await read(rotated)).toBeDefined();
  expect(id.asked).toHaveLength(4);
  // Somebody makes keys up: the issuer is not asked for each.
  for (let index = 0; index < 5; index++) expect(await read(await id.sign({}, { kid: `x${index}` }))).toBeUndefined();
  expect(id.asked).toHaveLength(4);
});

test("an issuer that cannot be asked is told of once a minute; nobody logs in until it can be, and nothing breaks", async () => {
  const id = await makeIssuer();
  const read = makeOidcReader(id.options);
  id.trouble = new Error("connection refused");
  const token = await id.sign();
  for (let second = 0; second < 59; second++) {
    expect(await read(token)).toBeUndefined();
    await id.options.clock.advance(1000);
  }
  expect(id.asked.length).toBeLessThanOrEqual(6);
  expect(id.told).toEqual(["openid connect issuer cannot be asked, its users cannot log in"]);
  id.trouble = undefined;
  await id.options.clock.advance(10_000);
  expect(await read(token)).toBeDefined();
  // Keys that are known are good for what they have signed, whatever happens to the issuer.
  id.trouble = new Error("connection refused");
  await id.options.clock.advance(2 * 3_600_000);
  expect(await read(await id.sign())).toBeDefined();
});

test("tokens of others, for others, unsigned or run out are nobody's", async () => {
  const id = await makeIssuer();
  const read = makeOidcReader(id.options);
  const now = Math.floor(id.options.clock.now() / 1000);
  for (const claims of [
    { iss: "https://other" },
    { aud: "other" },
    { exp: now - 1 },
    { nbf: now + 60 },
    { exp: undefined },
  ])
    expect(await read(await id.sign(claims)), JSON.stringify(claims)).toBeUndefined();
  expect(await read(await id.sign({}, { alg: "PS256" }))).toBeUndefined();
  const [head, payload] = (await id.sign()).split(".");
  expect(await read(`${head}.${payload}.`)).toBeUndefined();
  const brief = await id.sign({ exp: now + 5 });
  expect(await read(brief)).toBeDefined();
  await id.options.clock.advance(5000);
  expect(await read(brief)).toBeUndefined();
});
