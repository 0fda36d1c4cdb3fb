package ocelli

import (
	"context"
	"io"
	"iter"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// DuplicateOptions say among which points to look for duplicates and what comes with them. What is left
// out has its default.
type DuplicateOptions struct {
	// Filter has only points looked at that match. nil: all.
	Filter *Filter
	// WithPayload has payloads come, too.
	WithPayload bool
	// OnProgress is called while points are looked at, before the first group comes, by the goroutine
	// that ranges over the groups. nil: nobody is told.
	OnProgress func(DuplicateProgress)
}

// DuplicateProgress is how far a search for duplicates has come.
type DuplicateProgress struct {
	// Done is how many points were looked at, of Total.
	Done, Total uint64
}

// DuplicateGroup is points that are nearly the same.
type DuplicateGroup struct {
	// Points are at least two, at most 1000 of them, by id, without vectors. The score is that of the
	// nearest other point of the group.
	Points []Hit
	// Size is how many points the group has.
	Size uint64
}

// FindDuplicates finds groups of points that are nearly the same, largest first: each point of a group is
// at least as near to another one of it as scoreThreshold says, the lowest score for cosine and dot, the
// highest for Euclid. nil options are the defaults.
//
// Ranging over it makes the call, which for a large collection takes minutes; the deadline is that of ctx
// or none. A failure comes last, as the error. Leaving the loop, or ending ctx, cancels the call.
func (c *Client) FindDuplicates(
	ctx context.Context, collection string, scoreThreshold float32, options *DuplicateOptions,
) iter.Seq2[DuplicateGroup, error] {
	asked := orZero(options)
	return func(yield func(DuplicateGroup, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		stream, err := c.search.FindDuplicates(ctx, asked.message(collection, scoreThreshold))
		for err == nil {
			var response *ocelliv1.FindDuplicatesResponse
			if response, err = stream.Recv(); err != nil {
				break
			}
			if group := response.GetGroup(); group != nil {
				if !yield(duplicateGroupOf(group), nil) {
					return
				}
			} else if progress := response.GetProgress(); progress != nil && asked.OnProgress != nil {
				asked.OnProgress(DuplicateProgress{progress.GetPointsDone(), progress.GetPointsTotal()})
			}
		}
		if err != io.EOF {
			yield(DuplicateGroup{}, err)
		}
	}
}

func (o *DuplicateOptions) message(collection string, scoreThreshold float32) *ocelliv1.FindDuplicatesRequest {
	request := &ocelliv1.FindDuplicatesRequest{
		Collection: collection, Filter: o.Filter.pack(), ScoreThreshold: &scoreThreshold,
	}
	if o.WithPayload {
		request.WithPayload = &o.WithPayload
	}
	return request
}

func duplicateGroupOf(message *ocelliv1.DuplicateGroup) DuplicateGroup {
	return DuplicateGroup{each(message.GetPoints(), hitOf), message.GetSize()}
}
