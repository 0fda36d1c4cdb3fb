package ocelli_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

func TestModelsComeAndGo(t *testing.T) {
	const name = "efficientnet_lite0"
	client := edge(t)
	models, err := client.ListModels(t.Context())
	if err != nil || !slices.ContainsFunc(models, func(m ocelli.Model) bool { return m.Name == name }) {
		t.Fatalf("listed %v, %v", models, err)
	}
	if err := client.UnloadModel(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	model, err := client.GetModel(t.Context(), name)
	if err != nil || model.State != ocelli.ModelUnloaded {
		t.Errorf("unloaded: %v, %v", model, err)
	}
	_, err = client.Embed(t.Context(), ocelli.File(media("cat.png")), &ocelli.EmbedOptions{Model: name})
	if !errors.Is(err, ocelli.ErrNotPossible) || ocelli.ReasonOf(err) != ocelli.ReasonModelNotLoaded {
		t.Errorf("used: %v", err)
	}
	model, err = client.LoadModel(t.Context(), name)
	if err != nil || model.State != ocelli.ModelReady {
		t.Errorf("loaded: %v, %v", model, err)
	}
	if _, err = client.GetModel(t.Context(), "lynx"); !errors.Is(err, ocelli.ErrNotFound) {
		t.Errorf("unknown: %v", err)
	}
}

func TestHealth(t *testing.T) {
	client := edge(t)
	for service, want := range map[string]ocelli.Health{
		"":                       ocelli.HealthServing,
		"ocelli.v1.EmbedService": ocelli.HealthServing,
		"nosuch":                 ocelli.HealthServiceUnknown,
	} {
		if status, err := client.Health(t.Context(), service); err != nil || status != want {
			t.Errorf("%q: %v, %v", service, status, err)
		}
	}
}

// describing describes a model with everything that the contract can say of one.
type describing struct {
	ocelliv1.UnimplementedModelServiceServer
}

func (describing) GetModel(context.Context, *ocelliv1.GetModelRequest) (*ocelliv1.GetModelResponse, error) {
	return &ocelliv1.GetModelResponse{Model: &ocelliv1.Model{
		Name: "m", Version: "2", State: ocelliv1.ModelState_MODEL_STATE_READY, Message: "why", Task: ocelliv1.Task_TASK_CLASSIFY,
		Adapter: "classifier", IsDefault: true, Labels: []string{"cat"}, Dimension: proto.Uint32(3), Space: "words",
		KeypointNames: []string{"nose"}, ScoreThreshold: proto.Float32(0), MaxBatchSize: proto.Uint32(0),
		InputKind: ocelliv1.InputKind_INPUT_KIND_ENCODED,
		Input: &ocelliv1.ModelInput{
			Width: 1, Height: 2, ColorOrder: ocelliv1.ColorOrder_COLOR_ORDER_BGR, Datatype: "FP32",
			Layout: ocelliv1.TensorLayout_TENSOR_LAYOUT_NCHW, Resize: ocelliv1.Resize_RESIZE_COVER,
		},
		Statistics: &ocelliv1.ModelStatistics{InferenceCount: 1, ExecutionCount: 2, FailureCount: 3, QueueUs: 2_000, ComputeUs: 3_000},
		Versions: []*ocelliv1.ModelVersion{
			{Version: "2", Statistics: &ocelliv1.ModelStatistics{InferenceCount: 4}}, {Version: "1"},
		},
		Canary:         &ocelliv1.ModelCanary{Version: "1", Share: 0.5},
		BatchLatencies: []*ocelliv1.BatchLatency{{BatchSize: 1, LatencyUs: 5_000}},
	}}, nil
}

func TestModelsHaveAllThatTheContractSays(t *testing.T) {
	client := connect(t, scripted(t, func(registrar grpc.ServiceRegistrar) {
		ocelliv1.RegisterModelServiceServer(registrar, describing{})
	}))
	model, err := client.GetModel(t.Context(), "")
	must(t, err)
	if want := (&ocelli.Model{
		Name: "m", Version: "2", State: ocelli.ModelReady, Message: "why", Task: ocelli.TaskClassify, Adapter: "classifier",
		IsDefault: true, Labels: []string{"cat"}, Dimension: 3, Space: "words", KeypointNames: []string{"nose"},
		ScoreThreshold: ocelli.Ptr[float32](0), MaxBatchSize: ocelli.Ptr(0), InputKind: ocelli.InputEncoded,
		Input: &ocelli.ModelInput{
			Width: 1, Height: 2, ColorOrder: ocelli.ColorBGR, Datatype: "FP32", Layout: ocelli.LayoutNCHW, Resize: ocelli.ResizeCover,
		},
		Statistics: &ocelli.ModelStatistics{
			Inferences: 1, Executions: 2, Failures: 3, Queue: 2 * time.Millisecond, Compute: 3 * time.Millisecond,
		},
		Versions:       []ocelli.ModelVersion{{Version: "2", Statistics: &ocelli.ModelStatistics{Inferences: 4}}, {Version: "1"}},
		Canary:         &ocelli.ModelCanary{Version: "1", Share: 0.5},
		BatchLatencies: []ocelli.BatchLatency{{BatchSize: 1, Latency: 5 * time.Millisecond}},
	}); !reflect.DeepEqual(model, want) {
		t.Errorf("%+v", model)
	}
	for _, name := range []struct{ got, want string }{
		{model.State.String(), "READY"}, {model.Task.String(), "CLASSIFY"}, {model.InputKind.String(), "ENCODED"},
		{model.Input.ColorOrder.String(), "BGR"}, {model.Input.Layout.String(), "NCHW"}, {model.Input.Resize.String(), "COVER"},
	} {
		if name.got != name.want {
			t.Errorf("%s, not %s", name.got, name.want)
		}
	}
}
