//go:build race

package awssdk_test

func init() { raceDetector = true }
