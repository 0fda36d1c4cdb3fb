package ocelli

import (
	"context"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Query is what to be near to: [LikeImage], [LikeVector] or [LikePoint].
type Query func(*ocelliv1.SearchRequest) error

// LikeImage asks for what is like an image, which the collection's model embeds.
func LikeImage(image Image) Query {
	return func(request *ocelliv1.SearchRequest) error {
		message, err := image.Message()
		request.Query = &ocelliv1.SearchRequest_Image{Image: message}
		return err
	}
}

// LikeVector asks for what is near to a vector of the collection's dimension.
func LikeVector(vector []float32) Query {
	return func(request *ocelliv1.SearchRequest) error {
		request.Query = &ocelliv1.SearchRequest_Vector{Vector: &ocelliv1.QueryVector{Values: vector}}
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
