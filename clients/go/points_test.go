package ocelli_test

import (
	"context"
	"errors"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// recorder notes the request of every call.
type recorder struct {
	ocelliv1.UnimplementedCollectionServiceServer
	ocelliv1.UnimplementedPointServiceServer
	ocelliv1.UnimplementedEmbedServiceServer
	ocelliv1.UnimplementedSearchServiceServer
	last  proto.Message
	batch *ocelliv1.BatchSearchResponse
}

func (r *recorder) UpdateCollection(_ context.Context, q *ocelliv1.UpdateCollectionRequest) (*ocelliv1.UpdateCollectionResponse, error) {
	r.last = q
	return &ocelliv1.UpdateCollectionResponse{Collection: q.GetCollection()}, nil
}

func (r *recorder) SetAlias(_ context.Context, q *ocelliv1.SetAliasRequest) (*ocelliv1.SetAliasResponse, error) {
	r.last = q
	return &ocelliv1.SetAliasResponse{PreviousCollection: "before"}, nil
}

func (r *recorder) DeleteAlias(_ context.Context, q *ocelliv1.DeleteAliasRequest) (*ocelliv1.DeleteAliasResponse, error) {
	r.last = q
	return &ocelliv1.DeleteAliasResponse{}, nil
}

func (r *recorder) GetPoints(_ context.Context, q *ocelliv1.GetPointsRequest) (*ocelliv1.GetPointsResponse, error) {
	r.last = q
	return &ocelliv1.GetPointsResponse{}, nil
}

func (r *recorder) UpsertPoints(_ context.Context, q *ocelliv1.UpsertPointsRequest) (*ocelliv1.UpsertPointsResponse, error) {
	r.last = q
	return &ocelliv1.UpsertPointsResponse{}, nil
}

func (r *recorder) DeletePoints(_ context.Context, q *ocelliv1.DeletePointsRequest) (*ocelliv1.DeletePointsResponse, error) {
	r.last = q
	return &ocelliv1.DeletePointsResponse{Deleted: 7}, nil
}

func (r *recorder) UpdatePayload(_ context.Context, q *ocelliv1.UpdatePayloadRequest) (*ocelliv1.UpdatePayloadResponse, error) {
	r.last = q
	return &ocelliv1.UpdatePayloadResponse{Updated: 7}, nil
}

func (r *recorder) Embed(_ context.Context, q *ocelliv1.EmbedRequest) (*ocelliv1.EmbedResponse, error) {
	r.last = q
	return &ocelliv1.EmbedResponse{}, nil
}

func (r *recorder) Search(_ context.Context, q *ocelliv1.SearchRequest) (*ocelliv1.SearchResponse, error) {
	r.last = q
	return &ocelliv1.SearchResponse{}, nil
}

func (r *recorder) BatchSearch(_ context.Context, q *ocelliv1.BatchSearchRequest) (*ocelliv1.BatchSearchResponse, error) {
	r.last = q
	return r.batch, nil
}

func recorded(t *testing.T, server *recorder) *ocelli.Client {
	t.Helper()
	return connect(t, scripted(t, func(registrar grpc.ServiceRegistrar) {
		ocelliv1.RegisterCollectionServiceServer(registrar, server)
		ocelliv1.RegisterPointServiceServer(registrar, server)
		ocelliv1.RegisterEmbedServiceServer(registrar, server)
		ocelliv1.RegisterSearchServiceServer(registrar, server)
	}))
}

func TestWhatMethodsSend(t *testing.T) {
	server := &recorder{}
	client := recorded(t, server)
	ctx := t.Context()
	pets := ocelli.Equals("pet", true)
	values := map[string]any{"legs": 4.0}
	packed, err := structpb.NewStruct(values)
	must(t, err)
	petsMessage := &ocelliv1.Filter{Condition: &ocelliv1.Filter_Equals{
		Equals: &ocelliv1.FilterEquals{Field: "pet", Value: structpb.NewBoolValue(true)},
	}}
	counted := func(count uint64, err error) error {
		if count != 7 {
			t.Errorf("%d points", count)
		}
		return err
	}
	content := []byte("image")
	image := &ocelliv1.Image{Source: &ocelliv1.Image_Encoded{Encoded: content}}
	collection := &ocelliv1.Collection{Name: "c", Model: "m"}
	for name, one := range map[string]struct {
		call func() error
		sent proto.Message
	}{
		"update collection": {
			func() error {
				_, err := client.UpdateCollection(ctx, ocelli.Collection{Name: "c", Model: "m"}, "model")
				return err
			},
			&ocelliv1.UpdateCollectionRequest{Collection: collection, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"model"}}},
		},
		"set alias": {
			func() error {
				previous, err := client.SetAlias(ctx, "a", "c")
				if previous != "before" {
					t.Errorf("it pointed to %q", previous)
				}
				return err
			},
			&ocelliv1.SetAliasRequest{Alias: "a", Collection: "c"},
		},
		"delete alias": {
			func() error { return client.DeleteAlias(ctx, "a") },
			&ocelliv1.DeleteAliasRequest{Alias: "a"},
		},
		"get": {
			func() error { _, _, err := client.GetPoints(ctx, "c", []string{"a"}, nil); return err },
			&ocelliv1.GetPointsRequest{Collection: "c", Ids: []string{"a"}},
		},
		"delete by id": {
			func() error { return counted(client.DeletePoints(ctx, "c", ocelli.ByID("a", "b"))) },
			&ocelliv1.DeletePointsRequest{Collection: "c", Ids: []string{"a", "b"}},
		},
		"delete by filter": {
			func() error { return counted(client.DeletePoints(ctx, "c", ocelli.Matching(pets))) },
			&ocelliv1.DeletePointsRequest{Collection: "c", Filter: petsMessage},
		},
		"merge by id": {
			func() error {
				return counted(client.UpdatePayload(ctx, "c", ocelli.ByID("a"), ocelli.MergePayload(values)))
			},
			&ocelliv1.UpdatePayloadRequest{
				Collection: "c", Ids: []string{"a"}, Change: &ocelliv1.UpdatePayloadRequest_Merge{Merge: packed},
			},
		},
		"replace by filter": {
			func() error {
				return counted(client.UpdatePayload(ctx, "c", ocelli.Matching(pets), ocelli.ReplacePayload(values)))
			},
			&ocelliv1.UpdatePayloadRequest{
				Collection: "c", Filter: petsMessage, Change: &ocelliv1.UpdatePayloadRequest_Replace{Replace: packed},
			},
		},
		"delete keys": {
			func() error {
				return counted(client.UpdatePayload(ctx, "c", ocelli.ByID("a"), ocelli.DeleteKeys("legs", "pet")))
			},
			&ocelliv1.UpdatePayloadRequest{
				Collection: "c", Ids: []string{"a"}, Change: &ocelliv1.UpdatePayloadRequest_DeleteKeys{
					DeleteKeys: &ocelliv1.PayloadKeys{Keys: []string{"legs", "pet"}},
				},
			},
		},
		"embed": {
			func() error { _, err := client.Embed(ctx, ocelli.Encoded(content), nil); return err },
			&ocelliv1.EmbedRequest{Input: &ocelliv1.EmbedRequest_Image{Image: image}},
		},
		"embed nothing": {
			func() error { _, err := client.Embed(ctx, ocelli.Image{}, nil); return err },
			&ocelliv1.EmbedRequest{},
		},
		"embed text": {
			func() error { _, err := client.EmbedText(ctx, "a cat", nil); return err },
			&ocelliv1.EmbedRequest{Input: &ocelliv1.EmbedRequest_Text{Text: "a cat"}},
		},
		"search": {
			func() error {
				_, err := client.Search(ctx, "c", ocelli.LikeImage(ocelli.Encoded(content)), nil)
				return err
			},
			&ocelliv1.SearchRequest{Collection: "c", Query: &ocelliv1.SearchRequest_Image{Image: image}},
		},
		"search by text": {
			func() error { _, err := client.Search(ctx, "c", ocelli.LikeText("a cat"), nil); return err },
			&ocelliv1.SearchRequest{Collection: "c", Query: &ocelliv1.SearchRequest_Text{Text: "a cat"}},
		},
		"search in groups": {
			func() error {
				_, err := client.Search(ctx, "c", ocelli.LikePoint("a"), &ocelli.SearchOptions{
					Limit: 2, Offset: 4, GroupBy: "camera", RegionUse: ocelli.RegionUseWhole,
				})
				return err
			},
			&ocelliv1.SearchRequest{
				Collection: "c", Query: &ocelliv1.SearchRequest_Id{Id: "a"}, Limit: 2, Offset: 4, GroupBy: "camera",
				RegionUse: ocelliv1.RegionUse_REGION_USE_WHOLE,
			},
		},
		"search by words": {
			func() error {
				_, err := client.Search(ctx, "c", ocelli.LikePoint("a"), &ocelli.SearchOptions{
					Filter: ocelli.AllOf(ocelli.Matches("note", "red bus"), ocelli.MatchesAny("note", "gate yard")),
				})
				return err
			},
			&ocelliv1.SearchRequest{Collection: "c", Query: &ocelliv1.SearchRequest_Id{Id: "a"}, Filter: &ocelliv1.Filter{
				Condition: &ocelliv1.Filter_AllOf{AllOf: &ocelliv1.FilterAllOf{Filters: []*ocelliv1.Filter{
					{Condition: &ocelliv1.Filter_Match{Match: &ocelliv1.FilterMatch{Field: "note", Text: "red bus"}}},
					{Condition: &ocelliv1.Filter_Match{Match: &ocelliv1.FilterMatch{Field: "note", Text: "gate yard", AnyWord: true}}},
				}}},
			}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			must(t, one.call())
			if !proto.Equal(server.last, one.sent) {
				t.Errorf("sent %v", server.last)
			}
		})
	}
}

func TestAPayloadThatCannotBeSent(t *testing.T) {
	client := recorded(t, &recorder{})
	unusable := map[string]any{"c": make(chan int)}
	for _, change := range []ocelli.PayloadChange{ocelli.MergePayload(unusable), ocelli.ReplacePayload(unusable)} {
		if _, err := client.UpdatePayload(t.Context(), "c", ocelli.ByID("a"), change); !errors.Is(err, ocelli.ErrInvalidRequest) {
			t.Errorf("%v", err)
		}
	}
}

func TestABatchOfSearchesFailsOneByOne(t *testing.T) {
	missing := described(t, codes.NotFound, &errdetails.ErrorInfo{Domain: ocelliv1.ErrorDomain, Reason: "POINT_NOT_FOUND"}).Proto()
	server := &recorder{batch: &ocelliv1.BatchSearchResponse{Answers: []*ocelliv1.BatchSearchAnswer{
		{Outcome: &ocelliv1.BatchSearchAnswer_Result{Result: &ocelliv1.SearchResponse{Hits: []*ocelliv1.Hit{{Id: "bus"}}}}},
		{Outcome: &ocelliv1.BatchSearchAnswer_Error{Error: missing}},
	}}}
	client := recorded(t, server)
	answers, err := client.BatchSearch(t.Context(), "c", ocelli.LikeVector([]float32{1, 0}),
		ocelli.LikePoint("dog").With(&ocelli.SearchOptions{Limit: 3, Filter: ocelli.Equals("pet", true)}))
	if err != nil || len(answers) != 2 || answers[0].Err != nil || answers[0].Result.Hits[0].ID != "bus" ||
		answers[1].Result != nil || !errors.Is(answers[1].Err, ocelli.ErrNotFound) {
		t.Errorf("%v, %v", answers, err)
	}
	sent := &ocelliv1.BatchSearchRequest{Collection: "c", Requests: []*ocelliv1.SearchRequest{
		{Query: &ocelliv1.SearchRequest_Vector{Vector: &ocelliv1.Vector{Values: []float32{1, 0}}}},
		{Query: &ocelliv1.SearchRequest_Id{Id: "dog"}, Limit: 3, Filter: &ocelliv1.Filter{Condition: &ocelliv1.Filter_Equals{
			Equals: &ocelliv1.FilterEquals{Field: "pet", Value: structpb.NewBoolValue(true)},
		}}},
	}}
	if !proto.Equal(server.last, sent) {
		t.Errorf("sent %v", server.last)
	}
	_, err = client.BatchSearch(t.Context(), "c", ocelli.LikeImage(ocelli.File("nosuch.png")))
	if !errors.Is(err, ocelli.ErrInvalidRequest) {
		t.Errorf("%v", err)
	}
}
