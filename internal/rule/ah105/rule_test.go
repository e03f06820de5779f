package ah105_test

import (
	"testing"

	"aiohub/internal/rule/ah105"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah105.Rule) }
