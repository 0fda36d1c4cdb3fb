package main

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

var stubs = map[string]func(grpc.ClientConnInterface) any{
	"ClassifyService":   func(conn grpc.ClientConnInterface) any { return ocelliv1.NewClassifyServiceClient(conn) },
	"CollectionService": func(conn grpc.ClientConnInterface) any { return ocelliv1.NewCollectionServiceClient(conn) },
	"DetectService":     func(conn grpc.ClientConnInterface) any { return ocelliv1.NewDetectServiceClient(conn) },
	"EmbedService":      func(conn grpc.ClientConnInterface) any { return ocelliv1.NewEmbedServiceClient(conn) },
	"ModelService":      func(conn grpc.ClientConnInterface) any { return ocelliv1.NewModelServiceClient(conn) },
	"PointService":      func(conn grpc.ClientConnInterface) any { return ocelliv1.NewPointServiceClient(conn) },
	"ReadService":       func(conn grpc.ClientConnInterface) any { return ocelliv1.NewReadServiceClient(conn) },
	"SearchService":     func(conn grpc.ClientConnInterface) any { return ocelliv1.NewSearchServiceClient(conn) },
}

// unary calls a method of a generated stub by its name.
func (c *call) unary(ctx context.Context) (*seen, error) {
	service, name, _ := strings.Cut(c.RPC, "/")
	stub := stubs[service]
	if stub == nil {
		return nil, fmt.Errorf("unknown rpc %q", c.RPC)
	}
	method := reflect.ValueOf(stub(c.client.Conn())).MethodByName(name)
	if !method.IsValid() {
		return nil, fmt.Errorf("unknown rpc %q", c.RPC)
	}
	request := reflect.New(method.Type().In(1).Elem())
	if err := parse(c.Request, c.files, request.Interface().(proto.Message)); err != nil {
		return nil, err
	}
	results := method.Call([]reflect.Value{reflect.ValueOf(ctx), request})
	if err, failed := results[1].Interface().(error); failed {
		return nil, err
	}
	return &seen{response: toJSON(results[0].Interface().(proto.Message))}, nil
}

func (c *call) file(ctx context.Context) (*seen, error) {
	found, err := c.client.Detect(ctx, ocelli.File(filepath.Join(c.files, c.Path)), nil)
	if err != nil {
		return nil, err
	}
	return &seen{response: toJSON(&ocelliv1.DetectResponse{
		Result: detectResult(found), Timings: timings(found.Timings),
	})}, nil
}

func (c *call) health(ctx context.Context) (*seen, error) {
	status, err := c.client.Health(ctx, c.Service)
	return &seen{response: map[string]any{"status": string(status)}}, err
}
