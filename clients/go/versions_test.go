package ocelli_test

import (
	"iter"
	"slices"
	"testing"

	"github.com/ocelli-vision/ocelli/clients/go"
)

// Every call for images takes a version, and the server is told.
func TestVersionsOfModels(t *testing.T) {
	client := edge(t)
	red := ocelli.Decoded(plain(40, 20, reddish))
	frames := ocelli.All(slices.Values([]ocelli.Frame{{Image: red}}))
	for name, call := range map[string]func(version string) (answered string, err error){
		"classify": func(version string) (string, error) {
			result, err := client.Classify(t.Context(), red, &ocelli.ClassifyOptions{ModelVersion: version})
			return orNothing(result).ModelVersion, err
		},
		"detect": func(version string) (string, error) {
			result, err := client.Detect(t.Context(), red, &ocelli.DetectOptions{Model: "halves", ModelVersion: version})
			return orNothing(result).ModelVersion, err
		},
		"read": func(version string) (string, error) {
			result, err := client.Read(t.Context(), red, &ocelli.ReadOptions{ModelVersion: version})
			return orNothing(result).ModelVersion, err
		},
		"embed": func(version string) (string, error) {
			result, err := client.Embed(t.Context(), red, &ocelli.EmbedOptions{Model: "toy_images", ModelVersion: version})
			return orNothing(result).ModelVersion, err
		},
		"embed text": func(version string) (string, error) {
			result, err := client.EmbedText(t.Context(), "red", &ocelli.EmbedOptions{Model: "toy_texts", ModelVersion: version})
			return orNothing(result).ModelVersion, err
		},
		"classify stream": func(version string) (string, error) {
			config := &ocelli.ClassifyStreamConfig{Classify: ocelli.ClassifyOptions{ModelVersion: version}}
			answer, err := only(client.ClassifyStream(t.Context(), config, frames))
			return orNothing(answer.Result).ModelVersion, err
		},
		"detect stream": func(version string) (string, error) {
			config := &ocelli.DetectStreamConfig{Detect: ocelli.DetectOptions{Model: "halves", ModelVersion: version}}
			answer, err := only(client.DetectStream(t.Context(), config, frames))
			return orNothing(answer.Result).ModelVersion, err
		},
		"embed stream": func(version string) (string, error) {
			config := &ocelli.EmbedStreamConfig{Embed: ocelli.EmbedOptions{Model: "toy_images", ModelVersion: version}}
			answer, err := only(client.EmbedStream(t.Context(), config, frames))
			return orNothing(answer.Result).ModelVersion, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			if answered, err := call("1"); answered != "1" || err != nil {
				t.Errorf("by %q, %v", answered, err)
			}
			_, err := call("7")
			if failed := failure(err); ocelli.ReasonOf(err) != ocelli.ReasonModelVersionNotFound || failed.Hint == "" {
				t.Errorf("%v", err)
			}
		})
	}
}

func orNothing[Result any](result *Result) Result {
	var nothing Result
	if result == nil {
		return nothing
	}
	return *result
}

// only is the answer to the one frame of a stream; a failure of the frame counts as one of the call.
func only[Result any](answers iter.Seq2[ocelli.FrameAnswer[Result], error]) (answer ocelli.FrameAnswer[Result], err error) {
	for answer, err = range answers {
		if err == nil {
			err = answer.Err
		}
	}
	return answer, err
}
