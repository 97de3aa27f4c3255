package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Clients that nobody here wrote. Their scripts are in testdata and can be run by hand; see the head of each.

// client runs a script against a server of its own, whose time is virtual.
func client(t *testing.T, program, script string) {
	t.Helper()
	s := start(t, "-clock", "virtual")
	cmd := exec.CommandContext(t.Context(), program, filepath.Join("testdata", script), s.url)
	cmd.Env = environment()
	cmd.WaitDelay = time.Second // a child of the script may hold the output open
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", script, err, out)
	}
	s.end()
}

// environment is the machine's without its own settings for AWS, and without a proxy before the server.
func environment() []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "AWS_") {
			env = append(env, v)
		}
	}
	return append(env, "AWS_ACCESS_KEY_ID=any", "AWS_SECRET_ACCESS_KEY=any", "AWS_REGION=us-east-1",
		"AWS_DEFAULT_REGION=us-east-1", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_EC2_METADATA_DISABLED=true", "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
}

// need skips the test unless a command works.
func need(t *testing.T, program string, args ...string) {
	t.Helper()
	_, err := exec.LookPath(program)
	if err == nil && len(args) > 0 {
		err = exec.CommandContext(t.Context(), program, args...).Run()
	}
	if err != nil {
		t.Skipf("this machine cannot run %s %s: %v", program, strings.Join(args, " "), err)
	}
}

// boto3 as it comes speaks AWS JSON.
func TestBoto3JSON(t *testing.T) {
	t.Parallel()
	need(t, "python3", "-c", "import boto3")
	client(t, "python3", "boto3_json.py")
}

// boto3 with the model it had until 2023 speaks Query.
func TestBoto3Query(t *testing.T) {
	t.Parallel()
	need(t, "python3", "-c", "import boto3")
	client(t, "python3", "boto3_query.py")
}

func TestBoto3SNS(t *testing.T) {
	t.Parallel()
	need(t, "python3", "-c", "import boto3")
	client(t, "python3", "boto3_sns.py")
}

func TestBoto3Kinesis(t *testing.T) {
	t.Parallel()
	need(t, "python3", "-c", "import boto3")
	client(t, "python3", "boto3_kinesis.py")
}

func TestCLI(t *testing.T)        { cli(t, "cli.sh") }
func TestCLISNS(t *testing.T)     { cli(t, "cli_sns.sh") }
func TestCLIKinesis(t *testing.T) { cli(t, "cli_kinesis.sh") }

func cli(t *testing.T, script string) {
	if testing.Short() {
		t.Skip("the aws CLI takes half a second for every call")
	}
	t.Parallel()
	need(t, "bash")
	need(t, "aws", "--version")
	client(t, "bash", script)
}
