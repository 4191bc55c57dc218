package trace

import (
	"fmt"
	"strings"
	"time"
)

// String draws the tree, a line per event: when it began after the root, what
// it was, how it ended, and the bill of the whole below.
func (n *Node) String() string {
	d := drawing{start: n.At, own: map[string]bool{}}
	for e := range n.All() {
		d.own[e.ID] = true
	}
	d.draw(n, "", "")
	return d.out.String() + "bill: " + n.Total().String() + "\n"
}

type drawing struct {
	out   strings.Builder
	start time.Time
	own   map[string]bool // the IDs in the tree
}

func (d *drawing) draw(n *Node, first, rest string) {
	fmt.Fprintf(&d.out, "%9s  %s%s\n", since(d.start, n.At), first, d.line(n))
	for i, effect := range n.Effects {
		if i == len(n.Effects)-1 {
			d.draw(effect, rest+"└─ ", rest+"   ")
		} else {
			d.draw(effect, rest+"├─ ", rest+"│  ")
		}
	}
}

func since(start, at time.Time) string {
	d := at.Sub(start)
	if d < time.Minute {
		return fmt.Sprintf("+%.1f ms", float64(d.Microseconds())/1000)
	}
	return "+" + d.Round(time.Second).String()
}

// line is an event in words.
func (d *drawing) line(n *Node) string {
	words := []string{string(n.Kind)}
	if n.Name != "" {
		words = append(words, n.Name)
	}
	if n.Kind == Origin {
		words = append(words, n.ID)
	}
	if n.Detail != "" {
		words = append(words, n.Detail)
	}
	if n.Failed() {
		words = append(words, "✗ "+n.Outcome)
	}
	if n.Took > 0 && n.Kind == Run {
		words = append(words, n.Took.Round(10*time.Microsecond).String())
	}
	if others := d.foreign(n); others > 0 {
		words = append(words, fmt.Sprintf("(and from %d elsewhere)", others))
	}
	return strings.Join(words, " ")
}

// foreign counts a node's causes outside of the tree.
func (d *drawing) foreign(n *Node) (others int) {
	for _, cause := range n.Causes {
		if !d.own[cause] {
			others++
		}
	}
	return others
}
