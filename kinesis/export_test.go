package kinesis

// Held returns how many streams the broker has in memory.
func (b *Broker) Held() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return len(b.streams)
}
