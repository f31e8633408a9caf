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
      run: "kubectl delete proc once",
      prints: /process\.plush\.dev "once" deleted/,
      reads: plush("processes/once", "gone"),
    },
    {
      run: "kubectl top nodes",
      prints: /^NAME +CPU.*MEMORY.*\nlocal-1 +\d+m +\d+% +\d+Mi +\d+% *$/m,
      comes: true,
      reads: at("/apis/metrics.k8s.io/v1beta1/nodes/local-1", { "usage.memory": /^\d+Ki$/ }),
    },
    {
      run: "kubectl top node local-2 --no-headers",
      prints: /^local-2 +\d+m /,
      comes: true,
      reads: at("/apis/metrics.k8s.io/v1beta1/nodes/local-2", { kind: "NodeMetrics" }),
    },
    {
      run: "kubectl top pods",
      prints: /^web-serve-server-servers-0 +\d+m +\d+Mi *$/m,
      comes: true,
      reads: at(`/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/${process}`, { "containers.0.name": "main" }),
    },
    {
      run: "kubectl top pods -l plush.dev/application=web --containers --sort-by=memory",
      prints: /^web-serve-server-servers-0 +main +\d+m /m,
      comes: true,
      reads: at(`/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/${process}`, { kind: "PodMetrics" }),
    },
    { run: "kubectl top pod nosuch", code: 1, prints: /not found/, reads: core("pods/nosuch", "gone") },
    {
      run: `kubectl events --for pod/${process}`,
      prints: /^LAST SEEN[^\n]*\n([^\n]*\/web-serve-server-servers-0 [^\n]*\n)+$/,
      comes: true,
      reads: core(`pods/${process}`, { kind: "Pod" }),
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

export const maintenance: Section = {
  title: "Machines under maintenance",
  about:
    "A drain keeps to maxUnavailable of the application's updateStrategy: an eviction is refused, and tried again by kubectl, until another machine is ready.",
  rows: [
    {
      run: "kubectl cordon local-3",
      prints: /^node\/local-3 cordoned$/m,
      reads: [
        node("local-3", { "spec.unschedulable": true }),
        cluster("resources/local-3", { "spec.unschedulable": true }),
      ],
    },
    {
      run: "kubectl cordon local-3",
      prints: /already cordoned/,
      reads: node("local-3", { "spec.unschedulable": true }),
    },
    {
      run: "kubectl get node local-3",
      prints: /^local-3 +Ready,SchedulingDisabled /m,
      reads: node("local-3", { "spec.unschedulable": true }),
    },
    {
      run: "kubectl uncordon local-3",
      prints: /^node\/local-3 uncordoned$/m,
      reads: cluster("resources/local-3", { "spec.unschedulable": /^(false|undefined)$/ }),
    },
    {
      run: "kubectl taint nodes local-3 disk=slow:NoSchedule",
      prints: /^node\/local-3 tainted$/m,
      reads: cluster("resources/local-3", { "spec.taints.0.key": "disk" }),
    },
    {
      run: "kubectl taint nodes local-3 disk=slow:NoSchedule",
      code: 1,
      prints: /already has disk taint\(s\) with same effect/,
      reads: cluster("resources/local-3", { "spec.taints.length": 1 }),
    },
    {
      run: "kubectl taint nodes local-3 disk-",
      prints: /^node\/local-3 untainted$/m,
      reads: node("local-3", { "spec.taints": undefined }),
    },
    {
      run: "kubectl label node local-3 rack=r7",
      code: 1,
      prints: /of a Node only spec\.unschedulable and spec\.taints can be changed here: change resource\/local-3/,
      reads: node("local-3", { "metadata.labels.rack": undefined }),
    },
    {
      run: "kubectl label res local-3 rack=r7",
      prints: /^resource\.plush\.dev\/local-3 labeled$/m,
      reads: node("local-3", { "metadata.labels.rack": "r7" }),
    },
    {
      run: "kubectl drain local-2 --dry-run=server",
      prints: /node\/local-2 cordoned \(server dry run\)/,
      reads: node("local-2", { "spec.unschedulable": undefined }),
    },
    {
      run: `kubectl drain $(kubectl get pod ${process} -o 'jsonpath={.spec.nodeName}') --ignore-daemonsets --timeout=60s`,
      prints: /^evicting pod default\/web-serve-server-servers-0\n[\s\S]*^node\/local-\d drained$/m,
      reads: plush(`processes/${process}`, { kind: "Process" }),
    },
    {
      run: `kubectl wait pod/${process} --for=condition=Ready --timeout=30s`,
      prints: /condition met/,
      reads: plush("applications/web", { "status.state": "Available" }),
    },
    {
      run: "kubectl uncordon local-1 local-2 local-3",
      prints: /^node\/local-\d uncordoned$/m,
      reads: at("/api/v1/nodes", { "items.0.spec.unschedulable": undefined, "items.1.spec.unschedulable": undefined }),
    },
    {
      run: `kubectl get pod ${process} -o 'jsonpath={.status.containerStatuses[0].containerID}' > before; kubectl delete pod ${process} && kubectl wait pod/${process} --for=condition=Ready --timeout=30s`,
      prints: /pod "web-serve-server-servers-0" deleted[\s\S]*condition met/,
      reads: plush(`processes/${process}`, { "metadata.deletionTimestamp": undefined }),
    },
    {
      run: "kubectl delete node local-3",
      code: 1,
      prints: /\(MethodNotAllowed\): .*nodes only show resources\.plush\.dev; use those/,
      reads: cluster("resources/local-3", { "metadata.deletionTimestamp": undefined }),
    },
    { run: "kubectl cordon nosuch", code: 1, prints: /nodes "nosuch" not found/, reads: node("nosuch", "gone") },
  ],
};
