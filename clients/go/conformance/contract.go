package main

import (
	"time"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// What the SDK answers, as messages of the contract, whose JSON the cases expect; and configurations and
// images of the cases as the SDK takes them.

func detectConfig(message *ocelliv1.DetectStreamConfig) *ocelli.DetectStreamConfig {
	options := message.GetOptions()
	made := &ocelli.DetectStreamConfig{Stream: streamConfig(message.GetStream())}
	made.Detect.Model, made.Detect.ModelVersion = message.GetModel(), message.GetModelVersion()
	if options != nil {
		made.Detect.ScoreThreshold = options.ScoreThreshold
		made.Detect.IOUThreshold = options.IouThreshold
		made.Detect.MaxDetections = int(options.GetMaxDetections())
		made.Detect.Labels = options.GetLabels()
		made.Detect.MaskFormat = ocelli.MaskFormat(options.GetMaskFormat())
	}
	return made
}

func classifyConfig(message *ocelliv1.ClassifyStreamConfig) *ocelli.ClassifyStreamConfig {
	options := message.GetOptions()
	made := &ocelli.ClassifyStreamConfig{Stream: streamConfig(message.GetStream())}
	made.Classify.Model, made.Classify.ModelVersion = message.GetModel(), message.GetModelVersion()
	if options != nil {
		made.Classify.TopK = int(options.GetTopK())
		made.Classify.ScoreThreshold = options.ScoreThreshold
		made.Classify.Labels = options.GetLabels()
	}
	return made
}

func embedConfig(message *ocelliv1.EmbedStreamConfig) *ocelli.EmbedStreamConfig {
	return &ocelli.EmbedStreamConfig{
		Embed: ocelli.EmbedOptions{
			Model: message.GetModel(), ModelVersion: message.GetModelVersion(), Raw: message.GetOptions().GetRaw(),
		},
		Stream: streamConfig(message.GetStream()),
	}
}

func streamConfig(message *ocelliv1.StreamOptions) ocelli.StreamConfig {
	return ocelli.StreamConfig{
		OverflowPolicy: ocelli.OverflowPolicy(message.GetOverflowPolicy()),
		MaxFrameAge:    time.Duration(message.GetMaxFrameAgeMs()) * time.Millisecond,
		MaxInFlight:    int(message.GetMaxInFlightFrames()),
	}
}

// image makes an image of the SDK, by the SDK's own constructors.
func image(message *ocelliv1.Image) ocelli.Image {
	var made ocelli.Image
	switch source := message.GetSource().(type) {
	case nil:
		return made
	case *ocelliv1.Image_Encoded:
		made = ocelli.Encoded(source.Encoded)
	case *ocelliv1.Image_Raw:
		raw := source.Raw
		made = ocelli.PaddedPixels(ocelli.PixelFormat(raw.GetFormat()), raw.GetData(),
			int(raw.GetWidth()), int(raw.GetHeight()), int(raw.GetStride()))
	}
	if part := message.GetRegion(); part != nil {
		made = made.Region(part.GetXMin(), part.GetYMin(), part.GetXMax(), part.GetYMax())
	}
	return made.Tolerance(ocelli.Tolerance(message.GetTolerance()))
}

func classifyResult(from *ocelli.ClassifyResult) *ocelliv1.ClassifyResult {
	made := &ocelliv1.ClassifyResult{
		Width: uint32(from.Width), Height: uint32(from.Height),
		Model: from.Model, ModelVersion: from.ModelVersion, Warnings: warnings(from.Warnings),
	}
	for _, found := range from.Classifications {
		made.Classifications = append(made.Classifications, &ocelliv1.Classification{
			Score: found.Score, Label: found.Label, ClassId: uint32(found.ClassID),
		})
	}
	return made
}

func embedResult(from *ocelli.EmbedResult) *ocelliv1.EmbedResult {
	return &ocelliv1.EmbedResult{
		Vector: &ocelliv1.Vector{Values: from.Vector}, Width: uint32(from.Width), Height: uint32(from.Height),
		Model: from.Model, ModelVersion: from.ModelVersion, Warnings: warnings(from.Warnings),
	}
}

func indexResult(from *ocelli.IndexResult) *ocelliv1.IndexResult {
	made := &ocelliv1.IndexResult{
		Model: from.Model, ModelVersion: from.ModelVersion, Warnings: warnings(from.Warnings),
	}
	for _, region := range from.Regions {
		made.Regions = append(made.Regions, &ocelliv1.IndexedRegion{
			Id: region.ID, Box: box(region.Box), Label: region.Label, Score: region.Score,
		})
	}
	return made
}

func dropped(from *ocelli.Dropped) *ocelliv1.Dropped {
	return &ocelliv1.Dropped{Reason: ocelliv1.DropReason(from.Reason), AgeUs: uint64(from.Age.Microseconds())}
}

func timings(from ocelli.Timings) *ocelliv1.Timings {
	return &ocelliv1.Timings{
		DecodeUs:      uint64(from.Decode.Microseconds()),
		QueueUs:       uint64(from.Queue.Microseconds()),
		InferenceUs:   uint64(from.Inference.Microseconds()),
		PostprocessUs: uint64(from.Postprocess.Microseconds()),
		TotalUs:       uint64(from.Total.Microseconds()),
	}
}

func warnings(from []ocelli.Warning) (made []*ocelliv1.ImageWarning) {
	for _, one := range from {
		reason := ocelliv1.ImageWarningReason_value["IMAGE_WARNING_REASON_"+string(one.Reason)]
		made = append(made, &ocelliv1.ImageWarning{
			Reason: ocelliv1.ImageWarningReason(reason), Message: one.Message,
		})
	}
	return made
}
