package ocelli

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

const maxAttemptsOfGRPC = 5

// retries is how calls that may be repeated are repeated.
type retries struct {
	// For gRPC, which repeats what is UNAVAILABLE.
	serviceConfig string
	// The wait before the second attempt.
	backoff time.Duration
	enabled bool
}

// newRetries has the contract's retries with another number of attempts; nil is its own.
func newRetries(maxAttempts *int) (retries, error) {
	var config struct {
		LoadBalancingConfig []map[string]any `json:"loadBalancingConfig"`
		MethodConfig        []struct {
			Name        []map[string]string `json:"name"`
			RetryPolicy map[string]any      `json:"retryPolicy"`
		} `json:"methodConfig,omitempty"`
	}
	if err := json.Unmarshal([]byte(ocelliv1.ServiceConfig), &config); err != nil {
		return retries{}, fmt.Errorf("ocelli: service config: %w", err)
	}
	backoff, err := time.ParseDuration(fmt.Sprint(config.MethodConfig[0].RetryPolicy["initialBackoff"]))
	if err != nil {
		return retries{}, fmt.Errorf("ocelli: service config: %w", err)
	}
	if maxAttempts == nil {
		return retries{ocelliv1.ServiceConfig, backoff, true}, nil
	}
	if *maxAttempts < 1 || *maxAttempts > maxAttemptsOfGRPC {
		return retries{}, invalid("max_attempts", fmt.Sprintf("max_attempts is %d", *maxAttempts),
			fmt.Sprintf("expected 1 to %d", maxAttemptsOfGRPC))
	}
	if *maxAttempts == 1 {
		config.MethodConfig = nil // gRPC takes no retry policy of one attempt
	}
	for _, methods := range config.MethodConfig {
		methods.RetryPolicy["maxAttempts"] = *maxAttempts
	}
	changed, err := json.Marshal(config)
	return retries{string(changed), backoff, *maxAttempts > 1}, err
}

// repeats tells whether a call of a method, such as "/ocelli.v1.DetectService/Detect", is repeated.
func (r *retries) repeats(method string) bool {
	return r.enabled && ocelliv1.IdempotentMethods[strings.TrimPrefix(method, "/")]
}
