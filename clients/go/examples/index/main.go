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
)

const collection = "example-go"

var suffixes = []string{".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff"}

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
	query := ocelli.LikeImage(ocelli.File(paths[0]))
	found, err := client.Search(ctx, collection, query, &ocelli.SearchOptions{Limit: 5})
	if err != nil {
		return err
	}
	for _, hit := range found.Hits {
		fmt.Printf("  %.3f  %s\n", hit.Score, hit.ID)
	}
	return nil
}

// index stores every image under its name, in a collection made anew.
func index(ctx context.Context, client *ocelli.Client, paths []string) error {
	err := client.DeleteCollection(ctx, collection) // there may be one of an earlier run
	if err != nil && !errors.Is(err, ocelli.ErrNotFound) {
		return err
	}
	_, err = client.CreateCollection(ctx, ocelli.Collection{
		Name:   collection,
		Fields: []ocelli.Field{{Name: "suffix", Type: ocelli.FieldKeyword}},
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
			payload := ocelli.Payload{"suffix": filepath.Ext(path)}
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
