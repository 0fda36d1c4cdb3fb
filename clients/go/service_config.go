package ocelli

import (
	"encoding/json"
	"fmt"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

const maxAttemptsOfGRPC = 5

// serviceConfig returns the contract's service config with another number of attempts; nil is its own.
func serviceConfig(maxAttempts *int) (string, error) {
	if maxAttempts == nil {
		return ocelliv1.ServiceConfig, nil
	}
	if *maxAttempts < 1 || *maxAttempts > maxAttemptsOfGRPC {
		return "", invalid("max_attempts", fmt.Sprintf("max_attempts is %d", *maxAttempts),
			fmt.Sprintf("expected 1 to %d", maxAttemptsOfGRPC))
	}
	if *maxAttempts == 1 {
		return "{}", nil // gRPC takes no retry policy of one attempt
	}
	var config struct {
		MethodConfig []struct {
			Name        []map[string]string `json:"name"`
			RetryPolicy map[string]any      `json:"retryPolicy"`
		} `json:"methodConfig"`
	}
	if err := json.Unmarshal([]byte(ocelliv1.ServiceConfig), &config); err != nil {
		return "", fmt.Errorf("ocelli: service config: %w", err)
	}
	for _, methods := range config.MethodConfig {
		methods.RetryPolicy["maxAttempts"] = *maxAttempts
	}
	changed, err := json.Marshal(config)
	return string(changed), err
}
