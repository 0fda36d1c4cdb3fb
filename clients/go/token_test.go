package ocelli_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// authorizationEcho answers with a model of the name that the call's authorization is.
type authorizationEcho struct {
	ocelliv1.UnimplementedModelServiceServer
}

func (authorizationEcho) GetModel(ctx context.Context, _ *ocelliv1.GetModelRequest) (*ocelliv1.GetModelResponse, error) {
	name := strings.Join(metadata.ValueFromIncomingContext(ctx, "authorization"), ",")
	return &ocelliv1.GetModelResponse{Model: &ocelliv1.Model{Name: name}}, nil
}

func TestTokensInPlainTextStayOnThisMachine(t *testing.T) {
	address := scripted(t, func(registrar grpc.ServiceRegistrar) {
		ocelliv1.RegisterModelServiceServer(registrar, authorizationEcho{})
	})
	model, err := connect(t, address, ocelli.WithToken("k")).GetModel(t.Context(), "")
	if err != nil || model.Name != "Bearer k" {
		t.Errorf("sent %v, %v", model, err)
	}
	for _, elsewhere := range []string{"edge.example:1", "192.0.2.1:1", "localhost.example:1", "[2001:db8::1]:1"} {
		if _, err := ocelli.Connect(elsewhere, ocelli.WithToken("k")); !errors.Is(err, ocelli.ErrInvalidRequest) {
			t.Errorf("%s: %v", elsewhere, err)
		}
	}
}

func TestTokens(t *testing.T) {
	known := newAuthority(t)
	address := scripted(t, func(registrar grpc.ServiceRegistrar) {
		ocelliv1.RegisterModelServiceServer(registrar, authorizationEcho{})
	}, grpc.Creds(credentials.NewTLS(known.serving(t, loopback(), false))))
	none := func(context.Context) (string, error) { return "", errors.New("the vault is shut") }
	for name, one := range map[string]struct {
		option ocelli.Option
		sent   string
		says   string
	}{
		"token":      {ocelli.WithToken("a.b-c"), "Bearer a.b-c", ""},
		"no token":   {ocelli.WithTokenSource(none), "", "the vault is shut"},
		"empty":      {ocelli.WithToken(""), "", "it is empty"},
		"two lines":  {ocelli.WithToken("a\nb"), "", "characters that a header cannot carry"},
		"no options": {ocelli.WithMaxAttempts(1), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			client := connect(t, address, ocelli.WithTLS(ocelli.TLS{CA: known.path}), one.option)
			model, err := client.GetModel(t.Context(), "")
			if one.says != "" {
				if !errors.Is(err, ocelli.ErrNotPossible) || !strings.Contains(err.Error(), one.says) || !strings.Contains(err.Error(), "WithToken") {
					t.Errorf("%v", err)
				}
			} else if err != nil || model.Name != one.sent {
				t.Errorf("sent %q, %v", model.Name, err)
			}
		})
	}
}
