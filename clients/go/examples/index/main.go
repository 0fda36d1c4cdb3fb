// Command index indexes a folder of images, then searches it with one of them.
//
//	index ADDRESS FOLDER
package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

const collection = "example-go"

var suffixes = []string{".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: index ADDRESS FOLDER")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, address, folder string) error {
	paths, err := images(folder)
	if err != nil {
		return err
	}
	client, err := ocelli.Connect(address)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := index(ctx, client, paths); err != nil {
		return err
	}
	fmt.Printf("\nlike %s:\n", filepath.Base(paths[0]))
	hits, err := client.Search(ctx, collection, ocelli.LikeImage(ocelli.File(paths[0])),
		func(request *ocelliv1.SearchRequest) { request.Limit = 5 })
	for _, hit := range hits {
		fmt.Printf("  %.3f  %s\n", hit.GetScore(), hit.GetId())
	}
	return err
}

// index stores every image under its name, in a collection made anew.
func index(ctx context.Context, client *ocelli.Client, paths []string) error {
	err := client.DeleteCollection(ctx, collection) // there may be one of an earlier run
	if err != nil && !errors.Is(err, ocelli.ErrNotFound) {
		return err
	}
	_, err = client.CreateCollection(ctx, &ocelliv1.Collection{
		Name:   collection,
		Fields: []*ocelliv1.CollectionField{{Name: "suffix", Type: ocelliv1.FieldType_FIELD_TYPE_KEYWORD}},
	})
	if err != nil {
		return err
	}
	for answer, err := range client.IndexStream(ctx, collection, ocelli.All(items(paths))) {
		switch {
		case err != nil:
			return err
		case answer.Err != nil:
			fmt.Println(answer.ID, "is left out:", answer.Err)
		default:
			fmt.Println(answer.ID, "is stored")
		}
	}
	return nil
}

func items(paths []string) iter.Seq[ocelli.IndexItem] {
	return func(yield func(ocelli.IndexItem) bool) {
		for _, path := range paths {
			payload := map[string]any{"suffix": filepath.Ext(path)}
			if !yield(ocelli.IndexItem{ID: filepath.Base(path), Image: ocelli.File(path), Payload: payload}) {
				return
			}
		}
	}
}

func images(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, entry := range entries {
		if slices.Contains(suffixes, strings.ToLower(filepath.Ext(entry.Name()))) {
			paths = append(paths, filepath.Join(folder, entry.Name()))
		}
	}
	if len(paths) == 0 {
		return nil, errors.New(folder + " has no images")
	}
	return paths, nil
}
