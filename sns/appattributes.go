package sns

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The service's names of the attributes of apps and installations.
const (
	attrCredential   = "PlatformCredential"
	attrPrincipal    = "PlatformPrincipal"
	attrEnabled      = "Enabled"
	attrCreatedTopic = "EventEndpointCreated"
	attrDeletedTopic = "EventEndpointDeleted"
	attrUpdatedTopic = "EventEndpointUpdated"
	attrFailureTopic = "EventDeliveryFailure"
	attrSuccessRole  = "SuccessFeedbackRoleArn"
	attrFailureRole  = "FailureFeedbackRoleArn"
	attrSuccessRate  = "SuccessFeedbackSampleRate"
	attrAppleTeam    = "ApplePlatformTeamID"
	attrAppleBundle  = "ApplePlatformBundleID"
	attrToken        = "Token"
	attrUserData     = "CustomUserData"
)

const (
	maxUserData = 2048 // bytes
	maxAppName  = 256

	invalidName  = "Attributes Reason: Invalid attribute name: %s"
	invalidValue = "Attributes Reason: Invalid value for attribute: %s: %s"
)

// newApp refuses an app that cannot be, and returns its attributes in full.
func newApp(platform Platform, name string, given map[string]string) (map[string]string, error) {
	if len(given) == 0 {
		return nil, missing("attributes")
	}
	if !platform.exists() {
		return nil, invalid("Platform Reason: %s is not supported", platform)
	}
	if err := validateAppName(name); err != nil {
		return nil, err
	}
	return changedApp(map[string]string{attrEnabled: "true"}, given, platform)
}

func (p Platform) exists() bool {
	switch p {
	case PlatformADM, PlatformAPNS, PlatformAPNSSandbox, PlatformVoIP, PlatformVoIPSandbox, PlatformMacOS, PlatformMacOSSandbox,
		PlatformGCM, PlatformBaidu, PlatformMPNS, PlatformWNS:
		return true
	}
	return false
}

func validateAppName(name string) error {
	switch {
	case name == "":
		return invalid("%s Reason: cannot be empty", name)
	case utf8.RuneCountInString(name) > maxAppName:
		return invalid("%s Reason: must be at most %d characters long", name, maxAppName)
	case !isPlain(strings.ReplaceAll(name, ".", "_")):
		return invalid("%s Reason: must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'", name)
	}
	return nil
}

// changedApp returns an app's attributes with others given; empty ones are removed.
func changedApp(old, given map[string]string, platform Platform) (map[string]string, error) {
	next := maps.Clone(old)
	for _, k := range sortedKeys(given) {
		v, err := appAttribute(k, given[k])
		if err != nil {
			return nil, err
		}
		if next[k] = v; v == "" {
			delete(next, k)
		}
	}
	credential, principal := next[attrCredential] != "", next[attrPrincipal] != ""
	switch {
	case principal && !credential:
		return nil, invalid("Attributes Reason: PlatformPrincipal attribute provided without PlatformCredential")
	case credential && !principal && platform != PlatformGCM:
		return nil, invalid("Attributes Reason: PlatformCredential attribute provided without PlatformPrincipal")
	}
	return next, nil
}

// appAttribute returns the value of an app's attribute as it is kept.
func appAttribute(name, value string) (string, error) {
	if !utf8.ValidString(value) {
		return "", invalid(invalidValue, name, "must be valid UTF-8")
	}
	switch name {
	case attrEnabled:
		return enabledValue(value)
	case attrSuccessRate:
		if value != "" && !isPercentage(value) {
			return "", invalid(invalidValue, name, value+" value provided is not an integer between 0-100")
		}
	case attrCreatedTopic, attrDeletedTopic, attrUpdatedTopic, attrFailureTopic:
		if n := len(strings.Split(value, ":")); value != "" && n < 6 {
			return "", invalid(invalidValue, name, "An ARN must have at least 6 elements, not "+strconv.Itoa(n))
		}
	case attrCredential, attrPrincipal, attrSuccessRole, attrFailureRole, attrAppleTeam, attrAppleBundle:
	default:
		return "", invalid(invalidName, name)
	}
	return value, nil
}

// enabledValue reads true or false, in whatever case.
func enabledValue(v string) (string, error) {
	switch v = strings.ToLower(v); v {
	case "true", "false":
		return v, nil
	}
	return "", invalid(invalidValue, attrEnabled, "must be true or false")
}

// isPercentage takes a number from 0 to 100 in digits.
func isPercentage(v string) bool {
	n, err := strconv.ParseUint(v, 10, 8)
	return err == nil && n <= 100
}

// shown returns what is shown of an app: all but the credentials.
func (a *app) shown() map[string]string {
	m := maps.Clone(a.attrs)
	delete(m, attrCredential)
	delete(m, attrPrincipal)
	return m
}

// changedInstallation returns an installation's attributes with others given. Empty user data is none.
func changedInstallation(old, given map[string]string) (map[string]string, error) {
	next := maps.Clone(old)
	for _, k := range sortedKeys(given) {
		v := given[k]
		switch {
		case !slices.Contains([]string{attrEnabled, attrToken, attrUserData}, k):
			return nil, invalid(invalidName, k)
		case !utf8.ValidString(v):
			return nil, invalid(invalidValue, k, "must be valid UTF-8")
		case k == attrToken && v == "":
			return nil, invalid(invalidValue, k, "cannot be empty")
		case k == attrUserData && len(v) > maxUserData:
			return nil, invalid(invalidValue, k, "must be at most 2048 bytes long in UTF-8 encoding")
		case k == attrEnabled:
			var err error
			if v, err = enabledValue(v); err != nil {
				return nil, err
			}
		}
		next[k] = v
	}
	if next[attrUserData] == "" {
		delete(next, attrUserData)
	}
	return next, nil
}
