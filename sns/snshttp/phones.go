package snshttp

import "github.com/inflight-mq/inflight/sns"

// The operations on phone numbers. The older ones begin their members' names in lower case.

func (c *call) smsAttributes() error {
	m, err := c.b.SMSAttributes(c.ctx, c.form.Texts("attributes.member")...)
	if err != nil {
		return err
	}
	c.writeMap("attributes", m)
	return nil
}

func (c *call) setSMSAttributes() error {
	return c.b.SetSMSAttributes(c.ctx, c.form.TextMap("attributes.entry", "key", "value"))
}

func (c *call) optedOut() error {
	number, err := c.required("phoneNumber")
	if err != nil {
		return err
	}
	is, err := c.b.OptedOut(c.ctx, number)
	if err != nil {
		return err
	}
	c.out.Bool("isOptedOut", is)
	return nil
}

func (c *call) optedOutNumbers() error {
	p, err := c.b.OptedOutNumbers(c.ctx, c.text("nextToken"))
	if err != nil {
		return err
	}
	c.out.Open("phoneNumbers")
	c.out.Texts("", "member", p.Numbers)
	c.out.Close("phoneNumbers")
	c.out.Text("nextToken", p.Next)
	return nil
}

func (c *call) optIn() error {
	number, err := c.required("phoneNumber")
	if err != nil {
		return err
	}
	return c.b.OptIn(c.ctx, number)
}

func (c *call) inSandbox() error {
	is, err := c.b.InSandbox(c.ctx)
	if err != nil {
		return err
	}
	c.out.Bool("IsInSandbox", is)
	return nil
}

func (c *call) addSandboxNumber() error {
	number, err := c.required("PhoneNumber")
	if err != nil {
		return err
	}
	return c.b.AddSandboxNumber(c.ctx, number, c.text("LanguageCode"))
}

func (c *call) verifySandboxNumber() error {
	number, err := c.required("PhoneNumber")
	if err != nil {
		return err
	}
	password, err := c.required("OneTimePassword")
	if err != nil {
		return err
	}
	return c.b.VerifySandboxNumber(c.ctx, number, password)
}

func (c *call) deleteSandboxNumber() error {
	number, err := c.required("PhoneNumber")
	if err != nil {
		return err
	}
	return c.b.DeleteSandboxNumber(c.ctx, number)
}

func (c *call) sandboxNumbers() error {
	most, err := c.maxResults()
	if err != nil {
		return err
	}
	p, err := c.b.SandboxNumbers(c.ctx, c.text("NextToken"), most)
	if err != nil {
		return err
	}
	c.writeList("PhoneNumbers", len(p.Numbers), func(i int) {
		c.out.Text("PhoneNumber", p.Numbers[i].Number)
		if p.Numbers[i].Verified {
			c.out.Text("Status", "Verified")
		} else {
			c.out.Text("Status", "Pending")
		}
	})
	c.out.Text("NextToken", p.Next)
	return nil
}

func (c *call) originationNumbers() error {
	most, err := c.maxResults()
	if err != nil {
		return err
	}
	p, err := c.b.OriginationNumbers(c.ctx, c.text("NextToken"), most)
	if err != nil {
		return err
	}
	c.writeList("PhoneNumbers", len(p.Numbers), func(i int) { c.out.Text("PhoneNumber", p.Numbers[i]) })
	c.out.Text("NextToken", p.Next)
	return nil
}

// maxResults reads how many items a page may have; 0 means that it was not said. The Go API cannot say an explicit 0.
func (c *call) maxResults() (int, error) {
	n := c.form.Int32("MaxResults")
	if err := c.form.Err(); err != nil || n == nil {
		return 0, err
	}
	if *n == 0 {
		return 0, &sns.Error{
			Code: sns.ErrValidation,
			Message: "1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value " +
				"greater than or equal to 1",
		}
	}
	return int(*n), nil
}
