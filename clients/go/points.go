package ocelli

import (
	"context"
	"iter"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Point is a stored vector with what is known of it.
type Point struct {
	// ID is chosen by the caller: 1 to 256 bytes of UTF-8.
	ID string
	// Vector has as many finite values as the collection's dimension. nil in answers that were not asked
	// for vectors. Under [MetricCosine] it comes back scaled to length 1.
	Vector []float32
	// Payload is what is known of it, at most 64 KiB as JSON. nil in answers without payloads.
	Payload Payload
}

// UpsertResult is what became of points to store.
type UpsertResult struct {
	// Stored is how many were stored.
	Stored int
	// Errors are those that were refused. Empty if all were stored.
	Errors []PointError
}

// PointError is a point that was refused.
type PointError struct {
	// Index is its position among the points, from 0.
	Index int
	// ID is its id.
	ID string
	// Err is why, an [*Error].
	Err error
}

// UpsertPoints stores 1 to 1000 points; those whose id exists are replaced. Each succeeds or fails alone,
// but for a payload that cannot be sent, which fails the call.
func (c *Client) UpsertPoints(ctx context.Context, collection string, points ...Point) (*UpsertResult, error) {
	request := &ocelliv1.UpsertPointsRequest{Collection: collection}
	for _, point := range points {
		message, err := point.message()
		if err != nil {
			return nil, err
		}
		request.Points = append(request.Points, message)
	}
	response, err := c.points.UpsertPoints(ctx, request)
	if err != nil {
		return nil, err
	}
	return &UpsertResult{
		Stored: int(response.GetStored()),
		Errors: each(response.GetErrors(), func(failed *ocelliv1.PointError) PointError {
			return PointError{int(failed.GetIndex()), failed.GetId(), FromStatus(failed.GetError())}
		}),
	}, nil
}

// PointOptions say what points come with.
type PointOptions struct {
	// WithoutPayload leaves payloads out.
	WithoutPayload bool
	// WithVector has vectors come, too.
	WithVector bool
}

// GetPoints returns stored points, and the ids among those given, 1 to 1000, that do not exist. Points
// come with their payloads and without vectors unless options say otherwise.
func (c *Client) GetPoints(
	ctx context.Context, collection string, ids []string, options *PointOptions,
) (points []Point, missing []string, err error) {
	request := &ocelliv1.GetPointsRequest{Collection: collection, Ids: ids}
	request.WithPayload, request.WithVector = options.messages()
	response, err := c.points.GetPoints(ctx, request)
	return each(response.GetPoints(), pointOf), response.GetMissingIds(), err
}

// ListOptions say how points are listed.
type ListOptions struct {
	PointOptions
	// PageSize is how many points one call asks for, 1 to 1000. 0: 100.
	PageSize int
}

// ListPoints returns the points that match a filter, a nil one all, in an order that does not change,
// as [Client.GetPoints] returns them. Ranging over it asks for one page after the other; an error comes
// last.
func (c *Client) ListPoints(
	ctx context.Context, collection string, filter *Filter, options *ListOptions,
) iter.Seq2[Point, error] {
	if options == nil {
		options = &ListOptions{}
	}
	return pages(func(pageToken string) ([]Point, string, error) {
		var numbers numbers
		request := &ocelliv1.ListPointsRequest{
			Collection: collection,
			Filter:     filter.pack(),
			PageSize:   numbers.count("page_size", options.PageSize),
			PageToken:  pageToken,
		}
		if numbers.err != nil {
			return nil, "", numbers.err
		}
		request.WithPayload, request.WithVector = options.messages()
		response, err := c.points.ListPoints(ctx, request)
		return each(response.GetPoints(), pointOf), response.GetNextPageToken(), err
	})
}

// CountPoints counts the points that match a filter; a nil filter matches all.
func (c *Client) CountPoints(ctx context.Context, collection string, filter *Filter) (uint64, error) {
	response, err := c.points.CountPoints(ctx, &ocelliv1.CountPointsRequest{
		Collection: collection, Filter: filter.pack(),
	})
	return response.GetCount(), err
}

// Selection is which points to delete or to change: [ByID] or [Matching].
type Selection struct {
	ids    []string
	filter *Filter
}

// ByID selects points by 1 to 1000 ids. Those that do not exist are passed over.
func ByID(ids ...string) Selection { return Selection{ids: ids} }

// Matching selects all points that match a filter, which must not be nil.
func Matching(filter *Filter) Selection { return Selection{filter: filter} }

// DeletePoints deletes stored points and returns how many there were.
func (c *Client) DeletePoints(ctx context.Context, collection string, which Selection) (uint64, error) {
	response, err := c.points.DeletePoints(ctx, &ocelliv1.DeletePointsRequest{
		Collection: collection, Ids: which.ids, Filter: which.filter.pack(),
	})
	return response.GetDeleted(), err
}

// PayloadChange is how to change payloads: [MergePayload], [ReplacePayload] or [DeleteKeys].
type PayloadChange struct {
	change func(*ocelliv1.UpdatePayloadRequest) error
}

// MergePayload sets these keys and leaves others as they are.
func MergePayload(values Payload) PayloadChange {
	return PayloadChange{func(request *ocelliv1.UpdatePayloadRequest) error {
		payload, err := packPayload(values)
		request.Change = &ocelliv1.UpdatePayloadRequest_Merge{Merge: payload}
		return err
	}}
}

// ReplacePayload puts these values in place of the payload.
func ReplacePayload(values Payload) PayloadChange {
	return PayloadChange{func(request *ocelliv1.UpdatePayloadRequest) error {
		payload, err := packPayload(values)
		request.Change = &ocelliv1.UpdatePayloadRequest_Replace{Replace: payload}
		return err
	}}
}

// DeleteKeys takes these keys, 1 to 100 of the outermost level, away.
func DeleteKeys(keys ...string) PayloadChange {
	return PayloadChange{func(request *ocelliv1.UpdatePayloadRequest) error {
		request.Change = &ocelliv1.UpdatePayloadRequest_DeleteKeys{DeleteKeys: &ocelliv1.PayloadKeys{Keys: keys}}
		return nil
	}}
}

// UpdatePayload changes the payloads of stored points, whose vectors stay, and returns how many have the
// payload asked for. If it fails, it may have changed some.
func (c *Client) UpdatePayload(
	ctx context.Context, collection string, which Selection, change PayloadChange,
) (uint64, error) {
	request := &ocelliv1.UpdatePayloadRequest{Collection: collection, Ids: which.ids, Filter: which.filter.pack()}
	if change.change != nil { // the server refuses a request without a change
		if err := change.change(request); err != nil {
			return 0, err
		}
	}
	response, err := c.points.UpdatePayload(ctx, request)
	return response.GetUpdated(), err
}

func (p *Point) message() (*ocelliv1.Point, error) {
	payload, err := packPayload(p.Payload)
	message := &ocelliv1.Point{Id: p.ID, Payload: payload}
	if p.Vector != nil {
		message.Vector = &ocelliv1.Vector{Values: p.Vector}
	}
	return message, err
}

func pointOf(message *ocelliv1.Point) Point {
	return Point{message.GetId(), message.GetVector().GetValues(), payloadOf(message.GetPayload())}
}

// messages are the options of the contract, set where they are not its defaults.
func (o *PointOptions) messages() (withPayload, withVector *bool) {
	if o == nil {
		return nil, nil
	}
	if o.WithoutPayload {
		withPayload = Ptr(false)
	}
	if o.WithVector {
		withVector = Ptr(true)
	}
	return withPayload, withVector
}
