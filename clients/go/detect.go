package ocelli

import (
	"context"
	"iter"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// DetectOptions say how to look for objects. What is left out has its default.
type DetectOptions struct {
	// Model is the name of a detector. Empty: the server's default.
	Model string
	// ModelVersion is the version of the model that looks, of [Model.Versions]. Empty: the newest,
	// or its canary for the canary's share.
	ModelVersion string
	// ScoreThreshold is the lowest score to report, 0 to 1. nil: the model's default.
	ScoreThreshold *float32
	// IOUThreshold is the largest overlap, intersection over union, that two boxes of one class may have,
	// 0 to 1. nil: the model's default.
	IOUThreshold *float32
	// MaxDetections is the most objects to report, best first, 1 to 1000. 0: 100.
	MaxDetections int
	// Labels are the only ones to report, spelled as the model spells them. Empty: all.
	Labels []string
	// MaskFormat is how to tell which pixels belong to each object, if the model finds them. Left out:
	// not at all, which is faster.
	MaskFormat MaskFormat
}

// DetectResult is what was found in one image.
type DetectResult struct {
	// Detections are the objects, best score first.
	Detections []Detection
	// Width and Height are those of the upright image, in pixels.
	Width, Height int
	// Model is the one that looked, ModelVersion its version.
	Model, ModelVersion string
	// Warnings are what there is to know of the image. Usually empty.
	Warnings []Warning
	// Timings say where the time went.
	Timings Timings
}

// Detect finds the objects in one image; nil options are the defaults.
func (c *Client) Detect(ctx context.Context, image Image, options *DetectOptions) (*DetectResult, error) {
	message, err := image.Message()
	if err != nil {
		return nil, err
	}
	report, err := options.message()
	if err != nil {
		return nil, err
	}
	asked := orZero(options)
	response, err := c.detect.Detect(ctx, &ocelliv1.DetectRequest{
		Image: message, Model: asked.Model, ModelVersion: asked.ModelVersion, Options: report,
	})
	if err != nil {
		return nil, err
	}
	return detectResultOf(response.GetResult(), response.GetTimings()), nil
}

// DetectStreamConfig says how to treat a stream of [Client.DetectStream].
type DetectStreamConfig struct {
	// Detect is how to look for objects.
	Detect DetectOptions
	// Stream is how to treat the frames.
	Stream StreamConfig
}

// DetectAnswer is the answer to one frame of [Client.DetectStream].
type DetectAnswer = FrameAnswer[DetectResult]

// DetectStream finds the objects in the frames of a video. A nil config has the defaults.
//
// Ranging over it opens the stream. Every frame gets exactly one answer, in order; a frame that fails
// does not end the stream. A failure of the call, or of frames, comes last, as the error. Leaving the
// loop, or ending ctx, cancels the call.
//
// Frames are drawn by another goroutine, each when the server's window has room for it. After the loop
// no further one is asked for. [Resume] goes on where a stream was interrupted.
func (c *Client) DetectStream(
	ctx context.Context, config *DetectStreamConfig, frames iter.Seq2[Frame, error], options ...StreamOption,
) iter.Seq2[DetectAnswer, error] {
	message, err := config.message()
	if err != nil {
		return failing[DetectAnswer](err)
	}
	kind := streamKind[ocelliv1.DetectStreamRequest, ocelliv1.DetectStreamResponse, Frame, DetectAnswer]{
		open: c.detect.DetectStream,
		config: &ocelliv1.DetectStreamRequest{
			Message: &ocelliv1.DetectStreamRequest_Config{Config: message},
		},
		pack: func(frame Frame) (*ocelliv1.DetectStreamRequest, error) {
			image, err := frame.Image.Message()
			return detectFrame(frame, image), err
		},
		blank: func(frame Frame) *ocelliv1.DetectStreamRequest { return detectFrame(frame, nil) },
		fail:  failedFrame[DetectResult],
		answer: func(response *ocelliv1.DetectStreamResponse) (DetectAnswer, bool) {
			answer := response.GetAnswer()
			return frameAnswer(answer, answer.GetResult(), detectResultOf), answer != nil
		},
	}
	return exchange(ctx, kind, frames, c.maxMessageBytes, options)
}

func (o *DetectOptions) message() (*ocelliv1.DetectOptions, error) {
	if o == nil {
		return nil, nil
	}
	var numbers numbers
	message := &ocelliv1.DetectOptions{
		ScoreThreshold: o.ScoreThreshold,
		IouThreshold:   o.IOUThreshold,
		MaxDetections:  numbers.count("options.max_detections", o.MaxDetections),
		Labels:         o.Labels,
		MaskFormat:     ocelliv1.MaskFormat(o.MaskFormat),
	}
	return message, numbers.err
}

func (c *DetectStreamConfig) message() (*ocelliv1.DetectStreamConfig, error) {
	if c == nil {
		return &ocelliv1.DetectStreamConfig{}, nil
	}
	options, err := c.Detect.message()
	if err != nil {
		return nil, err
	}
	stream, err := c.Stream.message()
	return &ocelliv1.DetectStreamConfig{
		Model: c.Detect.Model, ModelVersion: c.Detect.ModelVersion, Options: options, Stream: stream,
	}, err
}

func detectFrame(frame Frame, image *ocelliv1.Image) *ocelliv1.DetectStreamRequest {
	return &ocelliv1.DetectStreamRequest{Message: &ocelliv1.DetectStreamRequest_Frame{
		Frame: &ocelliv1.DetectFrame{
			FrameId: frame.ID, CaptureTimeUs: frame.CaptureTimeUS, Image: image,
		},
	}}
}

func detectResultOf(message *ocelliv1.DetectResult, timings *ocelliv1.Timings) *DetectResult {
	return &DetectResult{
		Detections:   each(message.GetDetections(), detectionOf),
		Width:        int(message.GetWidth()),
		Height:       int(message.GetHeight()),
		Model:        message.GetModel(),
		ModelVersion: message.GetModelVersion(),
		Warnings:     warningsOf(message.GetWarnings()),
		Timings:      timingsOf(timings),
	}
}
