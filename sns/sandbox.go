package sns

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// WithSMSSandbox puts all accounts of the broker into the SMS sandbox, where new ones begin on the service: only numbers that were
// verified get messages. By default all do.
func WithSMSSandbox() Option { return func(b *Broker) { b.sandboxed = true } }

const (
	maxSandboxNumbers = 10
	sandboxHold       = 24 * time.Hour // before a verified number can be removed
	maxSandboxPage    = 100
)

// InSandbox reports whether there is a sandbox; see [Phones].
func (b *Broker) InSandbox(ctx context.Context) (bool, error) {
	return run(ctx, b, OpGetSMSSandboxAccountStatus, "", func(c *call) (bool, error) { return b.sandboxed, c.refuseService() })
}

// AddSandboxNumber adds a number to the sandbox; see [Phones].
func (b *Broker) AddSandboxNumber(ctx context.Context, number, language string) error {
	_, err := onPhones(ctx, b, OpCreateSMSSandboxPhoneNumber, number, func(c *call, own *phonebook) (struct{}, error) {
		if err := checkSandboxNumber(number); err != nil {
			return struct{}{}, err
		}
		if err := checkLanguage(language); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, c.addToSandbox(own, number)
	})
	return err
}

// addToSandbox adds a number, unless it is there, and sends it a password. The caller holds b.mu.
func (c *call) addToSandbox(own *phonebook, shown string) error {
	p, number := &c.b.phones, canonical(shown)
	if own.isOptedOut(number) {
		return fail(ErrOptedOut, "The phone number has opted out of receiving messages")
	}
	i := findPhone(own.sandbox, number)
	if i < 0 {
		if len(own.sandbox) == maxSandboxNumbers {
			return fail(ErrUserError, "At most %d destination phone numbers are allowed in the sandbox", maxSandboxNumbers)
		}
		p.made++
		i, own.sandbox = len(own.sandbox), append(own.sandbox, phone{number: number, shown: shown, place: p.made})
	}
	password := fmt.Sprintf("%06d", c.b.ids.Uint64()%1_000_000)
	own.sandbox[i].password = password
	p.put(Text{
		At: at(c.now), To: number, Body: "Your one-time password is " + password, Password: password, Type: transactional,
	})
	return nil
}

// VerifySandboxNumber verifies a number of the sandbox; see [Phones].
func (b *Broker) VerifySandboxNumber(ctx context.Context, number, password string) error {
	_, err := onPhones(ctx, b, OpVerifySMSSandboxPhoneNumber, number, func(c *call, own *phonebook) (struct{}, error) {
		i, err := own.inSandbox(number, checkPassword(password))
		if err != nil {
			return struct{}{}, err
		}
		n := &own.sandbox[i]
		if n.password != password {
			return struct{}{}, fail(ErrVerification, "The one-time password is not the one that was sent last")
		}
		n.verified = c.now
		return struct{}{}, nil
	})
	return err
}

// DeleteSandboxNumber removes a number from the sandbox; see [Phones].
func (b *Broker) DeleteSandboxNumber(ctx context.Context, number string) error {
	_, err := onPhones(ctx, b, OpDeleteSMSSandboxPhoneNumber, number, func(c *call, own *phonebook) (struct{}, error) {
		i, err := own.inSandbox(number, nil)
		if err != nil {
			return struct{}{}, err
		}
		if since := own.sandbox[i].verified; since != 0 && c.now-since < int64(sandboxHold) {
			return struct{}{}, fail(ErrUserError, "A phone number can be deleted 24 hours after its verification at the earliest")
		}
		own.sandbox = slices.Delete(own.sandbox, i, i+1)
		return struct{}{}, nil
	})
	return err
}

// inSandbox finds a number of the sandbox. Whatever else is wrong with the request comes after the number's form.
func (own *phonebook) inSandbox(number string, wrong error) (int, error) {
	if err := checkSandboxNumber(number); err != nil {
		return 0, err
	}
	if wrong != nil {
		return 0, wrong
	}
	i := findPhone(own.sandbox, canonical(number))
	if i < 0 {
		return 0, fail(ErrResourceNotFound, "Resource does not exist")
	}
	return i, nil
}

// SandboxNumbers lists the sandbox's numbers; see [Phones].
func (b *Broker) SandboxNumbers(ctx context.Context, token string, most int) (SandboxPage, error) {
	return onPhones(ctx, b, OpListSMSSandboxPhoneNumbers, "", func(_ *call, own *phonebook) (SandboxPage, error) {
		most, err := pageSize(most, maxSandboxPage)
		if err != nil {
			return SandboxPage{}, err
		}
		page, next, err := paged(own.sandbox, token, most)
		p := SandboxPage{Next: next}
		for _, n := range page {
			p.Numbers = append(p.Numbers, SandboxNumber{n.shown, n.verified != 0})
		}
		return p, err
	})
}

// unfit is the refusal of a value that its member's form does not allow. What the value is, it does not show.
func unfit(member, constraint string) error {
	return fail(ErrValidation, "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must %s",
		member, constraint)
}

// checkSandboxNumber takes a plus and at least 8 digits, or up to 9 digits; 20 characters at most.
func checkSandboxNumber(number string) error {
	digits, international := strings.CutPrefix(number, "+")
	switch {
	case number == "":
		return missing("phoneNumber")
	case !isDigits(digits), international && len(digits) < 8, !international && len(digits) > 9:
		return unfit("phoneNumber", `satisfy regular expression pattern: ^(\+[0-9]{8,}|[0-9]{0,9})$`)
	case len(number) > 20:
		return unfit("phoneNumber", "have length less than or equal to 20")
	}
	return nil
}

// checkPassword takes 5 to 8 digits.
func checkPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < 5:
		return unfit("oneTimePassword", "have length greater than or equal to 5")
	case n > 8:
		return unfit("oneTimePassword", "have length less than or equal to 8")
	case !isDigits(password):
		return unfit("oneTimePassword", "satisfy regular expression pattern: ^[0-9]+$")
	}
	return nil
}

const languages = "en-US, en-GB, es-419, es-ES, de-DE, fr-CA, fr-FR, it-IT, ja-JP, pt-BR, kr-KR, zh-CN, zh-TW"

func checkLanguage(language string) error {
	if language != "" && !slices.Contains(strings.Split(languages, ", "), language) {
		return unfit("languageCode", "satisfy enum value set: ["+languages+"]")
	}
	return nil
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }
