package store

import "runtime"

// chunk is how many pairs one goroutine parses at a time: enough that handing
// them over costs nothing beside it.
const chunk = 256

// LoadParsed is Load for a bucket that may be large: parse runs for several
// chunks of pairs at once, use for one value after the other, in the order of the
// keys. It returns the first error of parse, of use or of the store; after it use
// is not called again.
func LoadParsed[T any](from Store, bucket string, parse func(key, value []byte) (T, error), use func(T) error) error {
	queue := make(chan *parsing[T], runtime.GOMAXPROCS(0))
	var loaded error // read after queue is closed
	go func() {
		defer close(queue)
		next := newParsing[T]()
		loaded = from.Load(bucket, func(key, value []byte) error {
			next.pairs = append(next.pairs, pair{key, value})
			if len(next.pairs) == chunk {
				go next.run(parse)
				queue <- next
				next = newParsing[T]()
			}
			return nil
		})
		go next.run(parse)
		queue <- next
	}()
	var failed error
	for p := range queue {
		<-p.done
		for _, value := range p.values {
			if failed == nil {
				failed = use(value)
			}
		}
		if failed == nil {
			failed = p.err
		}
	}
	if failed == nil {
		failed = loaded
	}
	return failed
}

type pair struct{ key, value []byte }

// parsing is a chunk on its way from pairs to values.
type parsing[T any] struct {
	pairs  []pair
	values []T
	err    error // what ended the values early
	done   chan struct{}
}

func newParsing[T any]() *parsing[T] { return &parsing[T]{done: make(chan struct{})} }

func (p *parsing[T]) run(parse func(key, value []byte) (T, error)) {
	defer close(p.done)
	for _, pair := range p.pairs {
		value, err := parse(pair.key, pair.value)
		if err != nil {
			p.err = err
			return
		}
		p.values = append(p.values, value)
	}
}
