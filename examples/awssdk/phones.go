package awssdk

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/inflight-mq/inflight/sns"
)

var _ sns.Phones = (*TopicService)(nil)

// SMSAttributes returns settings of SMS.
func (s *TopicService) SMSAttributes(ctx context.Context, names ...string) (map[string]string, error) {
	out, err := s.c.GetSMSAttributes(ctx, &awssns.GetSMSAttributesInput{Attributes: names})
	if err != nil {
		return nil, refused(ctx, sns.OpGetSMSAttributes, "", err)
	}
	return out.Attributes, nil
}

// SetSMSAttributes changes settings of SMS.
func (s *TopicService) SetSMSAttributes(ctx context.Context, attributes map[string]string) error {
	_, err := s.c.SetSMSAttributes(ctx, &awssns.SetSMSAttributesInput{Attributes: given(attributes)})
	return refused(ctx, sns.OpSetSMSAttributes, "", err)
}

// OptedOut reports whether a number is opted out.
func (s *TopicService) OptedOut(ctx context.Context, number string) (bool, error) {
	out, err := s.c.CheckIfPhoneNumberIsOptedOut(ctx, &awssns.CheckIfPhoneNumberIsOptedOutInput{PhoneNumber: &number})
	if err != nil {
		return false, refused(ctx, sns.OpCheckIfPhoneNumberIsOptedOut, number, err)
	}
	return out.IsOptedOut, nil
}

// OptedOutNumbers lists the numbers that are opted out.
func (s *TopicService) OptedOutNumbers(ctx context.Context, token string) (sns.NumberPage, error) {
	out, err := s.c.ListPhoneNumbersOptedOut(ctx, &awssns.ListPhoneNumbersOptedOutInput{NextToken: text(token, false)})
	if err != nil {
		return sns.NumberPage{}, refused(ctx, sns.OpListPhoneNumbersOptedOut, "", err)
	}
	return sns.NumberPage{Numbers: out.PhoneNumbers, Next: aws.ToString(out.NextToken)}, nil
}

// OptIn opts a number in.
func (s *TopicService) OptIn(ctx context.Context, number string) error {
	_, err := s.c.OptInPhoneNumber(ctx, &awssns.OptInPhoneNumberInput{PhoneNumber: &number})
	return refused(ctx, sns.OpOptInPhoneNumber, number, err)
}

// InSandbox reports whether the account is in its SMS sandbox.
func (s *TopicService) InSandbox(ctx context.Context) (bool, error) {
	out, err := s.c.GetSMSSandboxAccountStatus(ctx, &awssns.GetSMSSandboxAccountStatusInput{})
	if err != nil {
		return false, refused(ctx, sns.OpGetSMSSandboxAccountStatus, "", err)
	}
	return out.IsInSandbox, nil
}

// AddSandboxNumber adds a number to the sandbox.
func (s *TopicService) AddSandboxNumber(ctx context.Context, number, language string) error {
	_, err := s.c.CreateSMSSandboxPhoneNumber(ctx, &awssns.CreateSMSSandboxPhoneNumberInput{
		PhoneNumber: &number, LanguageCode: types.LanguageCodeString(language),
	})
	return refused(ctx, sns.OpCreateSMSSandboxPhoneNumber, number, err)
}

// VerifySandboxNumber verifies a number of the sandbox.
func (s *TopicService) VerifySandboxNumber(ctx context.Context, number, password string) error {
	_, err := s.c.VerifySMSSandboxPhoneNumber(ctx, &awssns.VerifySMSSandboxPhoneNumberInput{
		PhoneNumber: &number, OneTimePassword: &password,
	})
	return refused(ctx, sns.OpVerifySMSSandboxPhoneNumber, number, err)
}

// DeleteSandboxNumber removes a number from the sandbox.
func (s *TopicService) DeleteSandboxNumber(ctx context.Context, number string) error {
	_, err := s.c.DeleteSMSSandboxPhoneNumber(ctx, &awssns.DeleteSMSSandboxPhoneNumberInput{PhoneNumber: &number})
	return refused(ctx, sns.OpDeleteSMSSandboxPhoneNumber, number, err)
}

// SandboxNumbers lists the numbers of the sandbox.
func (s *TopicService) SandboxNumbers(ctx context.Context, token string, most int) (sns.SandboxPage, error) {
	out, err := s.c.ListSMSSandboxPhoneNumbers(ctx, &awssns.ListSMSSandboxPhoneNumbersInput{
		NextToken: text(token, false), MaxResults: number(most, false),
	})
	if err != nil {
		return sns.SandboxPage{}, refused(ctx, sns.OpListSMSSandboxPhoneNumbers, "", err)
	}
	p := sns.SandboxPage{Next: aws.ToString(out.NextToken)}
	for _, n := range out.PhoneNumbers {
		p.Numbers = append(p.Numbers, sns.SandboxNumber{
			Number: aws.ToString(n.PhoneNumber), Verified: n.Status == types.SMSSandboxPhoneNumberVerificationStatusVerified,
		})
	}
	return p, nil
}

// OriginationNumbers lists the account's own numbers.
func (s *TopicService) OriginationNumbers(ctx context.Context, token string, most int) (sns.NumberPage, error) {
	out, err := s.c.ListOriginationNumbers(ctx, &awssns.ListOriginationNumbersInput{
		NextToken: text(token, false), MaxResults: number(most, false),
	})
	if err != nil {
		return sns.NumberPage{}, refused(ctx, sns.OpListOriginationNumbers, "", err)
	}
	p := sns.NumberPage{Next: aws.ToString(out.NextToken)}
	for _, n := range out.PhoneNumbers {
		p.Numbers = append(p.Numbers, aws.ToString(n.PhoneNumber))
	}
	return p, nil
}
