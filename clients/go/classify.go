package ocelli

import (
	"context"
	"iter"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// ClassifyOptions say how to tell what images show. What is left out has its default.
type ClassifyOptions struct {
	// Model is the name of a classifier. Empty: the server's default.
	Model string
	// ModelVersion is the version of the model that looks, of [Model.Versions]. Empty: the newest,
	// or its canary for the canary's share.
	ModelVersion string
	// TopK is the most classes to report, best first, 1 to 1000. 0: 5.
	TopK int
	// ScoreThreshold is the lowest score to report, 0 to 1. nil: 0.
	ScoreThreshold *float32
	// Labels are the only ones to report, spelled as the model spells them. Empty: all. Scores stay those
	// among all classes.
	Labels []string
}

// ClassifyResult is what one image shows.
type ClassifyResult struct {
	// Classifications are the classes, best score first.
	Classifications []Classification
	// Width and Height are those of the upright image, in pixels.
	Width, Height int
	// Model is the one that looked, ModelVersion its version.
	Model, ModelVersion string
	// Warnings are what there is to know of the image. Usually empty.
	Warnings []Warning
	// Timings say where the time went.
	Timings Timings
}

// Classification is a class that an image may show.
type Classification struct {
	// Score is how sure the model is, 0 to 1.
	Score float32
	// Label is the name of the class, empty if the model has no labels.
	Label string
	// ClassID is the number of the class in the model's labels, from 0.
	ClassID int
}

// Classify tells what one image shows; nil options are the defaults.
func (c *Client) Classify(ctx context.Context, image Image, options *ClassifyOptions) (*ClassifyResult, error) {
	message, err := image.Message()
	if err != nil {
		return nil, err
	}
	report, err := options.message()
	if err != nil {
		return nil, err
	}
	asked := orZero(options)
	response, err := c.classify.Classify(ctx, &ocelliv1.ClassifyRequest{
		Image: message, Model: asked.Model, ModelVersion: asked.ModelVersion, Options: report,
	})
	if err != nil {
		return nil, err
	}
	return classifyResultOf(response.GetResult(), response.GetTimings()), nil
}

// ClassifyStreamConfig says how to treat a stream of [Client.ClassifyStream].
type ClassifyStreamConfig struct {
	// Classify is how to tell what frames show.
	Classify ClassifyOptions
	// Stream is how to treat the frames.
	Stream StreamConfig
}

// ClassifyAnswer is the answer to one frame of [Client.ClassifyStream].
type ClassifyAnswer = FrameAnswer[ClassifyResult]

// ClassifyStream tells what the frames of a video show, as [Client.DetectStream] finds their objects.
func (c *Client) ClassifyStream(
	ctx context.Context, config *ClassifyStreamConfig, frames iter.Seq2[Frame, error], options ...StreamOption,
) iter.Seq2[ClassifyAnswer, error] {
	message, err := config.message()
	if err != nil {
		return failing[ClassifyAnswer](err)
	}
	kind := streamKind[ocelliv1.ClassifyStreamRequest, ocelliv1.ClassifyStreamResponse, Frame, ClassifyAnswer]{
		open: c.classify.ClassifyStream,
		config: &ocelliv1.ClassifyStreamRequest{
			Message: &ocelliv1.ClassifyStreamRequest_Config{Config: message},
		},
		pack: func(frame Frame) (*ocelliv1.ClassifyStreamRequest, error) {
			image, err := frame.Image.Message()
			return classifyFrame(frame, image), err
		},
		blank: func(frame Frame) *ocelliv1.ClassifyStreamRequest { return classifyFrame(frame, nil) },
		fail:  failedFrame[ClassifyResult],
		answer: func(response *ocelliv1.ClassifyStreamResponse) (ClassifyAnswer, bool) {
			answer := response.GetAnswer()
			return frameAnswer(answer, answer.GetResult(), classifyResultOf), answer != nil
		},
	}
	return exchange(ctx, kind, frames, c.maxMessageBytes, options)
}

func (o *ClassifyOptions) message() (*ocelliv1.ClassifyOptions, error) {
	if o == nil {
		return nil, nil
	}
	var numbers numbers
	message := &ocelliv1.ClassifyOptions{
		TopK:           numbers.count("options.top_k", o.TopK),
		ScoreThreshold: o.ScoreThreshold,
		Labels:         o.Labels,
	}
	return message, numbers.err
}

func (c *ClassifyStreamConfig) message() (*ocelliv1.ClassifyStreamConfig, error) {
	if c == nil {
		return &ocelliv1.ClassifyStreamConfig{}, nil
	}
	options, err := c.Classify.message()
	if err != nil {
		return nil, err
	}
	stream, err := c.Stream.message()
	return &ocelliv1.ClassifyStreamConfig{
		Model: c.Classify.Model, ModelVersion: c.Classify.ModelVersion, Options: options, Stream: stream,
	}, err
}

func classifyFrame(frame Frame, image *ocelliv1.Image) *ocelliv1.ClassifyStreamRequest {
	return &ocelliv1.ClassifyStreamRequest{Message: &ocelliv1.ClassifyStreamRequest_Frame{
		Frame: &ocelliv1.ClassifyFrame{
			FrameId: frame.ID, CaptureTimeUs: frame.CaptureTimeUS, Image: image,
		},
	}}
}

func classifyResultOf(message *ocelliv1.ClassifyResult, timings *ocelliv1.Timings) *ClassifyResult {
	return &ClassifyResult{
		Classifications: each(message.GetClassifications(), func(found *ocelliv1.Classification) Classification {
			return Classification{found.GetScore(), found.GetLabel(), int(found.GetClassId())}
		}),
		Width:        int(message.GetWidth()),
		Height:       int(message.GetHeight()),
		Model:        message.GetModel(),
		ModelVersion: message.GetModelVersion(),
		Warnings:     warningsOf(message.GetWarnings()),
		Timings:      timingsOf(timings),
	}
}
