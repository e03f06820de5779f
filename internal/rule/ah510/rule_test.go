package ah510_test

import (
	"testing"

	"aiohub/internal/rule/ah510"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah510.Rule) }
