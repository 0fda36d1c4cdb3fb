package ocelli_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// pagedLists are lists in pages of two; a token is the number of those before. The page after failsAfter fails.
type pagedLists struct {
	ocelliv1.UnimplementedModelServiceServer
	ocelliv1.UnimplementedCollectionServiceServer
	ocelliv1.UnimplementedPointServiceServer
	names      []string
	failsAfter int
	calls      int
	last       *ocelliv1.ListPointsRequest
}

func (p *pagedLists) page(token string) (names []string, next string, err error) {
	p.calls++
	from := 0
	if token != "" {
		if from, err = strconv.Atoi(token); err != nil {
			return nil, "", status.Error(codes.InvalidArgument, "not a token")
		}
	}
	if p.failsAfter > 0 && from >= p.failsAfter {
		return nil, "", status.Error(codes.DataLoss, "the page is torn")
	}
	to := min(from+2, len(p.names))
	if to < len(p.names) {
		next = strconv.Itoa(to)
	}
	return p.names[from:to], next, nil
}

func (p *pagedLists) ListModels(_ context.Context, r *ocelliv1.ListModelsRequest) (*ocelliv1.ListModelsResponse, error) {
	names, next, err := p.page(r.GetPageToken())
	response := &ocelliv1.ListModelsResponse{NextPageToken: next}
	for _, name := range names {
		response.Models = append(response.Models, &ocelliv1.Model{Name: name})
	}
	return response, err
}

func (p *pagedLists) ListCollections(_ context.Context, r *ocelliv1.ListCollectionsRequest) (*ocelliv1.ListCollectionsResponse, error) {
	names, next, err := p.page(r.GetPageToken())
	response := &ocelliv1.ListCollectionsResponse{NextPageToken: next}
	for _, name := range names {
		response.Collections = append(response.Collections, &ocelliv1.Collection{Name: name})
	}
	return response, err
}

func (p *pagedLists) ListAliases(_ context.Context, r *ocelliv1.ListAliasesRequest) (*ocelliv1.ListAliasesResponse, error) {
	names, next, err := p.page(r.GetPageToken())
	response := &ocelliv1.ListAliasesResponse{NextPageToken: next}
	for _, name := range names {
		response.Aliases = append(response.Aliases, &ocelliv1.Alias{Alias: name, Collection: "c"})
	}
	return response, err
}

func (p *pagedLists) ListPoints(_ context.Context, r *ocelliv1.ListPointsRequest) (*ocelliv1.ListPointsResponse, error) {
	p.last = r
	names, next, err := p.page(r.GetPageToken())
	response := &ocelliv1.ListPointsResponse{NextPageToken: next}
	for _, name := range names {
		response.Points = append(response.Points, &ocelliv1.Point{Id: name})
	}
	return response, err
}

func listed(t *testing.T, server *pagedLists) *ocelli.Client {
	t.Helper()
	return connect(t, scripted(t, func(registrar grpc.ServiceRegistrar) {
		ocelliv1.RegisterModelServiceServer(registrar, server)
		ocelliv1.RegisterCollectionServiceServer(registrar, server)
		ocelliv1.RegisterPointServiceServer(registrar, server)
	}))
}

func TestListsHaveAllPages(t *testing.T) {
	for count, calls := range map[int]int{0: 1, 2: 1, 5: 3} {
		t.Run(fmt.Sprint(count), func(t *testing.T) {
			server := &pagedLists{}
			for at := range count {
				server.names = append(server.names, fmt.Sprint("n", at))
			}
			client := listed(t, server)
			var names []string
			models, err := client.ListModels(t.Context())
			for _, model := range models {
				names = append(names, model.Name)
			}
			if err != nil || !slices.Equal(names, server.names) || server.calls != calls {
				t.Errorf("models %v in %d calls, %v", names, server.calls, err)
			}
			names, server.calls = nil, 0
			collections, err := client.ListCollections(t.Context())
			for _, collection := range collections {
				names = append(names, collection.Name)
			}
			if err != nil || !slices.Equal(names, server.names) || server.calls != calls {
				t.Errorf("collections %v in %d calls, %v", names, server.calls, err)
			}
			names, server.calls = nil, 0
			aliases, err := client.ListAliases(t.Context())
			for _, alias := range aliases {
				names = append(names, alias.Name)
			}
			if err != nil || !slices.Equal(names, server.names) || server.calls != calls || count > 0 && aliases[0].Collection != "c" {
				t.Errorf("aliases %v in %d calls, %v", aliases, server.calls, err)
			}
			names, server.calls = nil, 0
			filter := ocelli.Equals("pet", true)
			for point, err := range client.ListPoints(t.Context(), "c", filter,
				&ocelli.ListOptions{PointOptions: ocelli.PointOptions{WithoutPayload: true}}) {
				must(t, err)
				names = append(names, point.ID)
			}
			if !slices.Equal(names, server.names) || server.calls != calls {
				t.Errorf("points %v in %d calls", names, server.calls)
			}
			if last := server.last; last.GetCollection() != "c" || last.GetFilter().GetEquals().GetField() != "pet" || last.WithPayload == nil {
				t.Errorf("the last page was asked for by %v", last)
			}
		})
	}
}

func TestAPageThatFails(t *testing.T) {
	client := listed(t, &pagedLists{names: []string{"a", "b", "c"}, failsAfter: 2})
	if models, err := client.ListModels(t.Context()); models != nil || !errors.Is(err, ocelli.ErrServer) {
		t.Errorf("models %v, %v", models, err)
	}
	var ids []string
	var last error
	for point, err := range client.ListPoints(t.Context(), "c", nil, nil) {
		if last = err; err == nil {
			ids = append(ids, point.ID)
		}
	}
	if !slices.Equal(ids, []string{"a", "b"}) || !errors.Is(last, ocelli.ErrServer) {
		t.Errorf("points %v, %v", ids, last)
	}
}

func TestPagesAreAskedForWhenTheyAreNeeded(t *testing.T) {
	server := &pagedLists{names: []string{"a", "b", "c"}}
	client := listed(t, server)
	points := client.ListPoints(t.Context(), "c", nil, nil)
	if server.calls != 0 {
		t.Errorf("%d calls before the loop", server.calls)
	}
	for range points {
		break
	}
	if server.calls != 1 {
		t.Errorf("%d calls for one point", server.calls)
	}
}
