package ocelli

import (
	"context"
	"errors"

	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// Health is the serving status of a service.
type Health = healthpb.HealthCheckResponse_ServingStatus

// Health returns the status of a service, by its full name such as "ocelli.v1.DetectService", of a model,
// by "model/NAME", or of the server, by "". One that the server does not know is SERVICE_UNKNOWN.
func (c *Client) Health(ctx context.Context, service string) (Health, error) {
	response, err := c.health.Check(ctx, &healthpb.HealthCheckRequest{Service: service})
	if errors.Is(err, ErrNotFound) {
		return healthpb.HealthCheckResponse_SERVICE_UNKNOWN, nil
	}
	return response.GetStatus(), err
}
