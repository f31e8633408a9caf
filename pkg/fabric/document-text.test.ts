import { expect, test } from "vitest";
import { claimOrder, documentOf } from "../agent/testing/orders.ts";
import { documentText } from "./document-text.ts";

test("a document's text says what the document says, of peers that are shared too", () => {
  const peers = { revision: 3, components: {} };
  const orders = [claimOrder({ peers }), claimOrder({ peers, uid: "other" })];
  for (const claims of [[], orders, orders]) {
    const document = documentOf(claims);
    expect(JSON.parse(documentText(document))).toEqual(document);
  }
});
