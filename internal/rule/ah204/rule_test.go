package ah204_test

import (
	"testing"

	"aiohub/internal/rule/ah204"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah204.Rule) }
