package formdata

// Group moves the pairs of one key to where the first of them stands and keeps
// their order, as a MultiDict has them.
func Group(items []Pair) []Pair {
	return groupByKey(items, func(p *Pair) string { return p.Key })
}

// groupByKey moves the items of one key to where the first of them stands and
// keeps their order. Few items are compared with each other; many, which a
// hostile request can send, are counted instead.
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

// groupMany counts how many items each key has, which is where they begin, and
// then puts each in its place.
func groupMany[T any](items []T, key func(*T) string) []T {
	known := rankedKeys{items: len(items)}
	rank := make([]int32, len(items)) // of each item's key
	var places []int32                // of each rank: how many, then where the next one goes
	for i := range items {
		rank[i] = known.rank(key(&items[i]))
		if int(rank[i]) == len(places) {
			places = append(places, 0)
		}
		places[rank[i]]++
	}
	if len(places) == len(items) || len(places) == 1 {
		return items
	}
	next := int32(0)
	for r, n := range places {
		places[r] = next
		next += n
	}
	grouped := make([]T, len(items))
	for i := range items {
		grouped[places[rank[i]]] = items[i]
		places[rank[i]]++
	}
	return grouped
}

// rankedKeys numbers keys in the order in which they came first. The first few,
// mostly all, are found without hashing.
type rankedKeys struct {
	few   [8]string
	count int32
	all   map[string]int32
	items int // at most so many keys
}

func (r *rankedKeys) rank(key string) int32 {
	for i := range min(int(r.count), len(r.few)) {
		if r.few[i] == key {
			return int32(i)
		}
	}
	if int(r.count) > len(r.few) {
		if rank, known := r.all[key]; known {
			return rank
		}
	}
	rank := r.count
	r.count++
	if int(rank) < len(r.few) {
		r.few[rank] = key
	} else {
		if r.all == nil {
			r.all = make(map[string]int32, r.items)
		}
		r.all[key] = rank
	}
	return rank
}
