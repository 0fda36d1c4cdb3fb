package ocelli_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/ocelli-vision/ocelli/clients/go"
)

func TestWaitingUntilAServiceIsReady(t *testing.T) {
	checks := health.NewServer()
	checks.SetServingStatus("starting", healthpb.HealthCheckResponse_NOT_SERVING)
	client := connect(t, scripted(t, func(registrar grpc.ServiceRegistrar) {
		healthpb.RegisterHealthServer(registrar, checks)
	}))
	must(t, client.WaitUntilReady(t.Context(), ""))
	for service, says := range map[string]string{
		"starting": "starting is not ready: it is NOT_SERVING", "nosuch": "nosuch is not ready: it is SERVICE_UNKNOWN",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		err := client.WaitUntilReady(ctx, service)
		if !errors.Is(err, ocelli.ErrDeadlineExceeded) || err.Error() != says {
			t.Errorf("%v", err)
		}
	}
	time.AfterFunc(300*time.Millisecond, func() {
		checks.SetServingStatus("starting", healthpb.HealthCheckResponse_SERVING)
	})
	must(t, client.WaitUntilReady(t.Context(), "starting"))
}

func TestWaitingInVain(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	err := connect(t, "127.0.0.1:1").WaitUntilReady(ctx, "")
	if !errors.Is(err, context.DeadlineExceeded) || !strings.HasPrefix(err.Error(), "the server is not ready: cannot reach 127.0.0.1:1: ") {
		t.Errorf("%v", err)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := connect(t, "127.0.0.1:1").WaitUntilReady(canceled, ""); !errors.Is(err, ocelli.ErrCanceled) {
		t.Errorf("%v", err)
	}
	without := connect(t, scripted(t, func(grpc.ServiceRegistrar) {}))
	if err := without.WaitUntilReady(t.Context(), ""); !errors.Is(err, ocelli.ErrNotPossible) {
		t.Errorf("of a server without health checks: %v", err)
	}
}
