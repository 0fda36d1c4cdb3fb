"""A Kubernetes cluster of one node for the length of a command, in namespaces of its own.

The API server, controllers, scheduler, kubelet and proxy are built from their Go modules, CoreDNS
as well; etcd, containerd and a registry are Debian's. Nothing of the machine is changed, but for
control groups, which are taken away at the end.
"""
