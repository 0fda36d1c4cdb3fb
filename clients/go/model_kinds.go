package ocelli

import ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"

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
	// ModelRefused: Triton serves it, but its config lacks what the server needs, or it failed when it was
	// tried.
	ModelRefused = ModelState(ocelliv1.ModelState_MODEL_STATE_REFUSED)
)

// String returns the name of the state, such as "READY".
func (s ModelState) String() string { return enumName(ocelliv1.ModelState(s), "MODEL_STATE_") }

// Task is what a model does.
type Task int32

const (
	// TaskDetect: it finds objects.
	TaskDetect = Task(ocelliv1.Task_TASK_DETECT)
	// TaskEmbed: it turns images or texts into vectors.
	TaskEmbed = Task(ocelliv1.Task_TASK_EMBED)
	// TaskClassify: it says what an image shows.
	TaskClassify = Task(ocelliv1.Task_TASK_CLASSIFY)
	// TaskRead: it finds lines of text and has them read.
	TaskRead = Task(ocelliv1.Task_TASK_READ)
)

// String returns the name of the task, such as "DETECT".
func (t Task) String() string { return enumName(ocelliv1.Task(t), "TASK_") }

// InputKind is what a model takes.
type InputKind int32

const (
	// InputPixels: pixels, as [ModelInput] says; the server decodes and fits images.
	InputPixels = InputKind(ocelliv1.InputKind_INPUT_KIND_PIXELS)
	// InputEncoded: whole image files; the model, or its front end, decodes them.
	InputEncoded = InputKind(ocelliv1.InputKind_INPUT_KIND_ENCODED)
	// InputText: texts.
	InputText = InputKind(ocelliv1.InputKind_INPUT_KIND_TEXT)
)

// String returns the name of the kind, such as "PIXELS".
func (k InputKind) String() string { return enumName(ocelliv1.InputKind(k), "INPUT_KIND_") }

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
