package ocelli

import (
	_ "embed" // of the file below
	"encoding/json"
	"fmt"
)

// The contract's list of what may be repeated: reads, and writes that leave the same state behind.
//
//go:embed service_config.json
var contractServiceConfig []byte

const maxAttemptsOfGRPC = 5

// serviceConfig returns the contract's service config with another number of attempts.
func serviceConfig(maxAttempts int) (string, error) {
	if maxAttempts < 1 || maxAttempts > maxAttemptsOfGRPC {
		return "", invalid("max_attempts", fmt.Sprintf("max_attempts is %d", maxAttempts), fmt.Sprintf("expected 1 to %d", maxAttemptsOfGRPC))
	}
	if maxAttempts == 1 {
		return "{}", nil
	}
	var config struct {
		MethodConfig []struct {
			Name        []map[string]string `json:"name"`
			RetryPolicy map[string]any      `json:"retryPolicy"`
		} `json:"methodConfig"`
	}
	if err := json.Unmarshal(contractServiceConfig, &config); err != nil {
		return "", fmt.Errorf("ocelli: service_config.json: %w", err)
	}
	for _, methods := range config.MethodConfig {
		methods.RetryPolicy["maxAttempts"] = maxAttempts
	}
	changed, err := json.Marshal(config)
	return string(changed), err
}
