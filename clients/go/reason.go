package ocelli

import (
	"errors"
	"strings"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Reason tells exactly why a call, or one item of a stream or batch, failed. Those of a newer server come
// as it names them.
type Reason string

// The reasons of the contract, whose documentation says when each is given.
const (
	// ReasonNone: there is none, as where the connection broke or this side found the fault.
	ReasonNone Reason = ""

	ReasonInvalidField         Reason = "INVALID_FIELD"
	ReasonStreamProtocol       Reason = "STREAM_PROTOCOL"
	ReasonMessageTooLarge      Reason = "MESSAGE_TOO_LARGE"
	ReasonMessageInvalid       Reason = "MESSAGE_INVALID"
	ReasonAnswerTooLarge       Reason = "ANSWER_TOO_LARGE"
	ReasonImageEmpty           Reason = "IMAGE_EMPTY"
	ReasonImageFormatUnknown   Reason = "IMAGE_FORMAT_UNKNOWN"
	ReasonImageCorrupt         Reason = "IMAGE_CORRUPT"
	ReasonImageTooLarge        Reason = "IMAGE_TOO_LARGE"
	ReasonImageLayout          Reason = "IMAGE_LAYOUT"
	ReasonRegionOutsideImage   Reason = "REGION_OUTSIDE_IMAGE"
	ReasonModelNotFound        Reason = "MODEL_NOT_FOUND"
	ReasonModelNotChosen       Reason = "MODEL_NOT_CHOSEN"
	ReasonModelWrongTask       Reason = "MODEL_WRONG_TASK"
	ReasonModelNotReady        Reason = "MODEL_NOT_READY"
	ReasonModelNotLoaded       Reason = "MODEL_NOT_LOADED"
	ReasonModelLoadFailed      Reason = "MODEL_LOAD_FAILED"
	ReasonModelRefused         Reason = "MODEL_REFUSED"
	ReasonInferenceFailed      Reason = "INFERENCE_FAILED"
	ReasonModelTakesNoText     Reason = "MODEL_TAKES_NO_TEXT"
	ReasonModelTakesNoImage    Reason = "MODEL_TAKES_NO_IMAGE"
	ReasonTritonUnavailable    Reason = "TRITON_UNAVAILABLE"
	ReasonDeadlineExceeded     Reason = "DEADLINE_EXCEEDED"
	ReasonOverloaded           Reason = "OVERLOADED"
	ReasonRateLimited          Reason = "RATE_LIMITED"
	ReasonQuotaExceeded        Reason = "QUOTA_EXCEEDED"
	ReasonDraining             Reason = "DRAINING"
	ReasonControlRefused       Reason = "CONTROL_REFUSED"
	ReasonCollectionNotFound   Reason = "COLLECTION_NOT_FOUND"
	ReasonCollectionExists     Reason = "COLLECTION_EXISTS"
	ReasonCollectionHasNoModel Reason = "COLLECTION_HAS_NO_MODEL"
	ReasonPointNotFound        Reason = "POINT_NOT_FOUND"
	ReasonVectorDimension      Reason = "VECTOR_DIMENSION"
	ReasonVectorNotFinite      Reason = "VECTOR_NOT_FINITE"
	ReasonFieldNotInSchema     Reason = "FIELD_NOT_IN_SCHEMA"
	ReasonIndexUnavailable     Reason = "INDEX_UNAVAILABLE"
	ReasonModelVersionNotFound Reason = "MODEL_VERSION_NOT_FOUND"
	ReasonModelSpaceDiffers    Reason = "MODEL_SPACE_DIFFERS"
	ReasonCredentialsMissing   Reason = "CREDENTIALS_MISSING"
	ReasonCredentialsInvalid   Reason = "CREDENTIALS_INVALID"
	ReasonCredentialsExpired   Reason = "CREDENTIALS_EXPIRED"
	ReasonPrincipalUnknown     Reason = "PRINCIPAL_UNKNOWN"
	ReasonScopeMissing         Reason = "SCOPE_MISSING"
	ReasonCollectionDenied     Reason = "COLLECTION_DENIED"
	ReasonModelDenied          Reason = "MODEL_DENIED"
	ReasonInternal             Reason = "INTERNAL"
)

// ReasonOf returns the reason of an [*Error], or ReasonNone if err is or has none.
func ReasonOf(err error) Reason {
	var failed *Error
	if errors.As(err, &failed) {
		return failed.Reason
	}
	return ReasonNone
}

// hint says what to do about the reason, or nothing.
func (r Reason) hint() string {
	return ocelliv1.Hints[ocelliv1.ErrorReason(ocelliv1.ErrorReason_value[reasonPrefix+string(r)])]
}

// enumName is the name of a value of the contract without its prefix.
func enumName(value interface{ String() string }, prefix string) string {
	return strings.TrimPrefix(value.String(), prefix)
}
