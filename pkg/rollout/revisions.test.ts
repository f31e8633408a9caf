import { describe, expect, it } from "vitest";
import { type Application, type ApplicationRevision, kinds, mustDecode } from "../api/index.ts";
import { currentRevision, earlierRevision, inOrder, marksOf } from "./revisions.ts";

const revision = (number: number): ApplicationRevision =>
  mustDecode(kinds.ApplicationRevision, {
    apiVersion: "plush.dev/v1",
    kind: "ApplicationRevision",
    metadata: { name: `web-${number}`, namespace: "default" },
    spec: { applicationName: "web", revision: number, hash: `h${number}`, components: [], phases: [] },
  });

const web = (fields: { current?: string; pinned?: number; failed?: string }): Application =>
  mustDecode(kinds.Application, {
    apiVersion: "plush.dev/v1",
    kind: "Application",
    metadata: { name: "web", namespace: "default" },
    spec: { components: [{ name: "web" }], ...(fields.pinned !== undefined && { pinnedRevision: fields.pinned }) },
    status: {
      ...(fields.current !== undefined && { currentRevision: fields.current }),
      ...(fields.failed !== undefined && { rollout: { failedHash: fields.failed } }),
    },
  });

describe("revisions", () => {
  const all = [revision(10), revision(2), revision(9)];

  it("are in the order of their numbers, not of their names", () => {
    expect(inOrder(all).map(({ spec }) => spec.revision)).toEqual([2, 9, 10]);
  });

  it("an undo goes to the one before the present one", () => {
    expect(currentRevision(web({ current: "web-10" }), all)).toBe(10);
    expect(earlierRevision(web({ current: "web-10" }), all)).toBe(9);
    expect(earlierRevision(web({ current: "web-9" }), all)).toBe(2);
    expect(earlierRevision(web({ current: "web-2" }), all)).toBeUndefined();
    expect(earlierRevision(web({}), all)).toBe(10);
  });

  it("are marked with what became of them", () => {
    const application = web({ current: "web-2", pinned: 2, failed: "h10" });
    expect(all.map((each) => marksOf(each, application))).toEqual([["reverted"], ["current", "pinned"], []]);
  });
});
