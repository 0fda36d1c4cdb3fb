package ocelli_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"iter"
	"log"
	"slices"
	"time"

	"github.com/ocelli-vision/ocelli/clients/go"
)

// What the examples take for granted.
var (
	ctx    = context.Background()
	client *ocelli.Client
	jpeg   []byte
	tokens interface {
		Current(context.Context) (string, error)
	}
	camera  func() (image.Image, error)
	picture draw.Image
)

func ExampleClient_Detect() {
	client, err := ocelli.Connect("127.0.0.1:8500")
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	result, err := client.Detect(ctx, ocelli.File("street.jpg"), nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, found := range result.Detections {
		fmt.Println(found.Label, found.Score, found.Box)
	}
}

func ExampleClient_Detect_configured() {
	image := ocelli.Encoded(jpeg).Region(0, 0, 640, 360).Tolerance(ocelli.ToleranceLenient)
	result, err := client.Detect(ctx, image, &ocelli.DetectOptions{
		Model:          "helmets",
		ScoreThreshold: ocelli.Ptr[float32](0.6),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Detections, result.Warnings)
}

func ExampleMaskRuns_Alpha() {
	asked := &ocelli.DetectOptions{Model: "people", MaskFormat: ocelli.MaskFormatRuns}
	result, err := client.Detect(ctx, ocelli.Decoded(picture), asked)
	if err != nil {
		log.Fatal(err)
	}
	for _, found := range result.Detections {
		if found.Mask != nil {
			mask := found.Mask.Runs.Alpha()
			draw.DrawMask(picture, mask.Rect, image.White, image.Point{}, mask, mask.Rect.Min, draw.Over)
		}
	}
}

func ExampleClient_Classify() {
	result, err := client.Classify(ctx, ocelli.File("street.jpg"), &ocelli.ClassifyOptions{TopK: 3})
	if err != nil {
		log.Fatal(err)
	}
	for _, class := range result.Classifications {
		fmt.Println(class.Label, class.Score)
	}
}

func ExampleClient_Read() {
	result, err := client.Read(ctx, ocelli.File("bin.jpg"), nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, line := range result.Lines {
		fmt.Println(line.Text, line.Score, line.Corners[0])
	}
}

func ExampleClient_DetectStream() {
	frames := ocelli.Files("0000.jpg", "0001.jpg", "0002.jpg")
	for answer, err := range client.DetectStream(ctx, nil, frames) {
		switch {
		case err != nil:
			log.Fatal(err)
		case answer.Result != nil:
			fmt.Println(answer.FrameID, answer.Result.Detections)
		default:
			fmt.Println(answer.FrameID, answer.Err, answer.Dropped)
		}
	}
}

func ExampleClient_DetectStream_camera() {
	config := &ocelli.DetectStreamConfig{
		Stream: ocelli.StreamConfig{OverflowPolicy: ocelli.OverflowKeepLatest},
	}
	frames := func(yield func(ocelli.Frame, error) bool) {
		for id := uint64(0); ; id++ {
			pixels, err := camera()
			frame := ocelli.Frame{ID: id, CaptureTimeUS: time.Now().UnixMicro(), Image: ocelli.Decoded(pixels)}
			if !yield(frame, err) {
				return
			}
		}
	}
	for answer, err := range client.DetectStream(ctx, config, frames) {
		fmt.Println(answer, err)
	}
}

func ExampleResume() {
	backlog := ocelli.NewBacklog(ocelli.Files("0000.jpg", "0001.jpg", "0002.jpg"))
	defer backlog.Close()
	answers := ocelli.Resume(ctx, backlog, time.Minute,
		func(frames iter.Seq2[ocelli.Frame, error]) iter.Seq2[ocelli.DetectAnswer, error] {
			return client.DetectStream(ctx, nil, frames)
		})
	for answer, err := range answers {
		if err != nil {
			log.Fatal(len(backlog.Unanswered()), " frames are left: ", err)
		}
		fmt.Println(answer.FrameID, answer.Result)
	}
}

func ExampleClient_Search() {
	_, err := client.CreateCollection(ctx, ocelli.Collection{
		Name:   "photos",
		Fields: []ocelli.Field{{Name: "pet", Type: ocelli.FieldBool}},
	})
	if err != nil {
		log.Fatal(err)
	}
	items := []ocelli.IndexItem{
		{ID: "cat", Image: ocelli.File("cat.png"), Payload: ocelli.Payload{"pet": true}},
		{ID: "coffee", Image: ocelli.File("coffee.png"), Payload: ocelli.Payload{"pet": false}},
	}
	for answer, err := range client.IndexStream(ctx, "photos", ocelli.All(slices.Values(items))) {
		fmt.Println(answer.ID, answer.Err, err)
	}
	query := ocelli.LikeImage(ocelli.File("other.png"))
	found, err := client.Search(ctx, "photos", query, &ocelli.SearchOptions{
		Limit:  3,
		Filter: ocelli.Equals("pet", true),
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, hit := range found.Hits {
		fmt.Println(hit.ID, hit.Score, hit.Payload)
	}
}

func ExampleClient_Search_inGroups() {
	bus := ocelli.LikeText("a red bus")
	found, err := client.Search(ctx, "photos", bus, &ocelli.SearchOptions{
		Filter:  ocelli.Matches("note", "night rain"),
		GroupBy: "camera",
		Limit:   10,
		Offset:  10,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(found.Hits)
}

func ExampleRegionDetector() {
	_, err := client.CreateCollection(ctx, ocelli.Collection{
		Name:     "people",
		Detector: &ocelli.RegionDetector{Labels: []string{"person"}, MinSize: 48},
	})
	if err != nil {
		log.Fatal(err)
	}
	street := ocelli.IndexItem{ID: "street", Image: ocelli.File("street.jpg")}
	for answer, err := range client.IndexStream(ctx, "people", ocelli.All(slices.Values([]ocelli.IndexItem{street}))) {
		if err := errors.Join(err, answer.Err); err != nil {
			log.Fatal(err)
		}
		for _, region := range answer.Result.Regions {
			fmt.Println(region.ID, region.Box)
		}
	}
	crowd := ocelli.LikeImage(ocelli.File("crowd.jpg"))
	found, err := client.Search(ctx, "people", crowd, &ocelli.SearchOptions{RegionUse: ocelli.RegionUseEach})
	if err != nil {
		log.Fatal(err)
	}
	for _, region := range found.Regions {
		fmt.Println(region.Box, region.Hits)
	}
}

func ExampleClient_ListPoints() {
	for point, err := range client.ListPoints(ctx, "photos", ocelli.Equals("pet", true), nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(point.ID, point.Payload)
	}
	legs := ocelli.MergePayload(ocelli.Payload{"legs": 4})
	updated, err := client.UpdatePayload(ctx, "photos", ocelli.ByID("cat"), legs)
	if err != nil {
		log.Fatal(err)
	}
	deleted, err := client.DeletePoints(ctx, "photos", ocelli.Matching(ocelli.Equals("pet", false)))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(updated, deleted)
}

func ExampleClient_FindDuplicates() {
	for group, err := range client.FindDuplicates(ctx, "photos", 0.98, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(group.Size, group.Points)
	}
}

func ExampleClient_SetAlias() {
	before, err := client.SetAlias(ctx, "photos", "photos-2")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(before, "is searched no longer")
}

func ExampleConnect() {
	client, err := ocelli.Connect("ocelli.example.com:443",
		ocelli.WithTLS(ocelli.TLS{CA: "ca.pem", Cert: "me.pem", Key: "me.key"}),
		ocelli.WithTokenSource(func(ctx context.Context) (string, error) { return tokens.Current(ctx) }),
		ocelli.WithTimeout(3*time.Second),
	)
	fmt.Println(client, err)
}

func ExampleError() {
	_, err := client.Detect(ctx, ocelli.File("notes.txt"), nil)
	var failed *ocelli.Error
	if errors.As(err, &failed) && failed.IsRetryable() {
		time.Sleep(failed.RetryAfter)
	}
	switch {
	case errors.Is(err, ocelli.ErrNotFound):
		fmt.Println("no such model")
	case ocelli.ReasonOf(err) == ocelli.ReasonImageFormatUnknown:
		fmt.Println("not an image")
	case err != nil:
		fmt.Println(err) // says what happened and what to do
	}
}
