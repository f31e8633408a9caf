import { describe, expect, test } from "vitest";
import { aSoftware } from "../../../test/support/builders.ts";
import { findCondition, type SoftwareStatus } from "../../api/index.ts";
import { originsOf } from "../../graph/index.ts";
import { blobOf, type OriginObservation } from "./origin-plan.ts";
import { planSoftware } from "./plan.ts";

const now = 1_000_000;
const first = `sha256:${"1".repeat(64)}`;
const second = `sha256:${"2".repeat(64)}`;
const url = "https://example.org/sword-1.2.tar.gz?x=1";

function plan(
  spec: Readonly<Record<string, unknown>>,
  status?: SoftwareStatus,
  seen: OriginObservation & { readonly nowText?: string } = {},
) {
  const { nowText = "", ...origin } = seen;
  return planAll(spec, status, [origin], nowText);
}

/** With something seen of each of several sources. */
function planAll(
  spec: Readonly<Record<string, unknown>>,
  status: SoftwareStatus | undefined,
  origins: readonly OriginObservation[],
  nowText = "",
) {
  return planSoftware({ software: aSoftware("sword", status, spec), origins, nowMs: now, nowText });
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
    expect(plan({ source: { url } }, fetched).fetch).toEqual({ index: 0, url, digest: first });
    expect(plan({ source: { url: `${url}2` } }, fetched).fetch).toEqual({ index: 0, url: `${url}2` });
    expect(plan({ source: { url }, sha256: "2".repeat(64) }, fetched).fetch).toEqual({ index: 0, url, digest: second });
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
    for (const fileName of ["a.tar.zst", "a.tzst"])
      expect(formatOf({ source: { blob: first, fileName } })).toMatchObject({ format: "tar.zst" });
    expect(formatOf({ source: { blob: first, fileName: "run.sh" } })).toMatchObject({ format: "file" });
    expect(formatOf({ source: { blob: first, fileName: "run.sh" }, format: "zip" })).toMatchObject({ format: "zip" });
    expect(plan({ source: { url } }, { digest: first, source: url }, { blobSize: 5 }).status).toMatchObject({
      fileName: "sword-1.2.tar.gz",
    });
  });

  test("B-SOF-9: what failed is tried again with growing pauses, and not before", () => {
    const failure = {
      attempts: 2,
      lastMs: now - 1000,
      reason: "FetchFailed",
      message: "no",
    } as const;
    const waiting = plan({ source: { url } }, undefined, { failure });
    expect(waiting).toMatchObject({ status: { state: "Failed" }, recheckAfterMs: 3000 });
    expect(waiting.fetch).toBeUndefined();
    expect(plan({ source: { url } }, undefined, { failure: { ...failure, lastMs: now - 4000 } }).fetch).toEqual({
      index: 0,
      url,
    });
  });

  test("another content than the one that is held to stalls", () => {
    const failure = {
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
    const blobs = (spec: object, status: SoftwareStatus) =>
      originsOf(aSoftware("sword", status, { ...spec })).map(blobOf);
    expect(blobs({ source: { url } }, { digest: first, source: url })).toEqual([first]);
    expect(blobs({ source: { url: `${url}2` } }, { digest: first, source: url })).toEqual([undefined]);
  });
});

describe("a commit", () => {
  const git = { url: "https://example.org/sword.git", ref: "main" };
  const source = `${git.url}#main`;
  const commit = "c".repeat(40);

  test("B-SOF-17: what a reference was resolved to is held to, until url or ref change", () => {
    expect(plan({ source: { git } }).fetch).toEqual({ index: 0, git });
    const fetched: SoftwareStatus = { digest: first, source, commit };
    const there = plan({ source: { git } }, fetched, { blobSize: 5 });
    expect(there).toMatchObject({ status: { state: "Ready", digest: first, commit, format: "tar" } });
    expect(plan({ source: { git } }, fetched).fetch).toEqual({ index: 0, git, digest: first, commit });
    const other = { ...git, ref: "v2" };
    expect(plan({ source: { git: other } }, fetched, { blobSize: 5 }).fetch).toEqual({ index: 0, git: other });
  });

  test("a digest alone does not tell the commit: it is fetched once", () => {
    const made = plan({ source: { git }, sha256: "1".repeat(64) }, undefined, { blobSize: 5 });
    expect(made.fetch).toEqual({ index: 0, git, digest: first });
  });
});

describe("variants", () => {
  const arm = { match: { arch: "arm64" }, source: { url: `${url}&arm` } };
  const blob = { match: { arch: "amd64" }, source: { blob: second, fileName: "a.tgz" } };
  const held = { digest: first, source: arm.source.url };

  test("B-SOF-15: each has a digest of its own that is held to; Ready means all of them", () => {
    const begun = planAll({ variants: [arm, blob] }, undefined, [{}, { blobSize: 3 }]);
    expect(begun).toMatchObject({ fetch: { index: 0, url: arm.source.url }, status: { state: "Fetching" } });
    expect(begun.status.variants?.map(({ digest }) => digest)).toEqual([undefined, second]);
    const { status, fetch } = planAll({ variants: [arm, blob] }, { variants: [held] }, [
      { blobSize: 5 },
      { blobSize: 3 },
    ]);
    expect(fetch).toBeUndefined();
    expect(status).toMatchObject({
      state: "Ready",
      variants: [
        { digest: first, size: 5 },
        { digest: second, size: 3 },
      ],
    });
    expect(status.digest).toBeUndefined();
    expect(findCondition(status.conditions, "Ready")?.message).toContain("arch arm64: 5 bytes of ");
  });

  test("what fails is said first, and the others are fetched all the same", () => {
    const failure = { attempts: 1, lastMs: now, reason: "Forbidden", message: "not there" } as const;
    const made = planAll({ source: { url }, variants: [arm] }, undefined, [{ failure }, {}]);
    expect(made).toMatchObject({ fetch: { index: 1, url }, status: { state: "Failed" } });
    expect(findCondition(made.status.conditions, "Stalled")).toMatchObject({
      reason: "Forbidden",
      message: "not there",
    });
  });
});
