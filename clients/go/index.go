package ocelli

import (
	"context"
	"iter"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// IndexItem is one image or text to embed and store.
type IndexItem struct {
	// ID is that of the point: 1 to 256 bytes of UTF-8. A point that has it is replaced.
	ID string
	// Image is the image. A [File] is read when the item is sent.
	Image Image
	// Text is what to embed in place of an image, unless it is empty.
	Text string
	// Payload is what is known of it, as [Payload] takes it.
	Payload map[string]any
}

// IndexAnswer is the answer to one item of [Client.IndexStream]. Exactly one of Result and Err is set.
type IndexAnswer struct {
	// ID is that of the item.
	ID string
	// Result says which model embedded the item, whose point is stored.
	Result *ocelliv1.IndexResult
	// Err is why this item was not stored, an [*Error].
	Err error
	// Timings say where the time went; set with a result.
	Timings *ocelliv1.Timings
}

// IndexStream embeds images or texts and stores them in a collection. Every item is answered, in order,
// when its point is stored or has failed. For errors, cancelling and how items are drawn see
// [Client.DetectStream].
func (c *Client) IndexStream(
	ctx context.Context, collection string, items iter.Seq2[IndexItem, error], options ...StreamOption,
) iter.Seq2[IndexAnswer, error] {
	kind := streamKind[ocelliv1.IndexStreamRequest, ocelliv1.IndexStreamResponse, IndexItem, IndexAnswer]{
		open: c.points.IndexStream,
		config: &ocelliv1.IndexStreamRequest{Message: &ocelliv1.IndexStreamRequest_Config{
			Config: &ocelliv1.IndexStreamConfig{Collection: collection},
		}},
		pack: packItem,
		blank: func(item IndexItem) *ocelliv1.IndexStreamRequest {
			return indexRequest(&ocelliv1.IndexItem{Id: item.ID})
		},
		fail: func(item IndexItem, err error) IndexAnswer { return IndexAnswer{ID: item.ID, Err: err} },
		answer: func(response *ocelliv1.IndexStreamResponse) (IndexAnswer, bool) {
			answer := response.GetAnswer()
			return IndexAnswer{
				ID:      answer.GetId(),
				Result:  answer.GetResult(),
				Err:     FromStatus(answer.GetError()),
				Timings: answer.GetTimings(),
			}, answer != nil
		},
	}
	return exchange(ctx, kind, items, c.maxMessageBytes, options)
}

func packItem(item IndexItem) (*ocelliv1.IndexStreamRequest, error) {
	packed := &ocelliv1.IndexItem{Id: item.ID}
	if item.Text != "" {
		packed.Input = &ocelliv1.IndexItem_Text{Text: item.Text}
	} else if image, err := item.Image.Message(); err != nil {
		return nil, err
	} else if image != nil {
		packed.Input = &ocelliv1.IndexItem_Image{Image: image}
	}
	if item.Payload != nil {
		payload, err := Payload(item.Payload)
		if err != nil {
			return nil, err
		}
		packed.Payload = payload
	}
	return indexRequest(packed), nil
}

func indexRequest(item *ocelliv1.IndexItem) *ocelliv1.IndexStreamRequest {
	return &ocelliv1.IndexStreamRequest{Message: &ocelliv1.IndexStreamRequest_Item{Item: item}}
}
