"""What Debian's python3-kubernetes does with the API: each step prints one line of JSON, which the test looks at."""

import json
import sys
import threading
import time

from kubernetes import config, dynamic
from kubernetes.client.exceptions import ApiException

MERGE = "application/merge-patch+json"
NAMESPACE = "default"


def say(step, **facts):
    print(json.dumps({"step": step, **facts}), flush=True)


def config_map(name, text, labels=None):
    metadata = {"name": name, "namespace": NAMESPACE, "labels": labels or {}}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"text": text}}


def apply(resource, body):
    """Create, or patch what is there: this version of the library has no server-side apply."""
    try:
        return resource.create(body=body, namespace=NAMESPACE)
    except ApiException as error:
        if error.status != 409:
            raise
        name = body["metadata"]["name"]
        return resource.patch(body=body, name=name, namespace=NAMESPACE, content_type=MERGE)


def status_of(call):
    """The HTTP status of the ApiException that a call raises, and the reason in its body."""
    try:
        call()
    except ApiException as error:
        body = json.loads(error.body) if error.body else {}
        return {"status": error.status, "reason": body.get("reason")}
    return {"status": 200, "reason": None}


def applications(client):
    resource = client.resources.get(api_version="plush.dev/v1", kind="Application")
    body = {
        "apiVersion": "plush.dev/v1",
        "kind": "Application",
        "metadata": {"name": "web", "labels": {"tier": "front"}},
        "spec": {"components": [{"name": "servers", "replicas": 2}]},
    }
    apply(resource, body)
    body["spec"]["components"][0]["replicas"] = 3
    body["metadata"]["labels"]["tier"] = "back"
    again = apply(resource, body)
    found = resource.get(namespace=NAMESPACE, label_selector="tier=back")
    say(
        "apply",
        replicas=again.spec.components[0].replicas,
        generation=again.metadata.generation,
        found=[item.metadata.name for item in found.items],
        scale=resource.scale.get(name="web", namespace=NAMESPACE).spec.replicas,
        status=resource.status.get(name="web", namespace=NAMESPACE).kind,
    )
    bad = {**body, "metadata": {"name": "bad"}, "spec": {"components": [{"name": "no name!"}]}}
    stale = {**again.to_dict(), "metadata": {**again.to_dict()["metadata"], "resourceVersion": "1"}}
    say(
        "errors",
        missing=status_of(lambda: resource.get(name="nobody", namespace=NAMESPACE)),
        invalid=status_of(lambda: resource.create(body=bad, namespace=NAMESPACE)),
        conflict=status_of(lambda: resource.replace(body=stale, namespace=NAMESPACE)),
    )


def watch(resource):
    start = resource.get(namespace=NAMESPACE).metadata.resourceVersion

    def write():
        for name in ("a", "b", "c"):
            resource.create(body=config_map(name, "1", {"set": "x" if name != "c" else "y"}), namespace=NAMESPACE)
        patch = {"data": {"text": "2"}}
        resource.patch(body=patch, name="a", namespace=NAMESPACE, content_type=MERGE)
        resource.delete(name="b", namespace=NAMESPACE)

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    for event in resource.watch(namespace=NAMESPACE, resource_version=start, timeout=60):
        seen.append(f"{event['type']} {event['object'].metadata.name} {event['object'].data.text}")
        if len(seen) == 5:
            break
    writer.join()
    say("watch", seen=seen)


def collections(resource):
    resource.create(body=config_map("b", "3", {"set": "x"}), namespace=NAMESPACE)
    resource.delete(namespace=NAMESPACE, label_selector="set=x")
    say("deletecollection", left=[item.metadata.name for item in resource.get(namespace=NAMESPACE).items])


def expired(resource, old):
    """The test's server keeps history for a second; each write lets it forget some more."""
    deadline = time.monotonic() + 60
    answer = {"status": 200}
    count = 0
    while answer["status"] == 200 and time.monotonic() < deadline:
        count += 1
        apply(resource, config_map("tick", str(count)))
        time.sleep(0.2)
        # The dynamic client's own watch, which goes on by itself, and one request as it makes it.
        answer = status_of(lambda: list(resource.watch(namespace=NAMESPACE, resource_version=old, timeout=1)))
    once = status_of(lambda: resource.get(namespace=NAMESPACE, resource_version=old, watch=True, timeout_seconds=1))
    say("expired", watch=answer, once=once)


def main():
    kubeconfig, cache_file = sys.argv[1:]
    # Its cache of discovery lies in /tmp under a name made of the address alone, where another server's may lie.
    client = dynamic.DynamicClient(config.new_client_from_config(config_file=kubeconfig), cache_file=cache_file)
    config_maps = client.resources.get(api_version="v1", kind="ConfigMap")
    old = config_maps.get(namespace=NAMESPACE).metadata.resourceVersion
    say("version", major=client.version["kubernetes"]["major"])
    applications(client)
    watch(config_maps)
    collections(config_maps)
    expired(config_maps, old)


main()
