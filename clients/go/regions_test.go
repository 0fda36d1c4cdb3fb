package ocelli_test

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// faces answers as an edge whose collection stores parts of images.
type faces struct {
	ocelliv1.UnimplementedCollectionServiceServer
	ocelliv1.UnimplementedPointServiceServer
	ocelliv1.UnimplementedSearchServiceServer
	created  *ocelliv1.CreateCollectionRequest
	searched *ocelliv1.SearchRequest
}

func (f *faces) CreateCollection(_ context.Context, q *ocelliv1.CreateCollectionRequest) (*ocelliv1.CreateCollectionResponse, error) {
	f.created = q
	return &ocelliv1.CreateCollectionResponse{Collection: q.GetCollection()}, nil
}

func (f *faces) Search(_ context.Context, q *ocelliv1.SearchRequest) (*ocelliv1.SearchResponse, error) {
	f.searched = q
	return &ocelliv1.SearchResponse{Regions: []*ocelliv1.SearchedRegion{
		{Box: box(), Label: "face", Score: 0.5, Hits: []*ocelliv1.Hit{{Id: "one#0"}}},
		{Box: box()},
	}}, nil
}

func (f *faces) IndexStream(stream grpc.BidiStreamingServer[ocelliv1.IndexStreamRequest, ocelliv1.IndexStreamResponse]) error {
	for _, response := range []*ocelliv1.IndexStreamResponse{
		{Message: &ocelliv1.IndexStreamResponse_Window{Window: &ocelliv1.StreamWindow{MaxInFlightFrames: 1, MaxUnansweredFrames: 1}}},
		{Message: &ocelliv1.IndexStreamResponse_Answer{Answer: &ocelliv1.IndexAnswer{
			Id: "one", Outcome: &ocelliv1.IndexAnswer_Result{Result: &ocelliv1.IndexResult{
				Regions: []*ocelliv1.IndexedRegion{{Id: "one#0", Box: box(), Label: "face", Score: 0.5}},
			}},
		}}},
	} {
		if _, err := stream.Recv(); err != nil {
			return err
		}
		if err := stream.Send(response); err != nil {
			return err
		}
	}
	for {
		if _, err := stream.Recv(); err != nil {
			return nil // no more items
		}
	}
}

func box() *ocelliv1.Box { return &ocelliv1.Box{XMin: 1, YMin: 2, XMax: 3, YMax: 4} }

func TestPartsOfImages(t *testing.T) {
	server := &faces{}
	client := connect(t, scripted(t, func(registrar grpc.ServiceRegistrar) {
		ocelliv1.RegisterCollectionServiceServer(registrar, server)
		ocelliv1.RegisterPointServiceServer(registrar, server)
		ocelliv1.RegisterSearchServiceServer(registrar, server)
	}))
	want := ocelli.Box{XMin: 1, YMin: 2, XMax: 3, YMax: 4}

	detector := &ocelli.RegionDetector{
		Model: "d", Labels: []string{"face"}, MinScore: ocelli.Ptr[float32](0.5), MinSize: 24, MaxRegions: 8, Margin: 0.25,
	}
	for _, asked := range []*ocelli.RegionDetector{nil, {}, detector} {
		created, err := client.CreateCollection(t.Context(), ocelli.Collection{Name: "c", Detector: asked})
		if err != nil || !reflect.DeepEqual(created.Detector, asked) {
			t.Errorf("created %+v, %v", created, err)
		}
	}
	sent := &ocelliv1.RegionDetector{
		Model: "d", Labels: []string{"face"}, MinScore: proto.Float32(0.5), MinSizePx: 24, MaxRegions: 8, Margin: 0.25,
	}
	if got := server.created.GetCollection().GetDetector(); !proto.Equal(got, sent) {
		t.Errorf("sent %v", got)
	}

	items := ocelli.All(slices.Values([]ocelli.IndexItem{{ID: "one", Image: ocelli.Encoded([]byte("image"))}}))
	for answer, err := range client.IndexStream(t.Context(), "c", items) {
		must(t, err)
		if !slices.Equal(answer.Result.Regions, []ocelli.IndexedRegion{{ID: "one#0", Box: want, Label: "face", Score: 0.5}}) {
			t.Errorf("stored %+v", answer.Result)
		}
	}

	found, err := client.Search(t.Context(), "c", ocelli.LikeImage(ocelli.Encoded([]byte("image"))),
		&ocelli.SearchOptions{RegionUse: ocelli.RegionUseEach})
	must(t, err)
	if !reflect.DeepEqual(found.Regions, []ocelli.SearchedRegion{
		{Box: want, Label: "face", Score: 0.5, Hits: []ocelli.Hit{{ID: "one#0"}}}, {Box: want},
	}) {
		t.Errorf("found %+v", found)
	}
	if server.searched.GetRegionUse() != ocelliv1.RegionUse_REGION_USE_EACH {
		t.Errorf("sent %v", server.searched)
	}
}
