package ocelli

import (
	"context"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// ListModels describes every model of the repository, by name, ascending.
func (c *Client) ListModels(ctx context.Context) ([]Model, error) {
	return collect(pages(func(pageToken string) ([]Model, string, error) {
		response, err := c.models.ListModels(ctx, &ocelliv1.ListModelsRequest{PageToken: pageToken})
		return each(response.GetModels(), modelOf), response.GetNextPageToken(), err
	}))
}

// GetModel describes one model.
func (c *Client) GetModel(ctx context.Context, name string) (*Model, error) {
	response, err := c.models.GetModel(ctx, &ocelliv1.GetModelRequest{Name: name})
	if err != nil {
		return nil, err
	}
	return Ptr(modelOf(response.GetModel())), nil
}

// LoadModel loads a model of the repository, or loads it anew if its files changed, and returns when it
// serves. It may take 600 s unless ctx has a deadline.
func (c *Client) LoadModel(ctx context.Context, name string) (*Model, error) {
	response, err := c.models.LoadModel(ctx, &ocelliv1.LoadModelRequest{Name: name})
	if err != nil {
		return nil, err
	}
	return Ptr(modelOf(response.GetModel())), nil
}

// UnloadModel unloads a model, and returns when it no longer serves.
func (c *Client) UnloadModel(ctx context.Context, name string) error {
	_, err := c.models.UnloadModel(ctx, &ocelliv1.UnloadModelRequest{Name: name})
	return err
}
