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
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
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
			fmt.Println(": dropped,", answer.Dropped.GetReason())
		default:
			printAll(answer.Result.GetDetections())
		}
	}
	return nil
}

func printAll(detections []*ocelliv1.Detection) {
	if len(detections) == 0 {
		fmt.Println(": nothing")
		return
	}
	fmt.Println()
	for _, found := range detections {
		box := found.GetBox()
		fmt.Printf("  %-12s %.2f  (%.0f, %.0f) to (%.0f, %.0f)\n", found.GetLabel(), found.GetScore(),
			box.GetXMin(), box.GetYMin(), box.GetXMax(), box.GetYMax())
	}
}
