package awssdk

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/inflight-mq/inflight/sns"
)

var _ sns.Platforms = (*TopicService)(nil)

// given makes an absent map an empty one: the SDK would not ask without it, and on the wire the two are the same.
func given(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// CreateApp makes a platform application.
func (s *TopicService) CreateApp(ctx context.Context, p sns.Platform, name string, attributes map[string]string) (string, error) {
	out, err := s.c.CreatePlatformApplication(ctx, &awssns.CreatePlatformApplicationInput{
		Platform: aws.String(string(p)), Name: &name, Attributes: given(attributes),
	})
	if err != nil {
		return "", refused(ctx, sns.OpCreatePlatformApplication, name, err)
	}
	return aws.ToString(out.PlatformApplicationArn), nil
}

// Apps lists platform applications.
func (s *TopicService) Apps(ctx context.Context, token string) (sns.AppPage, error) {
	out, err := s.c.ListPlatformApplications(ctx, &awssns.ListPlatformApplicationsInput{NextToken: text(token, false)})
	if err != nil {
		return sns.AppPage{}, refused(ctx, sns.OpListPlatformApplications, "", err)
	}
	p := sns.AppPage{Next: aws.ToString(out.NextToken)}
	for _, a := range out.PlatformApplications {
		p.Apps = append(p.Apps, sns.App{ARN: aws.ToString(a.PlatformApplicationArn), Attributes: a.Attributes})
	}
	return p, nil
}

// AppAttributes returns the attributes of a platform application.
func (s *TopicService) AppAttributes(ctx context.Context, appARN string) (map[string]string, error) {
	out, err := s.c.GetPlatformApplicationAttributes(ctx, &awssns.GetPlatformApplicationAttributesInput{PlatformApplicationArn: &appARN})
	if err != nil {
		return nil, refused(ctx, sns.OpGetPlatformApplicationAttributes, nameIn(appARN), err)
	}
	return out.Attributes, nil
}

// SetAppAttributes changes attributes of a platform application.
func (s *TopicService) SetAppAttributes(ctx context.Context, appARN string, attributes map[string]string) error {
	_, err := s.c.SetPlatformApplicationAttributes(ctx, &awssns.SetPlatformApplicationAttributesInput{
		PlatformApplicationArn: &appARN, Attributes: given(attributes),
	})
	return refused(ctx, sns.OpSetPlatformApplicationAttributes, nameIn(appARN), err)
}

// DeleteApp deletes a platform application.
func (s *TopicService) DeleteApp(ctx context.Context, appARN string) error {
	_, err := s.c.DeletePlatformApplication(ctx, &awssns.DeletePlatformApplicationInput{PlatformApplicationArn: &appARN})
	return refused(ctx, sns.OpDeletePlatformApplication, nameIn(appARN), err)
}

// CreateInstallation makes a platform endpoint.
func (s *TopicService) CreateInstallation(ctx context.Context, appARN string, i sns.NewInstallation) (string, error) {
	out, err := s.c.CreatePlatformEndpoint(ctx, &awssns.CreatePlatformEndpointInput{
		PlatformApplicationArn: &appARN, Token: &i.Token, CustomUserData: text(i.UserData, false), Attributes: i.Attributes,
	})
	if err != nil {
		return "", refused(ctx, sns.OpCreatePlatformEndpoint, nameIn(appARN), err)
	}
	return aws.ToString(out.EndpointArn), nil
}

// Installations lists the platform endpoints of an application.
func (s *TopicService) Installations(ctx context.Context, appARN, token string) (sns.InstallationPage, error) {
	out, err := s.c.ListEndpointsByPlatformApplication(ctx, &awssns.ListEndpointsByPlatformApplicationInput{
		PlatformApplicationArn: &appARN, NextToken: text(token, false),
	})
	if err != nil {
		return sns.InstallationPage{}, refused(ctx, sns.OpListEndpointsByPlatformApplication, nameIn(appARN), err)
	}
	p := sns.InstallationPage{Next: aws.ToString(out.NextToken)}
	for _, e := range out.Endpoints {
		p.Installations = append(p.Installations, sns.Installation{ARN: aws.ToString(e.EndpointArn), Attributes: e.Attributes})
	}
	return p, nil
}

// InstallationAttributes returns the attributes of a platform endpoint.
func (s *TopicService) InstallationAttributes(ctx context.Context, arn string) (map[string]string, error) {
	out, err := s.c.GetEndpointAttributes(ctx, &awssns.GetEndpointAttributesInput{EndpointArn: &arn})
	if err != nil {
		return nil, refused(ctx, sns.OpGetEndpointAttributes, nameIn(arn), err)
	}
	return out.Attributes, nil
}

// SetInstallationAttributes changes attributes of a platform endpoint.
func (s *TopicService) SetInstallationAttributes(ctx context.Context, arn string, attributes map[string]string) error {
	_, err := s.c.SetEndpointAttributes(ctx, &awssns.SetEndpointAttributesInput{EndpointArn: &arn, Attributes: given(attributes)})
	return refused(ctx, sns.OpSetEndpointAttributes, nameIn(arn), err)
}

// DeleteInstallation deletes a platform endpoint.
func (s *TopicService) DeleteInstallation(ctx context.Context, arn string) error {
	_, err := s.c.DeleteEndpoint(ctx, &awssns.DeleteEndpointInput{EndpointArn: &arn})
	return refused(ctx, sns.OpDeleteEndpoint, nameIn(arn), err)
}
