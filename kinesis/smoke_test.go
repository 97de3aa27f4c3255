package kinesis_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

func TestSmoke(t *testing.T) {
	b, _ := fakeBroker()
	s := create(t, b, "s", 3)
	for i, k := range []string{"a", "b", "e", "f"} {
		p := put(t, s, k)
		require.Equal(t, id([]int{0, 1, 2, 1}[i]), p.ShardID)
		t.Log(p.Sequence, p.ShardID)
	}
	require.Equal(t, []string{"b", "f"}, readAll(t, b, s, 1, kinesis.Oldest()))
	require.NoError(t, s.Merge(t.Context(), id(0), id(1)))
	for _, sh := range shards(t, s, kinesis.ShardFilter{}) {
		t.Logf("%+v", sh)
	}
	it := iterator(t, s, 1, kinesis.Oldest())
	batch := read(t, b, it)
	require.Empty(t, batch.Next)
	t.Logf("%+v %s", batch, it)
	_, err := s.SetShardCount(t.Context(), 4, kinesis.UniformScaling)
	require.NoError(t, err)
	t.Log(open(t, s))
}
