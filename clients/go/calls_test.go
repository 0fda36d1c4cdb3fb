package ocelli_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// deadlines notes how long the last call might take.
type deadlines struct {
	ocelliv1.UnimplementedModelServiceServer
	allowed time.Duration
}

func (d *deadlines) note(ctx context.Context) {
	d.allowed = 0
	if deadline, has := ctx.Deadline(); has {
		d.allowed = time.Until(deadline)
	}
}

func (d *deadlines) GetModel(ctx context.Context, _ *ocelliv1.GetModelRequest) (*ocelliv1.GetModelResponse, error) {
	d.note(ctx)
	return &ocelliv1.GetModelResponse{}, nil
}

func (d *deadlines) LoadModel(ctx context.Context, _ *ocelliv1.LoadModelRequest) (*ocelliv1.LoadModelResponse, error) {
	d.note(ctx)
	return &ocelliv1.LoadModelResponse{}, nil
}

func TestEveryUnaryCallHasADeadline(t *testing.T) {
	server := &deadlines{}
	address := scripted(t, func(registrar grpc.ServiceRegistrar) {
		ocelliv1.RegisterModelServiceServer(registrar, server)
	})
	get := func(ctx context.Context, client *ocelli.Client) error {
		_, err := client.GetModel(ctx, "")
		return err
	}
	stub := func(ctx context.Context, client *ocelli.Client) error {
		_, err := ocelliv1.NewModelServiceClient(client.Conn()).GetModel(ctx, &ocelliv1.GetModelRequest{})
		return err
	}
	load := func(ctx context.Context, client *ocelli.Client) error {
		_, err := client.LoadModel(ctx, "")
		return err
	}
	loadStub := func(ctx context.Context, client *ocelli.Client) error {
		_, err := ocelliv1.NewModelServiceClient(client.Conn()).LoadModel(ctx, &ocelliv1.LoadModelRequest{})
		return err
	}
	for name, one := range map[string]struct {
		call    func(context.Context, *ocelli.Client) error
		options []ocelli.Option
		context time.Duration
		allowed time.Duration
	}{
		"default":        {get, nil, 0, 10 * time.Second},
		"stub":           {stub, nil, 0, 10 * time.Second},
		"load":           {load, nil, 0, 600 * time.Second},
		"load's stub":    {loadStub, nil, 0, 600 * time.Second},
		"load's option":  {load, []ocelli.Option{ocelli.WithTimeout(time.Minute)}, 0, 600 * time.Second},
		"load, longer":   {load, []ocelli.Option{ocelli.WithTimeout(time.Hour)}, 0, time.Hour},
		"option":         {get, []ocelli.Option{ocelli.WithTimeout(time.Minute)}, 0, time.Minute},
		"context":        {get, nil, 30 * time.Second, 30 * time.Second},
		"load's context": {load, nil, 30 * time.Second, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			if one.context > 0 {
				limited, cancel := context.WithTimeout(ctx, one.context)
				defer cancel()
				ctx = limited
			}
			must(t, one.call(ctx, connect(t, address, one.options...)))
			if server.allowed > one.allowed || server.allowed < one.allowed-5*time.Second {
				t.Errorf("the server has %v", server.allowed)
			}
		})
	}
}

// A newer server's reasons are not taken for a broken connection.
func TestAReasonThatIsNotKnown(t *testing.T) {
	address := scriptedDetector(t, func(detectStream) error {
		return described(t, codes.Unavailable, &errdetails.ErrorInfo{Domain: ocelliv1.ErrorDomain, Reason: "NOT_YET_KNOWN"}).Err()
	})
	for _, err := range connect(t, address).DetectStream(t.Context(), nil, numbered(1)) {
		if !errors.Is(err, ocelli.ErrUnavailable) || ocelli.ReasonOf(err) != "NOT_YET_KNOWN" || err.Error() != "it failed" {
			t.Errorf("%v", err)
		}
	}
}
