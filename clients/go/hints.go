package ocelli

import ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"

// What a caller of this package can do about each reason, where the message does not say.
var hints = map[ocelliv1.ErrorReason]string{
	ocelliv1.ErrorReason_ERROR_REASON_IMAGE_EMPTY:                "send the bytes of an image",
	ocelliv1.ErrorReason_ERROR_REASON_IMAGE_FORMAT_UNKNOWN:       "convert it to JPEG, PNG, WebP, BMP or TIFF",
	ocelliv1.ErrorReason_ERROR_REASON_IMAGE_CORRUPT:              "send the whole file, undamaged",
	ocelliv1.ErrorReason_ERROR_REASON_IMAGE_TOO_LARGE:            "send a smaller image, or raise max_image_* of the server",
	ocelliv1.ErrorReason_ERROR_REASON_IMAGE_LAYOUT:               "correct width, height, stride or format",
	ocelliv1.ErrorReason_ERROR_REASON_REGION_OUTSIDE_IMAGE:       "give the region in pixels of the upright image",
	ocelliv1.ErrorReason_ERROR_REASON_MODEL_NOT_FOUND:              "choose one that Client.ListModels shows",
	ocelliv1.ErrorReason_ERROR_REASON_MODEL_NOT_CHOSEN:             "name a model in the request",
	ocelliv1.ErrorReason_ERROR_REASON_MODEL_WRONG_TASK:             "choose a model whose task fits",
	ocelliv1.ErrorReason_ERROR_REASON_MODEL_NOT_READY:              "repeat it later, or load the model: Client.LoadModel",
	ocelliv1.ErrorReason_ERROR_REASON_MODEL_LOAD_FAILED:            "mend the model, then Client.LoadModel",
	ocelliv1.ErrorReason_ERROR_REASON_MODEL_REFUSED:                "mend its config.pbtxt, then Client.LoadModel",
	ocelliv1.ErrorReason_ERROR_REASON_INFERENCE_FAILED:             "look at Triton's log and the model's export",
	ocelliv1.ErrorReason_ERROR_REASON_TRITON_UNAVAILABLE:           "repeat it later",
	ocelliv1.ErrorReason_ERROR_REASON_DEADLINE_EXCEEDED:            "allow more: a context with a deadline, or WithTimeout",
	ocelliv1.ErrorReason_ERROR_REASON_OVERLOADED:                   "repeat it later, or use a stream, which waits",
	ocelliv1.ErrorReason_ERROR_REASON_DRAINING:                     "call again and send what was not answered",
	ocelliv1.ErrorReason_ERROR_REASON_COLLECTION_NOT_FOUND:         "create it: Client.CreateCollection",
	ocelliv1.ErrorReason_ERROR_REASON_COLLECTION_EXISTS:            "use it, or choose another name",
	ocelliv1.ErrorReason_ERROR_REASON_COLLECTION_HAS_NO_MODEL: "send vectors, or create a collection with a model",
	ocelliv1.ErrorReason_ERROR_REASON_VECTOR_DIMENSION:             "make vectors with the collection's model",
	ocelliv1.ErrorReason_ERROR_REASON_FIELD_NOT_IN_SCHEMA:          "keep to the fields that Client.GetCollection shows",
	ocelliv1.ErrorReason_ERROR_REASON_INDEX_UNAVAILABLE:            "repeat it later",
}
