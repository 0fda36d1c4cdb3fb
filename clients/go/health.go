package ocelli

import (
	"context"
	"errors"

	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// Health is what a server says of one of its services.
type Health = healthpb.HealthCheckResponse_ServingStatus

// Health asks after a service by its full name, such as "ocelli.v1.DetectService", after a model by
// "model/NAME", or after the server by "". One that the server does not know is SERVICE_UNKNOWN.
func (c *Client) Health(ctx context.Context, service string) (Health, error) {
	response, err := c.health.Check(ctx, &healthpb.HealthCheckRequest{Service: service})
	if errors.Is(err, ErrNotFound) {
		return healthpb.HealthCheckResponse_SERVICE_UNKNOWN, nil
	}
	return response.GetStatus(), err
}
