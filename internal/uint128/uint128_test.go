package uint128

import (
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func bigOf(n Uint128) *big.Int {
	b := new(big.Int).SetUint64(n.Hi)
	return b.Lsh(b, 64).Add(b, new(big.Int).SetUint64(n.Lo))
}

// Text, its reading and order are those of whole numbers.
func TestLikeBigInt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := Uint128{rapid.Uint64().Draw(t, "hi"), rapid.Uint64().Draw(t, "lo")}
		m := Uint128{rapid.SampledFrom([]uint64{0, n.Hi, n.Hi + 1}).Draw(t, "hi"), rapid.Uint64().Draw(t, "lo")}
		require.Equal(t, bigOf(n).String(), n.String())
		read, err := Parse(n.String())
		require.NoError(t, err)
		require.Equal(t, n, read)
		require.Equal(t, bigOf(n).Cmp(bigOf(m)), n.Compare(m))
	})
}

func TestParseRefuses(t *testing.T) {
	const largest = "340282366920938463463374607431768211455"
	n, err := Parse(largest)
	require.NoError(t, err)
	require.Equal(t, Uint128{1<<64 - 1, 1<<64 - 1}, n)
	for _, s := range []string{"340282366920938463463374607431768211456", largest + "0", strings.Repeat("9", 1000)} {
		_, err := Parse(s)
		require.ErrorIs(t, err, strconv.ErrRange, s)
	}
	for _, s := range []string{"", "-1", "+1", "1 ", "0x1", "١"} {
		_, err := Parse(s)
		require.ErrorIs(t, err, strconv.ErrSyntax, s)
	}
	require.Equal(t, "0", Uint128{}.String())
}
