package ah113_test

import (
	"testing"

	"aiohub/internal/rule/ah113"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah113.Rule) }
