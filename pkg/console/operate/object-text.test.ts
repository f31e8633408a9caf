import { expect, it } from "vitest";
import { editableObject, shownObject } from "./object-text.ts";

const secret = {
  ...{ apiVersion: "v1", kind: "Secret", metadata: { name: "s", managedFields: [] } },
  ...{ type: "Opaque", data: { key: "c2VjcmV0" }, status: {} },
};

it("hides values of Secrets until they are asked for, and never shows who owns which field", () => {
  const metadata = { name: "s" };
  const envelope = { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", status: {} };
  expect(shownObject(secret, false)).toEqual({ ...envelope, data: { key: "***" } });
  expect(shownObject(secret, true)).toEqual({ ...envelope, data: { key: "c2VjcmV0" } });
  const { status: _, ...written } = envelope;
  expect(editableObject(secret)).toEqual({ ...written, data: { key: "c2VjcmV0" } });
});
