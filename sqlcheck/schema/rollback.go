package schema

// undone finds the statements of a file that a ROLLBACK takes back: they are not
// run at all. A ROLLBACK whose transaction the file doesn't open is left alone.
func undone(chunks []chunk) []bool {
	out := make([]bool, len(chunks))
	var done []int // what is not undone, in order
	start := -1    // of the open transaction
	type savepoint struct {
		name string
		at   int
	}
	var saved []savepoint
	undo := func(from int) {
		for len(done) > 0 && done[len(done)-1] >= from {
			out[done[len(done)-1]] = true
			done = done[:len(done)-1]
		}
	}
	for i, c := range chunks {
		done = append(done, i)
		if len(c.head) == 0 {
			continue
		}
		switch c.head[0] {
		case "begin", "start":
			if start < 0 {
				start, saved = i, nil
			}
		case "commit", "end":
			start = -1
		case "savepoint":
			saved = append(saved, savepoint{lastWord(c.text), i})
		case "rollback", "abort":
			if start < 0 {
				continue
			}
			to := savepointOf(c)
			if to == "" {
				undo(start)
				start = -1
				continue
			}
			for j := len(saved) - 1; j >= 0; j-- {
				if saved[j].name == to {
					undo(saved[j].at + 1)
					saved = saved[:j+1]
					break
				}
			}
		}
	}
	return out
}

// savepointOf names the savepoint that a ROLLBACK goes back to, "" for none.
func savepointOf(c chunk) string {
	for _, t := range tokens(c.text) {
		if t.is("to") {
			return lastWord(c.text)
		}
	}
	return ""
}

func lastWord(text string) string {
	ts := tokens(text)
	if len(ts) == 0 {
		return ""
	}
	return ts[len(ts)-1].text
}
