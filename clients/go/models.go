package ocelli

import (
	"context"
	"time"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Loading a model takes longer than other calls.
const loadTimeout = 120 * time.Second

// ListModels describes every model of the repository, by name, ascending.
func (c *Client) ListModels(ctx context.Context) ([]*ocelliv1.Model, error) {
	response, err := c.models.ListModels(ctx, &ocelliv1.ListModelsRequest{})
	return response.GetModels(), err
}

// GetModel describes one model.
func (c *Client) GetModel(ctx context.Context, name string) (*ocelliv1.Model, error) {
	response, err := c.models.GetModel(ctx, &ocelliv1.GetModelRequest{Name: name})
	return response.GetModel(), err
}

// LoadModel loads a model of the repository, or loads it anew if its files changed, and returns when it
// serves. It may take 120 s unless ctx has a deadline.
func (c *Client) LoadModel(ctx context.Context, name string) (*ocelliv1.Model, error) {
	ctx, cancel := withDefaultTimeout(ctx, loadTimeout)
	defer cancel()
	response, err := c.models.LoadModel(ctx, &ocelliv1.LoadModelRequest{Name: name})
	return response.GetModel(), err
}

// UnloadModel unloads a model, and returns when it no longer serves. It may take 120 s unless ctx has a
// deadline.
func (c *Client) UnloadModel(ctx context.Context, name string) error {
	ctx, cancel := withDefaultTimeout(ctx, loadTimeout)
	defer cancel()
	_, err := c.models.UnloadModel(ctx, &ocelliv1.UnloadModelRequest{Name: name})
	return err
}
