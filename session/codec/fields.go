package codec

import (
	"hash/maphash"
	"slices"
	"sync"
)

// smallMapping is the number of keys up to which each is compared with all
// others to find equal ones.
const smallMapping = 12

// dropRepeated removes from fields[from:] all but the last of each group of
// equal keys, keeping the place of the first as a Python dict does. It does not
// allocate once its tables are warm.
func dropRepeated(fields []Field, from int) []Field {
	found := fields[from:]
	if len(found) <= smallMapping {
		for i := 1; i < len(found); i++ {
			if at := indexKey(found[:i], found[i].Key); at >= 0 {
				found[at] = found[i]
				found = slices.Delete(found, i, i+1)
				i--
			}
		}
		return fields[:from+len(found)]
	}
	t := keyTables.Get().(*keyTable)
	defer keyTables.Put(t)
	return fields[:from+t.compact(found)]
}

func indexKey(fields []Field, key string) int {
	for i := range fields {
		if fields[i].Key == key {
			return i
		}
	}
	return -1
}

// A keyTable finds equal keys of a large mapping in linear time, whatever keys
// an attacker chooses.
type keyTable struct {
	seed  maphash.Seed
	slots []int32 // index+1 of a field; 0 is free
}

var keyTables = sync.Pool{New: func() any { return &keyTable{seed: maphash.MakeSeed()} }}

// compact moves the fields that stay to the front and returns their number.
func (t *keyTable) compact(fields []Field) int {
	size := 32
	for size < 2*len(fields) {
		size *= 2
	}
	t.slots = slices.Grow(t.slots[:0], size)[:size]
	clear(t.slots)
	n := 0
	for _, f := range fields {
		slot := &t.slots[t.find(fields, f.Key)]
		if *slot != 0 {
			fields[*slot-1] = f
			continue
		}
		fields[n] = f
		n++
		*slot = int32(n)
	}
	clear(fields[n:])
	return n
}

// find returns the slot of key, or the free one where it belongs.
func (t *keyTable) find(fields []Field, key string) uint64 {
	mask := uint64(len(t.slots) - 1)
	i := maphash.String(t.seed, key) & mask
	for t.slots[i] != 0 && fields[t.slots[i]-1].Key != key {
		i = (i + 1) & mask
	}
	return i
}
