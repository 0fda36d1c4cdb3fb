package main

import (
	"strings"

	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"
)

const several = "ipv4:"

// registered is the target under which gRPC for Go knows another one: it has none of several addresses,
// such as "ipv4:127.0.0.1:8500,127.0.0.1:8501", so these are given to a resolver of that name.
func registered(target string) string {
	addresses, ok := strings.CutPrefix(target, several)
	if !ok {
		return target
	}
	var state resolver.State
	for address := range strings.SplitSeq(addresses, ",") {
		state.Addresses = append(state.Addresses, resolver.Address{Addr: address})
	}
	known := manual.NewBuilderWithScheme("several")
	known.InitialState(state)
	resolver.Register(known)
	return "several:///edges"
}
