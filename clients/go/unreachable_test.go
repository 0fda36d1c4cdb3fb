package ocelli_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"

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
	const refused = "refused TLS|closed the connection" // whichever comes first, the alert or the end
	for name, one := range map[string]struct {
		address string
		tls     *ocelli.TLS
		says    string
		hint    string
	}{
		"nobody":          {"127.0.0.1:1", nil, "connection refused", "ocelli serve"},
		"unknown host":    {"nosuch.invalid:1", nil, "its name is not known", "spelled"},
		"HTTP server":     {web(t, nil, nil), nil, "does not speak gRPC", "HTTP server"},
		"HTTP/2 server":   {web(t, nil, plainHTTP2()), nil, "does not speak gRPC", "HTTP server"},
		"HTTPS server":    {web(t, known.serving(t, loopback(), false), nil), &trusting, "not HTTP/2", "HTTPS server"},
		"TLS to plain":    {scriptedDetector(t, func(detectStream) error { return nil }), &trusting, "does not answer in TLS", "without WithTLS"},
		"plain to TLS":    {secure(loopback(), false), nil, "closed the connection", "WithTLS"},
		"other authority": {secure(loopback(), false), &ocelli.TLS{CA: other.path}, "not trusted: certificate signed by unknown authority", "TLS.CA"},
		"system's":        {secure(loopback(), false), &ocelli.TLS{}, "not trusted", "TLS.CA"},
		"other name":      {secure(&x509.Certificate{DNSNames: []string{"edge.test"}}, false), &trusting, "for another name", "TLS.ServerName"},
		"name told wrong": {secure(loopback(), false), &ocelli.TLS{CA: known.path, ServerName: "edge.test"}, "for another name", "TLS.ServerName"},
		"out of date":     {secure(past(), false), &trusting, "not in date", "renew"},
		"asked for":       {secure(loopback(), true), &trusting, refused, "TLS.Cert"},
		"asked for other": {secure(loopback(), true), &ocelli.TLS{CA: known.path, Cert: otherCert, Key: otherKey}, refused, "TLS.Cert"},
		"all is well":     {secure(loopback(), true), &ocelli.TLS{CA: known.path, Cert: cert, Key: key}, "", ""},
		"name told":       {secure(&x509.Certificate{DNSNames: []string{"edge.test"}}, false), &ocelli.TLS{CA: known.path, ServerName: "edge.test"}, "", ""},
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
				failed, ok := errors.AsType[*ocelli.Error](err)
				switch {
				case !ok:
					t.Errorf("%v", err)
				case one.says == "": // it arrived at a server that does not offer it
					if failed.Code != codes.Unimplemented || !strings.Contains(failed.Hint, "same version") {
						t.Errorf("%v", err)
					}
				case failed.Code != codes.Unavailable || failed.Reason != 0 ||
					!strings.HasPrefix(failed.Message, "cannot reach "+one.address+": ") ||
					!regexp.MustCompile(one.says).MatchString(failed.Message) || !strings.Contains(failed.Hint, one.hint):
					t.Errorf("%v, %v: %v", failed.Code, failed.Reason, err)
				}
			}
		})
	}
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
		if !errors.Is(err, ocelli.ErrDeadlineExceeded) || ocelli.ReasonOf(err) != ocelliv1.ErrorReason_ERROR_REASON_DEADLINE_EXCEEDED {
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
		"token":           {"localhost:1", ocelli.WithToken("t"), "token"},
		"attempts":        {"localhost:1", ocelli.WithMaxAttempts(6), "max_attempts"},
		"size":            {"localhost:1", ocelli.WithMaxMessageBytes(0), "max_message_bytes"},
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
			failed, ok := errors.AsType[*ocelli.Error](err)
			if !ok || failed.Code != codes.InvalidArgument || failed.Violations[0].Field != one.field || failed.Hint == "" {
				t.Errorf("%v", err)
			}
		})
	}
}

// web is the address of an HTTP server that has nothing.
func web(t *testing.T, secure *tls.Config, protocols *http.Protocols) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	if secure != nil {
		listener = tls.NewListener(listener, secure)
	}
	server := &http.Server{
		Handler: http.NotFoundHandler(), Protocols: protocols, ErrorLog: log.New(io.Discard, "", 0),
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
