package ah508_test

import (
	"testing"

	"aiohub/internal/rule/ah508"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah508.Rule) }
