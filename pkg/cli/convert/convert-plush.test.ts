import { describe, expect, test } from "vitest";
import { decodeObject, kindByName } from "../../api/index.ts";
import { validateObject } from "../../validation/index.ts";
import { convertPlush } from "./convert-plush.ts";

/** Manifests by "KIND/NAME", each of which the server would take, and notes as "LINE: TEXT". */
function convert(text: string) {
  const { manifests, notes } = convertPlush("app.xml", text);
  const byName = Object.fromEntries(
    manifests.map((manifest) => {
      const kind = kindByName(String(manifest["apiVersion"]), String(manifest["kind"]));
      if (kind === undefined) throw new Error(`no kind ${manifest["kind"]}`);
      const decoded = decodeObject(kind, manifest);
      if ("causes" in decoded) throw new Error(JSON.stringify(decoded.causes));
      expect(decoded.unknownFields).toEqual([]);
      // A file beside the manifest is what `plush apply` uploads first.
      expect(validateObject(kind, decoded.object).filter(({ field }) => field !== "spec.source.file")).toEqual([]);
      return [`${kind.kind}/${decoded.object.metadata.name}`, manifest["spec"]];
    }),
  );
  return { byName, notes: notes.map(({ line, text: note }) => `${line}: ${note}`) };
}

const simple = `<?xml version="1.0" encoding="utf-8"?>
<project name="simple">
  <software name="SimpleSoftware" type="none">
    <package name="Package" type="web">
      <path>http://example.org/software.tar</path>
      <dest_path>software.tar</dest_path>
    </package>
  </software>
  <component name="Cluster1">
    <rspec><num_hosts>2</num_hosts></rspec>
    <software name="SimpleSoftware" />
    <resources><resource type="ssh" group="local"/></resources>
  </component>
  <experiment name="simple">
    <execution>
      <component_block name="cb1">
        <component name="Cluster1" />
        <process_block name="p2">
          <process name="cat"><path>cat</path><cmdline><arg>software.txt</arg></cmdline></process>
        </process_block>
      </component_block>
    </execution>
  </experiment>
</project>`;

describe("a description", () => {
  test("B-PLN-1: becomes Software and an Application, with the names that manifests may have", () => {
    const { byName, notes } = convert(simple);
    expect(byName).toEqual({
      "Software/simplesoftware": { source: { url: "http://example.org/software.tar" } },
      "Application/simple": {
        components: [{ name: "cluster1", replicas: 2, software: ["simplesoftware"], resources: { pool: "local" } }],
        phases: [
          {
            name: "p2",
            processes: [
              { name: "cat", component: "cluster1", command: ["cat", "software.txt"], restartPolicy: "OnFailure" },
            ],
          },
        ],
      },
    });
    expect(notes).toEqual([
      '3: "SimpleSoftware" is called simplesoftware here',
      '9: "Cluster1" is called cluster1 here',
    ]);
  });

  test("of a service on as many machines as there are, as Gush wrote it", () => {
    const { byName, notes } = convert(`<gush><project name="sword">
  <software name="sword" type="tar"><package name="sword.tar" type="web"><path>sword.tar.gz</path></package></software>
  <component name="participants">
    <rspec><num_hosts min="10" max="800"/></rspec>
    <software name="sword"/>
    <resources><resource type="planetlab" group="ucsd_sword"/></resources>
  </component>
  <application_block name="block" service="1" reconnect_interval="300">
    <execution><component_block name="participants"><component name="participants"/>
      <process_block name="prepare"><process name="run"><path>./configure</path></process></process_block>
      <process_block name="serve"><process name="run"><path>./sword</path>
        <environment><variable name="PORT" value="4000"/></environment></process></process_block>
    </component_block></execution>
  </application_block></project></gush>`);
    expect(byName["Application/sword"]).toMatchObject({
      components: [{ replicas: 800, minReady: 10, resources: { pool: "ucsd-sword" } }],
      phases: [
        { name: "prepare", processes: [{ restartPolicy: "OnFailure" }] },
        {
          name: "serve",
          after: ["prepare"],
          processes: [{ restartPolicy: "Always", env: [{ name: "PORT", value: "4000" }] }],
        },
      ],
    });
    expect(notes).toContain('8: reconnect_interval="300" of <application_block> was left out');
    expect(notes).toContain("6: resources of type planetlab: make a ResourcePool named ucsd-sword of their machines");
  });

  test("whose component blocks meet at a barrier", () => {
    const { byName } = convert(`<project name="two">
  <component name="senders"/><component name="receivers"/>
  <experiment name="x"><execution>
    <component_block name="s"><component name="senders"/>
      <process_block name="prepare"><process name="a"><path>a</path></process></process_block>
      <barrier_block name="met"/>
      <process_block name="send"><process name="b"><path>b</path></process></process_block>
    </component_block>
    <component_block name="r"><component name="receivers"/>
      <process_block name="join"><process name="c"><path>c</path></process></process_block>
      <barrier_block name="met"/>
      <process_block name="receive"><process name="d"><path>d</path></process></process_block>
    </component_block>
  </execution></experiment></project>`);
    expect(byName["Application/two"]).toMatchObject({
      phases: [
        { name: "prepare" },
        { name: "send", after: ["prepare", "join"] },
        { name: "join" },
        { name: "receive", after: ["join", "prepare"] },
      ],
    });
  });
});

test("a directory of machines becomes a pool for each group", () => {
  const { byName, notes } = convert(`<gush><resource_manager type="ssh">
  <node hostname="ana@one.example.org:2222" group="local"/>
  <node hostname="two.example.org" group="local" rack="7"/>
</resource_manager></gush>`);
  expect(byName["ResourcePool/local"]).toEqual({
    provider: {
      static: {
        hosts: [{ address: "one.example.org", ssh: { user: "ana", port: 2222 } }, { address: "two.example.org" }],
      },
    },
  });
  expect(notes).toEqual(['3: rack="7" of <node> was left out']);
});

test.each([
  ["<project>", /^app\.xml:\d+:\d+: unclosed tag/],
  ["<html/>", /^app\.xml:1: <html> holds neither a <project> nor a <resource_manager>/],
  ['<!DOCTYPE x [<!ENTITY a "b">]><project>&a;</project>', /undefined entity/],
  [`${"<a>".repeat(200)}`, /elements more than 100 deep/],
])("%.40s is refused", (text, message) => {
  expect(() => convertPlush("app.xml", text)).toThrow(message);
});
