package ocelli

import (
	"image"
	"image/draw"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Image is an image in one of the forms that calls take: [File], [Encoded], [Decoded] or [Pixels]. The
// zero Image is none, which the server refuses.
type Image struct {
	load      func() (*ocelliv1.Image, error)
	region    *ocelliv1.Region
	tolerance Tolerance
}

// PixelFormat is a layout of raw pixels, 8 bits a sample.
type PixelFormat int32

const (
	// FormatRGB is interleaved red, green, blue.
	FormatRGB = PixelFormat(ocelliv1.PixelFormat_PIXEL_FORMAT_RGB)
	// FormatBGR is interleaved blue, green, red.
	FormatBGR = PixelFormat(ocelliv1.PixelFormat_PIXEL_FORMAT_BGR)
	// FormatGray is luminance.
	FormatGray = PixelFormat(ocelliv1.PixelFormat_PIXEL_FORMAT_GRAY)
	// FormatNV12 is a plane of Y, then one of interleaved U and V at half the width and height, which
	// must be even (BT.601, video range).
	FormatNV12 = PixelFormat(ocelliv1.PixelFormat_PIXEL_FORMAT_NV12)
	// FormatI420 is a plane of Y, then one of U, then one of V, both at half the width and height, which
	// must be even (BT.601, video range).
	FormatI420 = PixelFormat(ocelliv1.PixelFormat_PIXEL_FORMAT_I420)
)

// String returns the name of the format, such as "RGB".
func (f PixelFormat) String() string { return enumName(ocelliv1.PixelFormat(f), "PIXEL_FORMAT_") }

// Tolerance is what to do with a file that is damaged or cut short.
type Tolerance int32

// Unset it is the server's setting, ToleranceStrict unless that is changed.
const (
	// ToleranceStrict: it is refused.
	ToleranceStrict = Tolerance(ocelliv1.Tolerance_TOLERANCE_STRICT)
	// ToleranceLenient: what can be decoded of it is used, and the result has a [Warning].
	ToleranceLenient = Tolerance(ocelliv1.Tolerance_TOLERANCE_LENIENT)
)

// String returns the name of the tolerance, such as "LENIENT".
func (t Tolerance) String() string { return enumName(ocelliv1.Tolerance(t), "TOLERANCE_") }

// File is the image in a file: JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF. It is read when it is sent, and
// sent as it is; the server applies the EXIF orientation.
func File(path string) Image {
	return Image{load: func() (*ocelliv1.Image, error) {
		content, err := read("image", path)
		if err != nil {
			return nil, err
		}
		return encoded(content), nil
	}}
}

// Encoded is the image in a whole file that is in memory, of the formats of [File].
func Encoded(file []byte) Image {
	return Image{load: func() (*ocelliv1.Image, error) { return encoded(file), nil }}
}

// Pixels is an upright image of width × height pixels of 8 bits a sample, rows from top to bottom
// without padding.
func Pixels(format PixelFormat, data []byte, width, height int) Image {
	return PaddedPixels(format, data, width, height, 0)
}

// PaddedPixels is [Pixels] with rows that start stride bytes apart; of the planar formats it is the
// stride of the luma plane. 0: rows have no padding.
func PaddedPixels(format PixelFormat, data []byte, width, height, stride int) Image {
	return Image{load: func() (*ocelliv1.Image, error) {
		var numbers numbers
		raw := &ocelliv1.RawImage{
			Data:   data,
			Width:  numbers.count("image.raw.width", width),
			Height: numbers.count("image.raw.height", height),
			Stride: numbers.count("image.raw.stride", stride),
			Format: ocelliv1.PixelFormat(format),
		}
		return &ocelliv1.Image{Source: &ocelliv1.Image_Raw{Raw: raw}}, numbers.err
	}}
}

// Decoded is an image of Go's own, already decoded. Its pixels are sent without loss but for
// transparency, which is rendered on black.
func Decoded(pixels image.Image) Image {
	return Image{load: func() (*ocelliv1.Image, error) {
		bounds := pixels.Bounds()
		size := bounds.Size()
		if gray, ok := pixels.(*image.Gray); ok && gray.Stride == size.X {
			return Pixels(FormatGray, gray.Pix, size.X, size.Y).load()
		}
		opaque := image.NewRGBA(image.Rectangle{Max: size})
		draw.Draw(opaque, opaque.Rect, pixels, bounds.Min, draw.Src)
		rgb := make([]byte, 0, 3*size.X*size.Y)
		for at := 0; at < len(opaque.Pix); at += 4 {
			rgb = append(rgb, opaque.Pix[at:at+3]...)
		}
		return Pixels(FormatRGB, rgb, size.X, size.Y).load()
	}}
}

// Region returns the image with a part to look at, in float pixels of the upright image, maxima
// exclusive. Answers stay in the coordinates of the whole image.
func (i Image) Region(xMin, yMin, xMax, yMax float32) Image {
	i.region = &ocelliv1.Region{XMin: xMin, YMin: yMin, XMax: xMax, YMax: yMax}
	return i
}

// Tolerance returns the image with what to do if its file is damaged.
func (i Image) Tolerance(tolerance Tolerance) Image {
	i.tolerance = tolerance
	return i
}

// Message returns the image as a message of the contract, for generated stubs. It reads the file of a
// [File], which may fail; of the zero Image it is nil.
func (i Image) Message() (*ocelliv1.Image, error) {
	if i.load == nil {
		return nil, nil
	}
	message, err := i.load()
	if err != nil {
		return nil, err
	}
	message.Region, message.Tolerance = i.region, ocelliv1.Tolerance(i.tolerance)
	return message, nil
}

func encoded(file []byte) *ocelliv1.Image {
	return &ocelliv1.Image{Source: &ocelliv1.Image_Encoded{Encoded: file}}
}
