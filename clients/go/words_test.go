package ocelli_test

import (
	"errors"
	"image/color"
	"maps"
	"slices"
	"testing"

	"github.com/ocelli-vision/ocelli/clients/go"
)

var wordColors = map[string]color.Color{
	"red": color.RGBA{R: 220, G: 10, B: 20, A: 255}, "green": color.RGBA{R: 10, G: 200, B: 30, A: 255},
	"blue": color.RGBA{R: 5, G: 25, B: 240, A: 255},
}

func TestModelsSayWhatTheyTakeAndInWhichSpace(t *testing.T) {
	client := edge(t)
	for name, kind := range map[string]ocelli.InputKind{"toy_images": ocelli.InputPixels, "toy_texts": ocelli.InputText} {
		model, err := client.GetModel(t.Context(), name)
		must(t, err)
		if model.InputKind != kind || model.Space != "toy" || model.Dimension != 3 || (model.Input == nil) != (kind == ocelli.InputText) {
			t.Errorf("%+v", model)
		}
	}
	model, err := client.GetModel(t.Context(), "colors")
	must(t, err)
	if model.Task != ocelli.TaskClassify || len(model.Versions) != 1 || model.Versions[0].Version != "1" ||
		len(model.BatchLatencies) == 0 || model.BatchLatencies[0].Latency == 0 {
		t.Errorf("%+v", model)
	}
}

// Whichever model of a space is named, texts and images find theirs.
func TestTextsAndImagesOfOneSpace(t *testing.T) {
	client := edge(t)
	for _, name := range []string{"toy_images", "toy_texts"} {
		options := &ocelli.EmbedOptions{Model: name}
		text, err := client.EmbedText(t.Context(), "red", options)
		must(t, err)
		seen, err := client.Embed(t.Context(), ocelli.Decoded(plain(9, 9, wordColors["red"])), options)
		must(t, err)
		if text.Model != "toy_texts" || text.Width != 0 || seen.Model != "toy_images" || seen.Width != 9 {
			t.Errorf("%+v, %+v", text, seen)
		}
		if text.Vector[0] < 0.9 || seen.Vector[0] < 0.9 {
			t.Errorf("%v, %v", text.Vector, seen.Vector)
		}
	}
	_, err := client.EmbedText(t.Context(), "red", &ocelli.EmbedOptions{Model: "efficientnet_lite0"})
	if ocelli.ReasonOf(err) != ocelli.ReasonModelTakesNoText || !errors.Is(err, ocelli.ErrInvalidRequest) {
		t.Errorf("%v", err)
	}
}

func TestPhotosAreFoundByWords(t *testing.T) {
	const collection = "go-words"
	client := edge(t)
	create(t, client, ocelli.Collection{Name: collection, Model: "toy_images"})
	var items []ocelli.IndexItem
	for _, name := range slices.Sorted(maps.Keys(wordColors)) {
		items = append(items, ocelli.IndexItem{ID: name, Image: ocelli.Decoded(plain(9, 9, wordColors[name]))})
	}
	for answer, err := range client.IndexStream(t.Context(), collection, ocelli.All(slices.Values(items))) {
		must(t, errors.Join(err, answer.Err))
	}
	for name := range wordColors {
		found, err := client.Search(t.Context(), collection, ocelli.LikeText(name), &ocelli.SearchOptions{Limit: 1})
		must(t, err)
		if len(found.Hits) != 1 || found.Hits[0].ID != name {
			t.Errorf("%s: %v", name, found.Hits)
		}
	}
}
