package sns

import "context"

// Platforms is the control plane of mobile push: apps, which the service calls platform applications, and their installations on
// devices, which it calls platform endpoints. [*Broker] implements it in memory. Its methods may be called concurrently. Attributes
// go by the service's names; maps are copied.
//
// All methods fail with [ErrInvalidParameter], with [ErrAuthorization] for callers of other accounts than the app's, and, where they
// do not say otherwise, with [ErrNotFound] when there is no app or installation of the ARN.
type Platforms interface {
	// CreateApp makes an app in the caller's account and region, or returns the one of the same platform and name if it has
	// the same attributes; with others it fails. A name is 1 to 256 ASCII letters, digits, underscores, hyphens and dots. The
	// attributes are PlatformCredential, and PlatformPrincipal except for GCM, which are taken as good whatever they say;
	// Enabled, EventEndpointCreated, EventEndpointDeleted, EventEndpointUpdated and EventDeliveryFailure, which hold ARNs of
	// topics; and SuccessFeedbackRoleArn, FailureFeedbackRoleArn, SuccessFeedbackSampleRate, ApplePlatformTeamID and
	// ApplePlatformBundleID, which are only stored. It fails with [ErrValidation] if there are none at all.
	CreateApp(ctx context.Context, platform Platform, name string, attributes map[string]string) (arn string, err error)
	// Apps lists the apps of the caller's account and region, up to 100 on a page, by age.
	Apps(ctx context.Context, token string) (AppPage, error)
	// AppAttributes returns what is set, Enabled always, but never the credentials.
	AppAttributes(ctx context.Context, appARN string) (map[string]string, error)
	// SetAppAttributes changes the attributes given, all or none. An empty value removes one. It fails with [ErrValidation]
	// if there are none.
	SetAppAttributes(ctx context.Context, appARN string, attributes map[string]string) error
	// DeleteApp deletes an app and its installations. One that does not exist is no error.
	DeleteApp(ctx context.Context, appARN string) error

	// CreateInstallation registers a device's token with an app, or returns the installation that has the token if its
	// attributes are the same now; if they are not, it fails with [ErrInvalidParameter] and a text that holds its ARN.
	CreateInstallation(ctx context.Context, appARN string, i NewInstallation) (arn string, err error)
	// Installations lists the installations of an app, up to 100 on a page, by age.
	Installations(ctx context.Context, appARN, token string) (InstallationPage, error)
	// InstallationAttributes returns Token, Enabled and, if there is any, CustomUserData.
	InstallationAttributes(ctx context.Context, arn string) (map[string]string, error)
	// SetInstallationAttributes changes the attributes given, all or none. It fails with [ErrValidation] if there are none.
	SetInstallationAttributes(ctx context.Context, arn string, attributes map[string]string) error
	// DeleteInstallation deletes an installation; subscriptions to it stay. One that does not exist is no error.
	DeleteInstallation(ctx context.Context, arn string) error
}

var _ Platforms = (*Broker)(nil)

// Platform is a push notification service.
type Platform string

// The platforms.
const (
	PlatformADM          Platform = "ADM"
	PlatformAPNS         Platform = "APNS"
	PlatformAPNSSandbox  Platform = "APNS_SANDBOX"
	PlatformVoIP         Platform = "APNS_VOIP"
	PlatformVoIPSandbox  Platform = "APNS_VOIP_SANDBOX"
	PlatformMacOS        Platform = "MACOS"
	PlatformMacOSSandbox Platform = "MACOS_SANDBOX"
	PlatformGCM          Platform = "GCM" // Firebase Cloud Messaging
	PlatformBaidu        Platform = "BAIDU"
	PlatformMPNS         Platform = "MPNS"
	PlatformWNS          Platform = "WNS"
)

// App is an app as lists show it.
type App struct {
	ARN        string
	Attributes map[string]string
}

// AppPage is one page of apps.
type AppPage struct {
	Apps []App
	Next string // token of the next page, empty after the last
}

// NewInstallation is what CreateInstallation registers.
type NewInstallation struct {
	Token    string // by which the platform knows the device and the app; at least 1 character
	UserData string // anything, up to 2,048 bytes
	// Attributes are Enabled, true by default, and CustomUserData and Token, which count before the fields above.
	Attributes map[string]string
}

// Installation is an installation as lists show it.
type Installation struct {
	ARN        string
	Attributes map[string]string
}

// InstallationPage is one page of installations.
type InstallationPage struct {
	Installations []Installation
	Next          string // token of the next page, empty after the last
}
