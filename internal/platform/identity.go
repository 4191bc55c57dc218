package platform

import (
	"net/url"
)

// taskService is who runs the services on AWS, and so whom their roles trust.
const taskService = "ecs-tasks.amazonaws.com"

// roleOutputs name the data stack's outputs with the services' roles.
var roleOutputs = map[string]string{"auth": "RoleAuth", "api": "RoleApi", "sockets": "RoleSockets"}

// identity makes a service run as its role, with credentials it fetches as a
// task of ECS does. Only the embedded AWS gives them out; elsewhere, and unless
// the stack was asked to, services keep the identity of their home.
func (p *Platform) identity(service string) []string {
	role := p.outputs[roleOutputs[service]]
	if !p.opts.IAM || role == "" || p.home.ClockURL == "" {
		return nil
	}
	q := url.Values{"role": {role}, "service": {taskService}, "session": {service}}
	return []string{
		"AWS_CONTAINER_CREDENTIALS_FULL_URI=" + p.home.Endpoint + "/_cumin/credentials?" + q.Encode(),
		"AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_SESSION_TOKEN=",
	}
}
