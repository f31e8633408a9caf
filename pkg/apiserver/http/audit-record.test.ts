import { expect, test } from "vitest";
import { withoutSecrets } from "./audit-record.ts";

test.each([
  ["/api/v1/pods?limit=5&continue=abc", "/api/v1/pods?limit=5&continue=abc"],
  ["/x?access_token=abc&limit=5", "/x?access_token=[redacted]&limit=5"],
  ["/x?a=1&dbPassword=p", "/x?a=1&dbPassword=[redacted]"],
  ["/x?command=db&command=--password%3Dp&tty=true", "/x?command=db&command=--password%3D[redacted]&tty=true"],
  [
    "/x?command=db&command=--password&command=p&command=q",
    "/x?command=db&command=--password&command=[redacted]&command=q",
  ],
  [`/x?command=echo&command=plush_ci.main_${"A1".repeat(24)}`, "/x?command=echo&command=[redacted]"],
  ["/x?command=eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln", "/x?command=[redacted]"],
])("%s is recorded as %s", (address, recorded) => {
  expect(withoutSecrets(address)).toBe(recorded);
});

test("what is long and twisted takes no long time, and little room", () => {
  const started = performance.now();
  const pieces = ["eyJ", "eyJaaaaaaaaaaa.", "plush_a_", "&token", "&secret=", "?command=", "&command=token", "token"];
  for (const piece of pieces)
    for (const head of ["", "?", "?command="])
      expect(withoutSecrets(head + piece.repeat(64_000 / piece.length)).length).toBeLessThanOrEqual(2048);
  // Generous: what backtracks takes minutes.
  expect(performance.now() - started).toBeLessThan(5000);
});
