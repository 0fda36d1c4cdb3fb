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
	request := &ocelliv1.EmbedRequest{Image: message}
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
		pack: func(frame Frame) (*ocelliv1.EmbedStreamRequest, error) {
			image, err := frame.Image.Message()
			return embedFrame(frame, image), err
		},
		blank: func(frame Frame) *ocelliv1.EmbedStreamRequest { return embedFrame(frame, nil) },
		fail:  failedFrame[ocelliv1.EmbedResult],
		window: func(response *ocelliv1.EmbedStreamResponse) *Window {
			return frameWindow(response.GetWindow())
		},
		answer: func(response *ocelliv1.EmbedStreamResponse) (EmbedAnswer, bool) {
			answer := response.GetAnswer()
			return frameAnswer(answer, answer.GetResult()), answer != nil
		},
	}
	return exchange(ctx, kind, frames, c.maxMessageBytes, options)
}

func embedFrame(frame Frame, image *ocelliv1.Image) *ocelliv1.EmbedStreamRequest {
	return &ocelliv1.EmbedStreamRequest{Message: &ocelliv1.EmbedStreamRequest_Frame{
		Frame: &ocelliv1.EmbedFrame{
			FrameId: frame.ID, CaptureTimeUs: frame.CaptureTimeUS, Image: image,
		},
	}}
}
