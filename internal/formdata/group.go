package formdata

import (
	"cmp"
	"slices"
)

// Group moves the pairs of one key to where the first of them stands and keeps their order, as a MultiDict has them.
func Group(items []Pair) []Pair {
	return groupByKey(items, func(p *Pair) string { return p.Key })
}

// groupByKey moves the items of one key to where the first of them stands and keeps their order. Few items are
// compared with each other; many, which a hostile request can send, take a sort instead.
func groupByKey[T any](items []T, key func(*T) string) []T {
	if len(items) > 16 {
		return groupMany(items, key)
	}
	for i := 1; i < len(items); i++ {
		k := key(&items[i])
		at := i - 1
		for at >= 0 && key(&items[at]) != k {
			at--
		}
		if at < 0 || at == i-1 {
			continue
		}
		item := items[i]
		copy(items[at+2:i+1], items[at+1:i])
		items[at+1] = item
	}
	return items
}

func groupMany[T any](items []T, key func(*T) string) []T {
	type ranked struct {
		item T
		rank int
	}
	ranks := make(map[string]int, len(items))
	order := make([]ranked, len(items))
	for i := range items {
		k := key(&items[i])
		rank, seen := ranks[k]
		if !seen {
			rank = len(ranks)
			ranks[k] = rank
		}
		order[i] = ranked{items[i], rank}
	}
	if len(ranks) == len(items) {
		return items
	}
	slices.SortStableFunc(order, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
	for i := range order {
		items[i] = order[i].item
	}
	return items
}
