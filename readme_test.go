package inflight_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every Go block of the README is a function of the executed examples, so that the README stays true.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	var examples []byte
	for _, file := range []string{"example_test.go", "examples/awssdk/readme_test.go"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		examples = append(examples, text...)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	require.NotEmpty(t, blocks)
	for _, b := range blocks {
		require.Contains(t, string(examples), strings.TrimSpace(b[1]), "a README block that no example runs")
	}
}

// Each number of the founding notes stands in the README's table of limits.
func TestReadmeNamesTheLimits(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, number := range []string{"256 KiB", "1 MiB", "120,000", "20,000", "300", "3,000", "4 days", "14 days", "12 hours",
		"1 MB/s", "1,000 records/s", "2 MB/s", "24 hours"} {
		require.Contains(t, string(readme), number)
	}
}
