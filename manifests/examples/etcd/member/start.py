#!/usr/bin/python3
"""Becomes a member of the application's etcd cluster: bootstraps it, joins it, or starts again on its data."""
import json
import os
import sys
import time
import urllib.error
import urllib.request

ordinal, epoch = os.environ["PLUSH_ORDINAL"], int(os.environ["PLUSH_EPOCH"])
address = os.environ["PLUSH_ADDRESS"]
client_port, peer_port = os.environ["PLUSH_PORT_CLIENT"], os.environ["PLUSH_PORT_PEER"]
replicas = int(os.environ["PLUSH_REPLICAS"])
own_url = f"http://{address}:{peer_port}"


def name_of(of_ordinal, of_epoch):
    return f"member-{of_ordinal}-{of_epoch}"


def peers():
    """Who is where now, by the file that the agent keeps."""
    with open(os.environ["PLUSH_PEERS_FILE"]) as file:
        return json.load(file)["components"][os.environ["PLUSH_COMPONENT"]]


def ask(at, path, body):
    """POSTs to etcd's HTTP gateway on another member."""
    request = urllib.request.Request(f"http://{at}:{client_port}/v3/{path}", json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)


def answering():
    """The address and members of whoever has a cluster already; None where nobody has."""
    for peer in peers():
        if peer["address"] in ("", address):
            continue
        try:
            return peer["address"], ask(peer["address"], "cluster/member/list", {})["members"]
        except (OSError, KeyError):
            pass
    return None


def is_gone(member):
    """Whether it was this ordinal on another machine; without a name it never started."""
    if "name" in member:
        return member["name"].startswith(name_of(ordinal, "")) and member["name"] != name_of(ordinal, epoch)
    return not any(f"http://{peer['address']}:{peer_port}" in member["peerURLs"] for peer in peers())


def join():
    """Takes the old member out, puts this one in; returns --initial-cluster, or None where it has to be tried again."""
    found = answering()
    if found is None:
        return None
    at, members = found
    for member in filter(is_gone, members):
        print(f"removing {member.get('name', 'a member without a name')}, {member['ID']}", flush=True)
        ask(at, "cluster/member/remove", {"ID": member["ID"]})
    if not any(own_url in member["peerURLs"] for member in members if not is_gone(member)):
        members = ask(at, "cluster/member/add", {"peerURLs": [own_url]})["members"]
    return ",".join(
        f"{name_of(ordinal, epoch) if url == own_url else member.get('name', member['ID'])}={url}"
        for member in members
        if not is_gone(member)
        for url in member["peerURLs"]
    )


def bootstrap():
    """--initial-cluster of a new cluster; None until everybody's address is known."""
    known = [peer for peer in peers() if peer["address"] != ""]
    if len(known) < replicas:
        return None
    return ",".join(f"{name_of(peer['ordinal'], 1)}=http://{peer['address']}:{peer_port}" for peer in known)


def membership():
    """Whether the cluster is new, and who is in it. Once there are data, etcd asks for neither."""
    if os.path.exists("data/member"):
        return "existing", ""
    while True:
        try:
            found = answering() if epoch == 1 else None
            is_expected = found is None or any(own_url in member["peerURLs"] for member in found[1])
            state, cluster = ("new", bootstrap()) if epoch == 1 and is_expected else ("existing", join())
            if cluster is not None:
                return state, cluster
        except (OSError, KeyError) as error:  # as "unhealthy cluster", until the others have found each other again
            print(f"not yet: {error}", file=sys.stderr, flush=True)
        time.sleep(0.5)


state, cluster = membership()
print(f"{name_of(ordinal, epoch)}: {state} {cluster}", flush=True)
arguments = {
    "name": name_of(ordinal, epoch),
    "data-dir": "data",
    "listen-client-urls": f"http://{address}:{client_port}",
    "advertise-client-urls": f"http://{address}:{client_port}",
    "listen-peer-urls": own_url,
    "initial-advertise-peer-urls": own_url,
    "initial-cluster-state": state,
    "initial-cluster": cluster or f"{name_of(ordinal, epoch)}={own_url}",
    "initial-cluster-token": f"{os.environ['PLUSH_NAMESPACE']}-{os.environ['PLUSH_APPLICATION']}",
    "strict-reconfig-check": "true",
}
os.execvp("etcd", ["etcd", *(f"--{key}={value}" for key, value in arguments.items())])
