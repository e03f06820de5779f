package ah303_test

import (
	"testing"

	"aiohub/internal/rule/ah303"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah303.Rule) }
