package ocelli

import ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"

// RegionDetector finds the parts of an image that are embedded and stored by themselves: objects, faces.
// The zero RegionDetector is the server's default detector.
//
// [Client.IndexStream] then stores a point for each, with the id "IMAGE_ID#N", N counting from 0, in place
// of all that were stored for the image before. To its payload are added image_id, label, score, x_min,
// y_min, x_max and y_max, in pixels of the upright image, which filters may name.
type RegionDetector struct {
	// Model is the name of a detector. Empty: the server's default.
	Model string
	// Labels are the only ones to keep, spelled as the model spells them. Empty: all.
	Labels []string
	// MinScore is the lowest score to keep, 0 to 1. nil: the model's default.
	MinScore *float32
	// MinSize is the shortest side of a region to keep, in pixels of the upright image.
	MinSize float32
	// MaxRegions is the most regions of an image, those of the highest scores, 1 to 100. 0: 16.
	MaxRegions int
	// Margin is what to add to every side of a region, as a share of its width and height, 0 to 1.
	Margin float32
}

// RegionUse is which part of an image to search with, in a collection that has a [RegionDetector].
type RegionUse int32

// Unset it is the region that the image names, else its best detection, else the whole image.
const (
	// RegionUseWhole: the region that the image names, else the whole of it.
	RegionUseWhole = RegionUse(ocelliv1.RegionUse_REGION_USE_WHOLE)
	// RegionUseEach: every detection by itself, each with hits of its own: [SearchResult.Regions].
	RegionUseEach = RegionUse(ocelliv1.RegionUse_REGION_USE_EACH)
)

// String returns the name of the use, such as "EACH".
func (u RegionUse) String() string { return enumName(ocelliv1.RegionUse(u), "REGION_USE_") }

// SearchedRegion is a part of an image that was searched with.
type SearchedRegion struct {
	// Box is where it is, in pixels of the upright image.
	Box Box
	// Label is what the detector calls it. Empty if the image named the region, or nothing was detected.
	Label string
	// Score is how sure the detector is, 0 to 1. 0 if Label is empty.
	Score float32
	// Hits are nearest first. Only with [RegionUseEach].
	Hits []Hit
}

// IndexedRegion is a part of an image that was stored.
type IndexedRegion struct {
	// ID is that of its point.
	ID string
	// Box is where it is, in pixels of the upright image.
	Box Box
	// Label is what the detector calls it.
	Label string
	// Score is how sure the detector is, 0 to 1.
	Score float32
}

func (d *RegionDetector) message(numbers *numbers) *ocelliv1.RegionDetector {
	if d == nil {
		return nil
	}
	return &ocelliv1.RegionDetector{
		Model:      d.Model,
		Labels:     d.Labels,
		MinScore:   d.MinScore,
		MinSizePx:  d.MinSize,
		MaxRegions: numbers.count("collection.detector.max_regions", d.MaxRegions),
		Margin:     d.Margin,
	}
}

func regionDetectorOf(message *ocelliv1.RegionDetector) *RegionDetector {
	if message == nil {
		return nil
	}
	return &RegionDetector{
		Model:      message.GetModel(),
		Labels:     message.GetLabels(),
		MinScore:   message.MinScore,
		MinSize:    message.GetMinSizePx(),
		MaxRegions: int(message.GetMaxRegions()),
		Margin:     message.GetMargin(),
	}
}

func searchedRegionOf(message *ocelliv1.SearchedRegion) SearchedRegion {
	return SearchedRegion{
		boxOf(message.GetBox()), message.GetLabel(), message.GetScore(), each(message.GetHits(), hitOf),
	}
}

func indexedRegionOf(message *ocelliv1.IndexedRegion) IndexedRegion {
	return IndexedRegion{message.GetId(), boxOf(message.GetBox()), message.GetLabel(), message.GetScore()}
}
