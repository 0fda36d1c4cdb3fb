package ocelli_test

import (
	"image/color"
	"math"
	"slices"
	"testing"

	"github.com/ocelli-vision/ocelli/clients/go"
)

var (
	reddish = color.RGBA{R: 200, G: 50, B: 50, A: 255}
	bluish  = color.RGBA{R: 20, G: 20, B: 220, A: 255}
)

// labels are those of a result's classes, in their order.
func labels(result *ocelli.ClassifyResult) (found []string) {
	for _, class := range result.Classifications {
		found = append(found, class.Label)
	}
	return found
}

func TestTheBestClassesComeFirst(t *testing.T) {
	result, err := edge(t).Classify(t.Context(), ocelli.Decoded(plain(40, 20, reddish)), nil)
	must(t, err)
	if result.Model != "colors" || result.ModelVersion != "1" || result.Width != 40 || result.Height != 20 ||
		result.Timings.Inference == 0 || !slices.Equal(labels(result), []string{"red", "green", "blue"}) {
		t.Errorf("%+v", result)
	}
	odds := math.Exp((200 - 50) / 25.5) // the model's logits are tenths of the mean colour's share
	best := result.Classifications[0]
	if want := odds / (odds + 2); math.Abs(float64(best.Score)-want) > 1e-3 || best.ClassID != 0 {
		t.Errorf("%+v, not %v", best, want)
	}
}

func TestWhichClassesAreReported(t *testing.T) {
	client := edge(t)
	whole := plain(80, 20, reddish)
	for x := 40; x < 80; x++ {
		for y := range 20 {
			whole.Set(x, y, bluish)
		}
	}
	red, part := ocelli.Decoded(plain(40, 20, reddish)), ocelli.Decoded(whole).Region(40, 0, 80, 20)
	for name, one := range map[string]struct {
		image   ocelli.Image
		options ocelli.ClassifyOptions
		want    []string
	}{
		"best":      {red, ocelli.ClassifyOptions{Model: "colors", TopK: 1}, []string{"red"}},
		"threshold": {red, ocelli.ClassifyOptions{ScoreThreshold: ocelli.Ptr[float32](0.5)}, []string{"red"}},
		"labels":    {red, ocelli.ClassifyOptions{Labels: []string{"blue"}}, []string{"blue"}},
		"region":    {part, ocelli.ClassifyOptions{TopK: 1}, []string{"blue"}},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := client.Classify(t.Context(), one.image, &one.options)
			must(t, err)
			if !slices.Equal(labels(result), one.want) {
				t.Errorf("%+v", result.Classifications)
			}
		})
	}
}

func TestAStreamOfFramesToClassify(t *testing.T) {
	var granted ocelli.Window
	config := &ocelli.ClassifyStreamConfig{
		Classify: ocelli.ClassifyOptions{TopK: 1}, Stream: ocelli.StreamConfig{MaxInFlight: 2},
	}
	frames := []ocelli.Frame{
		{ID: 7, CaptureTimeUS: 70, Image: ocelli.Decoded(plain(40, 20, reddish))},
		{ID: 8, Image: ocelli.Encoded([]byte("no image"))},
		{ID: 9, Image: ocelli.File("nosuch.jpg")},
		{ID: 10, Image: ocelli.Decoded(plain(40, 20, bluish))},
	}
	var answers []ocelli.ClassifyAnswer
	for answer, err := range edge(t).ClassifyStream(t.Context(), config, ocelli.All(slices.Values(frames)),
		ocelli.OnWindow(func(w ocelli.Window) { granted = w })) {
		must(t, err)
		answers = append(answers, answer)
	}
	if len(answers) != 4 || granted.Model != "colors" || granted.MaxInFlight != 2 {
		t.Fatalf("%+v, window %+v", answers, granted)
	}
	for at, want := range [][]string{{"red"}, nil, nil, {"blue"}} {
		answer := answers[at]
		if answer.FrameID != frames[at].ID || answer.CaptureTimeUS != frames[at].CaptureTimeUS || (answer.Err == nil) != (want != nil) ||
			want != nil && !slices.Equal(labels(answer.Result), want) {
			t.Errorf("answer %d: %+v", at, answer)
		}
	}
	if failed := failure(answers[1].Err); failed.Reason != ocelli.ReasonImageFormatUnknown ||
		failed.Violations[0].Field != "frame.image.encoded" {
		t.Errorf("%+v", failed)
	}
}
