import { type KindInfo, kinds, type NodeMetrics, type Pod, type PodMetrics } from "../../api/index.ts";
import type { Usage, UsageReport } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { ApiObject } from "../backend.ts";
import { notFound } from "../errors.ts";
import { listObjects } from "../list.ts";
import { asApiObject, stateOf } from "../object-state.ts";
import { makeSelection } from "../selection.ts";
import { containerName } from "../views/pod-status.ts";
import type { ReadUsage } from "../views/read-usage.ts";
import { sendJson } from "./exchange.ts";
import { formOf, pageText, sendObject } from "./object-answers.ts";
import { type ObjectRequest, pageNotFound, type ResourceRoutesOptions } from "./object-request.ts";

/** True for kinds of metrics.k8s.io: they are measured when they are asked for. */
export function isMeasured(kind: KindInfo): boolean {
  return kind.group === kinds.NodeMetrics.group;
}

/** Answers get and list of what is measured. Selectors are those of the Nodes and Pods that it is about. */
export async function handleUsage(options: ResourceRoutesOptions, request: ObjectRequest): Promise<unknown> {
  const { kind, attributes, info } = request;
  const { name } = attributes;
  if (name !== undefined && kind.namespaced && attributes.namespace === undefined) throw pageNotFound();
  const subject = kind === (kinds.NodeMetrics as KindInfo) ? kinds.Node : kinds.Pod;
  const selection = makeSelection(subject, {
    namespace: attributes.namespace,
    labelSelector: info.query.get("labelSelector"),
    fieldSelector: name === undefined ? info.query.get("fieldSelector") : `metadata.name=${name}`,
  });
  const { items, revision } = listObjects(options.backend, selection, {});
  const subjects = items.map(({ object }) => object);
  const measured = subject === kinds.Node ? await nodeMetrics(options, subjects) : await podMetrics(options, subjects);
  if (name === undefined) {
    const page = { items: measured.map(stateOf), revision };
    return sendJson(request, 200, pageText(options, request, formOf(request), page));
  }
  const [one] = measured;
  if (one === undefined) throw notFound(kind, name);
  return sendObject(options, request, 200, stateOf(one));
}

async function nodeMetrics(options: ResourceRoutesOptions, nodes: readonly ApiObject[]): Promise<ApiObject[]> {
  const usage = await read(
    options,
    nodes.map(({ metadata }) => metadata.name ?? ""),
  );
  return nodes.flatMap((node) => {
    const report = usage.get(node.metadata.name ?? "");
    if (report?.machine === undefined) return [];
    const metrics: NodeMetrics = {
      apiVersion: "metrics.k8s.io/v1beta1",
      kind: "NodeMetrics",
      metadata: metadataOf(node),
      ...windowOf(report),
      usage: usageOf(report.machine),
    };
    return [asApiObject(metrics)];
  });
}

async function podMetrics(options: ResourceRoutesOptions, objects: readonly ApiObject[]): Promise<ApiObject[]> {
  const pods = objects.map((object) => object as unknown as Pod).filter(({ status }) => status?.phase === "Running");
  const usage = await read(options, [...new Set(pods.flatMap(({ spec }) => spec?.nodeName ?? []))]);
  return pods.flatMap((pod) => {
    const report = usage.get(pod.spec?.nodeName ?? "");
    const used = report?.processes.find(({ uid }) => uid === pod.metadata.uid);
    if (report === undefined || used === undefined) return [];
    const metrics: PodMetrics = {
      apiVersion: "metrics.k8s.io/v1beta1",
      kind: "PodMetrics",
      metadata: metadataOf(pod),
      ...windowOf(report),
      containers: [{ name: containerName, usage: usageOf(used) }],
    };
    return [asApiObject(metrics)];
  });
}

function read({ usage }: ResourceRoutesOptions, machines: readonly string[]): ReturnType<ReadUsage> {
  if (usage === undefined) throw new StatusError("ServiceUnavailable", "this server does not reach machines");
  return usage(machines);
}

/** Not when it was measured: clients take it for the age of what is measured. */
function metadataOf({ metadata }: Pick<ApiObject, "metadata">): ApiObject["metadata"] {
  const { name, namespace, labels, creationTimestamp } = metadata;
  return {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    ...(creationTimestamp !== undefined && { creationTimestamp }),
    ...(labels !== undefined && { labels }),
  };
}

function windowOf({ at, windowMs }: UsageReport): { timestamp: string; window: string } {
  return { timestamp: at.replace(/\.\d+Z$/, "Z"), window: `${windowMs / 1000}s` };
}

/** Always in the same units: people compare. */
function usageOf({ cpuMillis, memoryBytes }: Usage): { cpu: string; memory: string } {
  return { cpu: `${cpuMillis}m`, memory: `${Math.round(memoryBytes / 1024)}Ki` };
}
