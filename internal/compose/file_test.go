package compose

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/anikeshk/cumin/localstack"
	"github.com/anikeshk/cumin/nginx"
)

// service is what the tests look at of a service in docker-compose.yml.
type service struct {
	Image       string
	Environment map[string]string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	MemLimit    string   `yaml:"mem_limit"`
	Privileged  bool
	Ports       []string
	Volumes     []string
}

func composed(t *testing.T) map[string]service {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "docker-compose.yml"))
	require.NoError(t, err)
	var file struct{ Services map[string]service }
	require.NoError(t, yaml.Unmarshal(content, &file))
	require.NotEmpty(t, file.Services)
	return file.Services
}

func TestLocalStackIsSetUpAsInTheSuites(t *testing.T) {
	t.Parallel()
	s := composed(t)["localstack"]
	require.Equal(t, localstack.Image, s.Image)
	name, value, _ := strings.Cut(FunctionsLabel, "=")
	require.Equal(t, localstack.Settings(map[string]string{name: value}), s.Environment)
}

func TestWhatIsOursRunsWithNothingItDoesNotNeed(t *testing.T) {
	t.Parallel()
	unused := map[string]bool{}
	for _, i := range images() {
		unused[i.name+":"+Tag] = true
	}
	for name, s := range composed(t) {
		for _, port := range s.Ports {
			require.True(t, strings.HasPrefix(port, "127.0.0.1:"), "%s publishes %s beyond this machine", name, port)
		}
		require.NotEmpty(t, s.MemLimit, name)
		if name == "localstack" {
			continue
		}
		require.Contains(t, unused, s.Image, "%s runs what `cumin images` does not build", name)
		unused[s.Image] = false
		require.True(t, s.ReadOnly, name)
		require.Equal(t, []string{"ALL"}, s.CapDrop, name)
		require.False(t, s.Privileged, name)
		for _, v := range s.Volumes {
			require.NotContains(t, v, "docker.sock", name)
		}
	}
	for image, idle := range unused {
		require.False(t, idle, "%s is built and run by nobody", image)
	}
}

// The edge's image is built where no test's nginx reads its configuration.
func TestTheEdgeFindsBothSocketsInstances(t *testing.T) {
	t.Parallel()
	conf, err := nginx.Render(edgeSettings())
	require.NoError(t, err)
	instances := 0
	for name, s := range composed(t) {
		if instance := s.Environment["CUMIN_INSTANCE"]; instance != "" {
			instances++
			require.Contains(t, conf, "server "+name+":8000", "the edge must know instance %s", instance)
		}
	}
	require.Equal(t, 2, instances)
}
