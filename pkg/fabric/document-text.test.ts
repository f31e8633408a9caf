import { expect, test } from "vitest";
import { claimOrder, documentOf } from "../agent/testing/orders.ts";
import { signedText } from "./document-text.ts";

test("a document is sent as it was signed, and says what the document says, of peers that are shared too", () => {
  const entry = {
    ordinal: 0,
    address: 'a"b\\',
    ports: {},
    resource: "m1",
    epoch: 1,
    ready: true,
    site: "Zürich \u2028 🏔",
  };
  const peers = { revision: 3, components: { web: [entry] } };
  const orders = [claimOrder({ peers }), claimOrder({ peers, uid: 'other"\n' })];
  for (const claims of [[], orders, orders]) {
    const document = documentOf(claims);
    const signed: string[] = [];
    const { body, ...sealed } = signedText(document, (payload) => {
      signed.push(payload);
      return { payload, signature: "+/=" };
    });
    expect(sealed).toEqual({ payload: signed[0], signature: "+/=" });
    expect(JSON.parse(body)).toEqual(sealed);
    expect(JSON.parse(sealed.payload)).toEqual(document);
  }
});
