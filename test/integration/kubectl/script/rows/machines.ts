import { at, cluster, core, plush, type Section } from "../row.ts";

const process = "web-serve-server-servers-0";
const ready = plush(`processes/${process}`, { "status.state": "Ready" });
const node = (name: string, has: Parameters<typeof at>[1]) => at(`/api/v1/nodes/${name}`, has);

export const machines: Section = {
  title: "Machines as nodes, processes as pods",
  about:
    "Each Resource is also a Node and each Process a Pod of one container, `main`; they are views, and nothing is stored twice.",
  rows: [
    {
      run: "kubectl get proc -l plush.dev/application=web",
      prints: /^web-serve-server-servers-0 +Ready +local-\d /m,
      reads: ready,
    },
    {
      run: "kubectl get claims,comp,ph",
      prints:
        /^claim\.plush\.dev\/web-servers-0 [\s\S]*^component\.plush\.dev\/web-servers [\s\S]*^phase\.plush\.dev\/web-serve /m,
      reads: plush("claims/web-servers-0", { "spec.component": "servers" }),
    },
    {
      run: "kubectl get nodes",
      prints: /^NAME +STATUS +ROLES +AGE +VERSION\nlocal-1 +Ready /,
      reads: node("local-1", { kind: "Node", "spec.unschedulable": undefined }),
    },
    {
      run: "kubectl get nodes -o wide",
      prints: /^NAME .* INTERNAL-IP .* CONTAINER-RUNTIME\nlocal-1 +Ready .* 127\.\d/,
      reads: node("local-1", { "status.addresses.0.type": "InternalIP" }),
    },
    {
      run: "kubectl get no local-1 -o 'jsonpath={.status.capacity.cpu}'",
      prints: /^\d+$/,
      reads: node("local-1", { "status.capacity.cpu": /^\d+$/ }),
    },
    {
      run: "kubectl get nodes -l plush.dev/pool=local --sort-by=.metadata.name -o name",
      prints: /^node\/local-1\nnode\/local-2\nnode\/local-3\n$/,
      reads: at("/api/v1/nodes", { "items.2.metadata.name": "local-3" }),
    },
    {
      run: "kubectl describe node local-1",
      prints: /^Name: +local-1$[\s\S]*^Non-terminated Pods:[\s\S]*^Events:/m,
      reads: node("local-1", { "metadata.labels.kubernetes\\.io/os": "linux" }),
    },
    {
      run: "kubectl wait node/local-1 --for=condition=Ready --timeout=10s",
      prints: /^node\/local-1 condition met$/m,
      reads: node("local-1", { kind: "Node" }),
    },
    {
      run: "kubectl get pods",
      prints: /^NAME +READY +STATUS +RESTARTS +AGE\nweb-serve-server-servers-0 +1\/1 +Running +0 /,
      reads: core(`pods/${process}`, { "status.phase": "Running", "spec.containers.0.name": "main" }),
    },
    {
      run: "kubectl get pods -o wide",
      prints: / NODE +NOMINATED NODE +READINESS GATES\nweb-serve-server-servers-0 .* local-\d /,
      reads: core(`pods/${process}`, { "spec.nodeName": /^local-\d$/ }),
    },
    {
      run: "kubectl get po -A --field-selector spec.nodeName=local-1,status.phase=Running",
      prints: /^NAMESPACE +NAME |^No resources found$/m,
      reads: core(`pods/${process}`, { "status.phase": "Running" }),
    },
    {
      run: `kubectl get pod ${process} -w`,
      prints: /^NAME +READY .*\nweb-serve-server-servers-0 +1\/1 +Running /,
      follows: {},
      reads: core(`pods/${process}`, { kind: "Pod" }),
    },
    {
      run: `kubectl describe pod ${process}`,
      prints: /^Controlled By: +Phase\/web-serve$[\s\S]*^ +State: +Running$/m,
      reads: core(`pods/${process}`, { "metadata.ownerReferences.0.kind": "Phase" }),
    },
    {
      run: `kubectl wait pod/${process} --for=condition=Ready --timeout=10s`,
      prints: /condition met/,
      reads: core(`pods/${process}`, { kind: "Pod" }),
    },
    {
      run: "kubectl explain pod.spec.nodeName",
      prints: /nodeName/,
      reads: at("/openapi/v3/api/v1", { openapi: /^3/ }),
    },
    {
      run: "kubectl get svc",
      prints: /^No resources found in default namespace\.$/m,
      reads: core("services", { items: [] }),
    },
    {
      run: "kubectl apply -f once.yaml && kubectl wait proc/once --for='jsonpath={.status.state}'=Exited --timeout=20s",
      prints: /process\.plush\.dev\/once condition met/,
      reads: plush("processes/once", { "status.exitCode": 0 }),
    },
    {
      run: "kubectl get pod once",
      prints: /^once +0\/1 +Completed +0 /m,
      reads: core("pods/once", { "status.phase": "Succeeded" }),
    },
    {
      run: "kubectl run x --image=x",
      code: 1,
      prints: /\(MethodNotAllowed\).*pods only show processes\.plush\.dev; use those/,
      reads: core("pods/x", "gone"),
    },
    {
      run: "kubectl get res -o wide",
      prints: /^local-1 +local +127\./m,
      reads: cluster("resources/local-1", { "status.state": /Free|Claimed/ }),
    },
  ],
};
