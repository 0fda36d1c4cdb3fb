package ocelli

import (
	"context"
	"strings"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// ReadOptions say how to read text. What is left out has its default.
type ReadOptions struct {
	// Model is the name of a model that finds lines. Empty: the server's default.
	Model string
	// ModelVersion is the version of the model that looks, of [Model.Versions]. Empty: the newest,
	// or its canary for the canary's share.
	ModelVersion string
	// ScoreThreshold is the lowest score of a line to report, 0 to 1. nil: the model's default.
	ScoreThreshold *float32
	// MaxLines is the most lines to read, the surest to be text, 1 to 1000. 0: 200.
	MaxLines int
}

// ReadResult is what one image says.
type ReadResult struct {
	// Lines are the lines of text, from top to bottom, and from left to right beside each other.
	Lines []TextLine
	// UnreadLines is how many more places looked like text than were to be read.
	UnreadLines int
	// Width and Height are those of the upright image, in pixels.
	Width, Height int
	// Model is the one that found the lines, ModelVersion its version.
	Model, ModelVersion string
	// Warnings are what there is to know of the image. Usually empty.
	Warnings []Warning
	// Timings say where the time went.
	Timings Timings
}

// Text returns the lines, one under the other.
func (r *ReadResult) Text() string {
	return strings.Join(each(r.Lines, func(line TextLine) string { return line.Text }), "\n")
}

// TextLine is a line of text.
type TextLine struct {
	// Text is what it says, in Unicode's composed form (NFC).
	Text string
	// Score is how sure the model is of the text, 0 to 1.
	Score float32
	// Corners are in the order of reading: where the line begins and ends at its top, then below that,
	// and below where it begins.
	Corners [4]Corner
}

// Corner is one of a line of text, in float pixels of the upright image, not clipped to it.
type Corner struct{ X, Y float32 }

// Read reads the lines of text in one image; nil options are the defaults.
func (c *Client) Read(ctx context.Context, image Image, options *ReadOptions) (*ReadResult, error) {
	message, err := image.Message()
	if err != nil {
		return nil, err
	}
	report, err := options.message()
	if err != nil {
		return nil, err
	}
	asked := orZero(options)
	response, err := c.read.Read(ctx, &ocelliv1.ReadRequest{
		Image: message, Model: asked.Model, ModelVersion: asked.ModelVersion, Options: report,
	})
	if err != nil {
		return nil, err
	}
	return readResultOf(response.GetResult(), response.GetTimings()), nil
}

func (o *ReadOptions) message() (*ocelliv1.ReadOptions, error) {
	if o == nil {
		return nil, nil
	}
	var numbers numbers
	message := &ocelliv1.ReadOptions{
		ScoreThreshold: o.ScoreThreshold,
		MaxLines:       numbers.count("options.max_lines", o.MaxLines),
	}
	return message, numbers.err
}

func readResultOf(message *ocelliv1.ReadResult, timings *ocelliv1.Timings) *ReadResult {
	return &ReadResult{
		Lines:        each(message.GetLines(), textLineOf),
		UnreadLines:  int(message.GetUnreadLines()),
		Width:        int(message.GetWidth()),
		Height:       int(message.GetHeight()),
		Model:        message.GetModel(),
		ModelVersion: message.GetModelVersion(),
		Warnings:     warningsOf(message.GetWarnings()),
		Timings:      timingsOf(timings),
	}
}

func textLineOf(message *ocelliv1.TextLine) TextLine {
	line := TextLine{Text: message.GetText(), Score: message.GetScore()}
	for at, corner := range message.GetCorners()[:min(len(message.GetCorners()), len(line.Corners))] {
		line.Corners[at] = Corner{corner.GetX(), corner.GetY()}
	}
	return line
}
