package history

import "sync"

// recent keeps what was read last within a budget. It has two generations:
// when the young one is full, the old one is forgotten.
type recent[K comparable, V any] struct {
	mu         sync.Mutex
	young, old map[K]V
	used, max  int
}

func newRecent[K comparable, V any](max int) *recent[K, V] {
	return &recent[K, V]{young: map[K]V{}, max: max}
}

func (c *recent[K, V]) get(k K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.young[k]; ok {
		return v, true
	}
	v, ok := c.old[k]
	return v, ok
}

// forget gives back what is kept.
func (c *recent[K, V]) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.young, c.old, c.used = map[K]V{}, nil, 0
}

func (c *recent[K, V]) put(k K, v V, cost int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.used+cost > c.max {
		c.old, c.young, c.used = c.young, map[K]V{}, 0
	}
	c.young[k] = v
	c.used += cost
}
