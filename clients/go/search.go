package ocelli

import (
	"context"
	"time"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Query is what to be near to: [LikeImage], [LikeText], [LikeVector] or [LikePoint]. The zero Query is
// none, which the server refuses.
type Query struct {
	ask     func(*ocelliv1.SearchRequest) error
	options *SearchOptions
}

// SearchOptions say which points to find and what comes with them. What is left out has its default.
type SearchOptions struct {
	PointOptions
	// Filter has only points found that match. nil: all.
	Filter *Filter
	// Limit is the most hits to return, 1 to 1000. 0: 10.
	Limit int
	// Offset is how many of the nearest hits, or groups, to pass over; with Limit at most 10 000.
	Offset int
	// GroupBy is a field of the collection, a keyword or an integer: of the points that share a value there
	// only the nearest is a hit, of one with several values by the first of them. A point without the field
	// stands for itself. Empty: no groups.
	GroupBy string
	// ScoreThreshold is the worst score to return: the lowest for cosine and dot, the highest for Euclid.
	// nil: no such bound.
	ScoreThreshold *float32
	// RegionUse is which part of an image to search with, if the collection has a [RegionDetector].
	RegionUse RegionUse
}

// With is the query with options of its own; for [Client.BatchSearch].
func (q Query) With(options *SearchOptions) Query { return Query{q.ask, options} }

// LikeImage asks for what is like an image, which the collection's model embeds.
func LikeImage(image Image) Query {
	return Query{ask: func(request *ocelliv1.SearchRequest) error {
		message, err := image.Message()
		if message != nil {
			request.Query = &ocelliv1.SearchRequest_Image{Image: message}
		}
		return err
	}}
}

// LikeText asks for what is like a text, which the collection's model embeds, or the one for texts that
// shares its space.
func LikeText(text string) Query {
	return Query{ask: func(request *ocelliv1.SearchRequest) error {
		request.Query = &ocelliv1.SearchRequest_Text{Text: text}
		return nil
	}}
}

// LikeVector asks for what is near to a vector of the collection's dimension.
func LikeVector(vector []float32) Query {
	return Query{ask: func(request *ocelliv1.SearchRequest) error {
		request.Query = &ocelliv1.SearchRequest_Vector{Vector: &ocelliv1.Vector{Values: vector}}
		return nil
	}}
}

// LikePoint asks for what is near to a stored point, which is itself not among the hits.
func LikePoint(id string) Query {
	return Query{ask: func(request *ocelliv1.SearchRequest) error {
		request.Query = &ocelliv1.SearchRequest_Id{Id: id}
		return nil
	}}
}

// SearchResult is what a search found.
type SearchResult struct {
	// Hits are nearest first.
	Hits []Hit
	// Regions are what was searched with, if the collection has a [RegionDetector]: one, or with
	// [RegionUseEach] all that were found, best first. Then Hits is empty and each region has its own.
	Regions []SearchedRegion
	// Warnings are what there is to know of the image that was searched with. Usually empty.
	Warnings []Warning
	// Timings say where the time went. Inference is 0 unless an image or a text was embedded.
	Timings Timings
	// Engine is the time in the vector engine.
	Engine time.Duration
}

// Hit is one found point.
type Hit struct {
	// ID is that of the point.
	ID string
	// Score is how near it is, in the collection's metric.
	Score float32
	// Payload is what is known of it. nil if it was not asked for.
	Payload Payload
	// Vector is nil if it was not asked for.
	Vector []float32
}

// Search finds the points of a collection nearest to query, nearest first, 10 unless options set another
// limit.
func (c *Client) Search(
	ctx context.Context, collection string, query Query, options *SearchOptions,
) (*SearchResult, error) {
	if options != nil {
		query = query.With(options)
	}
	request, err := query.message()
	if err != nil {
		return nil, err
	}
	request.Collection = collection
	response, err := c.search.Search(ctx, request)
	if err != nil {
		return nil, err
	}
	return searchResultOf(response), nil
}

// SearchAnswer is the answer to one query of [Client.BatchSearch]. Exactly one of Result and Err is set.
type SearchAnswer struct {
	// Result is what was found.
	Result *SearchResult
	// Err is why this search failed, an [*Error].
	Err error
}

// BatchSearch searches a collection for 1 to 100 queries in one call, and returns as many answers, in
// their order. Each search succeeds or fails alone, but for a query that cannot be sent, such as an image
// that cannot be read here, which fails the call.
func (c *Client) BatchSearch(ctx context.Context, collection string, queries ...Query) ([]SearchAnswer, error) {
	batch := &ocelliv1.BatchSearchRequest{Collection: collection}
	for _, query := range queries {
		request, err := query.message()
		if err != nil {
			return nil, err
		}
		batch.Requests = append(batch.Requests, request)
	}
	response, err := c.search.BatchSearch(ctx, batch)
	if err != nil {
		return nil, err
	}
	return each(response.GetAnswers(), func(answer *ocelliv1.BatchSearchAnswer) SearchAnswer {
		if result := answer.GetResult(); result != nil {
			return SearchAnswer{Result: searchResultOf(result)}
		}
		return SearchAnswer{Err: FromStatus(answer.GetError())}
	}), nil
}

func (q Query) message() (*ocelliv1.SearchRequest, error) {
	request := &ocelliv1.SearchRequest{}
	if q.ask != nil {
		if err := q.ask(request); err != nil {
			return nil, err
		}
	}
	if q.options == nil {
		return request, nil
	}
	var numbers numbers
	request.Filter = q.options.Filter.pack()
	request.Limit = numbers.count("limit", q.options.Limit)
	request.Offset = numbers.count("offset", q.options.Offset)
	request.GroupBy = q.options.GroupBy
	request.ScoreThreshold = q.options.ScoreThreshold
	request.RegionUse = ocelliv1.RegionUse(q.options.RegionUse)
	request.WithPayload, request.WithVector = q.options.messages()
	return request, numbers.err
}

func searchResultOf(message *ocelliv1.SearchResponse) *SearchResult {
	return &SearchResult{
		Hits:     each(message.GetHits(), hitOf),
		Regions:  each(message.GetRegions(), searchedRegionOf),
		Warnings: warningsOf(message.GetWarnings()),
		Timings:  timingsOf(message.GetTimings()),
		Engine:   microseconds(message.GetEngineUs()),
	}
}

func hitOf(message *ocelliv1.Hit) Hit {
	return Hit{
		message.GetId(), message.GetScore(), payloadOf(message.GetPayload()), message.GetVector().GetValues(),
	}
}
