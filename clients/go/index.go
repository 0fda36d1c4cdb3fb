package ocelli

import (
	"context"
	"iter"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// IndexItem is one image or text to embed and store.
type IndexItem struct {
	// ID is that of the point: 1 to 256 bytes of UTF-8. A point that has it is replaced. If the collection
	// has a [RegionDetector], it is that of the image, at most 250 bytes.
	ID string
	// Image is the image. A [File] is read when the item is sent.
	Image Image
	// Text is what to embed in place of an image, unless it is empty.
	Text string
	// Payload is what is known of it.
	Payload Payload
}

// IndexAnswer is the answer to one item of [Client.IndexStream]. Exactly one of Result and Err is set.
type IndexAnswer struct {
	// ID is that of the item.
	ID string
	// Result says how the item was embedded, whose point is stored.
	Result *IndexResult
	// Err is why this item was not stored, an [*Error].
	Err error
}

// IndexResult is a stored point.
type IndexResult struct {
	// Model is the one that looked, ModelVersion its version.
	Model, ModelVersion string
	// Regions are the parts of the image that were stored, if the collection has a [RegionDetector]. Empty
	// if none was found.
	Regions []IndexedRegion
	// Warnings are what there is to know of the image. Usually empty.
	Warnings []Warning
	// Timings say where the time went.
	Timings Timings
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
			return indexAnswerOf(answer), answer != nil
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
	payload, err := packPayload(item.Payload)
	if err != nil {
		return nil, err
	}
	packed.Payload = payload
	return indexRequest(packed), nil
}

func indexRequest(item *ocelliv1.IndexItem) *ocelliv1.IndexStreamRequest {
	return &ocelliv1.IndexStreamRequest{Message: &ocelliv1.IndexStreamRequest_Item{Item: item}}
}

func indexAnswerOf(message *ocelliv1.IndexAnswer) IndexAnswer {
	answer := IndexAnswer{ID: message.GetId(), Err: FromStatus(message.GetError())}
	if result := message.GetResult(); result != nil {
		answer.Result = &IndexResult{
			Model:        result.GetModel(),
			ModelVersion: result.GetModelVersion(),
			Regions:      each(result.GetRegions(), indexedRegionOf),
			Warnings:     warningsOf(result.GetWarnings()),
			Timings:      timingsOf(message.GetTimings()),
		}
	}
	return answer
}
