package ocelli_test

import (
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// A client that stayed with the first would leave the replicas of a headless service idle.
func TestCallsGoToEveryServerOfANameInTurn(t *testing.T) {
	for name, options := range map[string][]ocelli.Option{
		"retries":    nil,
		"no retries": {ocelli.WithMaxAttempts(1)},
	} {
		t.Run(name, func(t *testing.T) {
			servers := [2]*unsteady{{}, {}}
			both := manual.NewBuilderWithScheme("both")
			resolver.Register(both)
			var addresses []resolver.Address
			for _, server := range servers {
				addresses = append(addresses, resolver.Address{Addr: scripted(t, func(registrar grpc.ServiceRegistrar) {
					ocelliv1.RegisterEmbedServiceServer(registrar, server)
				})})
			}
			both.InitialState(resolver.State{Addresses: addresses})
			client := connect(t, "both:///servers", options...)
			embed := func() {
				if _, err := client.Embed(t.Context(), ocelli.Encoded([]byte("x")), nil); err != nil {
					t.Fatal(err)
				}
			}
			until := time.Now().Add(5 * time.Second)
			for servers[0].attempts.Load() == 0 || servers[1].attempts.Load() == 0 {
				if time.Now().After(until) {
					t.Fatal("one of them is never called")
				}
				embed()
			}
			before := [2]int64{servers[0].attempts.Load(), servers[1].attempts.Load()}
			for range 20 {
				embed()
			}
			for number, server := range servers {
				if got := server.attempts.Load() - before[number]; got != 10 {
					t.Errorf("server %d got %d of 20", number, got)
				}
			}
		})
	}
}
