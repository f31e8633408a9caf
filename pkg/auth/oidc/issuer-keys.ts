import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import type { Clock } from "../../clock/index.ts";
import type { Logger } from "../../log/index.ts";
import { StatusError } from "../../status/index.ts";

/** Fetches a JSON document. Rejects where there is none. */
export type FetchJson = (url: string, signal: AbortSignal) => Promise<unknown>;

export interface IssuerKeysOptions {
  readonly issuer: string;
  readonly fetchJson: FetchJson;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An issuer that is slower lets requests wait no longer. */
const fetchTimeoutMs = 10_000;
/** Whoever sends tokens with keys that nobody knows makes us ask no more often than this. */
const cooldownMs = 10_000;
/** Keys that the issuer has withdrawn are trusted no longer than this. */
const maxAgeMs = 3_600_000;
const tellEveryMs = 60_000;

/**
 * The keys of an OpenID Connect issuer: found by its discovery document when the first token comes, kept, and asked for
 * again when a token names a key that is not among them. While the issuer cannot be asked, the keys that are known go on.
 */
export class IssuerKeys {
  readonly #options: IssuerKeysOptions;
  #keys: JWTVerifyGetKey | undefined;
  /** Monotonic milliseconds. */
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #toldAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;

  constructor(options: IssuerKeysOptions) {
    this.#options = options;
  }

  /** The keys; undefined while there are none. */
  async current(): Promise<JWTVerifyGetKey | undefined> {
    const age = this.#options.clock.monotonic() - this.#fetchedAt;
    if (this.#keys === undefined || age > maxAgeMs) await this.#fetch();
    return this.#keys;
  }

  /** Asks the issuer again, unless that was done just now. */
  async renewed(): Promise<JWTVerifyGetKey | undefined> {
    await this.#fetch();
    return this.#keys;
  }

  #fetch(): Promise<void> {
    const { clock } = this.#options;
    if (this.#fetching === undefined && clock.monotonic() - this.#triedAt < cooldownMs) return Promise.resolve();
    this.#fetching ??= this.#tryFetch().finally(() => {
      this.#triedAt = clock.monotonic();
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #tryFetch(): Promise<void> {
    const { issuer, clock, log } = this.#options;
    try {
      const keySet = await this.#fetchKeySet(AbortSignal.timeout(fetchTimeoutMs));
      this.#keys = createLocalJWKSet(keySet);
      this.#fetchedAt = clock.monotonic();
      log.info({ issuer, keys: keySet.keys.length }, "keys of the openid connect issuer fetched");
    } catch (error) {
      const now = clock.monotonic();
      if (now - this.#toldAt < tellEveryMs) return;
      this.#toldAt = now;
      log.warn({ issuer, err: error }, "openid connect issuer cannot be asked, its users cannot log in");
    }
  }

  async #fetchKeySet(signal: AbortSignal): Promise<JSONWebKeySet> {
    const { issuer, fetchJson } = this.#options;
    const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const document = await fetchJson(address, signal);
    const named = fieldOf(document, "issuer");
    if (named !== issuer)
      throw new StatusError("Invalid", `${address} says that it is of the issuer ${JSON.stringify(named)}`);
    const keysAddress = fieldOf(document, "jwks_uri");
    if (typeof keysAddress !== "string" || !keysAddress.startsWith("https://"))
      throw new StatusError("Invalid", `${address} names no https address of its keys (jwks_uri)`);
    const keySet = await fetchJson(keysAddress, signal);
    if (!isKeySet(keySet)) throw new StatusError("Invalid", `${keysAddress} is no set of keys`);
    return keySet;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  const keys = fieldOf(value, "keys");
  return Array.isArray(keys) && keys.every((key) => typeof key === "object" && key !== null);
}
