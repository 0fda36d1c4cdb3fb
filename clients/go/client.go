package ocelli

import (
	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Client is a connection to an Ocelli server. One serves all goroutines of a program.
type Client struct {
	conn            *grpc.ClientConn
	detect          ocelliv1.DetectServiceClient
	embed           ocelliv1.EmbedServiceClient
	search          ocelliv1.SearchServiceClient
	models          ocelliv1.ModelServiceClient
	health          healthpb.HealthClient
	maxMessageBytes int
}

// Connect prepares a connection to address, which is "host:port" or a target of gRPC's such as
// "dns:///host:port". The connection itself is made when a call needs it, and again whenever it broke:
// a server that is not there fails the call, not Connect.
//
// It fails if a file of [TLS] cannot be used or the options contradict each other.
func Connect(address string, options ...Option) (*Client, error) {
	settings := defaults()
	for _, option := range options {
		option(&settings)
	}
	dialOptions, err := settings.dialOptions(address)
	if err != nil {
		return nil, err
	}
	conn, err := grpc.NewClient(address, dialOptions...)
	if err != nil {
		return nil, invalid("address", err.Error(), "give host:port")
	}
	return &Client{
		conn:            conn,
		detect:          ocelliv1.NewDetectServiceClient(conn),
		embed:           ocelliv1.NewEmbedServiceClient(conn),
		search:          ocelliv1.NewSearchServiceClient(conn),
		models:          ocelliv1.NewModelServiceClient(conn),
		health:          healthpb.NewHealthClient(conn),
		maxMessageBytes: settings.maxMessageBytes,
	}, nil
}

// Conn returns the connection, for generated stubs: ocelliv1.NewDetectServiceClient(client.Conn()).
// Their calls have the client's deadline, repetitions, token and errors.
func (c *Client) Conn() *grpc.ClientConn { return c.conn }

// Close ends the connection and every call on it.
func (c *Client) Close() error { return c.conn.Close() }
