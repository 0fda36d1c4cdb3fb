package ocelli_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"math"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

func TestWhatKeepsAClientFromItsServer(t *testing.T) {
	known, other := newAuthority(t), newAuthority(t)
	cert, key := known.issue(t, "client", &x509.Certificate{})
	otherCert, otherKey := other.issue(t, "client", &x509.Certificate{})
	secure := func(template *x509.Certificate, asks bool) string {
		return scripted(t, func(registrar grpc.ServiceRegistrar) {
			ocelliv1.RegisterModelServiceServer(registrar, ocelliv1.UnimplementedModelServiceServer{})
		}, grpc.Creds(credentials.NewTLS(known.serving(t, template, asks))))
	}
	trusting := ocelli.TLS{CA: known.path}
	for name, one := range map[string]struct {
		address string
		tls     *ocelli.TLS
		reached bool
	}{
		"nobody":          {"127.0.0.1:1", nil, false},
		"unknown host":    {"nosuch.invalid:1", nil, false},
		"HTTP server":     {web(t, nil, nil, 404), nil, false},
		"HTTP/2 server":   {web(t, nil, plainHTTP2(), 404), nil, false},
		"it fails":        {web(t, nil, plainHTTP2(), 500), nil, false},
		"a page":          {web(t, nil, plainHTTP2(), 200), nil, false},
		"HTTPS server":    {web(t, known.serving(t, loopback(), false), nil, 404), &trusting, false},
		"TLS to plain":    {scriptedDetector(t, func(detectStream) error { return nil }), &trusting, false},
		"plain to TLS":    {secure(loopback(), false), nil, false},
		"other authority": {secure(loopback(), false), &ocelli.TLS{CA: other.path}, false},
		"system's":        {secure(loopback(), false), &ocelli.TLS{}, false},
		"other name":      {secure(&x509.Certificate{DNSNames: []string{"edge.test"}}, false), &trusting, false},
		"name told wrong": {secure(loopback(), false), &ocelli.TLS{CA: known.path, ServerName: "edge.test"}, false},
		"out of date":     {secure(past(), false), &trusting, false},
		"asked for":       {secure(loopback(), true), &trusting, false},
		"asked for other": {secure(loopback(), true), &ocelli.TLS{CA: known.path, Cert: otherCert, Key: otherKey}, false},
		"all is well":     {secure(loopback(), true), &ocelli.TLS{CA: known.path, Cert: cert, Key: key}, true},
		"name told":       {secure(&x509.Certificate{DNSNames: []string{"edge.test"}}, false), &ocelli.TLS{CA: known.path, ServerName: "edge.test"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var options []ocelli.Option
			if one.tls != nil {
				options = append(options, ocelli.WithTLS(*one.tls))
			}
			client := connect(t, one.address, options...)
			began := time.Now()
			_, unary := client.ListModels(t.Context())
			var stream error
			for _, err := range client.DetectStream(t.Context(), nil, numbered(1)) {
				stream = err
			}
			if took := time.Since(began); took > 8*time.Second {
				t.Errorf("it took %v", took)
			}
			for _, err := range []error{unary, stream} {
				switch failed := failure(err); {
				case failed == nil:
					t.Errorf("%v", err)
				case one.reached: // at a server that does not offer it
					if failed.Code != codes.Unimplemented || !strings.Contains(failed.Hint, "same version") {
						t.Errorf("%v", err)
					}
				default:
					expectUnreachable(t, failed, one.address)
				}
			}
		})
	}
}

func expectUnreachable(t *testing.T, failed *ocelli.Error, address string) {
	t.Helper()
	words, prefixed := strings.CutPrefix(failed.Message, "cannot reach "+address+": ")
	if failed.Code != codes.Unavailable || failed.Reason != ocelli.ReasonNone || failed.Hint != ocelliv1.UnreachableHint ||
		!prefixed || words == "" || strings.Contains(words, "\n") || len([]rune(words)) > 240 {
		t.Errorf("%v, %v: %v", failed.Code, failed.Reason, failed)
	}
	if errors.Unwrap(failed) == nil || status.Code(failed) != codes.Unavailable {
		t.Errorf("it comes from %v", errors.Unwrap(failed))
	}
}

func TestAConnectionThatBreaks(t *testing.T) {
	server := grpc.NewServer()
	ocelliv1.RegisterDetectServiceServer(server, &detector{script: func(stream detectStream) error {
		err := stream.Send(window(1))
		server.Stop()
		return err
	}})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	go server.Serve(listener)
	address := listener.Addr().String()
	for _, err = range connect(t, address).DetectStream(t.Context(), nil, numbered(1)) {
	}
	failed := failure(err)
	if failed == nil {
		t.Fatal(err)
	}
	expectUnreachable(t, failed, address)
}

// A server that was reached is at fault itself, whatever code it ends a call with.
func TestAServerWithABug(t *testing.T) {
	bug := errors.New("division by zero")
	for name, script := range map[string]func(detectStream) error{
		"at once": func(detectStream) error { return bug },
		"later":   func(stream detectStream) error { return errors.Join(stream.Send(window(1)), bug) },
	} {
		t.Run(name, func(t *testing.T) {
			var last error
			for _, err := range connect(t, scriptedDetector(t, script)).DetectStream(t.Context(), nil, numbered(1)) {
				last = err
			}
			if !errors.Is(last, ocelli.ErrServer) || failure(last).Code != codes.Unknown || last.Error() != bug.Error() {
				t.Errorf("%v", last)
			}
		})
	}
	address := scripted(t, func(registrar grpc.ServiceRegistrar) {
		ocelliv1.RegisterModelServiceServer(registrar, buggy{bug: bug})
	})
	if _, err := connect(t, address).GetModel(t.Context(), ""); !errors.Is(err, ocelli.ErrServer) || err.Error() != bug.Error() {
		t.Errorf("%v", err)
	}
}

type buggy struct {
	ocelliv1.UnimplementedModelServiceServer
	bug error
}

func (b buggy) GetModel(context.Context, *ocelliv1.GetModelRequest) (*ocelliv1.GetModelResponse, error) {
	return nil, b.bug
}

// A server that takes connections and says nothing costs no more than the deadline.
func TestASilentServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	client := connect(t, listener.Addr().String(), ocelli.WithTimeout(200*time.Millisecond))
	_, own := client.ListModels(t.Context())
	_, stub := ocelliv1.NewModelServiceClient(client.Conn()).ListModels(t.Context(), &ocelliv1.ListModelsRequest{})
	for _, err := range []error{own, stub} {
		if !errors.Is(err, ocelli.ErrDeadlineExceeded) || ocelli.ReasonOf(err) != ocelli.ReasonDeadlineExceeded {
			t.Errorf("%v", err)
		}
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	known, other := newAuthority(t), newAuthority(t)
	cert, key := known.issue(t, "client", &x509.Certificate{})
	_, otherKey := other.issue(t, "client", &x509.Certificate{})
	for name, one := range map[string]struct {
		address string
		option  ocelli.Option
		field   string
	}{
		"no port":         {"localhost", nil, "address"},
		"URL":             {"http://localhost:8500", nil, "address"},
		"token":           {"edge.example:1", ocelli.WithToken("t"), "token"},
		"attempts":        {"localhost:1", ocelli.WithMaxAttempts(6), "max_attempts"},
		"size":            {"localhost:1", ocelli.WithMaxMessageBytes(0), "max_message_bytes"},
		"no timeout":      {"localhost:1", ocelli.WithTimeout(0), "timeout"},
		"negative":        {"localhost:1", ocelli.WithTimeout(-time.Second), "timeout"},
		"absurd":          {"localhost:1", ocelli.WithTimeout(math.MaxInt64), "timeout"},
		"idle":            {"localhost:1", ocelli.WithKeepalive(0, time.Second), "keepalive.idle"},
		"no answer":       {"localhost:1", ocelli.WithKeepalive(time.Minute, -1), "keepalive.timeout"},
		"no such CA":      {"localhost:1", ocelli.WithTLS(ocelli.TLS{CA: "nosuch.pem"}), "tls.ca"},
		"no CA":           {"localhost:1", ocelli.WithTLS(ocelli.TLS{CA: key}), "tls.ca"},
		"cert alone":      {"localhost:1", ocelli.WithTLS(ocelli.TLS{Cert: cert}), "tls.key"},
		"no such cert":    {"localhost:1", ocelli.WithTLS(ocelli.TLS{Cert: "nosuch.pem", Key: key}), "tls.cert"},
		"key of another":  {"localhost:1", ocelli.WithTLS(ocelli.TLS{Cert: cert, Key: otherKey}), "tls.key"},
		"key that is not": {"localhost:1", ocelli.WithTLS(ocelli.TLS{Cert: cert, Key: cert}), "tls.key"},
	} {
		t.Run(name, func(t *testing.T) {
			var options []ocelli.Option
			if one.option != nil {
				options = append(options, one.option)
			}
			_, err := ocelli.Connect(one.address, options...)
			failed := failure(err)
			if failed == nil || failed.Code != codes.InvalidArgument || failed.Violations[0].Field != one.field || failed.Hint == "" {
				t.Errorf("%v", err)
			}
		})
	}
}

// web is the address of an HTTP server that answers everything with a page.
func web(t *testing.T, secure *tls.Config, protocols *http.Protocols, code int) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	if secure != nil {
		listener = tls.NewListener(listener, secure)
	}
	page := http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) {
		response.Header().Set("Content-Type", "text/html")
		response.WriteHeader(code)
		io.WriteString(response, strings.Repeat("<p>\nno gRPC here\n</p>", 100))
	})
	server := &http.Server{
		Handler: page, Protocols: protocols, ErrorLog: log.New(io.Discard, "", 0),
	}
	go server.Serve(listener)
	t.Cleanup(func() { must(t, server.Close()) })
	return listener.Addr().String()
}

func plainHTTP2() *http.Protocols {
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	return &protocols
}

func past() *x509.Certificate {
	template := loopback()
	template.NotAfter = time.Now().Add(-time.Minute)
	return template
}
