package main

import (
	"context"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// duplicates has the SDK look for duplicates, and notes the groups and the last progress.
func (c *call) duplicates(ctx context.Context) (*seen, error) {
	request := &ocelliv1.FindDuplicatesRequest{}
	if err := parse(c.Request, c.files, request); err != nil {
		return nil, err
	}
	groups, response := []any{}, map[string]any{}
	options := &ocelli.DuplicateOptions{
		WithPayload: request.GetWithPayload(),
		OnProgress: func(told ocelli.DuplicateProgress) {
			response["progress"] = toJSON(&ocelliv1.FindDuplicatesProgress{PointsDone: told.Done, PointsTotal: told.Total})
		},
	}
	if match := request.GetFilter().GetMatch(); match != nil {
		options.Filter = matches(match)
	}
	for group, err := range c.client.FindDuplicates(ctx, request.GetCollection(), request.GetScoreThreshold(), options) {
		if err != nil {
			return nil, err
		}
		message, err := duplicateGroup(group)
		if err != nil {
			return nil, err
		}
		if groups = append(groups, toJSON(message)); len(groups) == c.CancelAfter {
			break
		}
	}
	response["groups"] = groups
	return &seen{response: response}, nil
}

// matches is the one kind of filter that cases look for duplicates with.
func matches(match *ocelliv1.FilterMatch) *ocelli.Filter {
	if match.GetAnyWord() {
		return ocelli.MatchesAny(match.GetField(), match.GetText())
	}
	return ocelli.Matches(match.GetField(), match.GetText())
}

func duplicateGroup(from ocelli.DuplicateGroup) (*ocelliv1.DuplicateGroup, error) {
	made := &ocelliv1.DuplicateGroup{Size: from.Size}
	for _, found := range from.Points {
		hit := &ocelliv1.Hit{Id: found.ID, Score: found.Score}
		if found.Payload != nil {
			payload, err := structpb.NewStruct(found.Payload)
			if err != nil {
				return nil, err
			}
			hit.Payload = payload
		}
		made.Points = append(made.Points, hit)
	}
	return made, nil
}
