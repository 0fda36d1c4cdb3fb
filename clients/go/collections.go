package ocelli

import (
	"context"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Collection is a named set of points of one dimension.
type Collection struct {
	// Name is 1 to 63 characters: a lower-case letter or digit, then these, '-' and '_'.
	Name string
	// Dimension is the length of every vector, 1 to 65536. It may be left out at creation if Model, or
	// the server's default embedder, has one.
	Dimension int
	// Metric is how likeness is measured. Left out at creation: [MetricCosine].
	Metric Metric
	// Fields are those of payloads that filters may name, at most 64.
	Fields []Field
	// Model is the embedder that turns images, and texts if a model for those shares its space, into
	// vectors for this collection. Left out at creation: the server's default if Dimension is, too, else
	// none.
	Model string
	// Detector finds the parts of an image that are embedded and stored by themselves. nil: the whole image
	// is.
	Detector *RegionDetector
}

// Field is one field of payloads that filters may name.
type Field struct {
	Name string
	Type FieldType
}

// Metric is how likeness of two vectors is measured.
type Metric int32

const (
	// MetricCosine is the cosine of the angle, -1 to 1, higher is nearer. Vectors are stored scaled to
	// length 1.
	MetricCosine = Metric(ocelliv1.Metric_METRIC_COSINE)
	// MetricDot is the dot product, higher is nearer.
	MetricDot = Metric(ocelliv1.Metric_METRIC_DOT)
	// MetricEuclid is the Euclidean distance, lower is nearer.
	MetricEuclid = Metric(ocelliv1.Metric_METRIC_EUCLID)
)

// String returns the name of the metric, such as "COSINE".
func (m Metric) String() string { return enumName(ocelliv1.Metric(m), "METRIC_") }

// FieldType is the type of a field's values. A list of them is allowed too.
type FieldType int32

const (
	// FieldKeyword is a string, compared whole.
	FieldKeyword = FieldType(ocelliv1.FieldType_FIELD_TYPE_KEYWORD)
	// FieldInteger is a whole number of at most 53 bits.
	FieldInteger = FieldType(ocelliv1.FieldType_FIELD_TYPE_INTEGER)
	// FieldFloat is a number.
	FieldFloat = FieldType(ocelliv1.FieldType_FIELD_TYPE_FLOAT)
	// FieldBool is true or false.
	FieldBool = FieldType(ocelliv1.FieldType_FIELD_TYPE_BOOL)
	// FieldText is a text, found by its words: [Matches], [MatchesAny].
	FieldText = FieldType(ocelliv1.FieldType_FIELD_TYPE_TEXT)
)

// String returns the name of the type, such as "KEYWORD".
func (f FieldType) String() string { return enumName(ocelliv1.FieldType(f), "FIELD_TYPE_") }

// CreateCollection creates a collection and returns it with the defaults filled in. With neither
// dimension nor model it takes images, by the server's default embedder.
func (c *Client) CreateCollection(ctx context.Context, collection Collection) (*Collection, error) {
	message, err := collection.message()
	if err != nil {
		return nil, err
	}
	response, err := c.collections.CreateCollection(ctx, &ocelliv1.CreateCollectionRequest{Collection: message})
	if err != nil {
		return nil, err
	}
	return Ptr(collectionOf(response.GetCollection())), nil
}

// GetCollection describes a collection and counts its points.
func (c *Client) GetCollection(
	ctx context.Context, name string,
) (collection *Collection, pointCount uint64, err error) {
	response, err := c.collections.GetCollection(ctx, &ocelliv1.GetCollectionRequest{Name: name})
	if err != nil {
		return nil, 0, err
	}
	return Ptr(collectionOf(response.GetCollection())), response.GetPointCount(), nil
}

// ListCollections describes all collections, by name, ascending.
func (c *Client) ListCollections(ctx context.Context) ([]Collection, error) {
	return collect(pages(func(pageToken string) ([]Collection, string, error) {
		response, err := c.collections.ListCollections(ctx, &ocelliv1.ListCollectionsRequest{PageToken: pageToken})
		return each(response.GetCollections(), collectionOf), response.GetNextPageToken(), err
	}))
}

// UpdateCollection changes what paths name of the collection of that name, and returns it as it is then:
// "model", to one whose vectors have its dimension and are of the same space, or to none; "fields", of
// which those that it lacks are added.
func (c *Client) UpdateCollection(
	ctx context.Context, collection Collection, paths ...string,
) (*Collection, error) {
	message, err := collection.message()
	if err != nil {
		return nil, err
	}
	response, err := c.collections.UpdateCollection(ctx, &ocelliv1.UpdateCollectionRequest{
		Collection: message, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
	})
	if err != nil {
		return nil, err
	}
	return Ptr(collectionOf(response.GetCollection())), nil
}

// DeleteCollection deletes a collection, all its points and its aliases.
func (c *Client) DeleteCollection(ctx context.Context, name string) error {
	_, err := c.collections.DeleteCollection(ctx, &ocelliv1.DeleteCollectionRequest{Name: name})
	return err
}

func (c *Collection) message() (*ocelliv1.Collection, error) {
	var numbers numbers
	message := &ocelliv1.Collection{
		Name:      c.Name,
		Dimension: numbers.count("collection.dimension", c.Dimension),
		Metric:    ocelliv1.Metric(c.Metric),
		Fields: each(c.Fields, func(field Field) *ocelliv1.CollectionField {
			return &ocelliv1.CollectionField{Name: field.Name, Type: ocelliv1.FieldType(field.Type)}
		}),
		Model:    c.Model,
		Detector: c.Detector.message(&numbers),
	}
	return message, numbers.err
}

func collectionOf(message *ocelliv1.Collection) Collection {
	return Collection{
		Name:      message.GetName(),
		Dimension: int(message.GetDimension()),
		Metric:    Metric(message.GetMetric()),
		Fields: each(message.GetFields(), func(field *ocelliv1.CollectionField) Field {
			return Field{field.GetName(), FieldType(field.GetType())}
		}),
		Model:    message.GetModel(),
		Detector: regionDetectorOf(message.GetDetector()),
	}
}
