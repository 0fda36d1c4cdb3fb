package ocelli

import (
	"context"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Alias is another name of a collection.
type Alias struct {
	// Name is made as a collection's is.
	Name string
	// Collection is the one that it points to.
	Collection string
}

// SetAlias points an alias to a collection, or away from another one, in one step. It returns the
// collection that it pointed to before, empty if it is new. Wherever a method takes the name of an existing
// collection it takes an alias, but for [Client.DeleteCollection].
func (c *Client) SetAlias(ctx context.Context, alias, collection string) (previous string, err error) {
	response, err := c.collections.SetAlias(ctx, &ocelliv1.SetAliasRequest{Alias: alias, Collection: collection})
	return response.GetPreviousCollection(), err
}

// DeleteAlias takes an alias away; the collection stays.
func (c *Client) DeleteAlias(ctx context.Context, alias string) error {
	_, err := c.collections.DeleteAlias(ctx, &ocelliv1.DeleteAliasRequest{Alias: alias})
	return err
}

// ListAliases returns all aliases, by name, ascending.
func (c *Client) ListAliases(ctx context.Context) ([]Alias, error) {
	return collect(pages(func(pageToken string) ([]Alias, string, error) {
		response, err := c.collections.ListAliases(ctx, &ocelliv1.ListAliasesRequest{PageToken: pageToken})
		return each(response.GetAliases(), aliasOf), response.GetNextPageToken(), err
	}))
}

func aliasOf(message *ocelliv1.Alias) Alias {
	return Alias{message.GetAlias(), message.GetCollection()}
}
