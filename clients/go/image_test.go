package ocelli_test

import (
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io/fs"
	"os"
	"slices"
	"testing"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

func TestEveryFormOfAnImageShowsTheCat(t *testing.T) {
	client := edge(t)
	content, err := os.ReadFile(media("cat.png"))
	if err != nil {
		t.Fatal(err)
	}
	pixels, gray := decoded(t, "cat.png")
	size := pixels.Bounds().Size()
	forms := map[string]ocelli.Image{
		"file":    ocelli.File(media("cat.png")),
		"encoded": ocelli.Encoded(content),
		"decoded": ocelli.Decoded(pixels),
		"shifted": ocelli.Decoded(pixels.(interface {
			SubImage(image.Rectangle) image.Image
		}).SubImage(image.Rect(0, 2, size.X, size.Y))),
		"gray image": ocelli.Decoded(gray),
		"gray":       ocelli.Pixels(ocelli.FormatGray, gray.Pix, size.X, size.Y),
		"region":     ocelli.File(media("cat.png")).Region(0, 0, float32(size.X), float32(size.Y)-1),
		"padded":     ocelli.PaddedPixels(ocelli.FormatGray, padded(gray), size.X, size.Y, size.X+7),
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			result, err := client.Detect(t.Context(), form, &ocelli.DetectOptions{MaxDetections: 1})
			if err != nil {
				t.Fatal(err)
			}
			found := result.Detections
			if len(found) != 1 || found[0].Label != "cat" || found[0].Box.XMax < 400 || len(result.Warnings) != 0 || result.Timings.Total == 0 {
				t.Errorf("found %v", found)
			}
			if result.Width != size.X {
				t.Errorf("%d pixels wide, not %d", result.Width, size.X)
			}
		})
	}
}

func TestTransparencyIsBlack(t *testing.T) {
	glass := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	glass.Set(0, 0, color.NRGBA{R: 200, G: 100, B: 50, A: 128})
	message, err := ocelli.Decoded(glass).Message()
	if err != nil {
		t.Fatal(err)
	}
	if got := message.GetRaw().GetData(); len(got) != 3 || got[0] != 100 || got[1] != 50 || got[2] != 25 {
		t.Errorf("pixels %v", got)
	}
}

func TestARegionLeavesTheImageOfTheCallerAlone(t *testing.T) {
	whole := ocelli.Encoded([]byte("x"))
	part, err := whole.Region(0, 0, 5, 5).Tolerance(ocelli.ToleranceLenient).Message()
	must(t, err)
	own, err := whole.Message()
	must(t, err)
	if part.GetRegion().GetXMax() != 5 || part.GetTolerance() != ocelliv1.Tolerance_TOLERANCE_LENIENT ||
		own.GetRegion() != nil || own.GetTolerance() != ocelliv1.Tolerance_TOLERANCE_UNSPECIFIED {
		t.Errorf("sent %v, own %v", part, own)
	}
}

// A cut file is refused, or used with a warning, by every call that takes images.
func TestToleranceOfDamagedFiles(t *testing.T) {
	const collection = "go-damaged"
	client := edge(t)
	create(t, client, ocelli.Collection{Name: collection})
	content, err := os.ReadFile(media("cat.png"))
	must(t, err)
	cut := ocelli.Encoded(content[:len(content)*3/4])
	for name, call := range map[string]func(ocelli.Image) ([]ocelli.Warning, error){
		"detect": func(image ocelli.Image) ([]ocelli.Warning, error) {
			result, err := client.Detect(t.Context(), image, nil)
			if err != nil {
				return nil, err
			}
			return result.Warnings, nil
		},
		"embed": func(image ocelli.Image) ([]ocelli.Warning, error) {
			result, err := client.Embed(t.Context(), image, nil)
			if err != nil {
				return nil, err
			}
			return result.Warnings, nil
		},
		"search": func(image ocelli.Image) ([]ocelli.Warning, error) {
			result, err := client.Search(t.Context(), collection, ocelli.LikeImage(image), nil)
			if err != nil {
				return nil, err
			}
			return result.Warnings, nil
		},
		"index": func(image ocelli.Image) (warnings []ocelli.Warning, failed error) {
			items := ocelli.All(slices.Values([]ocelli.IndexItem{{ID: "cut", Image: image}}))
			for answer, err := range client.IndexStream(t.Context(), collection, items) {
				must(t, err)
				if failed = answer.Err; failed == nil {
					warnings = answer.Result.Warnings
				}
			}
			return warnings, failed
		},
		"stream": func(image ocelli.Image) (warnings []ocelli.Warning, failed error) {
			frames := ocelli.All(slices.Values([]ocelli.Frame{{Image: image}}))
			for answer, err := range client.DetectStream(t.Context(), nil, frames) {
				must(t, err)
				if failed = answer.Err; failed == nil {
					warnings = answer.Result.Warnings
				}
			}
			return warnings, failed
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, strict := range []ocelli.Image{cut, cut.Tolerance(ocelli.ToleranceStrict)} {
				if _, err := call(strict); ocelli.ReasonOf(err) != ocelli.ReasonImageCorrupt {
					t.Errorf("strict: %v", err)
				}
			}
			warnings, err := call(cut.Tolerance(ocelli.ToleranceLenient))
			if err != nil || len(warnings) != 1 || warnings[0].Reason != ocelli.WarningDamaged || warnings[0].Message == "" {
				t.Errorf("lenient: %v, %v", warnings, err)
			}
		})
	}
}

// padded has seven bytes after each row but the last.
func padded(gray *image.Gray) []byte {
	size := gray.Rect.Size()
	rows := make([]byte, (size.X+7)*(size.Y-1)+size.X)
	for y := range size.Y {
		copy(rows[y*(size.X+7):], gray.Pix[y*gray.Stride:y*gray.Stride+size.X])
	}
	return rows
}

func TestAFileThatIsNotThere(t *testing.T) {
	_, err := edge(t).Detect(t.Context(), ocelli.File("nosuch.jpg"), nil)
	if !errors.Is(err, ocelli.ErrInvalidRequest) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	const want = "cannot read nosuch.jpg: no such file or directory (give the path of a file that can be read)"
	if err.Error() != want {
		t.Errorf("it says %q", err)
	}
}

// decoded are an image's pixels, in colour and in gray.
func decoded(t *testing.T, name string) (image.Image, *image.Gray) {
	t.Helper()
	file, err := os.Open(media(name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	pixels, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	gray := image.NewGray(pixels.Bounds())
	draw.Draw(gray, gray.Rect, pixels, pixels.Bounds().Min, draw.Src)
	return pixels, gray
}
