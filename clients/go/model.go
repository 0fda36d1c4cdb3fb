package ocelli

import (
	"time"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Model is a model of the server's repository and how it describes itself.
type Model struct {
	// Name is that of its folder in the repository.
	Name string
	// Version is the one that serves, empty if none does.
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
	// Input is its image input. nil if it could not be read.
	Input *ModelInput
	// Labels are class names by class number. Empty for embedders.
	Labels []string
	// Dimension is the length of its vectors. 0 for detectors.
	Dimension int
	// ScoreThreshold is the lowest score reported unless a request says otherwise. nil for embedders.
	ScoreThreshold *float32
	// IOUThreshold is the largest overlap of two boxes of a class unless a request says otherwise. nil for
	// embedders.
	IOUThreshold *float32
	// MaxBatchSize is the largest batch that Triton may form, 0 if the model cannot batch. nil if it could
	// not be read.
	MaxBatchSize *int
	// Statistics are what Triton counted since the model was loaded. nil if it does not serve.
	Statistics *ModelStatistics
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
	// Inferences counts images, Executions the batches that they ran in, Failures failed requests.
	Inferences, Executions, Failures uint64
	// Queue is how long requests waited for their batch in all, Compute how long the model computed.
	Queue, Compute time.Duration
}

// ModelState is whether a model can be used.
type ModelState int32

const (
	// ModelReady: it serves.
	ModelReady = ModelState(ocelliv1.ModelState_MODEL_STATE_READY)
	// ModelUnloaded: it is in the repository but not loaded.
	ModelUnloaded = ModelState(ocelliv1.ModelState_MODEL_STATE_UNLOADED)
	// ModelLoading: Triton is loading it.
	ModelLoading = ModelState(ocelliv1.ModelState_MODEL_STATE_LOADING)
	// ModelUnloading: Triton is unloading it.
	ModelUnloading = ModelState(ocelliv1.ModelState_MODEL_STATE_UNLOADING)
	// ModelFailed: Triton could not load it.
	ModelFailed = ModelState(ocelliv1.ModelState_MODEL_STATE_FAILED)
	// ModelRefused: Triton serves it, but its config lacks what the server needs.
	ModelRefused = ModelState(ocelliv1.ModelState_MODEL_STATE_REFUSED)
)

// String returns the name of the state, such as "READY".
func (s ModelState) String() string { return enumName(ocelliv1.ModelState(s), "MODEL_STATE_") }

// Task is what a model does.
type Task int32

const (
	// TaskDetect: it finds objects.
	TaskDetect = Task(ocelliv1.Task_TASK_DETECT)
	// TaskEmbed: it turns images into vectors.
	TaskEmbed = Task(ocelliv1.Task_TASK_EMBED)
)

// String returns the name of the task, such as "DETECT".
func (t Task) String() string { return enumName(ocelliv1.Task(t), "TASK_") }

// ColorOrder is the order of the colours of a pixel.
type ColorOrder int32

const (
	// ColorRGB is red, green, blue.
	ColorRGB = ColorOrder(ocelliv1.ColorOrder_COLOR_ORDER_RGB)
	// ColorBGR is blue, green, red.
	ColorBGR = ColorOrder(ocelliv1.ColorOrder_COLOR_ORDER_BGR)
)

// String returns the name of the order, such as "RGB".
func (o ColorOrder) String() string { return enumName(ocelliv1.ColorOrder(o), "COLOR_ORDER_") }

// TensorLayout is the order of a tensor's dimensions.
type TensorLayout int32

const (
	// LayoutNHWC is batch, height, width, channels.
	LayoutNHWC = TensorLayout(ocelliv1.TensorLayout_TENSOR_LAYOUT_NHWC)
	// LayoutNCHW is batch, channels, height, width.
	LayoutNCHW = TensorLayout(ocelliv1.TensorLayout_TENSOR_LAYOUT_NCHW)
)

// String returns the name of the layout, such as "NHWC".
func (l TensorLayout) String() string { return enumName(ocelliv1.TensorLayout(l), "TENSOR_LAYOUT_") }

// Resize is how an image is fitted to a model's input.
type Resize int32

const (
	// ResizeLetterbox: scaled to lie within the input, what is left over padded.
	ResizeLetterbox = Resize(ocelliv1.Resize_RESIZE_LETTERBOX)
	// ResizeStretch: scaled to fill the input, its proportions given up.
	ResizeStretch = Resize(ocelliv1.Resize_RESIZE_STRETCH)
	// ResizeCover: scaled to cover the input, what sticks out cut off.
	ResizeCover = Resize(ocelliv1.Resize_RESIZE_COVER)
)

// String returns the name of the fit, such as "LETTERBOX".
func (r Resize) String() string { return enumName(ocelliv1.Resize(r), "RESIZE_") }

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
		Labels:         message.GetLabels(),
		Dimension:      int(message.GetDimension()),
		ScoreThreshold: message.ScoreThreshold,
		IOUThreshold:   message.IouThreshold,
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
	if counted := message.GetStatistics(); counted != nil {
		made.Statistics = &ModelStatistics{
			Inferences: counted.GetInferenceCount(),
			Executions: counted.GetExecutionCount(),
			Failures:   counted.GetFailureCount(),
			Queue:      microseconds(counted.GetQueueUs()),
			Compute:    microseconds(counted.GetComputeUs()),
		}
	}
	return made
}
