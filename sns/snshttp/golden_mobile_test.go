package snshttp_test

func mobileReplays() map[string]func(*scenario) {
	return map[string]func(*scenario){
		"test_create_platform_application_invalid_attributes":         replayAppAttributes,
		"test_create_platform_application_invalid_platform":           replayPlatform,
		"test_list_platform_applications":                             replayApps,
		"test_create_platform_endpoint":                               replayInstallation,
		"test_create_platform_endpoint_custom_data":                   replayUserData,
		"test_create_platform_endpoint_idempotency":                   replayInstallationAgain,
		"test_delete_platform_endpoint":                               replayDeleteInstallation,
		"test_get_platform_endpoint_attributes":                       replayInstallationAttributes,
		"test_list_platform_endpoints":                                replayInstallations,
		"test_set_platform_endpoint_attributes_non_existent_endpoint": replayNoInstallation,
	}
}

// app makes a platform application.
func (w *world) app(name string) string {
	w.t.Helper()
	return w.ok("CreatePlatformApplication", obj{
		"Name": name, "Platform": "ADM", "Attributes": texts{"PlatformCredential": "c", "PlatformPrincipal": "p"},
	})["PlatformApplicationArn"].(string)
}

// installation makes a platform endpoint.
func (w *world) installation(app, token string) string {
	w.t.Helper()
	return w.ok("CreatePlatformEndpoint", obj{"PlatformApplicationArn": app, "Token": token})["EndpointArn"].(string)
}

func replayAppAttributes(s *scenario) {
	in := obj{"Name": "app", "Platform": "ADM", "Attributes": map[string]texts{
		"missing-credential": {"PlatformPrincipal": "p"}, "missing-principal": {"PlatformCredential": "c"}, "no-args": {},
	}[s.variant]}
	s.check("platform-application-no-attributes", "CreatePlatformApplication", in)
}

func replayPlatform(s *scenario) {
	s.check("invalid-platform", "CreatePlatformApplication", obj{
		"Name": "app", "Platform": "AAA", "Attributes": texts{"PlatformCredential": "c", "PlatformPrincipal": "p"},
	})
}

func replayApps(s *scenario) {
	s.app("app")
	s.check("list-platform-applications", "ListPlatformApplications", obj{})
}

func replayInstallation(s *scenario) {
	s.check("create-platform-endpoint", "CreatePlatformEndpoint", obj{"PlatformApplicationArn": s.app("app"), "Token": "token_1"})
}

func replayUserData(s *scenario) {
	ref := s.ok("CreatePlatformEndpoint", obj{
		"PlatformApplicationArn": s.app("app"), "Token": "token_1", "CustomUserData": "foo", "Attributes": texts{"CustomUserData": "bar"},
	})["EndpointArn"]
	s.check("create-endpoint-double-custom-data", "GetEndpointAttributes", obj{"EndpointArn": ref})
}

func replayInstallationAgain(s *scenario) {
	in := obj{"PlatformApplicationArn": s.app("app"), "Token": "token_1", "Attributes": texts{"CustomUserData": "x"}}
	s.check("create-platform-endpoint", "CreatePlatformEndpoint", in)
	s.check("create-platform-endpoint-idempotent", "CreatePlatformEndpoint", in)
	in["Attributes"] = texts{"CustomUserData": "y"}
	s.check("create-platform-endpoint-different-token", "CreatePlatformEndpoint", in)
}

func replayDeleteInstallation(s *scenario) {
	app := s.app("app")
	ref := s.installation(app, "token_1")
	s.check("list-endpoints-by-app-pre-delete", "ListEndpointsByPlatformApplication", obj{"PlatformApplicationArn": app})
	s.check("delete-endpoint", "DeleteEndpoint", obj{"EndpointArn": ref})
	s.check("list-endpoints-by-app-post-delete", "ListEndpointsByPlatformApplication", obj{"PlatformApplicationArn": app})
}

func replayInstallationAttributes(s *scenario) {
	ref := s.installation(s.app("app"), "token_1")
	s.check("get-platform-endpoint-attributes", "GetEndpointAttributes", obj{"EndpointArn": ref})
}

func replayInstallations(s *scenario) {
	app := s.app("app")
	s.installation(app, "token_1")
	s.check("list-endpoints-by-app", "ListEndpointsByPlatformApplication", obj{"PlatformApplicationArn": app})
}

func replayNoInstallation(s *scenario) {
	s.check("set-platform-endpoint-attributes-non-existent-app", "SetEndpointAttributes", obj{
		"EndpointArn": "arn:aws:sns:us-east-1:" + account + ":endpoint/ADM/none/11111111-2222-3333-4444-555555555555",
		"Attributes":  texts{"CustomUserData": "x"},
	})
}
