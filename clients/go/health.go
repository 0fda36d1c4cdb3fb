package ocelli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

const (
	readinessPoll    = 200 * time.Millisecond
	readinessTimeout = 5 * time.Second
)

// Health is the serving status of a service.
type Health string

const (
	// HealthServing: it serves.
	HealthServing Health = "SERVING"
	// HealthNotServing: it exists and cannot serve.
	HealthNotServing Health = "NOT_SERVING"
	// HealthServiceUnknown: the server does not know it.
	HealthServiceUnknown Health = "SERVICE_UNKNOWN"
)

// Health returns the status of a service, by its full name such as "ocelli.v1.DetectService", of a model,
// by "model/NAME", or of the server, by "".
func (c *Client) Health(ctx context.Context, service string) (Health, error) {
	response, err := c.health.Check(ctx, &healthpb.HealthCheckRequest{Service: service})
	if errors.Is(err, ErrNotFound) {
		return HealthServiceUnknown, nil
	}
	if err != nil {
		return "", err
	}
	return Health(response.GetStatus().String()), nil
}

// WaitUntilReady returns when a service, named as for [Client.Health], serves. It fails when ctx is done,
// and says what kept the service from serving; and at once if waiting does not help.
func (c *Client) WaitUntilReady(ctx context.Context, service string) error {
	found := "it was not asked"
	for {
		health, err := c.checkOnce(ctx, service)
		var failed *Error
		switch {
		case health == HealthServing:
			return nil
		case ctx.Err() != nil: // what an attempt that was cut short met says nothing
		case err == nil:
			found = "it is " + string(health)
		case errors.As(err, &failed) && failed.IsRetryable():
			found = failed.Error()
		default:
			return err
		}
		if !sleep(ctx, readinessPoll) {
			return notReady(ctx, service, found)
		}
	}
}

// checkOnce asks once; a server that says nothing is asked again.
func (c *Client) checkOnce(ctx context.Context, service string) (Health, error) {
	ctx, cancel := context.WithTimeout(ctx, readinessTimeout)
	defer cancel()
	return c.Health(ctx, service)
}

// notReady is the error of a service that does not serve when ctx is done.
func notReady(ctx context.Context, service, found string) *Error {
	failed := &Error{Code: codes.Canceled, cause: ctx.Err()}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		failed.Code = codes.DeadlineExceeded
	}
	if service == "" {
		service = "the server"
	}
	failed.Message = fmt.Sprintf("%s is not ready: %s", service, found)
	return failed
}
