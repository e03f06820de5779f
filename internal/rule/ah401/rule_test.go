package ah401_test

import (
	"testing"

	"aiohub/internal/rule/ah401"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah401.Rule) }
