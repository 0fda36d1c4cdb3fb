package ocelli

import (
	"context"
	"iter"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// UpsertPoints stores 1 to 1000 points; those whose id exists are replaced. Each succeeds or fails
// alone: the response has the position and the status, for [FromStatus], of those that were refused.
// [Payload] makes payloads.
func (c *Client) UpsertPoints(
	ctx context.Context, collection string, points ...*ocelliv1.Point,
) (*ocelliv1.UpsertPointsResponse, error) {
	return c.points.UpsertPoints(ctx, &ocelliv1.UpsertPointsRequest{Collection: collection, Points: points})
}

// GetPoints returns stored points, and the ids among those given, 1 to 1000, that do not exist. Points
// come with their payloads and, if configure sets WithVector, with their vectors.
func (c *Client) GetPoints(
	ctx context.Context, collection string, ids []string, configure ...func(*ocelliv1.GetPointsRequest),
) (points []*ocelliv1.Point, missing []string, err error) {
	request := &ocelliv1.GetPointsRequest{Collection: collection, Ids: ids}
	for _, set := range configure {
		set(request)
	}
	response, err := c.points.GetPoints(ctx, request)
	return response.GetPoints(), response.GetMissingIds(), err
}

// ListPoints returns the points that match a filter, a nil one all, in an order that does not change,
// as [Client.GetPoints] returns them. Ranging over it asks for one page after the other, of 100 points
// unless configure sets PageSize; an error comes last.
func (c *Client) ListPoints(
	ctx context.Context, collection string, filter *ocelliv1.Filter,
	configure ...func(*ocelliv1.ListPointsRequest),
) iter.Seq2[*ocelliv1.Point, error] {
	return pages(func(pageToken string) ([]*ocelliv1.Point, string, error) {
		request := &ocelliv1.ListPointsRequest{Collection: collection, Filter: filter}
		for _, set := range configure {
			set(request)
		}
		if pageToken != "" { // configure may set the first, to go on with an earlier walk
			request.PageToken = pageToken
		}
		response, err := c.points.ListPoints(ctx, request)
		return response.GetPoints(), response.GetNextPageToken(), err
	})
}

// CountPoints counts the points that match a filter; a nil filter matches all.
func (c *Client) CountPoints(ctx context.Context, collection string, filter *ocelliv1.Filter) (uint64, error) {
	response, err := c.points.CountPoints(ctx, &ocelliv1.CountPointsRequest{Collection: collection, Filter: filter})
	return response.GetCount(), err
}

// Selection is which points to delete or to change: [ByID] or [Matching].
type Selection struct {
	ids    []string
	filter *ocelliv1.Filter
}

// ByID selects points by 1 to 1000 ids. Those that do not exist are passed over.
func ByID(ids ...string) Selection { return Selection{ids: ids} }

// Matching selects all points that match a filter, which must not be nil.
func Matching(filter *ocelliv1.Filter) Selection { return Selection{filter: filter} }

// DeletePoints deletes stored points and returns how many there were.
func (c *Client) DeletePoints(ctx context.Context, collection string, which Selection) (uint64, error) {
	response, err := c.points.DeletePoints(ctx, &ocelliv1.DeletePointsRequest{
		Collection: collection, Ids: which.ids, Filter: which.filter,
	})
	return response.GetDeleted(), err
}

// PayloadChange is how to change payloads: [MergePayload], [ReplacePayload] or [DeleteKeys].
type PayloadChange func(*ocelliv1.UpdatePayloadRequest) error

// MergePayload sets these keys, as [Payload] takes them, and leaves others as they are.
func MergePayload(values map[string]any) PayloadChange {
	return func(request *ocelliv1.UpdatePayloadRequest) error {
		payload, err := Payload(values)
		request.Change = &ocelliv1.UpdatePayloadRequest_Merge{Merge: payload}
		return err
	}
}

// ReplacePayload puts these values, as [Payload] takes them, in place of the payload.
func ReplacePayload(values map[string]any) PayloadChange {
	return func(request *ocelliv1.UpdatePayloadRequest) error {
		payload, err := Payload(values)
		request.Change = &ocelliv1.UpdatePayloadRequest_Replace{Replace: payload}
		return err
	}
}

// DeleteKeys takes these keys, 1 to 100 of the outermost level, away.
func DeleteKeys(keys ...string) PayloadChange {
	return func(request *ocelliv1.UpdatePayloadRequest) error {
		request.Change = &ocelliv1.UpdatePayloadRequest_DeleteKeys{DeleteKeys: &ocelliv1.PayloadKeys{Keys: keys}}
		return nil
	}
}

// UpdatePayload changes the payloads of stored points, whose vectors stay, and returns how many have the
// payload asked for. If it fails, it may have changed some.
func (c *Client) UpdatePayload(
	ctx context.Context, collection string, which Selection, change PayloadChange,
) (uint64, error) {
	request := &ocelliv1.UpdatePayloadRequest{Collection: collection, Ids: which.ids, Filter: which.filter}
	if err := change(request); err != nil {
		return 0, err
	}
	response, err := c.points.UpdatePayload(ctx, request)
	return response.GetUpdated(), err
}
