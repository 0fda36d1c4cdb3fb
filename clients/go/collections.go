package ocelli

import (
	"context"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// CreateCollection creates a collection and returns it with the defaults filled in. With neither
// dimension nor model it takes images, by the server's default embedder.
func (c *Client) CreateCollection(
	ctx context.Context, collection *ocelliv1.Collection,
) (*ocelliv1.Collection, error) {
	response, err := c.search.CreateCollection(ctx, &ocelliv1.CreateCollectionRequest{Collection: collection})
	return response.GetCollection(), err
}

// GetCollection describes a collection and counts its points.
func (c *Client) GetCollection(ctx context.Context, name string) (*ocelliv1.GetCollectionResponse, error) {
	return c.search.GetCollection(ctx, &ocelliv1.GetCollectionRequest{Name: name})
}

// ListCollections describes all collections, by name, ascending.
func (c *Client) ListCollections(ctx context.Context) ([]*ocelliv1.Collection, error) {
	response, err := c.search.ListCollections(ctx, &ocelliv1.ListCollectionsRequest{})
	return response.GetCollections(), err
}

// DeleteCollection deletes a collection and all its points.
func (c *Client) DeleteCollection(ctx context.Context, name string) error {
	_, err := c.search.DeleteCollection(ctx, &ocelliv1.DeleteCollectionRequest{Name: name})
	return err
}
