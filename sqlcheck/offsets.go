package sqlcheck

import "sort"

// cut is the mapping of the text between two offsets, counted from the first.
func (o *offsets) cut(from, to int) offsets {
	i := max(sort.SearchInts(o.from, from+1)-1, 0)
	out := offsets{from: []int{0}, to: []int{o.original(from)}, literal: []bool{i < len(o.literal) && o.literal[i]}}
	for i++; i < len(o.from) && o.from[i] < to; i++ {
		out.add(o.from[i]-from, o.to[i], o.literal[i])
	}
	return out
}

// then continues the mapping with that of a text which is appended at an offset.
func (o offsets) then(at int, next offsets) offsets {
	for i := range next.from {
		o.add(at+next.from[i], next.to[i], next.literal[i])
	}
	return o
}
