package ocelli

import (
	"context"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Query is what to be near to: [LikeImage], [LikeText], [LikeVector] or [LikePoint].
type Query func(*ocelliv1.SearchRequest) error

// With is the query with whatever else the request has to say, such as a filter; for
// [Client.BatchSearch].
func (q Query) With(configure func(*ocelliv1.SearchRequest)) Query {
	return func(request *ocelliv1.SearchRequest) error {
		err := q(request)
		configure(request)
		return err
	}
}

// LikeImage asks for what is like an image, which the collection's model embeds.
func LikeImage(image Image) Query {
	return func(request *ocelliv1.SearchRequest) error {
		message, err := image.Message()
		if message != nil {
			request.Query = &ocelliv1.SearchRequest_Image{Image: message}
		}
		return err
	}
}

// LikeText asks for what is like a text, which the collection's model embeds.
func LikeText(text string) Query {
	return func(request *ocelliv1.SearchRequest) error {
		request.Query = &ocelliv1.SearchRequest_Text{Text: text}
		return nil
	}
}

// LikeVector asks for what is near to a vector of the collection's dimension.
func LikeVector(vector []float32) Query {
	return func(request *ocelliv1.SearchRequest) error {
		request.Query = &ocelliv1.SearchRequest_Vector{Vector: &ocelliv1.Vector{Values: vector}}
		return nil
	}
}

// LikePoint asks for what is near to a stored point, which is itself not among the hits.
func LikePoint(id string) Query {
	return func(request *ocelliv1.SearchRequest) error {
		request.Query = &ocelliv1.SearchRequest_Id{Id: id}
		return nil
	}
}

// Search finds the points of a collection nearest to query, nearest first, 10 unless configure sets
// another limit. Filters and thresholds are set there, too:
//
//	client.Search(ctx, "photos", ocelli.LikePoint("cat"), func(r *ocelliv1.SearchRequest) {
//		r.Limit, r.Filter = 3, ocelli.Equals("pet", true)
//	})
func (c *Client) Search(
	ctx context.Context, collection string, query Query, configure ...func(*ocelliv1.SearchRequest),
) ([]*ocelliv1.Hit, error) {
	request := &ocelliv1.SearchRequest{Collection: collection}
	if err := query(request); err != nil {
		return nil, err
	}
	for _, set := range configure {
		set(request)
	}
	response, err := c.search.Search(ctx, request)
	return response.GetHits(), err
}

// SearchAnswer is the answer to one query of [Client.BatchSearch].
type SearchAnswer struct {
	// Hits are what was found, nearest first.
	Hits []*ocelliv1.Hit
	// Err is why this search failed, an [*Error], or nil.
	Err error
}

// BatchSearch searches a collection for 1 to 100 queries in one call, and returns as many answers, in
// their order. Each search succeeds or fails alone, but for an image that cannot be read here, which fails
// the call. [Query.With] sets the limit and the filter of a query.
func (c *Client) BatchSearch(ctx context.Context, collection string, queries ...Query) ([]SearchAnswer, error) {
	batch := &ocelliv1.BatchSearchRequest{Collection: collection}
	for _, query := range queries {
		request := &ocelliv1.SearchRequest{}
		if err := query(request); err != nil {
			return nil, err
		}
		batch.Requests = append(batch.Requests, request)
	}
	response, err := c.search.BatchSearch(ctx, batch)
	if err != nil {
		return nil, err
	}
	answers := make([]SearchAnswer, len(response.GetAnswers()))
	for at, answer := range response.GetAnswers() {
		answers[at] = SearchAnswer{Hits: answer.GetResult().GetHits(), Err: FromStatus(answer.GetError())}
	}
	return answers, nil
}
