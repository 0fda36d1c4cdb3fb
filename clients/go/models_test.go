package ocelli_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/ocelli-vision/ocelli/clients/go"
)

func TestModelsComeAndGo(t *testing.T) {
	const name = "efficientnet_lite0"
	client := edge(t)
	models, err := client.ListModels(t.Context())
	if err != nil || !slices.ContainsFunc(models, func(m ocelli.Model) bool { return m.Name == name }) {
		t.Fatalf("listed %v, %v", models, err)
	}
	if err := client.UnloadModel(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	model, err := client.GetModel(t.Context(), name)
	if err != nil || model.State != ocelli.ModelUnloaded {
		t.Errorf("unloaded: %v, %v", model, err)
	}
	_, err = client.Embed(t.Context(), ocelli.File(media("cat.png")), &ocelli.EmbedOptions{Model: name})
	if !errors.Is(err, ocelli.ErrNotPossible) || ocelli.ReasonOf(err) != ocelli.ReasonModelNotLoaded {
		t.Errorf("used: %v", err)
	}
	model, err = client.LoadModel(t.Context(), name)
	if err != nil || model.State != ocelli.ModelReady {
		t.Errorf("loaded: %v, %v", model, err)
	}
	if _, err = client.GetModel(t.Context(), "lynx"); !errors.Is(err, ocelli.ErrNotFound) {
		t.Errorf("unknown: %v", err)
	}
}

func TestHealth(t *testing.T) {
	client := edge(t)
	for service, want := range map[string]ocelli.Health{
		"":                       ocelli.HealthServing,
		"ocelli.v1.EmbedService": ocelli.HealthServing,
		"nosuch":                 ocelli.HealthServiceUnknown,
	} {
		if status, err := client.Health(t.Context(), service); err != nil || status != want {
			t.Errorf("%q: %v, %v", service, status, err)
		}
	}
}
