package ocelli_test

import (
	"context"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Every reason of the contract has a constant of its name.
func TestReasonsAreThoseOfTheContract(t *testing.T) {
	source, err := os.ReadFile("reason.go")
	must(t, err)
	for number, name := range ocelliv1.ErrorReason_name {
		name = strings.TrimPrefix(name, "ERROR_REASON_")
		if number != 0 && !strings.Contains(string(source), `= "`+name+`"`) {
			t.Errorf("there is no constant for %s", name)
		}
	}
}

// Numbers that a message cannot say are refused, and not sent as others.
func TestOptionsOfCallsThatMakeNoSense(t *testing.T) {
	client := connect(t, "127.0.0.1:1")
	ctx := t.Context()
	streamed := func(config ocelli.StreamConfig) (last error) {
		for _, err := range client.DetectStream(ctx, &ocelli.DetectStreamConfig{Stream: config}, numbered(1)) {
			last = err
		}
		return last
	}
	for name, one := range map[string]struct {
		call  func() error
		field string
	}{
		"negative age": {func() error { return streamed(ocelli.StreamConfig{MaxFrameAge: -1}) }, "stream.max_frame_age_ms"},
		"absurd age":   {func() error { return streamed(ocelli.StreamConfig{MaxFrameAge: math.MaxInt64}) }, "stream.max_frame_age_ms"},
		"in flight":    {func() error { return streamed(ocelli.StreamConfig{MaxInFlight: -1}) }, "stream.max_in_flight_frames"},
		"embed": {func() (last error) {
			config := &ocelli.EmbedStreamConfig{Stream: ocelli.StreamConfig{MaxInFlight: -1}}
			for _, err := range client.EmbedStream(ctx, config, numbered(1)) {
				last = err
			}
			return last
		}, "stream.max_in_flight_frames"},
		"detections": {func() error {
			_, err := client.Detect(ctx, ocelli.Image{}, &ocelli.DetectOptions{MaxDetections: -1})
			return err
		}, "options.max_detections"},
		"classes": {func() error {
			_, err := client.Classify(ctx, ocelli.Image{}, &ocelli.ClassifyOptions{TopK: -1})
			return err
		}, "options.top_k"},
		"classes of a stream": {func() (last error) {
			config := &ocelli.ClassifyStreamConfig{Classify: ocelli.ClassifyOptions{TopK: -1}}
			for _, err := range client.ClassifyStream(ctx, config, numbered(1)) {
				last = err
			}
			return last
		}, "options.top_k"},
		"lines": {func() error {
			_, err := client.Read(ctx, ocelli.Image{}, &ocelli.ReadOptions{MaxLines: -1})
			return err
		}, "options.max_lines"},
		"limit": {func() error {
			_, err := client.Search(ctx, "c", ocelli.LikePoint("a"), &ocelli.SearchOptions{Limit: 1 << 40})
			return err
		}, "limit"},
		"limit of a batch": {func() error {
			_, err := client.BatchSearch(ctx, "c", ocelli.LikePoint("a").With(&ocelli.SearchOptions{Limit: -1}))
			return err
		}, "limit"},
		"offset": {func() error {
			_, err := client.Search(ctx, "c", ocelli.LikePoint("a"), &ocelli.SearchOptions{Offset: -1})
			return err
		}, "offset"},
		"regions": {func() error {
			_, err := client.CreateCollection(ctx, ocelli.Collection{Detector: &ocelli.RegionDetector{MaxRegions: -1}})
			return err
		}, "collection.detector.max_regions"},
		"page": {func() (last error) {
			for _, err := range client.ListPoints(ctx, "c", nil, &ocelli.ListOptions{PageSize: -1}) {
				last = err
			}
			return last
		}, "page_size"},
		"dimension": {func() error {
			_, err := client.CreateCollection(ctx, ocelli.Collection{Dimension: -1})
			return err
		}, "collection.dimension"},
		"width": {func() error {
			_, err := client.Detect(ctx, ocelli.Pixels(ocelli.FormatRGB, nil, -1, 1), nil)
			return err
		}, "image.raw.width"},
	} {
		t.Run(name, func(t *testing.T) {
			failed := failure(one.call())
			if failed == nil || !errors.Is(failed, ocelli.ErrInvalidRequest) || failed.Violations[0].Field != one.field || failed.Hint == "" {
				t.Errorf("%v", failed)
			}
		})
	}
}

// told answers with everything that the contract can say of an object.
type told struct {
	ocelliv1.UnimplementedDetectServiceServer
}

func (told) Detect(_ context.Context, q *ocelliv1.DetectRequest) (*ocelliv1.DetectResponse, error) {
	polygons := []*ocelliv1.MaskPolygon{{Coordinates: []float32{0, 0, 1, 0, 1, 1}}}
	return &ocelliv1.DetectResponse{
		Result: &ocelliv1.DetectResult{
			Model: q.GetModel(), ModelVersion: "3", Width: 640, Height: 480,
			Warnings: []*ocelliv1.ImageWarning{{Reason: ocelliv1.ImageWarningReason_IMAGE_WARNING_REASON_DAMAGED, Message: "cut"}},
			Detections: []*ocelliv1.Detection{
				{
					Box: &ocelliv1.Box{XMin: 1, YMin: 2, XMax: 3, YMax: 4}, Score: q.GetOptions().GetScoreThreshold(), Label: "cat", ClassId: 7,
					Keypoints:   []*ocelliv1.Keypoint{{Name: "nose", X: 1, Y: 2, Score: proto.Float32(0.5)}, {}},
					OrientedBox: &ocelliv1.OrientedBox{CenterX: 1, CenterY: 2, Width: 3, Height: 4, Angle: -5},
					Track:       &ocelliv1.Track{TrackId: 9},
					Mask: &ocelliv1.Mask{Shape: &ocelliv1.Mask_Runs{Runs: &ocelliv1.MaskRuns{
						XMin: 1, YMin: 2, Width: 3, Height: 1, Lengths: []uint32{1, 2},
					}}},
				},
				{Mask: &ocelliv1.Mask{Shape: &ocelliv1.Mask_Polygons{Polygons: &ocelliv1.MaskPolygons{Polygons: polygons}}}},
				{},
			},
		},
		Timings: &ocelliv1.Timings{DecodeUs: 1, QueueUs: 2, InferenceUs: 3, PostprocessUs: 4, TotalUs: 5},
	}, nil
}

func TestAnswersHaveAllThatTheContractSays(t *testing.T) {
	client := connect(t, scripted(t, func(registrar grpc.ServiceRegistrar) {
		ocelliv1.RegisterDetectServiceServer(registrar, told{})
	}))
	result, err := client.Detect(t.Context(), ocelli.Image{}, &ocelli.DetectOptions{Model: "d", ScoreThreshold: ocelli.Ptr[float32](0)})
	must(t, err)
	first, second, third := result.Detections[0], result.Detections[1], result.Detections[2]
	if result.Model != "d" || result.ModelVersion != "3" || result.Width != 640 || result.Height != 480 ||
		result.Warnings[0] != (ocelli.Warning{Reason: ocelli.WarningDamaged, Message: "cut"}) ||
		result.Timings != (ocelli.Timings{Decode: 1000, Queue: 2000, Inference: 3000, Postprocess: 4000, Total: 5000}) {
		t.Errorf("%+v", result)
	}
	if first.Box != (ocelli.Box{XMin: 1, YMin: 2, XMax: 3, YMax: 4}) || first.Label != "cat" || first.ClassID != 7 || first.TrackID != 9 ||
		*first.OrientedBox != (ocelli.OrientedBox{CenterX: 1, CenterY: 2, Width: 3, Height: 4, Angle: -5}) ||
		first.Keypoints[0].Name != "nose" || *first.Keypoints[0].Score != 0.5 || first.Keypoints[1].Score != nil ||
		first.Mask.Polygons != nil || first.Mask.Runs.Width != 3 || len(first.Mask.Runs.Lengths) != 2 {
		t.Errorf("%+v", first)
	}
	if second.Mask.Runs != nil || len(second.Mask.Polygons[0]) != 6 || third.Mask != nil || third.OrientedBox != nil || third.TrackID != 0 {
		t.Errorf("%+v, %+v", second, third)
	}
}

// Callers need no stubs: what this package exports has none of their types, but where it says so.
func TestNoStubsAreExported(t *testing.T) {
	var using []string
	for _, found := range exported(t) {
		if strings.Contains(found, "ocelliv1.") || strings.Contains(found, "structpb.") || strings.Contains(found, "spb.") {
			using = append(using, found)
		}
	}
	want := []string{"func (i Image) Message() (*ocelliv1.Image, error)", "func FromStatus(failed *spb.Status) error"}
	if !slices.Equal(using, want) {
		t.Errorf("%s", strings.Join(using, "\n"))
	}
}
