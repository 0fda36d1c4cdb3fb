package ocelli

import (
	"context"
	"fmt"
	"math"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
)

const (
	defaultTimeout          = 10 * time.Second
	defaultMaxMessageBytes  = 32 << 20
	defaultKeepaliveTime    = 60 * time.Second
	defaultKeepaliveTimeout = 20 * time.Second

	// Longer is a mistake, such as a number in the wrong unit.
	maxTime = 24 * time.Hour

	// gRPC's own steps, 1 s to 2 min, would make a client slow to notice a server that starts.
	initialReconnect = 100 * time.Millisecond
	maxReconnect     = 5 * time.Second
	connectTimeout   = 20 * time.Second

	// Beside the message, the buffer for repetitions holds its five bytes of framing.
	framingBytes = 5
)

// Option changes how [Connect] makes a connection.
type Option func(*settings)

type settings struct {
	tls              *TLS
	token            TokenSource
	timeout          time.Duration
	maxMessageBytes  int
	keepaliveTime    time.Duration
	keepaliveTimeout time.Duration
	maxAttempts      *int // nil: the contract's
	grpc             []grpc.DialOption
}

func defaults() settings {
	return settings{
		timeout:          defaultTimeout,
		maxMessageBytes:  defaultMaxMessageBytes,
		keepaliveTime:    defaultKeepaliveTime,
		keepaliveTimeout: defaultKeepaliveTimeout,
	}
}

// WithTLS encrypts the connection and checks who answers. Without it the connection is plain text.
func WithTLS(tls TLS) Option { return func(s *settings) { s.tls = &tls } }

// WithToken sends "authorization: Bearer token" with every call: an API key of the server's, or a token
// that it or a proxy asks for. It needs [WithTLS], unless the server is on this machine.
func WithToken(token string) Option {
	return WithTokenSource(func(context.Context) (string, error) { return token, nil })
}

// WithTokenSource is [WithToken] with a token that source gives for each call.
func WithTokenSource(source TokenSource) Option { return func(s *settings) { s.token = source } }

// WithTimeout sets the deadline of unary calls whose context has none; 10 s unless changed, at most 24 h.
// LoadModel has 600 s, or this if it is longer. Streams have the deadline of their context alone.
func WithTimeout(timeout time.Duration) Option { return func(s *settings) { s.timeout = timeout } }

// WithMaxMessageBytes sets the size of the largest message sent or received, in bytes; 32 MiB unless
// changed. The server has a limit of its own.
func WithMaxMessageBytes(maxBytes int) Option {
	return func(s *settings) { s.maxMessageBytes = maxBytes }
}

// WithKeepalive sets after how long without traffic the server is pinged, and how long the answer may
// take before the connection counts as dead; 60 s and 20 s unless changed. The server refuses pings
// that come more often than every 30 s.
func WithKeepalive(idle, timeout time.Duration) Option {
	return func(s *settings) { s.keepaliveTime, s.keepaliveTimeout = idle, timeout }
}

// WithMaxAttempts sets how often a call that may be repeated is attempted if the server is unavailable:
// 1, for no repetition, to 5; 3 unless changed.
func WithMaxAttempts(attempts int) Option { return func(s *settings) { s.maxAttempts = &attempts } }

// WithDialOptions adds options of gRPC's own, such as interceptors, after all others.
func WithDialOptions(options ...grpc.DialOption) Option {
	return func(s *settings) { s.grpc = append(s.grpc, options...) }
}

func (s *settings) dialOptions(address string) ([]grpc.DialOption, error) {
	if s.maxMessageBytes < 1 || s.maxMessageBytes > math.MaxInt32 {
		return nil, invalid("max_message_bytes", "the largest message is not of 1 byte to 2 GiB", "32 MiB is the default")
	}
	if err := s.checkTimes(); err != nil {
		return nil, err
	}
	retries, err := newRetries(s.maxAttempts)
	if err != nil {
		return nil, err
	}
	security, err := s.security(address)
	if err != nil {
		return nil, err
	}
	calls := calls{address: address, timeout: s.timeout, retries: retries}
	options := append(security,
		grpc.WithDisableServiceConfig(), // a name server's would replace ours
		grpc.WithDefaultServiceConfig(retries.serviceConfig),
		grpc.WithDefaultCallOptions(
			grpc.MaxCallSendMsgSize(s.maxMessageBytes),
			grpc.MaxCallRecvMsgSize(s.maxMessageBytes),
			// A larger request is not kept for a repetition; images are larger than gRPC's 256 KiB.
			grpc.MaxRetryRPCBufferSize(s.maxMessageBytes+framingBytes),
		),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{
			Time: s.keepaliveTime, Timeout: s.keepaliveTimeout, PermitWithoutStream: true,
		}),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{
				BaseDelay: initialReconnect, Multiplier: 1.6, Jitter: 0.2, MaxDelay: maxReconnect,
			},
			MinConnectTimeout: connectTimeout,
		}),
		grpc.WithChainUnaryInterceptor(calls.unary),
		grpc.WithChainStreamInterceptor(calls.stream),
	)
	return append(options, s.grpc...), nil
}

func (s *settings) checkTimes() error {
	for _, one := range []struct {
		field string
		time  time.Duration
	}{
		{"timeout", s.timeout}, {"keepalive.idle", s.keepaliveTime}, {"keepalive.timeout", s.keepaliveTimeout},
	} {
		if one.time <= 0 || one.time > maxTime {
			return invalid(one.field, fmt.Sprintf("%s is %v", one.field, one.time),
				fmt.Sprintf("expected more than 0 and at most %v", maxTime))
		}
	}
	return nil
}

// security says what protects the connection.
func (s *settings) security(address string) ([]grpc.DialOption, error) {
	if s.tls == nil {
		options := []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
		if s.token == nil {
			return options, nil
		}
		if !isLocal(address) {
			return nil, invalid("token", "a token is not sent in plain text", "add WithTLS")
		}
		return append(options, grpc.WithPerRPCCredentials(bearer{s.token, false})), nil
	}
	transport, err := s.tls.credentials()
	if err != nil {
		return nil, err
	}
	options := []grpc.DialOption{grpc.WithTransportCredentials(transport)}
	if s.token != nil {
		options = append(options, grpc.WithPerRPCCredentials(bearer{s.token, true}))
	}
	return options, nil
}
