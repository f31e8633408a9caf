import { at, type Section } from "../row.ts";

export const aboutTheServer: Section = {
  title: "The server and its kinds",
  rows: [
    {
      run: "kubectl version",
      prints: /Server Version: .*v\d+\.\d+\.\d+\+plush/,
      reads: at("/version", { gitVersion: /\+plush/ }),
    },
    { run: "kubectl version -o yaml", prints: /serverVersion:[\s\S]*gitVersion: v.*plush/ },
    {
      run: "kubectl api-versions",
      prints: /^plush\.dev\/v1$[\s\S]*^v1$/m,
      reads: at("/apis", { "groups.0.name": "plush.dev" }),
    },
    {
      run: "kubectl api-resources",
      prints: /^applications +app +plush\.dev\/v1 +true +Application$/m,
      reads: at("/apis/plush.dev/v1", { groupVersion: "plush.dev/v1" }),
    },
    { run: "kubectl api-resources -o wide", prints: /^resources .*create,delete,deletecollection,get,list,patch/m },
    { run: "kubectl api-resources -o name --namespaced=false", prints: /^resourcepools\.plush\.dev$/m },
    { run: "kubectl api-resources --api-group=plush.dev --no-headers", prints: /^applications [\s\S]*^software /m },
    {
      run: "kubectl api-resources --categories=all -o name",
      prints: /^applications\.plush\.dev\n(\w+\.plush\.dev\n)+$/,
    },
    { run: "kubectl api-resources --verbs=list,watch --sort-by=kind", prints: /Application[\s\S]*Software/ },
    { run: "kubectl explain app", prints: /^KIND: +Application$/m },
    {
      run: "kubectl explain app.spec.components.replicas",
      prints: /replicas/,
      reads: at("/openapi/v3/apis/plush.dev/v1", { openapi: /^3\./ }),
    },
    { run: "kubectl explain app --recursive", prints: /components\s+<\[\]\w+>[\s\S]*restartPolicy\s+<string>/ },
    { run: "kubectl explain pool.spec.provider --recursive", prints: /hosts[\s\S]*address\s+<string>/ },
    { run: "kubectl explain namespaces --api-version=v1", prints: /^KIND: +Namespace$/m },
    { run: "kubectl explain app.spec.nothing", code: 1, prints: /field "nothing" does not exist/ },
    { run: "kubectl get --raw /healthz", prints: /^ok$/, reads: at("/healthz", { "": "ok" }) },
    { run: "kubectl get --raw /livez", prints: /^ok$/ },
    { run: "kubectl get --raw /openapi/v3", prints: /"apis\/plush\.dev\/v1":\{"serverRelativeURL"/ },
    { run: "kubectl get --raw /metrics", prints: /^# TYPE /m },
    { run: "kubectl get --raw /nothing", code: 1, prints: /NotFound/ },
    { run: "kubectl config view", prints: /certificate-authority-data: DATA\+OMITTED/ },
    { run: "kubectl config view --minify -o 'jsonpath={.clusters[0].name}'", prints: /^plush$/ },
    { run: "kubectl config current-context", prints: /^\S+$/m },
    { run: "kubectl config set-context --current --namespace=default", prints: /modified/ },
    { run: "kubectl options", prints: /--as-group/ },
    { run: "kubectl completion bash", prints: /complete .*kubectl/ },
    { run: "kubectl __complete get app ''", prints: /:\d+\nCompletion ended/ },
    { run: "kubectl plugin list", code: 1, prints: /unable to find any kubectl plugins/ },
    {
      run: "kubectl proxy --port=0",
      prints: /"gitVersion":"v[^"]*plush/,
      follows: { from: /Starting to serve on (\S+)/, meanwhile: "curl -s http://$1/version | tr -d ' \\n'" },
    },
  ],
};
