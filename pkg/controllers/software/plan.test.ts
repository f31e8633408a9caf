import { describe, expect, test } from "vitest";
import { aSoftware } from "../../../test/support/builders.ts";
import { findCondition, type SoftwareStatus } from "../../api/index.ts";
import { blobOf, planSoftware, type SoftwareObservation } from "./plan.ts";

const now = 1_000_000;
const first = `sha256:${"1".repeat(64)}`;
const second = `sha256:${"2".repeat(64)}`;
const url = "https://example.org/sword-1.2.tar.gz?x=1";

function plan(
  spec: Readonly<Record<string, unknown>>,
  status?: SoftwareStatus,
  over: Partial<SoftwareObservation> = {},
) {
  return planSoftware({
    software: aSoftware("sword", status, spec),
    blobSize: undefined,
    nowMs: now,
    nowText: "",
    ...over,
  });
}

describe("a package", () => {
  test.each<[string, ReturnType<typeof plan>, string]>([
    ["nothing to fetch", plan({}), "Ready NothingToFetch"],
    ["an uploaded blob", plan({ source: { blob: first } }, undefined, { blobSize: 5 }), "Ready Fetched"],
    ["a blob that is missing", plan({ source: { blob: first } }), "Failed BlobMissing"],
    ["a url seen for the first time", plan({ source: { url } }), "Fetching Fetching"],
    [
      "a url that is fetched",
      plan({ source: { url } }, { digest: first, source: url }, { blobSize: 5 }),
      "Ready Fetched",
    ],
  ])("%s", (_name, { status }, expected) => {
    expect(`${status.state} ${findCondition(status.conditions, "Ready")?.reason}`).toBe(expected);
  });

  test("B-SOF-7: the first digest of a url is held to, until the url changes", () => {
    const fetched: SoftwareStatus = { digest: first, source: url };
    expect(plan({ source: { url } }, fetched).fetch).toEqual({ url, digest: first });
    expect(plan({ source: { url: `${url}2` } }, fetched).fetch).toEqual({ url: `${url}2` });
    expect(plan({ source: { url }, sha256: "2".repeat(64) }, fetched).fetch).toEqual({ url, digest: second });
  });

  test("while another source is fetched, members keep the digest they have", () => {
    const { status } = plan({ source: { url: `${url}2` } }, { state: "Ready", digest: first, source: url });
    expect(status).toMatchObject({ state: "Fetching", digest: first, source: url });
  });

  test("B-SOF-8: the format is guessed from the name", () => {
    const formatOf = (spec: Readonly<Record<string, unknown>>) => plan(spec, undefined, { blobSize: 5 }).status;
    expect(formatOf({ source: { blob: first, fileName: "a.tgz" } })).toMatchObject({
      format: "tar.gz",
      fileName: "a.tgz",
    });
    expect(formatOf({ source: { blob: first, fileName: "run.sh" } })).toMatchObject({ format: "file" });
    expect(formatOf({ source: { blob: first, fileName: "run.sh" }, format: "zip" })).toMatchObject({ format: "zip" });
    expect(plan({ source: { url } }, { digest: first, source: url }, { blobSize: 5 }).status).toMatchObject({
      fileName: "sword-1.2.tar.gz",
    });
  });

  test("B-SOF-9: what failed is tried again with growing pauses, and not before", () => {
    const failure = {
      source: `${url} `,
      attempts: 2,
      lastMs: now - 1000,
      reason: "FetchFailed",
      message: "no",
    } as const;
    const waiting = plan({ source: { url } }, undefined, { failure });
    expect(waiting).toMatchObject({ status: { state: "Failed" }, recheckAfterMs: 3000 });
    expect(waiting.fetch).toBeUndefined();
    expect(plan({ source: { url } }, undefined, { failure: { ...failure, lastMs: now - 4000 } }).fetch).toEqual({
      url,
    });
    const changed = plan({ source: { url: `${url}2` } }, undefined, { failure });
    expect(changed.fetch).toEqual({ url: `${url}2` });
  });

  test("another content than the one that is held to stalls", () => {
    const failure = {
      source: `${url} `,
      attempts: 1,
      lastMs: now,
      reason: "DigestMismatch",
      message: "other",
    } as const;
    const { status } = plan({ source: { url } }, { digest: first, source: url }, { failure });
    expect(findCondition(status.conditions, "Stalled")).toMatchObject({ status: "True", reason: "DigestMismatch" });
  });

  test("an unchanged status stays the same", () => {
    const { status } = plan({ source: { blob: first } }, undefined, { blobSize: 5 });
    expect(plan({ source: { blob: first } }, status, { blobSize: 5, nowText: "later" }).status).toEqual(status);
  });

  test("which blob matters", () => {
    expect(blobOf(aSoftware("sword", { digest: first, source: url }, { source: { url } }))).toBe(first);
    expect(blobOf(aSoftware("sword", { digest: first, source: url }, { source: { url: `${url}2` } }))).toBe(undefined);
  });
});
