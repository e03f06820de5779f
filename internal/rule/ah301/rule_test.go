package ah301_test

import (
	"testing"

	"aiohub/internal/rule/ah301"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah301.Rule) }
