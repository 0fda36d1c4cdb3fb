package ocelli

import (
	"fmt"
	"net"
	"strings"

	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/resolver"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Client is a connection to an Ocelli server. One serves all goroutines of a program.
type Client struct {
	conn            *grpc.ClientConn
	classify        ocelliv1.ClassifyServiceClient
	detect          ocelliv1.DetectServiceClient
	embed           ocelliv1.EmbedServiceClient
	read            ocelliv1.ReadServiceClient
	collections     ocelliv1.CollectionServiceClient
	points          ocelliv1.PointServiceClient
	search          ocelliv1.SearchServiceClient
	models          ocelliv1.ModelServiceClient
	health          healthpb.HealthClient
	maxMessageBytes int
}

// Connect prepares a connection to address, which is "host:port" or a target of gRPC's such as
// "dns:///host:port". The connection itself is made when a call needs it, and again whenever it broke:
// a server that is not there fails the call, not Connect.
//
// It fails if the address makes no sense, a file of [TLS] cannot be used, or the options contradict each
// other.
func Connect(address string, options ...Option) (*Client, error) {
	if err := checkAddress(address); err != nil {
		return nil, err
	}
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
		return nil, invalid("address", err.Error(), addressHint)
	}
	return &Client{
		conn:            conn,
		classify:        ocelliv1.NewClassifyServiceClient(conn),
		detect:          ocelliv1.NewDetectServiceClient(conn),
		embed:           ocelliv1.NewEmbedServiceClient(conn),
		read:            ocelliv1.NewReadServiceClient(conn),
		collections:     ocelliv1.NewCollectionServiceClient(conn),
		points:          ocelliv1.NewPointServiceClient(conn),
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

const addressHint = "expected host:port, such as 127.0.0.1:8500"

// checkAddress refuses what gRPC would try to connect to in vain.
func checkAddress(address string) error {
	if scheme, _, _ := strings.Cut(address, ":"); resolver.Get(scheme) != nil {
		return nil // a target of gRPC's, which checks it
	}
	if _, port, err := net.SplitHostPort(address); err != nil || port == "" {
		return invalid("address", fmt.Sprintf("%q is no address", address), addressHint)
	}
	return nil
}
