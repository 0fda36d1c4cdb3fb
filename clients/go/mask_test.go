package ocelli_test

import (
	"image"
	"image/color"
	"slices"
	"testing"

	"github.com/ocelli-vision/ocelli/clients/go"
)

// plain is an image of one colour.
func plain(width, height int, shade color.Color) *image.RGBA {
	made := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			made.Set(x, y, shade)
		}
	}
	return made
}

// halves finds one object, whose mask is the left half of the image, in the middle of it.
func halves(t *testing.T, format ocelli.MaskFormat) ocelli.Detection {
	t.Helper()
	red := ocelli.Decoded(plain(128, 64, color.RGBA{R: 240, A: 255}))
	result, err := edge(t).Detect(t.Context(), red, &ocelli.DetectOptions{Model: "halves", MaskFormat: format})
	must(t, err)
	if len(result.Detections) != 1 {
		t.Fatalf("found %v", result.Detections)
	}
	return result.Detections[0]
}

func TestThereIsNoMaskUnlessItIsAskedFor(t *testing.T) {
	if found := halves(t, 0); found.Mask != nil {
		t.Errorf("%+v", found.Mask)
	}
}

func TestMasksAsRuns(t *testing.T) {
	found := halves(t, ocelli.MaskFormatRuns)
	if found.Mask == nil || found.Mask.Runs == nil || found.Mask.Polygons != nil {
		t.Fatalf("%+v", found.Mask)
	}
	alpha := found.Mask.Runs.Alpha()
	if alpha.Rect != image.Rect(32, 16, 96, 48) {
		t.Errorf("bounds %v", alpha.Rect)
	}
	for y := alpha.Rect.Min.Y; y < alpha.Rect.Max.Y; y++ {
		for x := alpha.Rect.Min.X; x < alpha.Rect.Max.X; x++ {
			if opaque := alpha.AlphaAt(x, y).A == 255; opaque != (x < 64) {
				t.Fatalf("at %d, %d: %v", x, y, opaque)
			}
		}
	}
}

func TestMasksOfAStreamAsPolygons(t *testing.T) {
	config := &ocelli.DetectStreamConfig{
		Detect: ocelli.DetectOptions{Model: "halves", MaskFormat: ocelli.MaskFormatPolygons},
	}
	frames := []ocelli.Frame{{Image: ocelli.Decoded(plain(128, 64, color.RGBA{R: 240, A: 255}))}}
	for answer, err := range edge(t).DetectStream(t.Context(), config, ocelli.All(slices.Values(frames))) {
		must(t, err)
		mask := answer.Result.Detections[0].Mask
		if mask == nil || mask.Runs != nil || len(mask.Polygons) != 1 {
			t.Fatalf("%+v", mask)
		}
		var xs, ys []float32
		for corner := range slices.Chunk(mask.Polygons[0], 2) {
			xs, ys = append(xs, corner[0]), append(ys, corner[1])
		}
		for side, pair := range map[string][2]float32{
			"left": {slices.Min(xs), 32}, "right": {slices.Max(xs), 64},
			"top": {slices.Min(ys), 16}, "bottom": {slices.Max(ys), 48},
		} {
			if got, want := pair[0], pair[1]; got < want-1 || got > want+1 {
				t.Errorf("%s at %v, not %v", side, got, want)
			}
		}
	}
}

// Runs that do not fill their part, or more than it, are cut to it.
func TestRunsThatDoNotFit(t *testing.T) {
	for name, one := range map[string]struct {
		lengths []uint32
		want    []uint8
	}{
		"exact": {[]uint32{1, 2, 1}, []uint8{0, 255, 255, 0}},
		"none":  {nil, []uint8{0, 0, 0, 0}},
		"short": {[]uint32{0, 1}, []uint8{255, 0, 0, 0}},
		"long":  {[]uint32{3, 1 << 31, 5}, []uint8{0, 0, 0, 255}},
	} {
		t.Run(name, func(t *testing.T) {
			runs := ocelli.MaskRuns{XMin: 5, YMin: 6, Width: 2, Height: 2, Lengths: one.lengths}
			if got := runs.Alpha(); !slices.Equal(got.Pix, one.want) || got.Rect != image.Rect(5, 6, 7, 8) {
				t.Errorf("%v in %v", got.Pix, got.Rect)
			}
		})
	}
}
