package ocelli

import "iter"

// pages yields the items of all pages, each page asked for when the one before it is used up. An error
// comes last.
func pages[Item any](
	list func(pageToken string) (items []Item, nextPageToken string, err error),
) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		var none Item
		for token := ""; ; {
			items, next, err := list(token)
			if err != nil {
				yield(none, err)
				return
			}
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			if token = next; token == "" {
				return
			}
		}
	}
}

// collect returns all items, or the error that came in place of the rest.
func collect[Item any](items iter.Seq2[Item, error]) ([]Item, error) {
	var all []Item
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, nil
}
