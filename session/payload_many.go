package session

import "github.com/cantil-go/cantil/session/codec"

// A split payload of many fields is searched by a map and keeps the places of
// fields that were removed until all of them are asked for: otherwise ten
// thousand keys would cost a hundred million comparisons.

// tombstone is the value of a field that was removed from among many.
type tombstone struct{}

// place returns where key is among the fields of a split payload, -1 if it has
// none. The search through few is linear: most comparisons end at the length.
func (p *payload) place(key string) int {
	if p.at == nil {
		if len(p.fields) <= manyKeys {
			for i := range p.fields {
				if p.fields[i].Key == key {
					return i
				}
			}
			return -1
		}
		p.at = make(map[string]int, 2*len(p.fields))
		for i := range p.fields {
			p.at[p.fields[i].Key] = i
		}
	}
	if i, ok := p.at[key]; ok {
		return i
	}
	return -1
}

// add appends a field whose key the payload does not have.
func (p *payload) add(f codec.Field) {
	if p.at != nil {
		p.at[f.Key] = len(p.fields)
	}
	p.fields = append(p.fields, f)
}

// bury removes a field from among many. The last one goes at once.
func (p *payload) bury(i int) {
	delete(p.at, p.fields[i].Key)
	if i == len(p.fields)-1 {
		p.fields[i] = codec.Field{}
		p.fields = p.fields[:i]
		return
	}
	p.fields[i] = codec.Field{Value: tombstone{}}
	p.dead++
}

// compact gives up the places of the fields that were removed.
func (p *payload) compact() {
	alive := p.fields[:0]
	for _, f := range p.fields {
		if _, dead := f.Value.(tombstone); !dead {
			alive = append(alive, f)
		}
	}
	clear(p.fields[len(alive):])
	p.fields, p.at, p.dead = alive, nil, 0
}

// count is the number of fields of a split payload.
func (p *payload) count() int { return len(p.fields) - int(p.dead) }

// put gives a field's key the field's value, still encoded or not.
func (p *payload) put(f codec.Field) {
	if own := p.find(f.Key); own != nil {
		own.Value, own.Raw = f.Value, f.Raw
	} else {
		p.add(f)
	}
}

// drop removes key, if it is there.
func (p *payload) drop(key string) {
	if i := p.index(key); i >= 0 {
		p.remove(i)
	}
}

// fresh returns a value that nothing else holds, nil without the key.
func (p *payload) fresh(key string) any {
	f := p.find(key)
	if f == nil {
		return nil
	}
	if f.Raw != "" {
		return p.decodeRaw(key, f.Raw)
	}
	return f.Value
}
