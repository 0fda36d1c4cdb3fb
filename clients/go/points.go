package ocelli

import (
	"context"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// UpsertPoints stores 1 to 1000 points; those whose id exists are replaced. Each succeeds or fails
// alone: the response has the position and the status, for [FromStatus], of those that were refused.
// [Payload] makes payloads.
func (c *Client) UpsertPoints(
	ctx context.Context, collection string, points ...*ocelliv1.Point,
) (*ocelliv1.UpsertPointsResponse, error) {
	return c.search.UpsertPoints(ctx, &ocelliv1.UpsertPointsRequest{Collection: collection, Points: points})
}

// GetPoints returns stored points, with their vectors, and the ids among those given, 1 to 1000, that
// do not exist.
func (c *Client) GetPoints(
	ctx context.Context, collection string, ids ...string,
) (points []*ocelliv1.Point, missing []string, err error) {
	response, err := c.search.GetPoints(ctx, &ocelliv1.GetPointsRequest{
		Collection: collection, Ids: ids, WithVectors: true,
	})
	return response.GetPoints(), response.GetMissingIds(), err
}

// DeletePoints deletes stored points by 1 to 1000 ids and returns how many there were of them.
func (c *Client) DeletePoints(ctx context.Context, collection string, ids ...string) (int, error) {
	response, err := c.search.DeletePoints(ctx, &ocelliv1.DeletePointsRequest{Collection: collection, Ids: ids})
	return int(response.GetDeleted()), err
}

// CountPoints counts the points that match a filter; a nil filter matches all.
func (c *Client) CountPoints(ctx context.Context, collection string, filter *ocelliv1.Filter) (uint64, error) {
	response, err := c.search.CountPoints(ctx, &ocelliv1.CountPointsRequest{Collection: collection, Filter: filter})
	return response.GetCount(), err
}
