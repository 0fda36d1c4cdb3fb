package ocelli

import (
	"time"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Model is a model of the server's repository and how it describes itself.
type Model struct {
	// Name is that of its folder in the repository.
	Name string
	// Version is the newest that serves, empty if none does.
	Version string
	// State is whether it can be used.
	State ModelState
	// Message is why it cannot be used: one line. Empty if it can.
	Message string
	// Task is what it does.
	Task Task
	// Adapter is how its outputs are read, such as "yolov8" or "embedding".
	Adapter string
	// IsDefault: it is used where a request names no model.
	IsDefault bool
	// InputKind is what it takes.
	InputKind InputKind
	// Input is its image input. nil if it could not be read, or takes texts.
	Input *ModelInput
	// Labels are class names by class number. Empty for embedders.
	Labels []string
	// KeypointNames are those of an object's keypoints, in their order. Empty unless it finds and names
	// them.
	KeypointNames []string
	// Dimension is the length of its vectors. 0 for others than embedders.
	Dimension int
	// Space names the space of its vectors: those of models of one space, be they for images or for
	// texts, can be compared. Empty if it names none.
	Space string
	// ScoreThreshold is the lowest score reported unless a request says otherwise. nil for others than
	// detectors.
	ScoreThreshold *float32
	// IOUThreshold is the largest overlap of two boxes of a class unless a request says otherwise. nil for
	// others than detectors.
	IOUThreshold *float32
	// MaxBatchSize is the largest batch that Triton may form, 0 if the model cannot batch. nil if it could
	// not be read.
	MaxBatchSize *int
	// BatchLatencies are how long it took when it was tried at load, by batch size, ascending. Empty if it
	// was not tried.
	BatchLatencies []BatchLatency
	// Versions are those that serve, newest first.
	Versions []ModelVersion
	// Canary is a version that is tried on a part of the requests that name none. nil: there is none.
	Canary *ModelCanary
	// Statistics are what Triton counted since the model was loaded, over all versions. nil if it does not
	// serve.
	Statistics *ModelStatistics
}

// ModelVersion is a version of a model.
type ModelVersion struct {
	// Version is its name, a number.
	Version string
	// Statistics are what Triton counted since it was loaded.
	Statistics *ModelStatistics
}

// ModelCanary is a version that is being tried.
type ModelCanary struct {
	// Version is its name.
	Version string
	// Share is its part of the requests that name no version, 0 to 1.
	Share float32
}

// BatchLatency is how long a model took for one batch.
type BatchLatency struct {
	// BatchSize is how many images or texts were in the batch.
	BatchSize int
	// Latency is from sending them to Triton to having the answer.
	Latency time.Duration
}

// ModelInput is the image input of a model.
type ModelInput struct {
	// Width and Height are in pixels.
	Width, Height int
	// ColorOrder is the order of the colours.
	ColorOrder ColorOrder
	// Datatype is the type of its values as Triton names it, such as "UINT8" or "FP32".
	Datatype string
	// Layout is the order of the dimensions.
	Layout TensorLayout
	// Resize is how images are fitted.
	Resize Resize
}

// ModelStatistics are what Triton counted since a model was loaded.
type ModelStatistics struct {
	// Inferences counts images or texts, Executions the batches that they ran in, Failures failed requests.
	Inferences, Executions, Failures uint64
	// Queue is how long requests waited for their batch in all, Compute how long the model computed.
	Queue, Compute time.Duration
}

func modelOf(message *ocelliv1.Model) Model {
	if message == nil {
		return Model{}
	}
	made := Model{
		Name:           message.GetName(),
		Version:        message.GetVersion(),
		State:          ModelState(message.GetState()),
		Message:        message.GetMessage(),
		Task:           Task(message.GetTask()),
		Adapter:        message.GetAdapter(),
		IsDefault:      message.GetIsDefault(),
		InputKind:      InputKind(message.GetInputKind()),
		Labels:         message.GetLabels(),
		KeypointNames:  message.GetKeypointNames(),
		Dimension:      int(message.GetDimension()),
		Space:          message.GetSpace(),
		ScoreThreshold: message.ScoreThreshold,
		IOUThreshold:   message.IouThreshold,
		BatchLatencies: each(message.GetBatchLatencies(), func(tried *ocelliv1.BatchLatency) BatchLatency {
			return BatchLatency{int(tried.GetBatchSize()), microseconds(tried.GetLatencyUs())}
		}),
		Versions: each(message.GetVersions(), func(version *ocelliv1.ModelVersion) ModelVersion {
			return ModelVersion{version.GetVersion(), statisticsOf(version.GetStatistics())}
		}),
		Statistics: statisticsOf(message.GetStatistics()),
	}
	if message.MaxBatchSize != nil {
		made.MaxBatchSize = Ptr(int(message.GetMaxBatchSize()))
	}
	if input := message.GetInput(); input != nil {
		made.Input = &ModelInput{
			Width:      int(input.GetWidth()),
			Height:     int(input.GetHeight()),
			ColorOrder: ColorOrder(input.GetColorOrder()),
			Datatype:   input.GetDatatype(),
			Layout:     TensorLayout(input.GetLayout()),
			Resize:     Resize(input.GetResize()),
		}
	}
	if canary := message.GetCanary(); canary != nil {
		made.Canary = &ModelCanary{canary.GetVersion(), canary.GetShare()}
	}
	return made
}

func statisticsOf(message *ocelliv1.ModelStatistics) *ModelStatistics {
	if message == nil {
		return nil
	}
	return &ModelStatistics{
		Inferences: message.GetInferenceCount(),
		Executions: message.GetExecutionCount(),
		Failures:   message.GetFailureCount(),
		Queue:      microseconds(message.GetQueueUs()),
		Compute:    microseconds(message.GetComputeUs()),
	}
}
