package ah106_test

import (
	"testing"

	"aiohub/internal/rule/ah106"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah106.Rule) }
