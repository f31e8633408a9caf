import { expect, it } from "vitest";
import { isReason, StatusError } from "./index.ts";

it("travels over the wire and comes back as it was", () => {
  const causes = [{ reason: "FieldValueRequired", message: "Required value", field: "spec.command" }];
  const sent = new StatusError("Invalid", "process is invalid", { details: { name: "p", causes } });
  const received = StatusError.fromBody(sent.code, JSON.parse(JSON.stringify(sent.toBody())));
  expect(received).toMatchObject({ reason: "Invalid", message: "process is invalid", code: 422, details: { causes } });
});

it("keeps causes to itself", () => {
  const error = StatusError.from(new Error("disk on fire"));
  expect(error).toMatchObject({ reason: "InternalError", code: 500 });
  expect(error.cause).toBeInstanceOf(Error);
  expect(JSON.stringify(error.toBody())).not.toContain("stack");
  expect(StatusError.from(error)).toBe(error);
});

it.each([
  [404, "not here", "NotFound", false],
  [409, { kind: "Status", reason: "AlreadyExists", message: "is there" }, "AlreadyExists", false],
  [409, { kind: "Status", reason: "Conflict" }, "Conflict", true],
  [503, { kind: "Status", reason: "Unheard" }, "ServiceUnavailable", true],
  [418, "teapot", "BadRequest", false],
  [599, null, "InternalError", true],
])("reads %d with %j as %s", (code, body, reason, retryable) => {
  const error = StatusError.fromBody(code, body);
  expect(error).toMatchObject({ reason, retryable });
  expect(isReason(error, error.reason)).toBe(true);
});
