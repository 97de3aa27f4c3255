package kinesis_test

import (
	"crypto/md5"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/kinesis"
)

func TestHashKeys(t *testing.T) {
	require.Equal(t, "0", kinesis.HashKey{}.String())
	require.Equal(t, max128, kinesis.MaxHashKey().String())
	for _, bad := range []string{"", "-1", "x", "340282366920938463463374607431768211456", "1 "} {
		_, err := kinesis.ParseHashKey(bad)
		require.Error(t, err, bad)
	}
	rapid.Check(t, func(t *rapid.T) {
		partitionKey := rapid.String().Draw(t, "key")
		sum := md5.Sum([]byte(partitionKey))
		h := kinesis.HashOf(partitionKey)
		require.Equal(t, new(big.Int).SetBytes(sum[:]).String(), h.String(), "the MD5, read big-endian")
		again, err := kinesis.ParseHashKey(h.String())
		require.NoError(t, err)
		require.Zero(t, h.Compare(again))
	})
	require.Zero(t, testing.AllocsPerRun(100, func() { kinesis.HashOf("a partition key") }))
}

func TestPartitioners(t *testing.T) {
	b, s, _ := world(t, kinesis.WithPartitioner(kinesis.XXHash))
	require.Equal(t, kinesis.XXHash("a"), b.ExplainKey("s", "a").Hash)
	require.NotEqual(t, kinesis.HashOf("a"), kinesis.XXHash("a"))
	require.NotEqual(t, kinesis.XXHash("a").Hi, kinesis.XXHash("a").Lo)
	require.Zero(t, testing.AllocsPerRun(100, func() { kinesis.XXHash("a partition key") }))
	count, err := s.SetShardCount(t.Context(), 2, kinesis.UniformScaling)
	require.NoError(t, err)
	require.Equal(t, 2, count.Target)
	seen := map[string]bool{}
	for _, k := range strings.Split("abcdefghijklmnop", "") {
		p := put(t, s, k)
		require.Equal(t, b.RouteOf("s", k), p.ShardID)
		seen[p.ShardID] = true
	}
	require.Len(t, seen, 2)
	b, _, _ = world(t, kinesis.WithPartitioner(nil), nil)
	require.Equal(t, kinesis.HashOf("a"), b.ExplainKey("s", "a").Hash)
}

func FuzzSequenceNumber(f *testing.F) {
	f.Add("49570154343577991434159135485979649237735405726566711298")
	f.Add("0")
	f.Add("6277101735386680763835789423207666416102355444464034512895") // 2^192-1
	f.Add("6277101735386680763835789423207666416102355444464034512896")
	f.Fuzz(func(t *testing.T, text string) {
		n, err := kinesis.ParseSequenceNumber(text)
		want, ok := new(big.Int).SetString(text, 10)
		valid := ok && strings.Trim(text, "0123456789") == "" && want.BitLen() <= 192
		require.Equal(t, valid, err == nil)
		if valid && want.Sign() > 0 {
			require.Equal(t, want.String(), n.String())
		}
	})
}

// The middle is where a division by two of the sum lies, also where that takes more than 128 bits.
func TestBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := func(name string) kinesis.HashKey {
			return kinesis.HashKey{rapid.Uint64().Draw(t, name+" hi"), rapid.Uint64().Draw(t, name+" lo")}
		}
		a, b := key("a"), key("b")
		if a.Compare(b) > 0 {
			a, b = b, a
		}
		of := func(k kinesis.HashKey) *big.Int {
			n, ok := new(big.Int).SetString(k.String(), 10)
			require.True(t, ok)
			return n
		}
		sum := new(big.Int).Add(of(a), of(b))
		require.Equal(t, sum.Rsh(sum, 1).String(), a.Between(b).String())
	})
	require.Equal(t, kinesis.HashKey{Hi: 1<<63 - 1, Lo: 1<<64 - 1}, kinesis.Shard{End: kinesis.MaxHashKey()}.Middle())
}
