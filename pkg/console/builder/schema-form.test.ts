import { describe, expect, it } from "vitest";
import { openApiSchemas } from "../../api/index.ts";
import { formFields, readTyped } from "./schema-form.ts";
import { Schemas } from "./schemas.ts";

const schemas = new Schemas(new Map(Object.entries(openApiSchemas)));
const application = { apiVersion: "plush.dev/v1", kind: "Application" };

describe("forms from schemas", () => {
  const component = formFields(
    schemas,
    { ...application, path: ["spec", "components", 0] },
    { spares: 1, name: "web" },
  );
  const field = (name: string) => component.find((one) => one.name === name);

  it("ask for each field in the way of its type, the name first", () => {
    expect(component[0]).toMatchObject({
      name: "name",
      isRequired: true,
      value: "web",
      path: ["spec", "components", 0, "name"],
    });
    expect(field("replicas")?.widget).toEqual({ type: "number", placeholder: "1", min: 0 });
    expect(field("everyResource")?.widget).toEqual({ type: "switch", isOn: false });
    expect(field("minReady")?.widget).toEqual({ type: "text", placeholder: "3, 50%", mayBeNumber: true });
    expect(field("software")?.widget).toEqual({ type: "lines", mayBeNumber: false });
    expect(field("resources")?.widget.type).toBe("group");
    expect(field("monitors")?.widget.type).toBe("items");
    expect(field("resources")?.help).toBe("Which machines will do.");
  });

  it("put behind `more` what is rarely wanted and not set", () => {
    expect(field("fencing")?.isRare).toBe(true);
    expect(field("spares")?.isRare).toBe(false);
    expect(field("name")?.isRare).toBe(false);
  });

  it("offer what may be chosen, with what holds where nothing is", () => {
    const phase = formFields(schemas, { ...application, path: ["spec", "phases", 0] }, {});
    expect(phase.find(({ name }) => name === "onFailure")?.widget).toEqual({
      ...{ type: "choice", options: ["Fail", "Retry", "Continue"], otherwise: "Fail" },
    });
    expect(phase.find(({ name }) => name === "timeout")?.widget).toMatchObject({
      type: "text",
      placeholder: "10s, 5m, 24h",
    });
  });

  it("show no values of Secrets", () => {
    const secret = { apiVersion: "v1", kind: "Secret", path: [] };
    const fields = formFields(schemas, secret, { stringData: { password: "hunter2" } });
    expect(fields.find(({ name }) => name === "stringData")?.widget).toEqual({ type: "secret", names: ["password"] });
    expect(fields.map(({ name }) => name)).not.toContain("metadata");
  });

  it("are empty for what the server does not know", () => {
    expect(formFields(schemas, { apiVersion: "plush.dev/v1", kind: "Nothing", path: [] }, {})).toEqual([]);
    expect(formFields(schemas, { ...application, path: ["spec", "components", 0, "name"] }, "x")).toEqual([]);
  });

  it("read numbers where numbers may be, and texts as they are", () => {
    expect(readTyped("3", true)).toBe(3);
    expect(readTyped("3", false)).toBe("3");
    expect(readTyped("007", true)).toBe("007");
    expect(readTyped("50%", true)).toBe("50%");
    expect(readTyped("", true)).toBeUndefined();
  });
});
