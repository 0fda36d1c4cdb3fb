package ocelli

import (
	"context"
	"iter"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Embed turns one image into a vector, of length 1 unless configure asks for the raw one. Vectors of
// different models cannot be compared.
func (c *Client) Embed(
	ctx context.Context, image Image, configure ...func(*ocelliv1.EmbedRequest),
) (*ocelliv1.EmbedResponse, error) {
	message, err := image.Message()
	if err != nil {
		return nil, err
	}
	request := &ocelliv1.EmbedRequest{}
	if message != nil {
		request.Input = &ocelliv1.EmbedRequest_Image{Image: message}
	}
	return c.embedRequest(ctx, request, configure)
}

// EmbedText is [Client.Embed] for a text, 1 to 8192 bytes of UTF-8, by a model that takes texts.
func (c *Client) EmbedText(
	ctx context.Context, text string, configure ...func(*ocelliv1.EmbedRequest),
) (*ocelliv1.EmbedResponse, error) {
	request := &ocelliv1.EmbedRequest{Input: &ocelliv1.EmbedRequest_Text{Text: text}}
	return c.embedRequest(ctx, request, configure)
}

func (c *Client) embedRequest(
	ctx context.Context, request *ocelliv1.EmbedRequest, configure []func(*ocelliv1.EmbedRequest),
) (*ocelliv1.EmbedResponse, error) {
	for _, set := range configure {
		set(request)
	}
	return c.embed.Embed(ctx, request)
}

// EmbedAnswer is the answer to one frame of [Client.EmbedStream].
type EmbedAnswer = FrameAnswer[ocelliv1.EmbedResult]

// EmbedStream turns the frames of a video into vectors, as [Client.DetectStream] finds their objects.
func (c *Client) EmbedStream(
	ctx context.Context, config *ocelliv1.EmbedStreamConfig, frames iter.Seq2[Frame, error],
	options ...StreamOption,
) iter.Seq2[EmbedAnswer, error] {
	if config == nil {
		config = &ocelliv1.EmbedStreamConfig{}
	}
	kind := streamKind[ocelliv1.EmbedStreamRequest, ocelliv1.EmbedStreamResponse, Frame, EmbedAnswer]{
		open: c.embed.EmbedStream,
		config: &ocelliv1.EmbedStreamRequest{
			Message: &ocelliv1.EmbedStreamRequest_Config{Config: config},
		},
		pack:  packEmbedFrame,
		blank: func(frame Frame) *ocelliv1.EmbedStreamRequest { return embedFrame(blankEmbedFrame(frame)) },
		fail:  failedFrame[ocelliv1.EmbedResult],
		answer: func(response *ocelliv1.EmbedStreamResponse) (EmbedAnswer, bool) {
			answer := response.GetAnswer()
			return frameAnswer(answer, answer.GetResult()), answer != nil
		},
	}
	return exchange(ctx, kind, frames, c.maxMessageBytes, options)
}

func packEmbedFrame(frame Frame) (*ocelliv1.EmbedStreamRequest, error) {
	packed := blankEmbedFrame(frame)
	if frame.Text != "" {
		packed.Input = &ocelliv1.EmbedFrame_Text{Text: frame.Text}
		return embedFrame(packed), nil
	}
	image, err := frame.Image.Message()
	if image != nil {
		packed.Input = &ocelliv1.EmbedFrame_Image{Image: image}
	}
	return embedFrame(packed), err
}

func blankEmbedFrame(frame Frame) *ocelliv1.EmbedFrame {
	return &ocelliv1.EmbedFrame{FrameId: frame.ID, CaptureTimeUs: frame.CaptureTimeUS}
}

func embedFrame(frame *ocelliv1.EmbedFrame) *ocelliv1.EmbedStreamRequest {
	return &ocelliv1.EmbedStreamRequest{Message: &ocelliv1.EmbedStreamRequest_Frame{Frame: frame}}
}
