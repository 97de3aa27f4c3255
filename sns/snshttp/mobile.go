package snshttp

import "github.com/inflight-mq/inflight/sns"

// The operations on platform applications and platform endpoints.

func (c *call) createApp() error {
	name, err := c.required("Name")
	if err != nil {
		return err
	}
	platform, err := c.required("Platform")
	if err != nil {
		return err
	}
	ref, err := c.b.CreateApp(c.ctx, sns.Platform(platform), name, c.attributes())
	if err != nil {
		return err
	}
	c.out.Text("PlatformApplicationArn", ref)
	return nil
}

func (c *call) apps() error {
	p, err := c.b.Apps(c.ctx, c.text("NextToken"))
	if err != nil {
		return err
	}
	c.writeList("PlatformApplications", len(p.Apps), func(i int) {
		c.out.Text("PlatformApplicationArn", p.Apps[i].ARN)
		c.writeMap("Attributes", p.Apps[i].Attributes)
	})
	c.out.Text("NextToken", p.Next)
	return nil
}

func (c *call) appAttributes() error {
	ref, err := c.required("PlatformApplicationArn")
	if err != nil {
		return err
	}
	m, err := c.b.AppAttributes(c.ctx, ref)
	if err != nil {
		return err
	}
	c.writeMap("Attributes", m)
	return nil
}

func (c *call) setAppAttributes() error {
	ref, err := c.required("PlatformApplicationArn")
	if err != nil {
		return err
	}
	return c.b.SetAppAttributes(c.ctx, ref, c.attributes())
}

func (c *call) deleteApp() error {
	ref, err := c.required("PlatformApplicationArn")
	if err != nil {
		return err
	}
	return c.b.DeleteApp(c.ctx, ref)
}

func (c *call) createInstallation() error {
	app, err := c.required("PlatformApplicationArn")
	if err != nil {
		return err
	}
	ref, err := c.b.CreateInstallation(c.ctx, app, sns.NewInstallation{
		Token: c.text("Token"), UserData: c.text("CustomUserData"), Attributes: c.attributes(),
	})
	if err != nil {
		return err
	}
	c.out.Text("EndpointArn", ref)
	return nil
}

func (c *call) installations() error {
	app, err := c.required("PlatformApplicationArn")
	if err != nil {
		return err
	}
	p, err := c.b.Installations(c.ctx, app, c.text("NextToken"))
	if err != nil {
		return err
	}
	c.writeList("Endpoints", len(p.Installations), func(i int) {
		c.out.Text("EndpointArn", p.Installations[i].ARN)
		c.writeMap("Attributes", p.Installations[i].Attributes)
	})
	c.out.Text("NextToken", p.Next)
	return nil
}

func (c *call) installationAttributes() error {
	ref, err := c.required("EndpointArn")
	if err != nil {
		return err
	}
	m, err := c.b.InstallationAttributes(c.ctx, ref)
	if err != nil {
		return err
	}
	c.writeMap("Attributes", m)
	return nil
}

func (c *call) setInstallationAttributes() error {
	ref, err := c.required("EndpointArn")
	if err != nil {
		return err
	}
	return c.b.SetInstallationAttributes(c.ctx, ref, c.attributes())
}

func (c *call) deleteInstallation() error {
	ref, err := c.required("EndpointArn")
	if err != nil {
		return err
	}
	return c.b.DeleteInstallation(c.ctx, ref)
}
