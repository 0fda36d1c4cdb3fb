package ocelli

import (
	"context"
	"iter"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// EmbedOptions say how to embed. What is left out has its default.
type EmbedOptions struct {
	// Model is the name of an embedder. Empty: the server's default. Of models that share a space, the
	// one for images embeds images and the one for texts texts, whichever is named.
	Model string
	// ModelVersion is the version of the model that embeds, of [Model.Versions]. Empty: the newest,
	// or its canary for the canary's share.
	ModelVersion string
	// Raw returns the vector as the model gave it instead of scaled to length 1.
	Raw bool
}

// EmbedResult is the vector of one image or text.
type EmbedResult struct {
	// Vector is of length 1 (L2) unless the raw one was asked for.
	Vector []float32
	// Width and Height are those of the upright image, in pixels; 0 for a text.
	Width, Height int
	// Model is the one that looked or read, ModelVersion its version. Vectors of different models can be
	// compared only if both share a [Model.Space].
	Model, ModelVersion string
	// Warnings are what there is to know of the image. Usually empty.
	Warnings []Warning
	// Timings say where the time went.
	Timings Timings
}

// Embed turns one image into a vector; nil options are the defaults.
func (c *Client) Embed(ctx context.Context, image Image, options *EmbedOptions) (*EmbedResult, error) {
	message, err := image.Message()
	if err != nil {
		return nil, err
	}
	request := &ocelliv1.EmbedRequest{}
	if message != nil {
		request.Input = &ocelliv1.EmbedRequest_Image{Image: message}
	}
	return c.embedRequest(ctx, request, options)
}

// EmbedText is [Client.Embed] for a text, 1 to 8192 bytes of UTF-8, by a model that takes texts or shares
// its space with one.
func (c *Client) EmbedText(ctx context.Context, text string, options *EmbedOptions) (*EmbedResult, error) {
	request := &ocelliv1.EmbedRequest{Input: &ocelliv1.EmbedRequest_Text{Text: text}}
	return c.embedRequest(ctx, request, options)
}

func (c *Client) embedRequest(
	ctx context.Context, request *ocelliv1.EmbedRequest, options *EmbedOptions,
) (*EmbedResult, error) {
	asked := orZero(options)
	request.Model, request.ModelVersion, request.Options = asked.Model, asked.ModelVersion, options.message()
	response, err := c.embed.Embed(ctx, request)
	if err != nil {
		return nil, err
	}
	return embedResultOf(response.GetResult(), response.GetTimings()), nil
}

// EmbedStreamConfig says how to treat a stream of [Client.EmbedStream].
type EmbedStreamConfig struct {
	// Embed is how to embed.
	Embed EmbedOptions
	// Stream is how to treat the frames.
	Stream StreamConfig
}

// EmbedAnswer is the answer to one frame of [Client.EmbedStream].
type EmbedAnswer = FrameAnswer[EmbedResult]

// EmbedStream turns the frames of a video into vectors, as [Client.DetectStream] finds their objects.
func (c *Client) EmbedStream(
	ctx context.Context, config *EmbedStreamConfig, frames iter.Seq2[Frame, error], options ...StreamOption,
) iter.Seq2[EmbedAnswer, error] {
	message, err := config.message()
	if err != nil {
		return failing[EmbedAnswer](err)
	}
	kind := streamKind[ocelliv1.EmbedStreamRequest, ocelliv1.EmbedStreamResponse, Frame, EmbedAnswer]{
		open: c.embed.EmbedStream,
		config: &ocelliv1.EmbedStreamRequest{
			Message: &ocelliv1.EmbedStreamRequest_Config{Config: message},
		},
		pack:  packEmbedFrame,
		blank: func(frame Frame) *ocelliv1.EmbedStreamRequest { return embedFrame(blankEmbedFrame(frame)) },
		fail:  failedFrame[EmbedResult],
		answer: func(response *ocelliv1.EmbedStreamResponse) (EmbedAnswer, bool) {
			answer := response.GetAnswer()
			return frameAnswer(answer, answer.GetResult(), embedResultOf), answer != nil
		},
	}
	return exchange(ctx, kind, frames, c.maxMessageBytes, options)
}

func (o *EmbedOptions) message() *ocelliv1.EmbedOptions {
	if o == nil {
		return nil
	}
	return &ocelliv1.EmbedOptions{Raw: o.Raw}
}

func (c *EmbedStreamConfig) message() (*ocelliv1.EmbedStreamConfig, error) {
	if c == nil {
		return &ocelliv1.EmbedStreamConfig{}, nil
	}
	stream, err := c.Stream.message()
	return &ocelliv1.EmbedStreamConfig{
		Model: c.Embed.Model, ModelVersion: c.Embed.ModelVersion, Options: c.Embed.message(), Stream: stream,
	}, err
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

func embedResultOf(message *ocelliv1.EmbedResult, timings *ocelliv1.Timings) *EmbedResult {
	return &EmbedResult{
		Vector:       message.GetVector().GetValues(),
		Width:        int(message.GetWidth()),
		Height:       int(message.GetHeight()),
		Model:        message.GetModel(),
		ModelVersion: message.GetModelVersion(),
		Warnings:     warningsOf(message.GetWarnings()),
		Timings:      timingsOf(timings),
	}
}
