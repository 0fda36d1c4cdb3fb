package ocelli

import (
	"context"
	"errors"
	"net"
	"strings"
)

// TokenSource gives the bearer token of a call. It may wait, until ctx is done, and is called by many
// goroutines at once. Its error fails the call.
type TokenSource func(ctx context.Context) (string, error)

// bearer sends a token with every call, as gRPC's PerRPCCredentials.
type bearer struct {
	source TokenSource
	secure bool
}

func (b bearer) GetRequestMetadata(ctx context.Context, _ ...string) (map[string]string, error) {
	token, err := b.source(ctx)
	if err != nil {
		return nil, err
	}
	unprintable := func(r rune) bool { return r <= ' ' || r > '~' }
	if token == "" || strings.ContainsFunc(token, unprintable) {
		return nil, errors.New("it is empty or has characters that a header cannot carry")
	}
	return map[string]string{"authorization": "Bearer " + token}, nil
}

func (b bearer) RequireTransportSecurity() bool { return b.secure }

// isLocal tells whether an address is on this machine, so that nobody else hears what is sent there.
func isLocal(address string) bool {
	if strings.HasPrefix(address, "unix:") {
		return true
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
