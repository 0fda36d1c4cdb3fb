package ocelli_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/ocelli-vision/ocelli/clients/go"
)

func TestVectorsAreFoundByFilters(t *testing.T) {
	const collection = "go-vectors"
	client := edge(t)
	create(t, client, ocelli.Collection{Name: collection, Dimension: 2, Fields: []ocelli.Field{
		{Name: "kind", Type: ocelli.FieldKeyword},
		{Name: "year", Type: ocelli.FieldInteger},
		{Name: "score", Type: ocelli.FieldFloat},
		{Name: "pet", Type: ocelli.FieldBool},
	}})
	points := []ocelli.Point{
		point("cat", []float32{1, 0}, map[string]any{
			"kind": []string{"animal", "indoor"}, "year": 2019, "score": 0.5, "pet": true,
		}),
		point("bus", []float32{0.9, 0.1}, map[string]any{"kind": "vehicle", "year": uint16(2021), "pet": false}),
		point("cup", []float32{0, 1}, map[string]any{"kind": "thing", "year": 2024, "note": nil}),
		{ID: "short", Vector: []float32{1}},
	}
	stored, err := client.UpsertPoints(t.Context(), collection, points...)
	if err != nil || stored.Stored != 3 || len(stored.Errors) != 1 || stored.Errors[0].Index != 3 || stored.Errors[0].ID != "short" {
		t.Fatalf("stored %v, %v", stored, err)
	}
	refused := stored.Errors[0].Err
	if ocelli.ReasonOf(refused) != ocelli.ReasonVectorDimension {
		t.Errorf("refused with %v", refused)
	}

	filters := map[string]struct {
		filter *ocelli.Filter
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
		"in range": {ocelli.InRange("year", ocelli.Range{Gt: ocelli.Ptr(2019.0), Lt: ocelli.Ptr(2024.0)}), []string{"bus"}},
		"all of":   {ocelli.AllOf(ocelli.AtLeast("year", 2000), ocelli.Equals("pet", true)), []string{"cat"}},
		"any of":   {ocelli.AnyOf(ocelli.Equals("kind", "thing"), ocelli.Equals("pet", true)), []string{"cat", "cup"}},
		"none of":  {ocelli.NoneOf(ocelli.Equals("kind", "vehicle")), []string{"cat", "cup"}},
	}
	for name, one := range filters {
		t.Run(name, func(t *testing.T) {
			found, err := client.Search(t.Context(), collection, ocelli.LikeVector([]float32{1, 0}),
				&ocelli.SearchOptions{Filter: one.filter})
			if err != nil || !slices.Equal(idsOf(found), one.ids) {
				t.Errorf("found %v, %v", found, err)
			}
			count, err := client.CountPoints(t.Context(), collection, one.filter)
			if err != nil || count != uint64(len(one.ids)) {
				t.Errorf("counted %d, %v", count, err)
			}
		})
	}

	near, err := client.Search(t.Context(), collection, ocelli.LikePoint("cat"), nil)
	if err != nil || !slices.Equal(idsOf(near), []string{"bus", "cup"}) {
		t.Errorf("near to the cat: %v, %v", near, err)
	}
	found, missing, err := client.GetPoints(t.Context(), collection, []string{"cup", "dog"},
		&ocelli.PointOptions{WithVector: true})
	if err != nil || len(found) != 1 || !slices.Equal(found[0].Vector, []float32{0, 1}) || !slices.Equal(missing, []string{"dog"}) {
		t.Errorf("got %v, %v, %v", found, missing, err)
	}
	if deleted, err := client.DeletePoints(t.Context(), collection, ocelli.ByID("cup", "dog")); err != nil || deleted != 1 {
		t.Errorf("deleted %d, %v", deleted, err)
	}
	if described, count, err := client.GetCollection(t.Context(), collection); err != nil || described.Name != collection || count != 2 {
		t.Errorf("left %v, %v", described, err)
	}
}

func TestImagesAreIndexedAndFound(t *testing.T) {
	const collection = "go-images"
	client := edge(t)
	create(t, client, ocelli.Collection{Name: collection})
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
		if (answer.Err == nil) != (answer.Result != nil && answer.Result.Model != "") {
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
	found, err := client.Search(t.Context(), collection, ocelli.LikeImage(ocelli.File(media("cat.png"))), nil)
	if err != nil || !slices.Equal(idsOf(found), []string{"cat", "coffee"}) || found.Hits[0].Payload["legs"] != 4.0 {
		t.Errorf("found %v, %v", found, err)
	}
	if _, err = client.Search(t.Context(), collection, ocelli.LikeImage(ocelli.File("nosuch")), nil); !errors.Is(err, ocelli.ErrInvalidRequest) {
		t.Errorf("by a file that is not there: %v", err)
	}
	listed, err := client.ListCollections(t.Context())
	if err != nil || !slices.ContainsFunc(listed, func(c ocelli.Collection) bool { return c.Name == collection }) {
		t.Errorf("listed %v, %v", listed, err)
	}
	if _, err := client.CreateCollection(t.Context(), ocelli.Collection{Name: collection}); !errors.Is(err, ocelli.ErrAlreadyExists) {
		t.Errorf("created again: %v", err)
	}
}

// create creates a collection for a test, anew if one of an earlier run is left.
func create(t *testing.T, client *ocelli.Client, collection ocelli.Collection) {
	t.Helper()
	if err := client.DeleteCollection(t.Context(), collection.Name); err != nil && !errors.Is(err, ocelli.ErrNotFound) {
		t.Fatal(err)
	}
	created, err := client.CreateCollection(t.Context(), collection)
	if err != nil || created.Metric != ocelli.MetricCosine || created.Dimension == 0 {
		t.Fatalf("created %v, %v", created, err)
	}
}

func point(id string, vector []float32, payload ocelli.Payload) ocelli.Point {
	return ocelli.Point{ID: id, Vector: vector, Payload: payload}
}

func idsOf(found *ocelli.SearchResult) []string {
	ids := []string{}
	for _, hit := range found.Hits {
		ids = append(ids, hit.ID)
	}
	return ids
}

func TestPointsAreListedChangedAndDeleted(t *testing.T) {
	const collection, count = "go-points", 250
	client := edge(t)
	create(t, client, ocelli.Collection{Name: collection, Dimension: 2})
	points := make([]ocelli.Point, count)
	for at := range points {
		points[at] = point(fmt.Sprintf("%03d", at), []float32{1, float32(at)}, map[string]any{"even": at%2 == 0, "at": at})
	}
	if _, err := client.UpsertPoints(t.Context(), collection, points...); err != nil {
		t.Fatal(err)
	}
	updated, err := client.UpdateCollection(t.Context(), ocelli.Collection{
		Name: collection, Fields: []ocelli.Field{{Name: "even", Type: ocelli.FieldBool}},
	}, "fields")
	if err != nil || len(updated.Fields) != 1 {
		t.Fatalf("updated %v, %v", updated, err)
	}
	even := ocelli.Equals("even", true)
	listed := map[string]bool{}
	for found, err := range client.ListPoints(t.Context(), collection, even, &ocelli.ListOptions{PageSize: 40}) {
		must(t, err)
		if found.Vector != nil || found.Payload["even"] != true || listed[found.ID] {
			t.Errorf("listed %v", found)
		}
		listed[found.ID] = true
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
			found, _, err := client.GetPoints(t.Context(), collection, []string{one.id}, nil)
			if err != nil || len(found) != 1 || !maps.Equal(found[0].Payload, one.want) {
				t.Errorf("it is %v, %v", found, err)
			}
		})
	}

	answers, err := client.BatchSearch(t.Context(), collection, ocelli.LikeVector([]float32{1, 0}),
		ocelli.LikePoint("001").With(&ocelli.SearchOptions{Limit: 1, Filter: even}), ocelli.LikePoint("nosuch"))
	if err != nil || len(answers) != 3 || len(answers[0].Result.Hits) != 10 || len(answers[1].Result.Hits) != 1 ||
		ocelli.ReasonOf(answers[2].Err) != ocelli.ReasonPointNotFound {
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
	_, embedded := client.EmbedText(t.Context(), "a cat", nil)
	var streamed error
	for answer, err := range client.EmbedStream(t.Context(), nil, ocelli.All(slices.Values([]ocelli.Frame{{Text: "a cat"}}))) {
		must(t, err)
		streamed = answer.Err
	}
	for _, err := range []error{embedded, streamed} {
		if ocelli.ReasonOf(err) != ocelli.ReasonModelTakesNoText {
			t.Errorf("%v", err)
		}
	}
}
