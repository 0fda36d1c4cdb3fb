package ocelli_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"log"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// What the examples take for granted.
var (
	ctx    = context.Background()
	client *ocelli.Client
	jpeg   []byte
	tokens interface {
		Current(context.Context) (string, error)
	}
	camera func() (image.Image, error)
)

func ExampleClient_Detect() {
	client, err := ocelli.Connect("127.0.0.1:8500")
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	response, err := client.Detect(ctx, ocelli.File("street.jpg"))
	if err != nil {
		log.Fatal(err)
	}
	for _, found := range response.GetResult().GetDetections() {
		fmt.Println(found.GetLabel(), found.GetScore(), found.GetBox())
	}
}

func ExampleClient_Detect_configured() {
	response, err := client.Detect(ctx, ocelli.Encoded(jpeg), func(r *ocelliv1.DetectRequest) {
		r.Model = "helmets"
		r.Options = &ocelliv1.DetectOptions{ScoreThreshold: proto.Float32(0.6)}
	})
	fmt.Println(response, err)
}

func ExampleClient_DetectStream() {
	frames := ocelli.Files("0000.jpg", "0001.jpg", "0002.jpg")
	for answer, err := range client.DetectStream(ctx, nil, frames) {
		switch {
		case err != nil:
			log.Fatal(err)
		case answer.Result != nil:
			fmt.Println(answer.FrameID, answer.Result.GetDetections())
		default:
			fmt.Println(answer.FrameID, answer.Err, answer.Dropped)
		}
	}
}

func ExampleClient_DetectStream_camera() {
	config := &ocelliv1.DetectStreamConfig{
		Stream: &ocelliv1.StreamOptions{OverflowPolicy: ocelliv1.OverflowPolicy_OVERFLOW_POLICY_KEEP_LATEST},
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

func ExampleClient_Search() {
	_, err := client.CreateCollection(ctx, &ocelliv1.Collection{
		Name:   "photos",
		Fields: []*ocelliv1.CollectionField{{Name: "pet", Type: ocelliv1.FieldType_FIELD_TYPE_BOOL}},
	})
	if err != nil {
		log.Fatal(err)
	}
	items := []ocelli.IndexItem{
		{ID: "cat", Image: ocelli.File("cat.png"), Payload: map[string]any{"pet": true}},
		{ID: "coffee", Image: ocelli.File("coffee.png"), Payload: map[string]any{"pet": false}},
	}
	for answer, err := range client.IndexStream(ctx, "photos", ocelli.All(slices.Values(items))) {
		fmt.Println(answer.ID, answer.Err, err)
	}
	hits, err := client.Search(ctx, "photos", ocelli.LikeImage(ocelli.File("other.png")),
		func(r *ocelliv1.SearchRequest) {
			r.Limit = 3
			r.Filter = ocelli.Equals("pet", true)
		})
	if err != nil {
		log.Fatal(err)
	}
	for _, hit := range hits {
		fmt.Println(hit.GetId(), hit.GetScore(), hit.GetPayload().AsMap())
	}
}

func ExampleClient_ListPoints() {
	for point, err := range client.ListPoints(ctx, "photos", ocelli.Equals("pet", true)) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(point.GetId(), point.GetPayload().AsMap())
	}
	legs := ocelli.MergePayload(map[string]any{"legs": 4})
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

func ExampleConnect() {
	client, err := ocelli.Connect("ocelli.example.com:443",
		ocelli.WithTLS(ocelli.TLS{CA: "ca.pem", Cert: "me.pem", Key: "me.key"}),
		ocelli.WithTokenSource(func(ctx context.Context) (string, error) { return tokens.Current(ctx) }),
		ocelli.WithTimeout(3*time.Second),
	)
	fmt.Println(client, err)
}

func ExampleError() {
	_, err := client.Detect(ctx, ocelli.File("notes.txt"))
	var failed *ocelli.Error
	if errors.As(err, &failed) && failed.IsRetryable() {
		time.Sleep(failed.RetryAfter)
	}
	switch {
	case errors.Is(err, ocelli.ErrNotFound):
		fmt.Println("no such model")
	case ocelli.ReasonOf(err) == ocelliv1.ErrorReason_ERROR_REASON_IMAGE_FORMAT_UNKNOWN:
		fmt.Println("not an image")
	case err != nil:
		fmt.Println(err) // says what happened and what to do
	}
}
