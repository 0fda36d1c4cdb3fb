package ocelli

import (
	"context"
	"iter"

	"google.golang.org/protobuf/types/known/structpb"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// IndexItem is one image to embed and store.
type IndexItem struct {
	// ID is that of the point: 1 to 256 bytes of UTF-8. A point that has it is replaced.
	ID string
	// Image is the image. A [File] is read when the item is sent.
	Image Image
	// Payload is what is known of it, as [Payload] takes it.
	Payload map[string]any
}

// IndexAnswer is the answer to one image of [Client.IndexStream].
type IndexAnswer struct {
	// ID is that of the item.
	ID string
	// Err is why this image was not stored, an [*Error], or nil if it was.
	Err error
	// Timings say where the time went.
	Timings *ocelliv1.Timings
}

// IndexStream embeds images and stores them in a collection. Every one is answered, in order, when its
// point is stored or has failed. For errors, cancelling and how items are drawn see
// [Client.DetectStream].
func (c *Client) IndexStream(
	ctx context.Context, collection string, items iter.Seq2[IndexItem, error], options ...StreamOption,
) iter.Seq2[IndexAnswer, error] {
	kind := streamKind[ocelliv1.IndexStreamRequest, ocelliv1.IndexStreamResponse, IndexItem, IndexAnswer]{
		open: c.search.IndexStream,
		config: &ocelliv1.IndexStreamRequest{Message: &ocelliv1.IndexStreamRequest_Config{
			Config: &ocelliv1.IndexStreamConfig{Collection: collection},
		}},
		pack:  packItem,
		blank: func(item IndexItem) *ocelliv1.IndexStreamRequest { return indexRequest(item, nil, nil) },
		fail:  func(item IndexItem, err error) IndexAnswer { return IndexAnswer{ID: item.ID, Err: err} },
		window: func(response *ocelliv1.IndexStreamResponse) *Window {
			return indexWindow(response.GetWindow())
		},
		answer: func(response *ocelliv1.IndexStreamResponse) (IndexAnswer, bool) {
			answer := response.GetAnswer()
			return IndexAnswer{answer.GetId(), FromStatus(answer.GetError()), answer.GetTimings()}, answer != nil
		},
	}
	return exchange(ctx, kind, items, c.maxMessageBytes, options)
}

func packItem(item IndexItem) (*ocelliv1.IndexStreamRequest, error) {
	image, err := item.Image.Message()
	if err != nil {
		return nil, err
	}
	if item.Payload == nil {
		return indexRequest(item, image, nil), nil
	}
	payload, err := Payload(item.Payload)
	return indexRequest(item, image, payload), err
}

func indexRequest(
	item IndexItem, image *ocelliv1.Image, payload *structpb.Struct,
) *ocelliv1.IndexStreamRequest {
	return &ocelliv1.IndexStreamRequest{Message: &ocelliv1.IndexStreamRequest_Item{
		Item: &ocelliv1.IndexItem{Id: item.ID, Image: image, Payload: payload},
	}}
}

func indexWindow(message *ocelliv1.IndexWindow) *Window {
	if message == nil {
		return nil
	}
	granted := int(message.GetMaxInFlightImages())
	return &Window{
		MaxInFlight:     granted,
		MaxMessageBytes: message.GetMaxMessageBytes(),
		Model:           message.GetModel(),
		maxUnanswered:   granted,
	}
}
