// Command stream streams the frames of a video and prints what is in each.
//
//	stream ADDRESS FOLDER
//
// FOLDER holds the frames as JPEGs whose names sort by time.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ocelli-vision/ocelli/clients/go"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: stream ADDRESS FOLDER")
		os.Exit(2)
	}
	if err := stream(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func stream(ctx context.Context, address, folder string) error {
	paths, err := filepath.Glob(filepath.Join(folder, "*.jpg"))
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return errors.New(folder + " has no .jpg files")
	}
	client, err := ocelli.Connect(address)
	if err != nil {
		return err
	}
	defer client.Close()
	for answer, err := range client.DetectStream(ctx, nil, ocelli.Files(paths...)) {
		if err != nil {
			return err
		}
		fmt.Print(filepath.Base(paths[answer.FrameID]))
		switch {
		case answer.Err != nil:
			fmt.Println(":", answer.Err)
		case answer.Dropped != nil:
			fmt.Println(": dropped,", answer.Dropped.Reason)
		default:
			printAll(answer.Result.Detections)
		}
	}
	return nil
}

func printAll(detections []ocelli.Detection) {
	if len(detections) == 0 {
		fmt.Println(": nothing")
		return
	}
	fmt.Println()
	for _, found := range detections {
		box := found.Box
		fmt.Printf("  %-12s %.2f  (%.0f, %.0f) to (%.0f, %.0f)\n", found.Label, found.Score,
			box.XMin, box.YMin, box.XMax, box.YMax)
	}
}
