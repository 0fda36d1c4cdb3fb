package ocelli_test

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"slices"
	"testing"

	"github.com/ocelli-vision/ocelli/clients/go"
)

// patches is a white page with a red patch above a blue one, which the model of the tests reads.
func patches() *image.RGBA {
	page := plain(160, 96, color.RGBA{R: 255, G: 255, B: 255, A: 255})
	draw.Draw(page, image.Rect(16, 16, 112, 40), image.NewUniform(reddish), image.Point{}, draw.Src)
	draw.Draw(page, image.Rect(16, 60, 112, 84), image.NewUniform(bluish), image.Point{}, draw.Src)
	return page
}

func TestLinesComeFromTopToBottom(t *testing.T) {
	result, err := edge(t).Read(t.Context(), ocelli.Decoded(patches()), nil)
	must(t, err)
	if result.Text() != "red\nblue" || result.UnreadLines != 0 || result.Width != 160 || result.Height != 96 ||
		result.Model != "toy_lines" || result.ModelVersion != "1" || result.Timings.Inference == 0 {
		t.Fatalf("%+v", result)
	}
	red, blue := result.Lines[0], result.Lines[1]
	if math.Abs(float64(red.Score)-0.9) > 1e-4 || math.Abs(float64(blue.Score)-0.7) > 1e-4 {
		t.Errorf("%v, %v", red.Score, blue.Score)
	}
	// The patch, grown on each side by 0.8 of its area over half its perimeter.
	want := [4]ocelli.Corner{{X: 1, Y: 1}, {X: 127, Y: 1}, {X: 127, Y: 55}, {X: 1, Y: 55}}
	for at, corner := range red.Corners {
		if math.Hypot(float64(corner.X-want[at].X), float64(corner.Y-want[at].Y)) > 3 {
			t.Errorf("corner %d: %v, not %v", at, corner, want[at])
		}
	}
}

func TestWhichLinesAreRead(t *testing.T) {
	client := edge(t)
	page := ocelli.Decoded(patches())
	for name, one := range map[string]struct {
		image   ocelli.Image
		options ocelli.ReadOptions
		want    string
		unread  int
	}{
		"named":     {page, ocelli.ReadOptions{Model: "toy_lines"}, "red\nblue", 0},
		"threshold": {page, ocelli.ReadOptions{ScoreThreshold: ocelli.Ptr[float32](0.8)}, "red", 0},
		"most":      {page, ocelli.ReadOptions{MaxLines: 1}, "blue", 1},
		"region":    {page.Region(0, 50, 160, 96), ocelli.ReadOptions{}, "blue", 0},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := client.Read(t.Context(), one.image, &one.options)
			must(t, err)
			if result.Text() != one.want || result.UnreadLines != one.unread {
				t.Errorf("%+v", result)
			}
		})
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	client := edge(t)
	empty, err := client.Read(t.Context(), ocelli.Decoded(plain(40, 20, color.Black)), nil)
	must(t, err)
	if empty.Text() != "" || !slices.Equal(empty.Lines, []ocelli.TextLine{}) {
		t.Errorf("%+v", empty)
	}
	_, err = client.Read(t.Context(), ocelli.Decoded(patches()), &ocelli.ReadOptions{Model: "colors"})
	if ocelli.ReasonOf(err) != ocelli.ReasonModelWrongTask {
		t.Errorf("%v", err)
	}
	_, err = client.Read(t.Context(), ocelli.File("nosuch.jpg"), nil)
	if failed := failure(err); failed == nil || failed.Hint == "" {
		t.Errorf("%v", err)
	}
}
