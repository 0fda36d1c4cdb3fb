package ocelli

import (
	"context"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// CreateCollection creates a collection and returns it with the defaults filled in. With neither
// dimension nor model it takes images, by the server's default embedder.
func (c *Client) CreateCollection(
	ctx context.Context, collection *ocelliv1.Collection,
) (*ocelliv1.Collection, error) {
	response, err := c.collections.CreateCollection(ctx, &ocelliv1.CreateCollectionRequest{Collection: collection})
	return response.GetCollection(), err
}

// GetCollection describes a collection and counts its points.
func (c *Client) GetCollection(ctx context.Context, name string) (*ocelliv1.GetCollectionResponse, error) {
	return c.collections.GetCollection(ctx, &ocelliv1.GetCollectionRequest{Name: name})
}

// ListCollections describes all collections, by name, ascending.
func (c *Client) ListCollections(ctx context.Context) ([]*ocelliv1.Collection, error) {
	return collect(pages(func(pageToken string) ([]*ocelliv1.Collection, string, error) {
		response, err := c.collections.ListCollections(ctx, &ocelliv1.ListCollectionsRequest{PageToken: pageToken})
		return response.GetCollections(), response.GetNextPageToken(), err
	}))
}

// UpdateCollection changes what paths name of the collection of that name, and returns it as it is then:
// "model", to one whose vectors have its dimension or to none; "fields", of which those that it lacks are
// added.
func (c *Client) UpdateCollection(
	ctx context.Context, collection *ocelliv1.Collection, paths ...string,
) (*ocelliv1.Collection, error) {
	response, err := c.collections.UpdateCollection(ctx, &ocelliv1.UpdateCollectionRequest{
		Collection: collection, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
	})
	return response.GetCollection(), err
}

// DeleteCollection deletes a collection and all its points.
func (c *Client) DeleteCollection(ctx context.Context, name string) error {
	_, err := c.collections.DeleteCollection(ctx, &ocelliv1.DeleteCollectionRequest{Name: name})
	return err
}
