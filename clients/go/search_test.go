package ocelli_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

func TestVectorsAreFoundByFilters(t *testing.T) {
	const collection = "go-vectors"
	client := edge(t)
	create(t, client, &ocelliv1.Collection{Name: collection, Dimension: 2, Fields: []*ocelliv1.CollectionField{
		{Name: "kind", Type: ocelliv1.FieldType_FIELD_TYPE_KEYWORD},
		{Name: "year", Type: ocelliv1.FieldType_FIELD_TYPE_INTEGER},
		{Name: "score", Type: ocelliv1.FieldType_FIELD_TYPE_FLOAT},
		{Name: "pet", Type: ocelliv1.FieldType_FIELD_TYPE_BOOL},
	}})
	points := []*ocelliv1.Point{
		point(t, "cat", []float32{1, 0}, map[string]any{
			"kind": []string{"animal", "indoor"}, "year": 2019, "score": 0.5, "pet": true,
		}),
		point(t, "bus", []float32{0.9, 0.1}, map[string]any{"kind": "vehicle", "year": uint16(2021), "pet": false}),
		point(t, "cup", []float32{0, 1}, map[string]any{"kind": "thing", "year": 2024, "note": nil}),
		{Id: "short", Vector: &ocelliv1.Vector{Values: []float32{1}}},
	}
	stored, err := client.UpsertPoints(t.Context(), collection, points...)
	if err != nil || stored.GetStored() != 3 || len(stored.GetErrors()) != 1 {
		t.Fatalf("stored %v, %v", stored, err)
	}
	refused := ocelli.FromStatus(stored.GetErrors()[0].GetError())
	if ocelli.ReasonOf(refused) != ocelliv1.ErrorReason_ERROR_REASON_VECTOR_DIMENSION {
		t.Errorf("refused with %v", refused)
	}

	filters := map[string]struct {
		filter *ocelliv1.Filter
		ids    []string
	}{
		"all":      {nil, []string{"cat", "bus", "cup"}},
		"equals":   {ocelli.Equals("kind", "indoor"), []string{"cat"}},
		"bool":     {ocelli.Equals("pet", false), []string{"bus"}},
		"integer":  {ocelli.Equals("year", 2024), []string{"cup"}},
		"float":    {ocelli.Equals("score", 0.5), []string{"cat"}},
		"one of":   {ocelli.OneOf("year", 2019, 2024), []string{"cat", "cup"}},
		"between":  {ocelli.Between("year", 2019, 2021), []string{"cat", "bus"}},
		"at least": {ocelli.AtLeast("year", 2021), []string{"bus", "cup"}},
		"at most":  {ocelli.AtMost("year", 2019), []string{"cat"}},
		"in range": {ocelli.InRange(&ocelliv1.FilterRange{Field: "year", Gt: proto.Float64(2019), Lt: proto.Float64(2024)}), []string{"bus"}},
		"all of":   {ocelli.AllOf(ocelli.AtLeast("year", 2000), ocelli.Equals("pet", true)), []string{"cat"}},
		"any of":   {ocelli.AnyOf(ocelli.Equals("kind", "thing"), ocelli.Equals("pet", true)), []string{"cat", "cup"}},
		"none of":  {ocelli.NoneOf(ocelli.Equals("kind", "vehicle")), []string{"cat", "cup"}},
	}
	for name, one := range filters {
		t.Run(name, func(t *testing.T) {
			hits, err := client.Search(t.Context(), collection, ocelli.LikeVector([]float32{1, 0}),
				func(r *ocelliv1.SearchRequest) { r.Filter = one.filter })
			if err != nil || !slices.Equal(idsOf(hits), one.ids) {
				t.Errorf("found %v, %v", hits, err)
			}
			count, err := client.CountPoints(t.Context(), collection, one.filter)
			if err != nil || count != uint64(len(one.ids)) {
				t.Errorf("counted %d, %v", count, err)
			}
		})
	}

	hits, err := client.Search(t.Context(), collection, ocelli.LikePoint("cat"))
	if err != nil || !slices.Equal(idsOf(hits), []string{"bus", "cup"}) {
		t.Errorf("near to the cat: %v, %v", hits, err)
	}
	found, missing, err := client.GetPoints(t.Context(), collection, []string{"cup", "dog"},
		func(r *ocelliv1.GetPointsRequest) { r.WithVector = proto.Bool(true) })
	if err != nil || len(found) != 1 || !slices.Equal(found[0].GetVector().GetValues(), []float32{0, 1}) || !slices.Equal(missing, []string{"dog"}) {
		t.Errorf("got %v, %v, %v", found, missing, err)
	}
	if deleted, err := client.DeletePoints(t.Context(), collection, ocelli.ByID("cup", "dog")); err != nil || deleted != 1 {
		t.Errorf("deleted %d, %v", deleted, err)
	}
	if described, err := client.GetCollection(t.Context(), collection); err != nil || described.GetPointCount() != 2 {
		t.Errorf("left %v, %v", described, err)
	}
}

func TestImagesAreIndexedAndFound(t *testing.T) {
	const collection = "go-images"
	client := edge(t)
	create(t, client, &ocelliv1.Collection{Name: collection})
	items := []ocelli.IndexItem{
		{ID: "cat", Image: ocelli.File(media("cat.png")), Payload: map[string]any{"legs": 4}},
		{ID: "none", Image: ocelli.File("nosuch.png")},
		{ID: "chan", Image: ocelli.File(media("cat.png")), Payload: map[string]any{"c": make(chan int)}},
		{ID: "coffee", Image: ocelli.File(media("coffee.png"))},
	}
	var stored []string
	var window ocelli.Window
	for answer, err := range client.IndexStream(t.Context(), collection, ocelli.All(slices.Values(items)),
		ocelli.OnWindow(func(w ocelli.Window) { window = w })) {
		if err != nil {
			t.Fatal(err)
		}
		if (answer.Err == nil) != (answer.Result.GetModel() != "") {
			t.Errorf("%+v", answer)
		}
		if answer.Err == nil {
			stored = append(stored, answer.ID)
		} else if !errors.Is(answer.Err, ocelli.ErrInvalidRequest) {
			t.Errorf("%s: %v", answer.ID, answer.Err)
		}
	}
	if !slices.Equal(stored, []string{"cat", "coffee"}) || window.MaxInFlight < 1 || window.Model == "" {
		t.Errorf("stored %v, window %+v", stored, window)
	}
	hits, err := client.Search(t.Context(), collection, ocelli.LikeImage(ocelli.File(media("cat.png"))))
	if err != nil || !slices.Equal(idsOf(hits), []string{"cat", "coffee"}) || hits[0].GetPayload().AsMap()["legs"] != 4.0 {
		t.Errorf("found %v, %v", hits, err)
	}
	if _, err = client.Search(t.Context(), collection, ocelli.LikeImage(ocelli.File("nosuch"))); !errors.Is(err, ocelli.ErrInvalidRequest) {
		t.Errorf("by a file that is not there: %v", err)
	}
	listed, err := client.ListCollections(t.Context())
	if err != nil || !slices.ContainsFunc(listed, func(c *ocelliv1.Collection) bool { return c.GetName() == collection }) {
		t.Errorf("listed %v, %v", listed, err)
	}
	if _, err := client.CreateCollection(t.Context(), &ocelliv1.Collection{Name: collection}); !errors.Is(err, ocelli.ErrAlreadyExists) {
		t.Errorf("created again: %v", err)
	}
}

// create creates a collection for a test, anew if one of an earlier run is left.
func create(t *testing.T, client *ocelli.Client, collection *ocelliv1.Collection) {
	t.Helper()
	if err := client.DeleteCollection(t.Context(), collection.GetName()); err != nil && !errors.Is(err, ocelli.ErrNotFound) {
		t.Fatal(err)
	}
	created, err := client.CreateCollection(t.Context(), collection)
	if err != nil || created.GetMetric() != ocelliv1.Metric_METRIC_COSINE || created.GetDimension() == 0 {
		t.Fatalf("created %v, %v", created, err)
	}
}

func point(t *testing.T, id string, vector []float32, values map[string]any) *ocelliv1.Point {
	t.Helper()
	payload, err := ocelli.Payload(values)
	if err != nil {
		t.Fatal(err)
	}
	return &ocelliv1.Point{Id: id, Vector: &ocelliv1.Vector{Values: vector}, Payload: payload}
}

func idsOf(hits []*ocelliv1.Hit) []string {
	ids := []string{}
	for _, hit := range hits {
		ids = append(ids, hit.GetId())
	}
	return ids
}

func TestPointsAreListedChangedAndDeleted(t *testing.T) {
	const collection, count = "go-points", 250
	client := edge(t)
	create(t, client, &ocelliv1.Collection{Name: collection, Dimension: 2})
	points := make([]*ocelliv1.Point, count)
	for at := range points {
		points[at] = point(t, fmt.Sprintf("%03d", at), []float32{1, float32(at)}, map[string]any{"even": at%2 == 0, "at": at})
	}
	if _, err := client.UpsertPoints(t.Context(), collection, points...); err != nil {
		t.Fatal(err)
	}
	updated, err := client.UpdateCollection(t.Context(), &ocelliv1.Collection{
		Name: collection, Fields: []*ocelliv1.CollectionField{{Name: "even", Type: ocelliv1.FieldType_FIELD_TYPE_BOOL}},
	}, "fields")
	if err != nil || len(updated.GetFields()) != 1 {
		t.Fatalf("updated %v, %v", updated, err)
	}
	even := ocelli.Equals("even", true)
	listed := map[string]bool{}
	for found, err := range client.ListPoints(t.Context(), collection, even, func(r *ocelliv1.ListPointsRequest) { r.PageSize = 40 }) {
		must(t, err)
		if found.GetVector() != nil || found.GetPayload().AsMap()["even"] != true || listed[found.GetId()] {
			t.Errorf("listed %v", found)
		}
		listed[found.GetId()] = true
	}
	if len(listed) != count/2 {
		t.Errorf("%d points are listed", len(listed))
	}

	for name, one := range map[string]struct {
		which  ocelli.Selection
		change ocelli.PayloadChange
		count  uint64
		id     string
		want   map[string]any
	}{
		"merge":   {ocelli.ByID("000", "nosuch"), ocelli.MergePayload(map[string]any{"a": 1}), 1, "000", map[string]any{"even": true, "at": 0.0, "a": 1.0}},
		"replace": {ocelli.ByID("002"), ocelli.ReplacePayload(map[string]any{"b": "c"}), 1, "002", map[string]any{"b": "c"}},
		"keys":    {ocelli.Matching(ocelli.Equals("even", false)), ocelli.DeleteKeys("at"), count / 2, "001", map[string]any{"even": false}},
	} {
		t.Run(name, func(t *testing.T) {
			changed, err := client.UpdatePayload(t.Context(), collection, one.which, one.change)
			if err != nil || changed != one.count {
				t.Errorf("changed %d, %v", changed, err)
			}
			found, _, err := client.GetPoints(t.Context(), collection, []string{one.id})
			if err != nil || len(found) != 1 || !maps.Equal(found[0].GetPayload().AsMap(), one.want) {
				t.Errorf("it is %v, %v", found, err)
			}
		})
	}

	answers, err := client.BatchSearch(t.Context(), collection, ocelli.LikeVector([]float32{1, 0}),
		ocelli.LikePoint("001").With(func(r *ocelliv1.SearchRequest) { r.Limit, r.Filter = 1, even }), ocelli.LikePoint("nosuch"))
	if err != nil || len(answers) != 3 || len(answers[0].Hits) != 10 || len(answers[1].Hits) != 1 ||
		ocelli.ReasonOf(answers[2].Err) != ocelliv1.ErrorReason_ERROR_REASON_POINT_NOT_FOUND {
		t.Errorf("found %v, %v", answers, err)
	}

	deleted, err := client.DeletePoints(t.Context(), collection, ocelli.Matching(even))
	if err != nil || deleted != count/2-1 { // one of them has another payload now
		t.Errorf("deleted %d, %v", deleted, err)
	}
	if left, err := client.CountPoints(t.Context(), collection, nil); err != nil || left != count/2+1 {
		t.Errorf("%d are left, %v", left, err)
	}
}

func TestModelsThatTakeNoText(t *testing.T) {
	client := edge(t)
	_, embedded := client.EmbedText(t.Context(), "a cat")
	var streamed error
	for answer, err := range client.EmbedStream(t.Context(), nil, ocelli.All(slices.Values([]ocelli.Frame{{Text: "a cat"}}))) {
		must(t, err)
		streamed = answer.Err
	}
	for _, err := range []error{embedded, streamed} {
		if ocelli.ReasonOf(err) != ocelliv1.ErrorReason_ERROR_REASON_MODEL_TAKES_NO_TEXT {
			t.Errorf("%v", err)
		}
	}
}
