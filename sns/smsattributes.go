package sns

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The service's names of the settings of SMS.
const (
	attrSpendLimit  = "MonthlySpendLimit"
	attrSenderID    = "DefaultSenderID"
	attrSMSType     = "DefaultSMSType"
	attrStatusRole  = "DeliveryStatusIAMRole"
	attrStatusRate  = "DeliveryStatusSuccessSamplingRate"
	attrUsageBucket = "UsageReportS3Bucket"
)

const (
	promotional   = "Promotional"
	transactional = "Transactional"

	maxSenderID = 11
)

// SMSAttributes returns the settings of SMS; see [Phones].
func (b *Broker) SMSAttributes(ctx context.Context, names ...string) (map[string]string, error) {
	return onPhones(ctx, b, OpGetSMSAttributes, "", func(_ *call, own *phonebook) (map[string]string, error) {
		all := own.attributes()
		if len(names) == 0 {
			return all, nil
		}
		selected := map[string]string{}
		for _, name := range names {
			if v, ok := all[name]; ok {
				selected[name] = v
			}
		}
		return selected, nil
	})
}

// attributes returns a copy of the settings in force.
func (own *phonebook) attributes() map[string]string {
	all := map[string]string{attrSpendLimit: "1"}
	maps.Copy(all, own.attrs)
	return all
}

// SetSMSAttributes changes settings of SMS; see [Phones].
func (b *Broker) SetSMSAttributes(ctx context.Context, attributes map[string]string) error {
	_, err := onPhones(ctx, b, OpSetSMSAttributes, "", func(_ *call, own *phonebook) (struct{}, error) {
		return struct{}{}, own.set(attributes)
	})
	return err
}

// set changes settings, all or none. An empty role or bucket removes the setting.
func (own *phonebook) set(given map[string]string) error {
	if len(given) == 0 {
		return missing("attributes")
	}
	next := own.attributes()
	for _, k := range sortedKeys(given) {
		v := given[k]
		if err := checkSMSAttribute(k, v); err != nil {
			return err
		}
		if next[k] = v; v == "" {
			delete(next, k)
		}
	}
	own.attrs = next
	return nil
}

// checkSMSAttribute refuses a setting that there is not, and a value out of form. These texts have no prefix.
func checkSMSAttribute(name, value string) error {
	ok, text := true, name+" is invalid"
	switch name {
	case attrSpendLimit:
		_, err := strconv.ParseUint(value, 10, 32)
		ok = err == nil
	case attrSenderID:
		ok = isSenderID(value)
	case attrSMSType:
		ok = value == promotional || value == transactional
	case attrStatusRate:
		ok, text = isPercentage(value), name+" is not an integer between 0-100"
	case attrStatusRole, attrUsageBucket:
		ok = utf8.ValidString(value)
	default:
		ok, text = false, name+" is not a valid attribute"
	}
	if !ok {
		return fail(ErrInvalidParameter, "%s", text)
	}
	return nil
}

// isSenderID takes 1 to 11 letters and digits, a letter among them.
func isSenderID(s string) bool {
	return len(s) <= maxSenderID && isPlain(s) && !strings.ContainsAny(s, "-_") && strings.Trim(s, "0123456789") != ""
}
